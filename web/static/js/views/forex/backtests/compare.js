/** Two backtests beside each other. */
import { getBacktest } from '../../../api/backtests.js';
import { h, replace } from '../../../dom.js';
import { date, dateTime, whole } from '../../../format.js';
import { format } from '../../../router.js';
import { chart } from '../../../components/chart/chart.js';
import { page } from '../../../components/page.js';
import { failed, loading, skeleton } from '../../../components/states.js';
import { percent } from './report.js';
import { DETAILS, HEADLINES, PATH, toneOf } from './words.js';

/** @typedef {import('../../../types.js').BacktestDetail} Detail */

/**
 * @param {HTMLElement} root
 * @param {[string, string]} ids
 * @param {AbortSignal} signal
 */
export function mountCompare(root, ids, signal) {
  const frame = page({
    title: 'Two backtests',
    trail: [
      { label: 'Backtests', href: format(PATH) },
      { label: 'Backtest', href: format(`${PATH}/${ids[0]}`) },
    ],
  });
  replace(root, frame.root);
  const load = async () => {
    replace(frame.content, loading('the backtests', skeleton('skeleton-banner'), skeleton('skeleton-row')));
    try {
      const [left, right] = await Promise.all([getBacktest(ids[0], signal), getBacktest(ids[1], signal)]);
      const drawing = await chart({
        label: 'Change of both accounts since their beginning, in percent',
        format: percent,
        signal,
      });
      if (signal.aborted) return;
      replace(
        frame.content,
        h(
          'div',
          { class: 'market' },
          h('section', { class: 'market-panel', 'aria-label': 'Figures' }, table(left, right)),
          h(
            'section',
            { class: 'market-panel', 'aria-labelledby': 'both-title' },
            h('h2', { id: 'both-title' }, 'Accounts'),
            drawing.root,
          ),
          h(
            'section',
            { class: 'market-panel', 'aria-labelledby': 'apart-title' },
            h('h2', { id: 'apart-title' }, 'Where they differ'),
            differences(left, right),
          ),
        ),
      );
      const { times, values } = together([left, right]);
      drawing.draw(times, [
        { label: `A ${left.title}`, values: values[0] ?? [] },
        { label: `B ${right.title}`, values: values[1] ?? [], tone: 'warn', dashed: true },
      ]);
    } catch (error) {
      if (!signal.aborted) replace(frame.content, failed(error, 'the backtests', load));
    }
  };
  void load();
}

/**
 * @param {Detail} left
 * @param {Detail} right
 */
function table(left, right) {
  const [a, b] = [left.figures, right.figures];
  if (!a || !b) return h('p', { class: 'muted' }, 'Only finished backtests can be compared.');
  return h(
    'div',
    { class: 'backtest-scroll', tabindex: '0', role: 'region', 'aria-label': 'Figures of both' },
    h(
      'table',
      { class: 'figures backtest-both' },
      h('thead', null, h('tr', null, h('th', { scope: 'col' }, 'Figure'), head('A', left), head('B', right))),
      h(
        'tbody',
        null,
        [...HEADLINES, ...DETAILS].map((figure) => {
          const [x, y] = [figure.value(a), figure.value(b)];
          const ahead = x === null || y === null || x === y ? 0 : Math.sign(x - y) * figure.better;
          return h(
            'tr',
            null,
            h('th', { scope: 'row' }, figure.name, h('span', { class: 'muted small' }, figure.help)),
            cell(figure.words(a), toneOf(figure, a), ahead > 0),
            cell(figure.words(b), toneOf(figure, b), ahead < 0),
          );
        }),
      ),
    ),
  );
}

/** @param {string} letter @param {Detail} run */
const head = (letter, run) =>
  h(
    'th',
    { scope: 'col' },
    h('a', { href: format(`${PATH}/${run.id}`) }, `${letter} ${run.title}`),
    h('span', { class: 'muted small' }, dateTime(run.created_at)),
  );

/** @param {string} text @param {string | null} tone @param {boolean} better */
const cell = (text, tone, better) =>
  h('td', { class: tone ?? undefined }, text, better ? h('span', { class: 'backtest-better' }, 'better') : null);

/**
 * @param {Detail} left
 * @param {Detail} right
 */
function differences(left, right) {
  /** @param {Detail} run @returns {[string, string][]} */
  const rows = (run) => [
    ['Strategy', run.title],
    ['From', date(run.from)],
    ['To', date(run.to)],
    ['Candles', whole(run.candles)],
    ['Data', run.sha256.slice(0, 12)],
    ['Spread', `$${run.terms.spread}`],
    ['Targets close', run.terms.shares.map((part) => `${part} %`).join(', ')],
    ['Stop rule', run.terms.stop_rule],
    ...run.params.map(({ title, value }) => /** @type {[string, string]} */ ([title, String(value)])),
  ];
  const [a, b] = [new Map(rows(left)), new Map(rows(right))];
  const names = [...new Set([...a.keys(), ...b.keys()])].filter((name) => a.get(name) !== b.get(name));
  if (names.length === 0)
    return h('p', { class: 'muted' }, 'In nothing: both ran over the same data with the same parameters.');
  return h(
    'div',
    { class: 'backtest-scroll', tabindex: '0', role: 'region', 'aria-label': 'Differences' },
    h(
      'table',
      { class: 'figures backtest-both' },
      h(
        'thead',
        null,
        h(
          'tr',
          null,
          ['What', 'A', 'B'].map((name) => h('th', { scope: 'col' }, name)),
        ),
      ),
      h(
        'tbody',
        null,
        names.map((name) =>
          h(
            'tr',
            null,
            h('th', { scope: 'row' }, name),
            h('td', null, a.get(name) ?? '–'),
            h('td', null, b.get(name) ?? '–'),
          ),
        ),
      ),
    ),
  );
}

/**
 * The accounts over the days of both, as changes in percent.
 *
 * @param {Detail[]} runs
 * @returns {{ times: number[], values: (number | null)[][] }}
 */
export function together(runs) {
  const day = (/** @type {string} */ at) => Math.floor(Date.parse(at) / 86_400_000) * 86_400;
  const times = [...new Set(runs.flatMap((run) => run.equity.map(({ at }) => day(at))))].sort((x, y) => x - y);
  const values = runs.map((run) => {
    const known = new Map(run.equity.map(({ at, equity }) => [day(at), (100 * equity) / run.terms.cash - 100]));
    const last = day(run.equity.at(-1)?.at ?? '');
    /** @type {number | null} */
    let now = null;
    return times.map((time) => {
      now = known.get(time) ?? now;
      return time > last ? null : now;
    });
  });
  return { times, values };
}
