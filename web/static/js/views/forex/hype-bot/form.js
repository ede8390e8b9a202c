/** What the dialogs of prompts and flows share: text fields, and saving what somebody else may have changed. */
import { h } from '../../../dom.js';
import { field } from '../../../components/field.js';
import { Mistake, formDialog } from '../../../components/form-dialog.js';
import { guardUnsaved } from '../../../components/unsaved.js';
import { tellFields } from '../strategies/parts.js';
import { clean } from '../../../typed.js';

/** @typedef {import('../strategies/parts.js').Part} Part */

/**
 * @param {object} options
 * @param {string} options.label
 * @param {string} options.value
 * @param {number} options.most Characters.
 * @param {string} [options.help]
 * @param {string} [options.missing] What is said when it is empty; without it the field is optional.
 * @param {number} [options.rows] Of a field with several lines.
 * @returns {Part & { value: () => string }}
 */
export function textField({ label, value, most, help = '', missing = '', rows }) {
  const attributes = { class: 'input', maxlength: most, value, autocomplete: 'off' };
  const input = rows ? h('textarea', { ...attributes, rows }) : h('input', { ...attributes, type: 'text' });
  const { root, setError } = field({ label, control: input, help, required: missing !== '' });
  const check = () => {
    const wrong = clean(input.value) ? '' : missing;
    setError(wrong);
    return wrong;
  };
  input.addEventListener('input', () => setError(''));
  return { root, input, setError, check, value: () => clean(input.value) };
}

/**
 * A form in a dialog that is not closed by mistake. What is typed stays when somebody else has changed the same meanwhile,
 * and the next try is based on what is there then.
 *
 * @template {{ id: string, version: number }} T
 * @param {object} options
 * @param {string} options.title
 * @param {import('../../../dom.js').Child[]} options.body
 * @param {Record<string, Part>} options.parts As the API names them.
 * @param {() => unknown} options.read What would be saved.
 * @param {T | null} options.seen What is changed; null for something new.
 * @param {() => Promise<{ items: T[] }>} options.again Reads what is there now.
 * @param {(seen: T | null) => Promise<void>} options.save
 * @param {() => void} options.onclose
 * @param {AbortSignal} options.signal
 */
export function savingDialog({ title, body, parts, read, seen, again, save, onclose, signal }) {
  let now = seen;
  const shown = new AbortController();
  const within = AbortSignal.any([signal, shown.signal]);
  const kept = JSON.stringify(read());
  const note = h('p', { class: 'muted small', role: 'status' });
  const dirty = () => JSON.stringify(read()) !== kept;
  const held = () => {
    const is = dirty();
    if (is) note.textContent = 'Your changes are not saved yet: save them, or cancel.';
    return is;
  };
  guardUnsaved(() => !shown.signal.aborted && dirty(), within);
  formDialog({
    title,
    held,
    onclose: () => {
      shown.abort();
      onclose();
    },
    body: [h('div', { class: 'stack hype-form' }, body), note],
    verb: 'Save',
    signal,
    onerror: (error) => {
      if (error.status === 409) return tellName(error, parts.name);
      if (error.status !== 412) return tellFields(error, (name) => parts[name]);
      void again().then(
        ({ items }) => (now = items.find(({ id }) => id === seen?.id) ?? now),
        () => {}, // then the next try is refused the same way
      );
      return false;
    },
    work: async () => {
      note.textContent = '';
      const all = Object.values(parts);
      for (const part of all) part.setError('');
      const wrong = all.filter((part) => part.check() !== '');
      if (wrong[0]) {
        wrong[0].input.focus();
        throw new Mistake();
      }
      await save(now);
    },
  });
}

/** A name that is taken is told at its field. @param {import('../../../problem.js').ApiError} error @param {Part | undefined} name */
function tellName(error, name) {
  if (!name || !error.code.endsWith('_name_taken')) return false;
  name.setError(error.text);
  name.input.focus();
  return true;
}
