/** Chooses the backtest to which one is compared. */
import { listBacktests } from '../../../api/backtests.js';
import { h } from '../../../dom.js';
import { dateTime } from '../../../format.js';
import { format } from '../../../router.js';
import { HEADLINES, PATH } from './words.js';

/**
 * @param {import('../../../types.js').Backtest} run
 * @param {AbortSignal} signal
 * @returns {HTMLElement} Hidden while there is none to compare with.
 */
export function chooser(run, signal) {
  const select = h(
    'select',
    {
      class: 'input backtest-chooser',
      'aria-label': 'Compare with another backtest',
      hidden: true,
      on: { change: () => select.value && (location.hash = format(`${PATH}/${run.id}`, { with: select.value })) },
    },
    h('option', { value: '' }, 'Compare with…'),
  );
  const [result] = HEADLINES;
  listBacktests({ state: 'finished', limit: 100 }, signal)
    .then(({ items }) => {
      for (const other of items) {
        if (other.id === run.id || !other.figures || !result) continue;
        const text = `${other.title}, ${dateTime(other.created_at)}: ${result.words(other.figures)}`;
        select.append(h('option', { value: other.id }, text));
        select.hidden = false;
      }
    })
    .catch(() => {}); // the report is there without it
  return select;
}
