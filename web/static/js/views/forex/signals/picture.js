/** The price around a signal, with the signal's levels. */
import { listCandles } from '../../../api/forex.js';
import { h, replace } from '../../../dom.js';
import { chart } from '../../../components/chart/chart.js';
import { failed, loading, skeleton } from '../../../components/states.js';
import { levelsOf } from './chart-levels.js';
import { span } from './words.js';

/** @typedef {import('../../../types.js').SignalDetail} SignalDetail */

/** How high it is, in pixels. */
const HEIGHT = 340;

/** The candles' lengths in words. @type {Record<string, string>} */
const LENGTHS = { '1m': 'Each minute', '15m': 'Each quarter of an hour', '1h': 'Each hour' };

/** @param {AbortSignal} signal */
export function priceChart(signal) {
  const note = h('p', { class: 'muted small' });
  const place = h('div', null, loading('the chart', skeleton('skeleton-chart')));
  const root = h(
    'section',
    { class: 'market-panel market-chart signal-chart', 'aria-labelledby': 'signal-chart-title' },
    h('div', { class: 'row signal-chart-top' }, h('h2', { id: 'signal-chart-title' }, 'Price'), note),
    place,
  );
  /** @type {import('../../../components/chart/chart.js').Chart | null} */
  let drawing = null;
  let turn = 0;

  /** @param {SignalDetail} item @param {number} now The market's time. */
  const show = async (item, now) => {
    const mine = ++turn;
    const range = span(item, now);
    try {
      const { items } = await listCandles(range, signal);
      drawing ??= await chart({
        label: `Price of ${item.symbol} around the signal, in US dollars`,
        format: (value) => value.toFixed(2),
        height: HEIGHT,
        signal,
      });
      if (signal.aborted || mine !== turn) return;
      if (items.length === 0) {
        replace(place, h('p', { class: 'muted' }, 'There are no prices of this time.'));
        return;
      }
      note.textContent = `${LENGTHS[range.timeframe]}, times in UTC`;
      if (!drawing.root.isConnected) replace(place, drawing.root);
      drawing.draw(
        items.map((candle) => Date.parse(candle.time) / 1000),
        [{ label: 'Price', values: items.map((candle) => Number(candle.close)) }],
        levelsOf(item),
      );
    } catch (error) {
      if (signal.aborted || mine !== turn || drawing?.root.isConnected) return;
      replace(
        place,
        failed(error, 'the chart', () => show(item, now)),
      );
    }
  };
  return { root, show };
}
