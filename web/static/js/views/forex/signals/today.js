/** The signals at a glance, for the overview: what was closed today, and what is under way. */
import { listSignals, listStrategies } from '../../../api/forex.js';
import { h, redraw } from '../../../dom.js';
import { count } from '../../../format.js';
import { watch } from '../../../live.js';
import { sideBadge, signalChip, targetDots } from './parts.js';
import { leftText, marketNow, pageOf, signed, today, toneOf } from './words.js';

/**
 * @typedef {import('../../../types.js').Signal} Signal
 * @typedef {import('../../../types.js').Market} Market
 */

/** Signals that are looked at: more than a day has. */
const MOST = 100;

/** @param {AbortSignal} signal */
export function signalsToday(signal) {
  /** @type {Signal[]} */
  let items = [];
  /** @type {Record<string, string>} */
  let titles = {};
  /** @type {Market | null} */
  let market = null;
  const root = h('section', { class: 'market-panel market-signals', 'aria-labelledby': 'today-title', hidden: true });

  const load = async () => {
    try {
      const [page, known] = await Promise.all([
        listSignals({ state: 'proposed,waiting,open,closed', limit: MOST }, signal),
        Object.keys(titles).length > 0 ? null : listStrategies(signal),
      ]);
      if (signal.aborted) return;
      items = page.items;
      if (known) titles = Object.fromEntries(known.items.map(({ name, title }) => [name, title]));
      draw();
    } catch {
      // The market above shows the trouble, and the next change tries again.
    }
  };

  const draw = () => {
    if (!market) return;
    root.hidden = false;
    const { pips, closed, won } = today(items, marketNow(market, Date.now()));
    const live = items.filter(({ state }) => state !== 'closed');
    /** @type {[string, import('../../../dom.js').Child][]} */
    const figures = [
      ['Closed today', closed === 0 ? '–' : h('span', { class: `pips-${toneOf(pips)}` }, `${signed(pips)} pips`)],
      ['Won today', closed === 0 ? '–' : `${won} of ${closed}`],
      ['Under way', String(live.length)],
    ];
    redraw(
      root,
      h(
        'div',
        { class: 'market-signals-top' },
        h('h2', { id: 'today-title' }, 'Signals'),
        h(
          'div',
          { class: 'row' },
          h('a', { href: '#forex/signals', 'data-keep': 'signals' }, 'All signals'),
          h('a', { href: '#forex/strategies', 'data-keep': 'strategies' }, 'Strategies'),
        ),
      ),
      h(
        'dl',
        { class: 'market-today' },
        figures.map(([name, value]) => h('div', null, h('dt', null, name), h('dd', { class: 'figures' }, value))),
      ),
      live.length > 0
        ? h('ul', { class: 'market-open', 'aria-label': count(live.length, 'signal') }, live.map(line))
        : h('p', { class: 'muted' }, 'No signal is open.'),
    );
  };

  /** @param {Signal} item */
  const line = (item) => {
    const pips = item.running && Number(item.running.pips);
    return h(
      'li',
      null,
      h(
        'a',
        { class: 'signal-name', href: pageOf(item.id), 'data-keep': item.id },
        sideBadge(item.side),
        ' ',
        titles[item.strategy] ?? item.strategy,
      ),
      signalChip(item.state),
      targetDots(item),
      item.state === 'proposed' ? h('span', { class: 'signal-left' }, leftText(item, market, Date.now())) : null,
      pips === null
        ? null
        : h(
            'span',
            { class: ['signal-pips', 'figures', `pips-${toneOf(pips)}`] },
            signed(pips),
            h('span', { class: 'signal-unit' }, ' pips now'),
          ),
    );
  };

  watch('signal', null, () => void load(), signal);
  watch('market', null, () => void load(), signal); // the running figures
  void load();
  return {
    root,
    /** @param {Market} fresh */
    show(fresh) {
      market = fresh;
      draw();
    },
  };
}
