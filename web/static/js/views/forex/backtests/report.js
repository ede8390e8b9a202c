/** What a finished backtest found. */
import { h, replace } from '../../../dom.js';
import { count, date } from '../../../format.js';
import { chart } from '../../../components/chart/chart.js';
import { chip } from '../../../components/status.js';
import { prices } from './prices.js';
import { dataOf, termsOf } from './terms.js';
import { trades } from './trades.js';
import { DETAILS, HEADLINES, REASONS, dollars, signed, toneOf } from './words.js';

/**
 * @typedef {import('../../../types.js').BacktestDetail} Detail
 * @typedef {import('./words.js').Figure} Figure
 */

/**
 * @param {HTMLElement} root
 * @param {Detail} run
 * @param {AbortSignal} signal
 */
export async function report(root, run, signal) {
  const { figures, checks } = run;
  if (!figures || !checks) return;
  const curves = h('section', { class: 'market-panel backtest-curves', 'aria-label': 'Account' });
  const market = h('section', { class: 'market-panel', 'aria-label': 'Trades on the price' });
  replace(
    root,
    headlines(run),
    trust(run),
    curves,
    market,
    h('div', { class: 'backtest-pair' }, more(run), h('div', { class: 'backtest-report' }, reasons(run), dataOf(run))),
    trades(run),
    termsOf(run),
  );
  await Promise.all([account(curves, run, signal), prices(market, run, signal)]);
}

/** @param {Detail} run */
function headlines({ figures }) {
  return h(
    'section',
    { class: 'market-panel', 'aria-label': 'Result' },
    h('dl', { class: 'backtest-headlines' }, figures && HEADLINES.map((figure) => one(figure, figures))),
  );
}

/** @param {Figure} figure @param {import('../../../types.js').BacktestFigures} figures */
const one = (figure, figures) =>
  h(
    'div',
    null,
    h('dt', { class: 'muted' }, figure.name),
    h('dd', { class: ['backtest-figure figures', toneOf(figure, figures)] }, figure.words(figures)),
    h('dd', { class: 'muted small' }, figure.help),
  );

/** How far it can be trusted. @param {Detail} run */
function trust({ checks }) {
  if (!checks) return null;
  const { look_ahead: ahead, warm_up: warm, out_of_sample: out } = checks;
  /** @type {(name: string, tone: 'good' | 'warn' | 'bad', word: string, meaning: string, problem?: string) => HTMLElement} */
  const row = (name, tone, word, meaning, problem = '') =>
    h(
      'li',
      { class: 'backtest-check' },
      h('div', { class: 'backtest-check-head' }, h('h3', null, name), chip(tone, word)),
      h('p', { class: 'muted' }, meaning),
      problem ? h('p', { class: 'small' }, problem) : null,
    );
  const average = out.expectancy_r === null ? '' : `, ${signed(out.expectancy_r)} R on average`;
  return h(
    'section',
    { class: 'market-panel', 'aria-labelledby': 'trust-title' },
    h('h2', { id: 'trust-title' }, 'Can it be trusted?'),
    h(
      'ul',
      { class: 'backtest-checks' },
      row(
        'No look into the future',
        ahead.passed ? 'good' : 'bad',
        ahead.passed ? 'Passed' : 'Failed',
        'Cut off at several points, the strategy decided the same: it uses nothing that was not known at the time.',
        ahead.problem,
      ),
      row(
        'The beginning does not matter',
        warm.passed ? 'good' : 'bad',
        warm.passed ? 'Passed' : 'Failed',
        'Begun at other points of the history, it decided the same once it was warmed up, as it has to when it starts live.',
        warm.problem,
      ),
      row(
        'Trades out of sample',
        out.trades >= 100 ? 'good' : 'warn',
        count(out.trades, 'trade'),
        `The last 30 % of the history, from ${date(out.from)}: ${signed(Number(out.pips), 1)} pips${average}. Set parameters by the part before, and judge them by this one. From 100 trades on it says something.`,
      ),
    ),
  );
}

/** @param {Detail} run */
const more = ({ figures }) =>
  h(
    'section',
    { class: 'market-panel', 'aria-labelledby': 'more-title' },
    h('h2', { id: 'more-title' }, 'More figures'),
    h('dl', { class: 'backtest-details' }, figures && DETAILS.map((figure) => one(figure, figures))),
  );

/** How trades ended. @param {Detail} run */
function reasons({ figures }) {
  const list = Object.entries(figures?.exit_reasons ?? {}).sort(([, a], [, b]) => b - a);
  const all = figures?.trades ?? 0;
  return h(
    'section',
    { class: 'market-panel', 'aria-labelledby': 'reasons-title' },
    h('h2', { id: 'reasons-title' }, 'How trades ended'),
    list.length === 0
      ? h('p', { class: 'muted' }, 'There was no trade.')
      : h(
          'dl',
          { class: 'backtest-reasons' },
          list.map(([reason, n]) =>
            h(
              'div',
              null,
              h('dt', null, REASONS[reason] ?? reason),
              h(
                'dd',
                { class: 'figures' },
                `${n} `,
                h('span', { class: 'muted small' }, `${Math.round((100 * n) / all)} %`),
              ),
              h(
                'dd',
                { class: 'backtest-bar', 'aria-hidden': 'true' },
                h('div', { class: 'backtest-bar-fill', vars: { part: `${(100 * n) / all}%` } }),
              ),
            ),
          ),
        ),
  );
}

/**
 * The account and its falls, day by day.
 *
 * @param {HTMLElement} root
 * @param {Detail} run
 * @param {AbortSignal} signal
 */
async function account(root, run, signal) {
  const [equity, fall] = await Promise.all([
    chart({ label: 'Account in dollars, at the end of each day', format: dollars, signal }),
    chart({ label: 'Fall below the highest point so far, in percent', format: percent, height: 160, signal }),
  ]);
  if (signal.aborted) return;
  replace(root, h('h2', null, 'Account'), equity.root, h('h2', null, 'Falls'), fall.root);
  const times = run.equity.map(({ at }) => Date.parse(at) / 1000);
  equity.draw(times, [{ label: 'Account', values: run.equity.map((point) => point.equity) }]);
  fall.draw(times, [{ label: 'Fall', values: falls(run.equity.map((point) => point.equity)), tone: 'bad' }]);
}

/** @param {number} n */
export const percent = (n) => `${signed(n, 1)} %`;

/** How far each value is below the highest one so far, in percent. @param {number[]} values */
export function falls(values) {
  let peak = -Infinity;
  return values.map((value) => {
    peak = Math.max(peak, value);
    return (100 * value) / peak - 100;
  });
}
