/** The trades of a backtest on the price: entries by triangles, exits by crosses. */
import { listCandles, readMarket } from '../../../api/forex.js';
import { h, replace } from '../../../dom.js';
import { date } from '../../../format.js';
import { chart } from '../../../components/chart/chart.js';
import { failed, loading, skeleton } from '../../../components/states.js';

/** @typedef {import('../../../types.js').BacktestDetail} Detail */

/** Candles at most: what the API answers at once. */
const MOST = 2000;

/** Lengths of candles, by the longest time that they can show. */
const LENGTHS = [
  { timeframe: '15m', seconds: 900 },
  { timeframe: '1h', seconds: 3600 },
  { timeframe: '4h', seconds: 14_400 },
];

/** Seconds in which the market trades, of all. */
const TRADING = 0.72;

/**
 * @param {HTMLElement} root
 * @param {Detail} run
 * @param {AbortSignal} signal
 */
export async function prices(root, run, signal) {
  const title = h('h2', null, 'Trades on the price');
  replace(root, title, loading('the prices', skeleton('skeleton-banner')));
  const span = (Date.parse(run.to) - Date.parse(run.from)) / 1000;
  const length = LENGTHS.find(({ seconds }) => (span * TRADING) / seconds <= MOST / 2) ?? LENGTHS[2];
  if (!length) return;
  const from = Math.max(Date.parse(run.from), Date.parse(run.to) - (MOST * length.seconds * 1000) / TRADING);
  try {
    const [market, { items }] = await Promise.all([
      readMarket(signal),
      listCandles({ timeframe: length.timeframe, limit: MOST, from: new Date(from).toISOString(), to: run.to }, signal),
    ]);
    if (signal.aborted) return;
    if (market.symbol !== run.symbol || market.simulated !== run.simulated || items.length === 0) {
      replace(root, title, h('p', { class: 'muted' }, 'The prices of that market are not shown here any more.'));
      return;
    }
    const drawing = await chart({
      label: `Price of ${run.symbol} with the trades`,
      format: (n) => n.toFixed(2),
      height: 340,
      signal,
    });
    if (signal.aborted) return;
    replace(
      root,
      title,
      h(
        'p',
        { class: 'backtest-legend muted small' },
        h('span', { class: 'market-up' }, '▲ bought'),
        h('span', { class: 'market-down' }, '▼ sold'),
        h('span', null, '✕ closed'),
        from > Date.parse(run.from) ? h('span', null, `Since ${date(from)}: the chart has no room for more.`) : null,
      ),
      drawing.root,
    );
    const times = items.map((candle) => Date.parse(candle.time) / 1000);
    const marks = { buy: empty(times), sell: empty(times), exit: empty(times) };
    for (const trade of run.trades) {
      put(marks[trade.side], times, trade.opened_at, trade.entry);
      put(marks.exit, times, trade.closed_at, trade.exit);
    }
    drawing.draw(times, [
      { label: 'Close', values: items.map((candle) => Number(candle.close)), tone: 'accent' },
      { label: 'Bought', values: marks.buy, tone: 'good', mark: 'up' },
      { label: 'Sold', values: marks.sell, tone: 'bad', mark: 'down' },
      { label: 'Closed', values: marks.exit, tone: 'muted', mark: 'cross' },
    ]);
  } catch (error) {
    if (!signal.aborted)
      replace(
        root,
        title,
        failed(error, 'the prices', () => void prices(root, run, signal)),
      );
  }
}

/** @param {number[]} times @returns {(number | null)[]} */
const empty = (times) => times.map(() => null);

/**
 * Puts a price at the candle that a moment falls into.
 *
 * @param {(number | null)[]} values
 * @param {number[]} times
 * @param {string} at
 * @param {string} price
 */
export function put(values, times, at, price) {
  const time = Date.parse(at) / 1000;
  if (times.length === 0 || time < (times[0] ?? 0)) return;
  let low = 0;
  let high = times.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((times[middle] ?? 0) <= time) low = middle;
    else high = middle - 1;
  }
  values[low] = Number(price);
}
