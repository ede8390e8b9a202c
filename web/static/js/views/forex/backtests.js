/** Backtests: strategies played over past prices. The list, the form of a new one, or one of them. */
import { currentSession } from '../../api.js';
import { mountCompare } from './backtests/compare.js';
import { mountForm } from './backtests/form.js';
import { mountList } from './backtests/list.js';
import { mountRun } from './backtests/run.js';

/**
 * @param {HTMLElement} root
 * @param {Record<string, string>} params `backtest` shows one, beside another one with `with`; `new` opens the form, which
 *   begins with what the run `like` had.
 * @returns {() => void}
 */
export function mount(root, params) {
  const view = new AbortController();
  const { signal } = view;
  const editable = (currentSession().capabilities ?? []).includes('backtests.write');
  if (params.backtest && params.with) mountCompare(root, [params.backtest, params.with], signal);
  else if (params.backtest) mountRun(root, params.backtest, editable, signal);
  else if (params.new && editable)
    mountForm(root, { strategy: params.strategy ?? '', like: params.like ?? '' }, signal);
  else mountList(root, editable, signal);
  return () => view.abort();
}
