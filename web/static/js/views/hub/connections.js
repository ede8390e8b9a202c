/** The tenant's connections to Telegram: one card for each kind, with its state and what to do. */
import { currentSession } from '../../api.js';
import { listConnections, simulatedBots, simulatedChannels } from '../../api/telegram.js';
import { h, replace, uid } from '../../dom.js';
import { on } from '../../events.js';
import { watch } from '../../live.js';
import { icon } from '../../components/icons.js';
import { page } from '../../components/page.js';
import { failed, loading, skeleton } from '../../components/states.js';
import { chip, serviceOf, simulatedTag } from '../../components/status.js';
import { age } from '../../components/time.js';
import { guardUnsaved } from '../../components/unsaved.js';
import { accountPanel } from './connections/account.js';
import { botPanel } from './connections/bot.js';
import { KINDS, firstOpen, stateOf } from './connections/words.js';

/**
 * @typedef {import('../../types.js').Connection} Connection
 * @typedef {import('./connections/health.js').Sandbox} Sandbox
 */

/** How often to check when a connection was last heard from, which no event reports (ms). */
const CLOCK = 30_000;

/**
 * @param {HTMLElement} root
 * @param {Record<string, string>} params `open`: the kind whose card is open.
 * @returns {() => void}
 */
export function mount(root, params) {
  const view = new AbortController();
  const { signal } = view;
  const list = h('div', { class: 'list' });
  const frame = page({ title: 'Connections' });
  replace(frame.content, list);
  replace(root, frame.root);
  /** @type {ReturnType<typeof card>[]} */
  let cards = [];

  const load = async () => {
    if (cards.length === 0)
      replace(list, loading('the connections', ...KINDS.map(() => skeleton('skeleton-connection'))));
    try {
      const [{ items }, sandbox] = await Promise.all([
        listConnections(signal),
        cards.length ? null : simulation(signal),
      ]);
      if (signal.aborted) return;
      if (cards.length === 0) build(items, sandbox);
      for (const one of cards) one.show(items.find(({ kind }) => kind === one.kind) ?? null);
    } catch (error) {
      if (signal.aborted || cards.length > 0) return;
      replace(list, failed(error, 'the connections', load));
    }
  };

  /**
   * @param {Connection[]} items
   * @param {Sandbox | null} sandbox
   */
  const build = (items, sandbox) => {
    const open = KINDS.find(({ id }) => id === params.open)?.id ?? firstOpen(items);
    cards = KINDS.map((kind) => card({ kind, sandbox, open: kind.id === open, signal, onstale: () => void load() }));
    replace(
      list,
      h(
        'ul',
        { class: 'connections' },
        cards.map((one) => one.root),
      ),
    );
  };

  watch('connection', null, () => void load(), signal);
  on('recovered', () => void load(), signal);
  const clock = setInterval(() => {
    if (!document.hidden && cards.length > 0) void load();
  }, CLOCK);
  signal.addEventListener('abort', () => clearInterval(clock), { once: true });
  guardUnsaved(() => cards.some((one) => one.dirty()), signal);
  void load();
  return () => view.abort();
}

/** What is simulated here; null in a browser on another machine.
 *
 * @param {AbortSignal} signal
 * @returns {Promise<Sandbox | null>}
 */
async function simulation(signal) {
  if (!currentSession().sandbox) return null;
  try {
    const [bots, channels] = await Promise.all([simulatedBots(signal), simulatedChannels(signal)]);
    return { bots: bots.map((bot) => bot.username), channels };
  } catch {
    return null; // a browser on another machine, or the sandbox is still starting
  }
}

/**
 * @param {object} options
 * @param {import('./connections/words.js').Kind} options.kind
 * @param {Sandbox | null} options.sandbox
 * @param {boolean} options.open
 * @param {AbortSignal} options.signal
 * @param {() => void} options.onstale
 */
function card({ kind, sandbox, open, signal, onstale }) {
  /** @type {Connection | null} */
  let now = null;
  const state = h('div', { class: 'connection-state' });
  const made = h('span', { class: 'connection-made' }); // up, where it is simulated
  const line = h('p', { class: 'connection-line muted' });
  const seen = h('p', { class: 'connection-seen muted small figures' });
  const bodyId = uid('connection');
  const titleId = uid('title');
  const toggle = h(
    'button',
    {
      class: 'connection-toggle',
      type: 'button',
      id: titleId,
      'aria-controls': bodyId,
      on: { click: () => setOpen(!open) },
    },
    kind.title,
  );
  /** @param {Connection | null} fresh */
  const accept = (fresh) => {
    if (fresh && now && fresh.id === now.id && fresh.version < now.version) return;
    now = fresh;
    draw();
    panel.show(fresh);
  };
  const panel =
    kind.id === 'user_account'
      ? accountPanel({ signal, onchange: (fresh) => accept(fresh) })
      : botPanel({ kind, sandbox, signal, onchange: (fresh) => accept(fresh), onstale });
  const body = h(
    'div',
    { class: 'connection-body', id: bodyId, role: 'region', 'aria-labelledby': titleId },
    panel.root,
  );
  const root = h(
    'li',
    { class: 'connection', dataset: { kind: kind.id } },
    h(
      'div',
      { class: 'connection-top' },
      h('span', { class: 'connection-icon' }, icon(kind.icon)),
      h('div', { class: 'connection-words' }, h('div', { class: 'row' }, h('h2', null, toggle), made), line),
      h('div', { class: 'connection-side' }, state, seen),
      icon('chevron'),
    ),
    body,
  );

  /** @param {boolean} wanted */
  function setOpen(wanted) {
    open = wanted;
    toggle.setAttribute('aria-expanded', String(open));
    body.hidden = !open;
    root.classList.toggle('connection-open', open);
    sayLine();
  }

  /** A closed card says what is wrong; an open one says so below. */
  function sayLine() {
    const name = [now?.username && `@${now.username}`, now?.display_name].filter(Boolean).join(' · ');
    line.textContent = !now
      ? kind.purpose
      : !open && now.state === 'broken' && now.problem
        ? now.problem.message
        : name;
  }

  const saySeen = () => {
    replace(seen, now?.last_seen_at ? ['Heard from ', age(now.last_seen_at)] : null);
  };

  const draw = () => {
    const [tone, word] = stateOf(now);
    root.classList.toggle('connection-bad', tone === 'bad');
    replace(state, chip(tone, word));
    replace(made, now ? simulatedTag(serviceOf(kind.id)) : null);
    sayLine();
    saySeen();
  };

  setOpen(open);
  draw();
  return { kind: kind.id, root, show: accept, dirty: panel.dirty };
}
