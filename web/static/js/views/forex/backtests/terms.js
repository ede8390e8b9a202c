/** What a backtest depended on: parameters, terms and data. */
import { h } from '../../../dom.js';
import { count, dateTime, duration, whole } from '../../../format.js';
import { money } from './words.js';

/** @typedef {import('../../../types.js').BacktestDetail} Detail */

/** What happens to the stop. @type {Record<Detail['terms']['stop_rule'], string>} */
const STOPS = {
  breakeven: 'To the entry at the first target',
  moving_target: 'To the entry, then to the target before',
  moving_2_target: 'To the entry at the second target, then behind the price',
  fixed: 'It stays where it is',
};

/** @param {Detail} run */
export function termsOf(run) {
  const { terms, params } = run;
  const { protections: guard } = terms;
  /** @type {[string, string][]} */
  const rows = [
    ['Account', `${money(terms.cash)}, ${terms.risk_percent} % at risk in each trade`],
    ['Spread', `$${terms.spread}`],
    ['Targets close', terms.shares.map((part) => `${part} %`).join(', ')],
    ['Stop', STOPS[terms.stop_rule]],
    ['Ends after', terms.expire_minutes > 0 ? duration(terms.expire_minutes * 60) : 'Never by itself'],
    ['Pause after a trade', guard.cooldown_minutes > 0 ? duration(guard.cooldown_minutes * 60) : 'None'],
    [
      'Pause after losses',
      guard.stops > 0
        ? `${duration(guard.pause_minutes * 60)} after ${count(guard.stops, 'stop')} within ${duration(guard.window_minutes * 60)}`
        : 'None',
    ],
    ['Most lost on a day', Number(guard.daily_loss_r) > 0 ? `${Number(guard.daily_loss_r)} R` : 'No limit'],
  ];
  return h(
    'section',
    { class: 'market-panel', 'aria-labelledby': 'terms-title' },
    h('h2', { id: 'terms-title' }, 'What counted'),
    facts(rows),
    h('h3', null, 'Parameters'),
    facts(
      params.map(({ title, value, default: usual }) => [
        title,
        value === usual ? String(value) : `${value} (usually ${usual})`,
      ]),
    ),
  );
}

/** @param {Detail} run */
export function dataOf(run) {
  return h(
    'section',
    { class: 'market-panel', 'aria-labelledby': 'data-title' },
    h('h2', { id: 'data-title' }, 'Data'),
    facts([
      ['Market', run.simulated ? `${run.symbol}, simulated: its prices are made up` : run.symbol],
      ['Candles', `${whole(run.candles)} of 15 minutes`],
      ['From', dateTime(run.from)],
      ['To', dateTime(run.to)],
      ['Took', run.started_at && run.finished_at ? took(run.started_at, run.finished_at) : '–'],
    ]),
    h(
      'p',
      { class: 'small backtest-hash' },
      h('span', { class: 'muted' }, 'SHA-256 of the candles '),
      h('code', null, run.sha256),
    ),
    h(
      'p',
      { class: 'muted small' },
      'The same candles always have the same number. Two backtests with the same number, parameters and terms find the same.',
    ),
  );
}

/** @param {string} from @param {string} to */
function took(from, to) {
  const ms = Date.parse(to) - Date.parse(from);
  return ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : duration(ms / 1000);
}

/** @param {[string, string][]} rows */
const facts = (rows) =>
  h(
    'dl',
    { class: 'backtest-facts' },
    rows.map(([name, value]) =>
      h('div', null, h('dt', { class: 'muted' }, name), h('dd', { class: 'figures' }, value)),
    ),
  );
