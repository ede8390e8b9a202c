/** Gold at a glance: the price, the signals, and how the feed is. */
import { listCandles, readMarket } from '../../api/forex.js';
import { h, redraw, replace } from '../../dom.js';
import { count, date, dateTime, whole } from '../../format.js';
import { watch } from '../../live.js';
import { callout } from '../../components/callout.js';
import { chart } from '../../components/chart/chart.js';
import { page } from '../../components/page.js';
import { segmented } from '../../components/segmented.js';
import { failed, loading, skeleton } from '../../components/states.js';
import { chip, madeUpTag } from '../../components/status.js';
import { age } from '../../components/time.js';
import { signalsToday } from './signals/today.js';

/** @typedef {import('../../types.js').Market} Market */

const WORDS = /** @type {const} */ ({
  off: ['quiet', 'Not set up'],
  starting: ['info', 'Starting'],
  live: ['good', 'Live'],
  closed: ['quiet', 'Market closed'],
  waiting: ['warn', 'Waiting'],
  broken: ['bad', 'Broken'],
});

/** What the chart shows: a candle's length, and how many of them. */
const RANGES = [
  { value: 'day', label: 'Day', timeframe: '15m', limit: 92 },
  { value: 'week', label: 'Week', timeframe: '1h', limit: 115 },
  { value: 'months', label: '2 months', timeframe: '4h', limit: 260 },
];

/** How often it is read when no event comes (ms): a feed that went silent says so by itself. */
const EVERY = 60_000;

/**
 * @param {HTMLElement} root
 * @returns {() => void}
 */
export function mount(root) {
  const life = new AbortController();
  const { signal } = life;
  let range = RANGES[0];
  let busy = false;
  let again = false;
  /** @type {import('../../components/chart/chart.js').Chart | null} */
  let drawing = null;

  const frame = page({ title: 'Overview' });
  const body = h('div', { class: 'market' });
  const figures = h('div', { class: 'market-now' });
  const picture = h('section', { class: 'market-panel market-chart', 'aria-label': 'Price' });
  const signals = signalsToday(signal);
  const feed = h('section', { class: 'market-panel', 'aria-labelledby': 'feed-title' });
  const ranges = segmented({
    label: 'Time shown',
    quietLabel: true,
    choices: RANGES,
    value: 'day',
    onchange: (value) => {
      range = RANGES.find((item) => item.value === value);
      void load();
    },
  });
  replace(frame.content, body);
  replace(root, frame.root);
  replace(body, loading('the market', skeleton('skeleton-banner'), skeleton('skeleton-row')));

  const load = async () => {
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    const wanted = range ?? { timeframe: '15m', limit: 92 };
    try {
      const [market, candles] = await Promise.all([readMarket(signal), listCandles(wanted, signal)]);
      drawing ??= await chart({
        label: `Price of ${market.symbol} in US dollars`,
        format: (value) => value.toFixed(2),
        signal,
      });
      if (signal.aborted) return;
      if (!figures.isConnected) replace(body, figures, signals.root, picture, feed);
      signals.show(market);
      redraw(figures, now(market));
      redraw(feed, health(market));
      if (candles.items.length === 0) {
        replace(picture, h('p', { class: 'muted' }, 'The chart begins with the first candles.'));
        return;
      }
      if (!drawing.root.isConnected) replace(picture, h('div', { class: 'market-ranges' }, ranges.root), drawing.root);
      drawing.draw(
        candles.items.map((candle) => Date.parse(candle.time) / 1000),
        [{ label: 'Close', values: candles.items.map((candle) => Number(candle.close)) }],
      );
    } catch (error) {
      if (!signal.aborted && !figures.isConnected) replace(body, failed(error, 'the market', load));
    } finally {
      busy = false;
      if (again && !signal.aborted) {
        again = false;
        void load();
      }
    }
  };

  watch('market', null, load, signal);
  const timer = setInterval(load, EVERY);
  void load();
  return () => {
    clearInterval(timer);
    life.abort();
  };
}

/** @param {Market} market */
function now(market) {
  const [tone, word] = WORDS[market.state];
  const change = market.price && market.day_open ? Number(market.price) - Number(market.day_open) : null;
  return h(
    'section',
    { class: 'market-panel market-price', 'aria-label': market.symbol },
    h('div', { class: 'row' }, h('h2', null, market.symbol), chip(tone, word), market.simulated ? madeUpTag() : null),
    h(
      'p',
      { class: 'market-figure figures' },
      market.price ?? '–',
      change === null
        ? null
        : h(
            'span',
            { class: ['market-change', change < 0 ? 'market-down' : 'market-up'] },
            `${change < 0 ? '▼' : '▲'} ${Math.abs(change).toFixed(2)} today`,
          ),
    ),
    market.price_at ? h('p', { class: 'muted small' }, `At ${dateTime(market.price_at)}`) : null,
    market.problem && market.state !== 'live'
      ? callout(market.state === 'broken' ? 'bad' : 'info', `${market.problem.message}. ${market.problem.remedy ?? ''}`)
      : null,
  );
}

/** @param {Market} market */
function health(market) {
  /** @type {[string, import('../../dom.js').Child][]} */
  const rows = [
    ['Source', market.simulated ? 'The sandbox’s market: its prices are made up' : 'Twelve Data'],
    [
      'Market’s time',
      market.market_time && market.simulated ? `${dateTime(market.market_time)}, at ${speed(market.speed)}` : null,
    ],
    ['Last look', market.looked_at ? age(market.looked_at) : 'Not yet'],
    [
      'Candles',
      market.bars.first && market.bars.last
        ? `${date(market.bars.first)} to ${dateTime(market.bars.last)}, 15 minutes each`
        : 'None yet',
    ],
    ['Gaps in 30 days', market.bars.last ? (market.bars.gaps === 0 ? 'None' : count(market.bars.gaps, 'gap')) : null],
    ['Credits left today', market.credits ? `${whole(market.credits.day)} of ${whole(market.credits.per_day)}` : null],
  ];
  return [
    h('h2', { id: 'feed-title' }, 'Market feed'),
    h(
      'dl',
      { class: 'market-facts' },
      rows
        .filter(([, value]) => value !== null)
        .map(([name, value]) =>
          h('div', null, h('dt', { class: 'muted' }, name), h('dd', { class: 'figures' }, value)),
        ),
    ),
  ];
}

/** @param {number} factor */
function speed(factor) {
  if (factor === 0) return 'rest';
  return factor === 1 ? 'its real pace' : `${whole(factor)} times its real pace`;
}
