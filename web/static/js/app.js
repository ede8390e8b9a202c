/** The start of the dashboard: session, frame, routes. */
import { currentSession, loadSession, signOut } from './api.js';
import { h, replace, useStyles } from './dom.js';
import { on } from './events.js';
import { forgetKept } from './kept.js';
import { watch } from './live.js';
import { arrived, leaveFor } from './tenants.js';
import { parse, remember } from './router.js';
import { capabilitiesOf, productsFor, resolve } from './products.js';
import { attention } from './components/attention.js';
import { brokenConnections } from './components/broken.js';
import { watchFinder } from './components/finder.js';
import { shell } from './components/shell.js';
import { failed, loading, skeleton } from './components/states.js';
import { toast, toastError, toastRegion } from './components/toast.js';
import { troubleStrip } from './components/trouble.js';
import * as notFound from './views/not-found.js';
import * as signInView from './views/sign-in.js';

const app = /** @type {HTMLElement} */ (document.getElementById('app'));
const trouble = troubleStrip();

/** @type {ReturnType<typeof shell> | null} */
let frame = null;
/** Ends with the session. */
let session = new AbortController();
/** @type {() => void} */
let unmount = () => {};
/** Counts navigations, so that a slow module doesn't replace a newer page. */
let turn = 0;
/** Set while a person signs out on purpose: then the session has not "ended". */
let leaving = false;

async function start() {
  try {
    const session = await loadSession();
    if (session.signed_in) {
      enter(false);
      const word = arrived(session);
      if (word) toast(word, { kind: 'info' });
    } else showSignIn(false);
  } catch (error) {
    replace(
      app,
      h(
        'main',
        { class: 'boot' },
        h('h1', { class: 'visually-hidden' }, 'PromoStack'),
        trouble,
        failed(error, 'the dashboard', start),
      ),
    );
  }
}

/** @param {boolean} moved Whether the person navigated here, so that the title gets the focus. */
function enter(moved) {
  const now = currentSession();
  const products = productsFor(capabilitiesOf(now));
  session.abort();
  session = new AbortController();
  const { signal } = session;
  const find = watchFinder({ products, onsignout: leave, signal });
  frame = shell({
    session: now,
    products,
    trouble,
    broken: brokenConnections(signal),
    marks: attention(signal),
    onfind: find,
    onsignout: leave,
  });
  replace(app, frame.root);
  const here = now.tenant?.id ?? null;
  if (here) watch('tenant', here, () => void follow(here), session.signal);
  void route(moved);
}

/**
 * Leaves the page if its tenant is not the session's any more.
 *
 * @param {string | null} here
 */
async function follow(here) {
  try {
    const now = await loadSession();
    if (!now.signed_in) showSignIn(true);
    else if (now.tenant?.id !== here) leaveFor(now);
  } catch (error) {
    toastError(error, 'Reading your session');
  }
}

async function leave() {
  leaving = true;
  try {
    await signOut();
    forgetKept(() => sessionStorage); // a session that merely ends keeps what was typed
  } catch (error) {
    toastError(error, 'Signing out');
  } finally {
    leaving = false;
  }
}

/** @param {boolean} expired */
function showSignIn(expired) {
  turn += 1;
  unmount();
  frame = null;
  session.abort();
  closeDialogs();
  const holder = h('div', { class: 'outside' });
  replace(app, trouble, holder);
  unmount = signInView.mount(holder, {
    expired,
    possible: currentSession().methods.includes('password'),
    ondone: () => {
      unmount();
      unmount = () => {};
      enter(true);
    },
  });
}

/** @param {boolean} moved Whether a person went from one page to another. */
async function route(moved) {
  if (!frame) return;
  const mine = ++turn;
  const { main, mark } = frame;
  const { path, params } = parse(location.hash);
  const found = resolve(productsFor(capabilitiesOf(currentSession())), path);
  mark(found?.product ?? null, found?.feature ?? null);
  closeDialogs();
  unmount();
  unmount = () => {};
  try {
    const slow = setTimeout(() => {
      if (mine === turn) replace(main, loading('the page', skeleton('skeleton-page')));
    }, 150);
    /** @type {import('./products.js').View} */
    const view = found ? await fetchView(found.feature).finally(() => clearTimeout(slow)) : notFound;
    clearTimeout(slow);
    if (mine !== turn) return;
    const former = found && path.includes('/') && path !== found.feature.path && !found.feature.detail;
    if (former) remember(found.feature.path, params);
    unmount = view.mount(main, found ? { ...params, ...found.below } : { path });
    main.scrollTo(0, 0);
    scrollTo(0, 0);
    if (moved) focusTitle();
  } catch (error) {
    if (mine !== turn) return;
    console.error(error);
    replace(
      main,
      h('h1', { class: 'visually-hidden', tabindex: '-1' }, 'Page failed'),
      failed(error, 'this page', () => location.reload()),
    );
    if (moved) focusTitle();
  }
}

/**
 * The module that draws a feature, once its style sheets have loaded.
 *
 * @param {import('./products.js').Feature} feature
 */
async function fetchView({ load, styles = [] }) {
  const [view] = await Promise.all([load(), useStyles(...styles)]);
  return view;
}

/** A dialog belongs to its page. */
function closeDialogs() {
  for (const dialog of document.querySelectorAll('dialog')) dialog.close();
}

function focusTitle() {
  frame?.main.querySelector('h1')?.focus({ preventScroll: true });
}

on('tenant-left', () => void follow(null));

addEventListener('hashchange', () => void route(true));
on('signed-out', () => {
  if (frame) showSignIn(!leaving);
});

document.body.append(toastRegion());
replace(app, loading('PromoStack', skeleton('skeleton-page')));
void start();
