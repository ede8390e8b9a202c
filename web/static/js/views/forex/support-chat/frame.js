/** The page of one journey: its header and its tabs, which all edit the same draft. */
import { getJourney, patchJourney } from '../../../api/journeys.js';
import { h, replace } from '../../../dom.js';
import { format, remember } from '../../../router.js';
import { watch } from '../../../live.js';
import { ApiError } from '../../../problem.js';
import { button } from '../../../components/button.js';
import { icon } from '../../../components/icons.js';
import { menuButton } from '../../../components/menu.js';
import { page } from '../../../components/page.js';
import { failed, loading, skeleton } from '../../../components/states.js';
import { toast, toastError } from '../../../components/toast.js';
import { menuItems, onRow } from './actions.js';
import { leave, settled } from './editing.js';
import { journeyChip } from './parts.js';
import { linkTabs } from './place-tabs.js';
import { openPublish } from './publish.js';
import { renamer } from './renamer.js';
import { loadTab, TABS } from './tabs.js';
import { PATH, pageOf } from './words.js';

/** @typedef {import('../../../types.js').JourneyDetail} JourneyDetail */

/**
 * @param {HTMLElement} root
 * @param {Record<string, string>} params `journey`, `tab`, and what the tab takes.
 * @param {AbortSignal} signal
 */
export function mountJourney(root, params, signal) {
  const id = params.journey ?? '';
  const trail = [{ label: 'Support Chat', href: format(PATH) }];

  const load = async () => {
    const waiting = page({ title: 'Journey', trail });
    replace(root, waiting.root);
    replace(waiting.content, loading('the journey', skeleton('skeleton-banner'), skeleton('skeleton-row')));
    try {
      await settled(id);
      const journey = await getJourney(id, signal);
      if (!signal.aborted) draw(root, journey, params, trail, signal);
    } catch (error) {
      if (signal.aborted) return;
      replace(waiting.content, failed(error, 'the journey', load));
    }
  };
  void load();
}

/**
 * @param {HTMLElement} root
 * @param {JourneyDetail} first
 * @param {Record<string, string>} params
 * @param {{ label: string, href: string }[]} trail
 * @param {AbortSignal} signal
 */
function draw(root, first, params, trail, signal) {
  let journey = first;
  let tab = TABS.find(({ id }) => id === params.tab)?.id ?? 'build';
  let own = params;
  /** @type {AbortController | null} */
  let inside = null;
  /** @type {Set<(fresh: JourneyDetail) => void>} */
  const listeners = new Set();
  const state = h('div', { class: 'chips', role: 'status' });
  const publish = button('Publish', () => ask(), { look: 'primary', icon: 'publish' });
  const tabs = h('div', { class: 'journey-tabs' });
  const panel = h('div', { class: 'journey-panel' });
  /** @type {import('./editing.js').Editor | null} */
  let editor = null;

  const frame = page({
    title: first.name,
    trail,
    aside: state,
    wide: true,
    class: 'journey-page',
    actions: [
      publish,
      menuButton({
        label: 'More actions',
        items: () =>
          menuItems({
            journey,
            signal,
            onchange: changed,
            ondelete: () => {
              location.hash = format(PATH);
            },
          }),
      }),
    ],
  });
  const title = renamer(/** @type {HTMLElement} */ (frame.root.querySelector('h1')), {
    save: async (name) => {
      await flushed();
      changed(await onRow(journey, (row) => patchJourney(row, { name })));
      toast('Renamed.');
    },
  });
  replace(frame.content, tabs, panel);
  replace(root, frame.root);

  /** Saves pending changes; throws when they can't be saved. */
  const flushed = async () => {
    if (!editor || (await editor.flush())) return;
    throw new ApiError({
      status: 409,
      code: 'not_saved',
      message: 'Your last changes are not saved yet',
      remedy: 'See the message beside them',
    });
  };

  const ask = () => openPublish({ id: journey.id, signal, onchange: changed, before: flushed });

  /** Takes the journey as the server has it now, wherever it came from.
   *
   * @param {JourneyDetail} fresh
   */
  const take = (fresh) => {
    if (signal.aborted || fresh.version < journey.version) return;
    journey = fresh;
    header();
    for (const listener of [...listeners]) listener(fresh);
  };

  /** After an action of this page: the editor continues from the new version.
   *
   * @param {JourneyDetail} fresh
   */
  const changed = (fresh) => {
    take(fresh);
    editor?.take(fresh);
  };

  const header = () => {
    title.show(journey.name);
    document.title = `${journey.name} · PromoStack`;
    const locked = journey.is_locked ? h('span', { class: 'chip chip-quiet' }, icon('lock', 'small'), 'Locked') : null;
    const edited =
      journey.live_version && journey.draft_changed ? h('span', { class: 'muted small' }, 'Draft has changes') : null;
    replace(state, journeyChip(journey.state), locked, edited);
    replace(
      publish,
      icon('publish'),
      h('span', null, 'Publish', journey.live_version ? h('span', { class: 'label-rest' }, ' changes') : null),
    );
    publish.disabled = journey.state === 'active' && !journey.draft_changed;
    publish.title = publish.disabled ? 'The draft is the live version.' : '';
  };

  const drawTabs = () => {
    const nav = linkTabs(
      'Journey',
      // From the root on, so that the question about unsaved input lets these pass.
      TABS.map((item) => ({ label: item.label, href: `/${pageOf(journey.id, item.id)}`, current: item.id === tab })),
    );
    nav.addEventListener('click', (event) => {
      const link = event.target instanceof Element ? event.target.closest('a') : null;
      const at = link ? [...nav.children].indexOf(link) : -1;
      const wanted = TABS[at];
      if (!wanted || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault(); // the page stays, with its draft
      if (wanted.id !== tab) void turnTo(wanted.id);
    });
    replace(tabs, nav);
  };

  /** @param {typeof tab} wanted */
  const turnTo = async (wanted) => {
    try {
      await flushed();
    } catch (error) {
      if (!signal.aborted) toastError(error, 'Saving');
      return;
    }
    if (signal.aborted) return;
    tab = wanted;
    own = {};
    history.pushState(null, '', pageOf(journey.id, tab));
    drawTabs();
    /** @type {HTMLElement | null} */ (tabs.querySelector('[aria-current]'))?.focus();
    show();
  };

  const show = () => {
    editor = null;
    inside?.abort();
    const mine = new AbortController();
    inside = mine;
    listeners.clear();
    panel.className = `journey-panel journey-panel-${tab}`;
    frame.content.classList.toggle('content-wide', tab === 'build');
    void loadTab(panel, tab, {
      journey: () => journey,
      params: own,
      signal: mine.signal,
      onedit: (fresh) => {
        editor = fresh;
      },
      onsaved: take,
      onchange: changed,
      onfresh: (listener) => listeners.add(listener),
    });
  };

  const refresh = async () => {
    try {
      const fresh = await getJourney(journey.id, signal);
      if (signal.aborted) return;
      take(fresh);
    } catch (error) {
      if (error instanceof ApiError && error.status === 404 && !signal.aborted) {
        toast('This journey was deleted.', { kind: 'info' });
        location.hash = format(PATH);
      }
    }
  };

  watch('journey', journey.id, () => void refresh(), signal);
  signal.addEventListener(
    'abort',
    () => {
      leave(journey.id, editor);
      inside?.abort();
    },
    { once: true },
  );
  header();
  drawTabs();
  show();
  if (!params.tab) remember(PATH, { journey: journey.id, tab });
}
