/** The list of signals: narrowed by state and strategy, kept up to date. */
import { listSignals, listStrategies, readMarket } from '../../../api/forex.js';
import { h, replace } from '../../../dom.js';
import { watch } from '../../../live.js';
import { remember } from '../../../router.js';
import { button } from '../../../components/button.js';
import { cardTable } from '../../../components/list/card-table.js';
import { liveList } from '../../../components/list/live-list.js';
import { page } from '../../../components/page.js';
import { segmented } from '../../../components/segmented.js';
import { blank, skeleton } from '../../../components/states.js';
import { signalRow } from './row.js';
import { FILTERS, PATH } from './words.js';

/**
 * @typedef {import('../../../types.js').Signal} Signal
 * @typedef {import('../../../types.js').Market} Market
 */

/** How often what moves by itself is drawn again (ms). */
const TICK = 15_000;

/**
 * @param {HTMLElement} root
 * @param {Record<string, string>} params `state`, `strategy`, `practice`
 * @param {AbortSignal} signal
 */
export function mountList(root, params, signal) {
  let state = Object.hasOwn(FILTERS, params.state ?? '') ? (params.state ?? '') : '';
  let strategy = params.strategy ?? '';
  let practice = params.practice === 'true';
  /** @type {Market | null} */
  let market = null;
  /** @type {Record<string, string>} */
  let titles = {};

  const states = segmented({
    label: 'State',
    quietLabel: true,
    class: 'signal-states',
    value: state,
    choices: [
      { value: '', label: 'All' },
      { value: 'proposed', label: 'Proposed' },
      { value: 'open', label: 'Open' },
      { value: 'closed', label: 'Closed' },
    ],
    onchange: (value) => {
      state = value;
      reload();
    },
  });
  const by = h('select', {
    class: 'input signal-strategy',
    'aria-label': 'Strategy',
    on: {
      change: () => {
        strategy = by.value;
        reload();
      },
    },
  });
  const trial = h('input', {
    type: 'checkbox',
    checked: practice,
    on: {
      change: () => {
        practice = trial.checked;
        reload();
      },
    },
  });
  const found = h('p', { class: 'muted small', role: 'status' });
  const filters = h(
    'div',
    { class: 'filters' },
    states.root,
    by,
    h('label', { class: 'tick signal-practice' }, trial, 'Practice only'),
    found,
  );
  const table = cardTable('Signals', [
    'Signal',
    'State',
    'Entry',
    'Stop',
    'Targets hit',
    'Result',
    'Decided',
    h('span', { class: 'visually-hidden' }, 'Actions'),
  ]);
  /** @type {ReturnType<typeof liveList<Signal, ReturnType<typeof signalRow>>>} */
  const list = liveList({
    what: 'the signals',
    noun: ['signal'],
    class: 'card-list',
    holder: table.body,
    frame: table.root,
    read: (of, own) =>
      listSignals({ state: FILTERS[state] ?? '', strategy, practice: practice ? 'true' : '', ...of }, own),
    entry: (item) =>
      signalRow(item, {
        titleOf: (name) => titles[name] ?? name,
        market: () => market,
        onchange: () => void list.lookAgain(),
        signal,
      }),
    shapes: () => [1, 2, 3, 4, 5].map(() => skeleton('skeleton-row')),
    focus: 'a',
    found: (text) => (found.textContent = text),
    onfill: (some) => (filters.hidden = !some && !isAsked()),
    empty: () => nothing(),
    signal,
  });
  const frame = page({
    title: 'Signals',
    actions: [h('a', { class: 'button', href: '#forex/strategies' }, 'Strategies')],
  });
  replace(frame.content, filters, ...list.nodes);
  replace(root, frame.root);

  const isAsked = () => state !== '' || strategy !== '' || practice;

  const reload = () => {
    remember(PATH, { state, strategy, practice: practice ? 'true' : '' });
    void list.reload();
  };

  const nothing = () =>
    isAsked()
      ? blank({
          picture: 'search',
          title: 'No signal matches',
          text: practice ? 'No practice signal is like this.' : 'No signal is in this state.',
          action: button('Show all signals', showAll),
        })
      : blank({
          picture: 'market',
          title: 'No signals yet',
          text: 'A strategy that is switched on makes them by itself, on closed candles of fifteen minutes.',
          action: h('a', { class: 'button button-primary', href: '#forex/strategies' }, 'Open strategies'),
        });

  const showAll = () => {
    state = '';
    strategy = '';
    practice = false;
    states.choose('');
    by.value = '';
    trial.checked = false;
    reload();
    states.root.querySelector('input')?.focus();
  };

  const drawStrategies = () =>
    replace(
      by,
      h('option', { value: '' }, 'All strategies'),
      Object.entries(titles).map(([value, title]) => h('option', { value, selected: value === strategy }, title)),
    );

  const tick = () => {
    for (const row of list.entries.values()) row.tick();
  };

  const look = async () => {
    // Without it only the times are missing.
    market = await readMarket(signal).catch(() => market);
    if (!signal.aborted) tick();
  };

  const start = async () => {
    drawStrategies();
    const [known] = await Promise.all([listStrategies(signal).catch(() => ({ items: [] })), look()]);
    if (signal.aborted) return;
    titles = Object.fromEntries(known.items.map(({ name, title }) => [name, title]));
    drawStrategies();
    void list.reload();
  };

  watch('signal', null, () => void list.lookAgain(), signal);
  watch('market', null, () => void Promise.all([look(), list.lookAgain()]), signal); // the running figures
  const timer = setInterval(tick, TICK);
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
  void start();
}
