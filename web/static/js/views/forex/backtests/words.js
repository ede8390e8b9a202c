/** What the pages of backtests share: states, figures in words, and signed amounts. Pure but for the elements it makes. */
import { h } from '../../../dom.js';
import { count, duration, whole } from '../../../format.js';
import { chip } from '../../../components/status.js';

/**
 * @typedef {import('../../../types.js').Backtest} Backtest
 * @typedef {import('../../../types.js').BacktestFigures} Figures
 */

export const PATH = 'forex/backtests';

/** @type {Record<Backtest['state'], ['good' | 'warn' | 'bad' | 'info' | 'quiet', string, boolean]>} */
const STATES = {
  queued: ['quiet', 'Waiting', true],
  running: ['info', 'Running', true],
  finished: ['good', 'Finished', false],
  failed: ['bad', 'Failed', false],
  cancelled: ['quiet', 'Cancelled', false],
};

/** @param {Backtest} run */
export function stateChip(run) {
  const [tone, word, busy] = STATES[run.state];
  return chip(tone, word, { busy });
}

/** @param {Backtest} run */
export const over = (run) => run.state !== 'queued' && run.state !== 'running';

/**
 * A number with its sign: `+2.18`, `−0.40`.
 *
 * @param {number} n
 * @param {number} [digits]
 */
export function signed(n, digits = 2) {
  const text = grouped(Math.abs(n), digits);
  if (Number(Math.abs(n).toFixed(digits)) === 0) return text;
  return `${n < 0 ? '−' : '+'}${text}`;
}

/** @param {number} n @param {number} digits */
function grouped(n, digits) {
  const [front, rest] = n.toFixed(digits).split('.');
  return whole(Number(front)) + (rest ? `.${rest}` : '');
}

/** An amount of money: `$10,217.62`. @param {number} n */
export const money = (n) => `${n < 0 ? '−' : ''}$${grouped(Math.abs(n), 2)}`;

/** An amount in whole dollars: `$10,218`. @param {number} n */
export const dollars = (n) => `${n < 0 ? '−' : ''}$${whole(Math.round(Math.abs(n)))}`;

/** @param {number | null} n @param {(n: number) => string} words */
const known = (n, words) => (n === null ? '–' : words(n));

/** @param {number} n */
const ratio = (n) => n.toFixed(2);

/**
 * @typedef {object} Figure
 * @property {string} name
 * @property {string} help What it means, for somebody who does not trade.
 * @property {(f: Figures) => string} words
 * @property {(f: Figures) => number | null} value
 * @property {1 | -1 | 0} better Whether more is better, or less.
 * @property {boolean} [signed] Its sign is good or bad.
 */

/** The figures that come first. @type {Figure[]} */
export const HEADLINES = [
  {
    name: 'Account',
    help: 'How much a $10,000 account would have gained or lost.',
    value: (f) => f.return_percent,
    words: (f) => `${signed(f.return_percent)} %`,
    better: 1,
    signed: true,
  },
  {
    name: 'Pips',
    help: 'What all trades brought together.',
    value: (f) => Number(f.pips),
    words: (f) => signed(Number(f.pips), 1),
    better: 1,
    signed: true,
  },
  {
    name: 'Won',
    help: 'Of all trades, those that ended with a gain.',
    value: (f) => f.win_percent,
    words: (f) => known(f.win_percent, (n) => `${n.toFixed(1)} %`),
    better: 1,
  },
  {
    name: 'Average trade',
    help: 'In R: +1 R is a gain as large as the risk, −1 R the whole risk lost.',
    value: (f) => f.expectancy_r,
    words: (f) => known(f.expectancy_r, (n) => `${signed(n)} R`),
    better: 1,
    signed: true,
  },
  {
    name: 'Deepest fall',
    help: 'From the account’s highest point to the lowest one after it.',
    value: (f) => f.max_drawdown_percent,
    words: (f) => `${f.max_drawdown_percent.toFixed(2)} %`,
    better: -1,
  },
  {
    name: 'Trades',
    help: 'The more there are, the more the other figures say.',
    value: (f) => f.trades,
    words: (f) => whole(f.trades),
    better: 0,
  },
];

/** The rest of them. @type {Figure[]} */
export const DETAILS = [
  {
    name: 'Profit factor',
    help: 'What trades have won for each dollar that others lost. Above 1 it gained.',
    value: (f) => f.profit_factor,
    words: (f) => known(f.profit_factor, ratio),
    better: 1,
  },
  {
    name: 'Result in R',
    help: 'All trades together, counted by what each of them risked.',
    value: (f) => (f.r === null ? null : Number(f.r)),
    words: (f) => (f.r === null ? '–' : `${signed(Number(f.r))} R`),
    better: 1,
    signed: true,
  },
  {
    name: 'Final account',
    help: 'With 1 % of the account at risk in each trade.',
    value: (f) => f.final_equity,
    words: (f) => money(f.final_equity),
    better: 1,
  },
  {
    name: 'Most losses in a row',
    help: 'What a subscriber has to sit through.',
    value: (f) => f.longest_losing_streak,
    words: (f) => whole(f.longest_losing_streak),
    better: -1,
  },
  {
    name: 'Time in a trade',
    help: 'The part of the time in which a trade was open.',
    value: (f) => f.exposure_percent,
    words: (f) => `${f.exposure_percent.toFixed(1)} %`,
    better: 0,
  },
  {
    name: 'Sharpe ratio',
    help: 'A year’s gain by how much the account swings. Above 1 is good.',
    value: (f) => f.sharpe,
    words: (f) => known(f.sharpe, ratio),
    better: 1,
  },
  {
    name: 'Sortino ratio',
    help: 'The same, counting only the swings downwards.',
    value: (f) => f.sortino,
    words: (f) => known(f.sortino, ratio),
    better: 1,
  },
  {
    name: 'Calmar ratio',
    help: 'A year’s gain by the deepest fall.',
    value: (f) => f.calmar,
    words: (f) => known(f.calmar, ratio),
    better: 1,
  },
  {
    name: 'Signals without a trade',
    help: 'The price had moved too far, or the market had closed.',
    value: (f) => f.missed,
    words: (f) => whole(f.missed),
    better: 0,
  },
];

/** How the last part of a trade was closed. @type {Record<string, string>} */
export const REASONS = {
  target: 'Last target',
  stop: 'Stop, with a loss',
  breakeven: 'Stop, at the entry',
  stop_in_profit: 'Stop, in profit',
  expired: 'Time was over',
  end_of_data: 'History ended',
  signal: 'The strategy said so',
};

/** @param {Figure} figure @param {Figures} f */
export function toneOf(figure, f) {
  const value = figure.value(f);
  if (!figure.signed || value === null || value === 0) return null;
  return value > 0 ? 'market-up' : 'market-down';
}

/** @param {Backtest} run */
export function progressBar(run) {
  const percent = run.total > 0 ? Math.floor((100 * run.done) / run.total) : 0;
  return h(
    'div',
    {
      class: 'backtest-bar',
      role: 'progressbar',
      'aria-label': `Progress of ${run.title}`,
      'aria-valuemin': '0',
      'aria-valuemax': '100',
      'aria-valuenow': String(percent),
    },
    h('div', { class: 'backtest-bar-fill', vars: { part: `${percent}%` } }),
  );
}

/** How far it is, in words. @param {Backtest} run */
export function progressText(run) {
  if (run.state === 'queued') return 'It begins when the one before it has finished.';
  return [
    `${whole(run.done)} of ${count(run.total, 'candle')}`,
    run.rate === null ? '' : `${whole(run.rate)} candles/s`,
    run.seconds_left === null ? '' : `${duration(run.seconds_left)} left`,
  ]
    .filter(Boolean)
    .join(' · ');
}
