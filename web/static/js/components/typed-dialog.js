/** A question that is answered by typing words: for what nothing takes back. */
import { h } from '../dom.js';
import { field } from './field.js';
import { formDialog, Mistake } from './form-dialog.js';
import { same } from '../typed.js';

/**
 * @param {object} options
 * @param {string} options.words What is typed.
 * @param {string} options.title
 * @param {import('../dom.js').Child[]} options.body What it brings.
 * @param {string} options.verb
 * @param {string} options.keep
 * @param {() => Promise<void>} options.work
 * @param {AbortSignal} options.signal
 */
export function typedDialog({ words, title, body, verb, keep, work, signal }) {
  const input = h('input', {
    class: 'input',
    type: 'text',
    autocomplete: 'off',
    autocapitalize: 'off',
    spellcheck: 'false',
  });
  const part = field({ label: `Type “${words}” to confirm`, control: input, required: true });
  return formDialog({
    title,
    danger: true,
    safe: true,
    body: [...body, part.root],
    verb,
    keep,
    signal,
    work: async () => {
      const typed = same(input.value, words);
      part.setError(typed ? '' : `Type “${words}”, without the quotes.`);
      if (!typed) {
        input.focus();
        throw new Mistake();
      }
      await work();
    },
  });
}
