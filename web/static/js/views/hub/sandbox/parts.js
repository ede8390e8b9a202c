/** Small things that several parts of the sandbox's page use. */
import { h, redraw, replace, uid } from '../../../dom.js';
import { field } from '../../../components/field.js';
import { failed } from '../../../components/states.js';
import { toastError } from '../../../components/toast.js';
import { ApiError } from '../../../problem.js';
import { sandboxRead } from '../../../api/sandbox.js';

/**
 * A picture of somebody: the first letter on a quiet disc.
 *
 * @param {string} name
 * @param {string} [kind]
 */
export function avatar(name, kind = '') {
  return h('span', { class: ['avatar', kind], 'aria-hidden': 'true' }, ([...name][0] ?? '?').toUpperCase());
}

/** @param {{ first_name: string, last_name?: string }} person */
export function fullName(person) {
  return [person.first_name, person.last_name].filter(Boolean).join(' ');
}

/**
 * @param {number} seconds Since 1970.
 */
export function clock(seconds) {
  return new Date(seconds * 1000).toISOString().slice(11, 16);
}

/**
 * A select with its choices.
 *
 * @param {[value: string, label: string][]} choices
 * @param {string} value
 * @param {(value: string) => void} [onchange]
 */
export function select(choices, value, onchange) {
  const element = h(
    'select',
    {
      class: 'input',
      on: onchange
        ? { change: (/** @type {Event} */ e) => onchange(/** @type {HTMLSelectElement} */ (e.target).value) }
        : {},
    },
    choices.map(([name, label]) => h('option', { value: name, selected: name === value }, label)),
  );
  element.value = value;
  return element;
}

/**
 * @typedef {object} Input
 * @property {string} name As the control API names it, so that its errors reach the right field.
 * @property {string} label
 * @property {HTMLInputElement | HTMLSelectElement} control
 * @property {string} [help]
 * @property {boolean} [required]
 */

/**
 * A small form: fields in a row, a button, errors at their fields.
 *
 * @param {object} options
 * @param {string} options.label
 * @param {Input[]} options.inputs
 * @param {string} options.button
 * @param {boolean} [options.primary]
 * @param {(values: Record<string, string>) => Promise<unknown>} options.onsend
 */
export function form({ label, inputs, button, primary = true, onsend }) {
  const fields = inputs.map(({ name, label: text, control, help = '', required = false }) => ({
    name,
    control,
    field: field({ label: text, control, help, required }),
  }));
  const submit = h('button', { class: ['button', primary && 'button-primary'], type: 'submit' }, button);
  const element = h(
    'form',
    {
      class: 'sandbox-form',
      'aria-label': label,
      novalidate: true,
      on: {
        submit: async (/** @type {Event} */ event) => {
          event.preventDefault();
          for (const item of fields) item.field.setError('');
          submit.setAttribute('aria-busy', 'true');
          try {
            await onsend(Object.fromEntries(fields.map((item) => [item.name, item.control.value.trim()])));
          } catch (error) {
            if (!(error instanceof ApiError) || !place(fields, error)) toastError(error, label);
          } finally {
            submit.removeAttribute('aria-busy');
          }
        },
      },
    },
    fields.map((item) => item.field.root),
    h('div', { class: 'sandbox-form-end' }, submit),
  );
  return element;
}

/**
 * Shows an error at its field and focuses it; false when it belongs to no field.
 *
 * @param {{ name: string, control: HTMLElement, field: import('../../../components/field.js').Field }[]} fields
 * @param {ApiError} error
 */
function place(fields, error) {
  let first = null;
  for (const { name, message } of error.fields ?? []) {
    const item = fields.find((candidate) => candidate.name === name);
    if (!item) continue;
    item.field.setError(message);
    first ??= item.control;
  }
  first?.focus();
  return first !== null;
}

/**
 * A part of a panel.
 *
 * @param {string} title
 * @param {...import('../../../dom.js').Child} children
 */
export function section(title, ...children) {
  const id = uid('section');
  return h('section', { class: 'stack', 'aria-labelledby': id }, h('h2', { id }, title), children);
}

/**
 * What was ordered of the sandbox, as a list that can be loaded again and again.
 *
 * @template T
 * @param {object} options
 * @param {string} options.path
 * @param {string} options.what "the faults"
 * @param {string} options.none The text when there are none.
 * @param {(item: T) => Node} options.row
 * @param {boolean} [options.newestFirst] Instead of last.
 * @param {AbortSignal} options.signal
 */
export function orders({ path, what, none, row, newestFirst = false, signal }) {
  const root = h('div', { class: 'stack' });
  const load = async () => {
    try {
      /** @type {{ items: T[] }} */
      const { items } = await sandboxRead(path, {}, signal);
      if (signal.aborted) return;
      redraw(
        root,
        items.length === 0
          ? h('p', { class: 'muted small' }, none)
          : h('ul', { class: 'orders' }, (newestFirst ? items.toReversed() : items).map(row)),
      );
    } catch (error) {
      if (!signal.aborted) replace(root, failed(error, what, load));
    }
  };
  return { root, load };
}

/**
 * @param {import('../../../dom.js').Props} props
 */
export function input(props = {}) {
  return h('input', { class: 'input', type: 'text', autocomplete: 'off', spellcheck: 'false', ...props });
}
