/** A field that searches once typing rests. */
import { h } from '../../dom.js';
import { icon } from '../icons.js';
import { clean } from '../../typed.js';

/** How long to wait after typing before a search (ms). */
const REST = 250;

/**
 * @param {object} options
 * @param {string} options.label Also its placeholder.
 * @param {string} options.value
 * @param {(value: string) => void} options.onsearch
 * @param {AbortSignal} options.signal Ends the waiting.
 * @param {import('../../dom.js').Props} [options.props] More for the input.
 */
export function searchInput({ label, value, onsearch, signal, props = {} }) {
  let last = value;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const input = h('input', {
    class: 'input',
    type: 'search',
    placeholder: label,
    'aria-label': label,
    value,
    ...props,
    on: {
      input: () => {
        clearTimeout(timer);
        timer = setTimeout(() => {
          const typed = clean(input.value);
          if (signal.aborted || !input.isConnected || typed === last) return;
          last = typed;
          onsearch(typed);
        }, REST);
      },
    },
  });
  return {
    input,
    root: h('div', { class: 'search' }, icon('search'), input),
    /** Empties it without a search. */
    clear() {
      clearTimeout(timer);
      last = '';
      input.value = '';
    },
  };
}
