/** Pieces of the strategies' pages: tabs, number fields, and the bar that saves a form. */
import { h } from '../../../dom.js';
import { format } from '../../../router.js';
import { button, iconButton } from '../../../components/button.js';
import { field } from '../../../components/field.js';
import { Mistake, workForm } from '../../../components/form-dialog.js';
import { toast } from '../../../components/toast.js';
import { guardUnsaved } from '../../../components/unsaved.js';
import { showMistake } from '../../../components/refusal.js';
import { linkTabs } from '../support-chat/place-tabs.js';
import { PATH, numberOf, numberProblem } from './words.js';

/** @param {'strategies' | 'settings'} here */
export function placeTabs(here) {
  return linkTabs('Strategies', [
    { label: 'Strategies', href: format(PATH), current: here === 'strategies' },
    { label: 'Settings', href: format(PATH, { tab: 'settings' }), current: here === 'settings' },
  ]);
}

/**
 * @typedef {object} Part A field of a form.
 * @property {HTMLElement} root
 * @property {HTMLElement} input
 * @property {(message: string) => void} setError
 * @property {() => string} check Shows and returns what is wrong; '' for nothing.
 */

/**
 * A field for a number within bounds; with a default it offers to go back to it.
 *
 * @param {object} options
 * @param {string} options.label
 * @param {string} [options.help]
 * @param {number | string} options.value
 * @param {number} options.min
 * @param {number} options.max
 * @param {number} options.step
 * @param {number} [options.otherwise] The default.
 * @param {string} [options.unit]
 * @param {string} [options.bounds] The range in words.
 * @returns {Part & { value: () => number, input: HTMLInputElement }}
 */
export function numberField({
  label,
  help = '',
  value,
  min,
  max,
  step,
  otherwise,
  unit = '',
  bounds = `${min} to ${max}`,
}) {
  const input = h('input', {
    class: 'input number-input figures',
    type: 'text',
    inputmode: step >= 1 ? 'numeric' : 'decimal',
    autocomplete: 'off',
    value: String(value),
  });
  const put = (/** @type {number} */ number) => {
    input.value = String(number);
    input.dispatchEvent(new Event('input', { bubbles: true }));
  };
  const back = iconButton('reset', `Reset ${label} to ${otherwise}`, () => {
    put(otherwise ?? min);
    input.focus();
  });
  const range = `${bounds}${otherwise === undefined ? '' : `, default ${otherwise}`}`;
  const part = field({
    label: unit ? `${label}, in ${unit}` : label,
    control: input,
    wrap: otherwise === undefined ? input : h('div', { class: 'number-row' }, input, back),
    required: true,
    help: `${help ? `${help.charAt(0).toUpperCase()}${help.slice(1)}. ` : ''}${range}.`,
  });
  const check = () => {
    const wrong = numberProblem(input.value, { min, max, step });
    part.setError(wrong);
    return wrong;
  };
  const show = () => {
    back.hidden = numberOf(input.value) === otherwise;
  };
  input.addEventListener('input', () => {
    show();
    if (input.getAttribute('aria-invalid')) check();
  });
  input.addEventListener('change', check);
  input.addEventListener('keydown', (event) => {
    const now = numberOf(input.value);
    if (now === null || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
    event.preventDefault();
    const next = now + (event.key === 'ArrowUp' ? step : -step);
    put(Number(Math.min(Math.max(next, min), max).toFixed(4)));
  });
  show();
  return { root: part.root, input, setError: part.setError, check, value: () => numberOf(input.value) ?? 0 };
}

/**
 * A form of a page that is saved as a whole. Until then leaving the page is guarded.
 *
 * @param {object} options
 * @param {import('../../../dom.js').Child[]} options.body
 * @param {() => Part[]} options.parts Checked before it is saved.
 * @param {() => unknown} options.read What would be saved.
 * @param {() => Promise<void>} options.save
 * @param {(error: import('../../../problem.js').ApiError) => boolean} options.onerror
 * @param {() => void} options.reset Puts back what is saved.
 * @param {boolean} options.readonly
 * @param {AbortSignal} options.signal
 */
export function savedForm({ body, parts, read, save, onerror, reset, readonly, signal }) {
  let kept = JSON.stringify(read());
  const note = h('span', { class: 'muted small', role: 'status' });
  const undo = button('Discard', () => {
    reset();
    toast('Your changes are discarded.', { kind: 'info' });
  });
  const dirty = () => !readonly && JSON.stringify(read()) !== kept;
  const form = workForm({
    body: [
      h(
        'fieldset',
        { class: 'settings', disabled: readonly },
        h('legend', { class: 'visually-hidden' }, 'Settings'),
        body,
      ),
    ],
    verb: 'Save',
    beside: [undo, note],
    signal,
    onerror,
    work: async () => {
      note.textContent = '';
      const wrong = parts().filter((part) => part.check() !== '');
      if (wrong[0]) {
        showMistake(wrong[0].input);
        throw new Mistake();
      }
      await save();
      kept = JSON.stringify(read());
      tell();
      note.textContent = 'Saved.';
    },
  });
  form.classList.add('saved-form');
  const go = /** @type {HTMLButtonElement} */ (form.querySelector('[type=submit]'));
  const bar = /** @type {HTMLElement} */ (go.parentElement);
  bar.classList.add('save-bar');
  bar.hidden = readonly;

  const tell = () => {
    const is = dirty();
    undo.hidden = !is;
    bar.classList.toggle('save-bar-dirty', is);
    if (is) note.textContent = 'Not saved yet.';
    else if (note.textContent === 'Not saved yet.') note.textContent = '';
  };
  form.addEventListener('input', tell);
  form.addEventListener('change', tell);
  guardUnsaved(dirty, signal);
  tell();
  return { root: form, dirty };
}

/**
 * Shows each error beside its field; what has none is left to the form.
 *
 * @param {import('../../../problem.js').ApiError} error
 * @param {(name: string) => Pick<Part, 'setError' | 'input'> | null | undefined} partOf
 * @returns {boolean} Whether all of them have been shown.
 */
export function tellFields(error, partOf) {
  let first = null;
  let all = error.fields.length > 0;
  for (const { name, message } of error.fields) {
    const part = partOf(name);
    if (!part) {
      all = false;
      continue;
    }
    part.setError(message);
    first ??= part.input;
  }
  showMistake(first);
  return all;
}
