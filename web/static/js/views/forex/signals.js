/** Gold signals: the list of them, and one of them. */
import { mountSignal } from './signals/detail.js';
import { mountList } from './signals/list.js';

/**
 * @param {HTMLElement} root
 * @param {Record<string, string>} params `signal`; or `state`, `strategy` and `practice` of the list.
 * @returns {() => void}
 */
export function mount(root, params) {
  const view = new AbortController();
  if (params.signal) mountSignal(root, params.signal, view.signal);
  else mountList(root, params, view.signal);
  return () => view.abort();
}
