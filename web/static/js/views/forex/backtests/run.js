/** One backtest: how far it is, then its report. */
import { cancelBacktest, deleteBacktest, getBacktest } from '../../../api/backtests.js';
import { h, replace } from '../../../dom.js';
import { on } from '../../../events.js';
import { count, date, dateTime, whole } from '../../../format.js';
import { watch } from '../../../live.js';
import { sentence } from '../../../problem.js';
import { format } from '../../../router.js';
import { button } from '../../../components/button.js';
import { callout } from '../../../components/callout.js';
import { confirmLoss } from '../../../components/form-dialog.js';
import { icon } from '../../../components/icons.js';
import { page } from '../../../components/page.js';
import { failed, loading, skeleton } from '../../../components/states.js';
import { toastError } from '../../../components/toast.js';
import { chooser } from './chooser.js';
import { report } from './report.js';
import { PATH, over, progressBar, progressText, stateChip } from './words.js';
import { madeUpTag } from '../../../components/status.js';

/** @typedef {import('../../../types.js').BacktestDetail} Detail */

/** How often one that is under way is looked at, in case the event stream is down (ms). */
const LOOK = 5000;

/**
 * @param {HTMLElement} root
 * @param {string} id
 * @param {boolean} editable
 * @param {AbortSignal} signal
 */
export function mountRun(root, id, editable, signal) {
  const state = h('div', { role: 'status' });
  const actions = h('div', { class: 'row backtest-actions' });
  const frame = page({
    title: 'Backtest',
    trail: [{ label: 'Backtests', href: format(PATH) }],
    aside: state,
  });
  const head = h('section', { class: 'market-panel', 'aria-label': 'What ran' });
  const found = h('div', { class: 'backtest-report' });
  const body = h('div', { class: 'market' }, head, found);
  replace(root, frame.root);
  replace(frame.content, loading('the backtest', skeleton('skeleton-banner'), skeleton('skeleton-row')));
  /** @type {Detail | null} */
  let run = null;

  const load = async () => {
    try {
      const fresh = await getBacktest(id, signal);
      if (signal.aborted || (run && fresh.version < run.version)) return;
      if (!run) replace(frame.content, body);
      show(fresh);
    } catch (error) {
      if (!signal.aborted && !run) replace(frame.content, failed(error, 'the backtest', load));
    }
  };

  /** @param {Detail} fresh */
  const show = (fresh) => {
    const before = run?.state;
    run = fresh;
    const held = document.activeElement;
    const focused = body.contains(held);
    replace(head, ...words(fresh), actions);
    if (before === fresh.state) {
      if (focused && held instanceof HTMLElement && held.isConnected) held.focus();
      return;
    }
    replace(state, stateChip(fresh));
    replace(actions, ...commands(fresh));
    if (focused) root.querySelector('h1')?.focus();
    if (fresh.state === 'finished') void report(found, fresh, signal);
  };

  /** @param {Detail} fresh */
  const commands = (fresh) => {
    if (!over(fresh)) return editable ? [button('Cancel', cancel, { icon: 'stop' })] : [];
    return [
      fresh.state === 'finished' ? chooser(fresh, signal) : null,
      ...(editable
        ? [
            h('a', { class: 'button', href: format(PATH, { new: '1', like: id }) }, icon('refresh'), 'Run again'),
            button('Delete', remove, { look: 'quiet', icon: 'trash' }),
          ]
        : []),
    ].filter((item) => item !== null);
  };

  const cancel = async () => {
    try {
      await cancelBacktest(id);
      await load();
    } catch (error) {
      if (!signal.aborted) toastError(error, 'Cancelling');
    }
  };

  const remove = () =>
    confirmLoss({
      title: 'Delete this backtest?',
      text: 'What it found is lost. The strategy and the prices stay, so it can be run again.',
      losses: ['Its figures, curves and trades'],
      verb: 'Delete it',
      keep: 'Keep it',
      work: async () => {
        await deleteBacktest(id);
        location.hash = format(PATH);
      },
      signal,
    });

  watch('backtest', id, () => void load(), signal);
  on('recovered', () => void load(), signal);
  const timer = setInterval(() => {
    if (!document.hidden && run && !over(run)) void load();
  }, LOOK);
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
  void load();
}

/** @param {Detail} run */
function words(run) {
  return [
    h('div', { class: 'row' }, h('h2', null, run.title), run.simulated ? madeUpTag() : null),
    h(
      'p',
      { class: 'muted' },
      `${run.symbol}, ${date(run.from)} to ${date(run.to)}: ${count(run.candles, 'candle')} of 15 minutes, spread $${run.terms.spread}`,
    ),
    h('p', { class: 'muted small' }, `Asked for by ${run.created_by || 'somebody'}, ${dateTime(run.created_at)}`),
    over(run)
      ? null
      : h(
          'div',
          { class: 'backtest-going' },
          progressBar(run),
          h('p', { class: 'figures small' }, progressText(run)),
          h(
            'p',
            { class: 'muted small' },
            `It goes on when you close this page. The ${whole(run.candles)} candles are gone through several times: once for the result, the others for the checks.`,
          ),
        ),
    run.problem
      ? callout(
          'bad',
          [run.problem.message, run.problem.remedy]
            .filter(Boolean)
            .map((text) => sentence(text ?? ''))
            .join(' '),
        )
      : null,
    run.state === 'cancelled' ? callout('info', 'It was cancelled. Nothing of it was kept.') : null,
  ];
}
