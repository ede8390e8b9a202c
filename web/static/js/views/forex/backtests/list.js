/** The list of backtests: what ran, over which time, and what came of it. */
import { listBacktests } from '../../../api/backtests.js';
import { h, replace } from '../../../dom.js';
import { on } from '../../../events.js';
import { date } from '../../../format.js';
import { watch } from '../../../live.js';
import { format } from '../../../router.js';
import { icon } from '../../../components/icons.js';
import { cardTable } from '../../../components/list/card-table.js';
import { liveList } from '../../../components/list/live-list.js';
import { page } from '../../../components/page.js';
import { blank, skeleton } from '../../../components/states.js';
import { timeAgo } from '../../../components/time.js';
import { HEADLINES, PATH, over, progressBar, progressText, stateChip, toneOf } from './words.js';

/** @typedef {import('../../../types.js').Backtest} Backtest */

/**
 * @param {HTMLElement} root
 * @param {boolean} editable
 * @param {AbortSignal} signal
 */
export function mountList(root, editable, signal) {
  const start = () =>
    h('a', { class: 'button button-primary', href: format(PATH, { new: '1' }) }, icon('play'), 'Run a backtest');
  const table = cardTable('Backtests', ['Strategy', 'State', ...HEADLINES.map(({ name }) => name)]);
  const list = liveList({
    what: 'the backtests',
    noun: ['backtest'],
    class: 'card-list',
    holder: table.body,
    frame: table.root,
    read: listBacktests,
    entry: (/** @type {Backtest} */ run) => row(run),
    shapes: () => [1, 2, 3].map(() => skeleton('skeleton-row')),
    empty: () =>
      blank({
        title: 'No backtests yet',
        text: 'A backtest plays a strategy over past prices, and shows what it would have won and lost.',
        action: editable ? start() : null,
      }),
    signal,
  });
  const frame = page({ title: 'Backtests', actions: editable ? [start()] : [] });
  replace(frame.content, ...list.nodes);
  replace(root, frame.root);
  watch('backtest', null, () => void list.lookAgain(), signal);
  on('recovered', () => void list.lookAgain(), signal);
  void list.reload();
}

/** @param {Backtest} first */
function row(first) {
  const root = h('tr', { class: 'card-row', role: 'row' });
  /** @param {Backtest} run */
  const show = (run) => {
    const focused = root.contains(document.activeElement);
    replace(root, ...cells(run));
    if (focused) root.querySelector('a')?.focus();
  };
  show(first);
  return { root, show };
}

/** @param {Backtest} run */
function cells(run) {
  const { figures } = run;
  const changed = run.params.filter((param) => param.value !== param.default).length;
  return [
    h(
      'td',
      { role: 'cell', class: 'card-who' },
      h('a', { class: 'backtest-name', href: format(`${PATH}/${run.id}`) }, run.title),
      h(
        'span',
        { class: 'muted small' },
        `${date(run.from)} to ${date(run.to)}`,
        changed > 0 ? ` · ${changed} of its parameters changed` : null,
      ),
      h('span', { class: 'muted small' }, timeAgo(run.created_at)),
    ),
    h(
      'td',
      { role: 'cell', class: 'backtest-state' },
      stateChip(run),
      over(run)
        ? null
        : h('div', { class: 'backtest-going' }, progressBar(run), h('p', { class: 'small muted' }, progressText(run))),
    ),
    ...HEADLINES.map((figure) =>
      h(
        'td',
        {
          role: 'cell',
          class: ['figures backtest-cell', figures && toneOf(figure, figures)],
          'data-label': figure.name,
        },
        figures ? figure.words(figures) : '–',
      ),
    ),
  ];
}
