/**
 * What the forms of steps are made of. A control writes while one types; adding or removing rows
 * redraws the form. Each control has a key, by which focus and problems find it.
 */
import { h, replace, setVars, uid } from '../../../../dom.js';
import { toolButton } from '../../../../components/button.js';
import { field } from '../../../../components/field.js';
import { icon } from '../../../../components/icons.js';
import { glyph } from '../icons.js';
import { nameOf, stepOf, typeOf, ways } from '../model.js';
import { join, split, UNITS } from '../spans.js';

/**
 * @typedef {import('../types.js').Step} Step
 *
 * @typedef {object} Form
 * @property {Step} step As it was when the form was drawn.
 * @property {import('../store.js').Store} store
 * @property {boolean} fixed
 * @property {(key: string, change: (step: Step) => Step) => void} type For controls: many keystrokes are one change.
 * @property {(label: string, change: (step: Step) => Step, focus?: string) => void} change Redraws the form; focus is a key.
 * @property {(keys: string[], setError: (message: string) => void) => void} problems Registers what shows the problems of fields.
 * @property {(port: string) => void} way Asks where a way leads.
 * @property {Record<string, import('../../../../types.js').Upload>} uploads By id.
 * @property {(destroy: () => void) => void} later Called when the form goes.
 */

/**
 * @param {Form} form
 * @param {object} options
 * @param {string} options.key The field's name on the wire.
 * @param {string} options.label
 * @param {string} options.value
 * @param {(step: Step, value: string) => Step} options.set
 * @param {string} [options.help]
 * @param {boolean} [options.required]
 * @param {import('../../../../dom.js').Props} [options.props]
 * @param {boolean} [options.lines] Makes it multi-line.
 * @param {(typed: string) => string} [options.clean] Cleans up what is typed.
 */
export function textInput(
  form,
  { key, label, value, set, help = '', required = false, props = {}, lines = false, clean = (typed) => typed },
) {
  const control = h(lines ? 'textarea' : 'input', {
    class: 'input',
    ...(lines ? { rows: 3 } : { type: 'text' }),
    autocomplete: 'off',
    value,
    disabled: form.fixed,
    dataset: { key },
    ...props,
    on: { input: () => form.type(key, (step) => set(step, cleaned(control, clean))) },
  });
  const made = field({ label, control, help, required });
  form.problems([key], made.setError);
  return made.root;
}

/** @param {HTMLInputElement | HTMLTextAreaElement} control @param {(typed: string) => string} clean */
function cleaned(control, clean) {
  const value = clean(control.value);
  if (value !== control.value) control.value = value;
  return value;
}

/**
 * @param {Form} form
 * @param {object} options
 * @param {string} options.key
 * @param {string} options.label
 * @param {number | undefined} options.value
 * @param {(step: Step, value: number | undefined) => Step} options.set
 * @param {string} [options.help]
 * @param {boolean} [options.required]
 * @param {import('../../../../dom.js').Props} [options.props]
 */
export function numberInput(form, { key, label, value, set, help = '', required = false, props = {} }) {
  const control = h('input', {
    class: 'input figures',
    type: 'number',
    step: 'any',
    value: value === undefined ? '' : String(value),
    disabled: form.fixed,
    dataset: { key },
    ...props,
    on: {
      input: () => {
        if (control.validity.badInput) return;
        const given = control.value === '' ? undefined : Number(control.value);
        form.type(key, (step) => set(step, given));
      },
    },
  });
  const made = field({ label, control, help, required });
  form.problems([key], made.setError);
  return made.root;
}

/**
 * @param {Form} form
 * @param {object} options
 * @param {string} options.key
 * @param {string} options.label
 * @param {[value: string, label: string][]} options.choices
 * @param {string} options.value
 * @param {(step: Step, value: string) => Step} options.set
 * @param {string} [options.help]
 */
export function selectInput(form, { key, label, choices, value, set, help = '' }) {
  const control = select(choices, value, {
    disabled: form.fixed,
    dataset: { key },
    on: { change: () => form.change(label, (step) => set(step, control.value), key) },
  });
  const made = field({ label, control, help, required: true });
  form.problems([key], made.setError);
  return made.root;
}

/**
 * @param {[value: string, label: string][]} choices
 * @param {string} value
 * @param {import('../../../../dom.js').Props} props
 */
export function select(choices, value, props) {
  const control = h(
    'select',
    { class: 'input', ...props },
    choices.map(([name, text]) => h('option', { value: name }, text)),
  );
  control.value = value;
  return control;
}

/**
 * @param {Form} form
 * @param {object} options
 * @param {string} options.key
 * @param {string} options.label
 * @param {boolean} options.value
 * @param {(step: Step, value: boolean) => Step} options.set
 */
export function tick(form, { key, label, value, set }) {
  const control = h('input', {
    type: 'checkbox',
    checked: value,
    disabled: form.fixed,
    dataset: { key },
    on: { change: () => form.change(label, (step) => set(step, control.checked), key) },
  });
  return h('label', { class: 'tick' }, control, h('span', null, label));
}

/** A duration as a number and a unit. 0 means none.
 *
 * @param {Form} form
 * @param {object} options
 * @param {string} options.key
 * @param {string} options.label
 * @param {number} options.value Seconds.
 * @param {(step: Step, seconds: number) => Step} options.set
 * @param {string} [options.help]
 * @param {boolean} [options.required]
 */
export function spanInput(form, { key, label, value, set, help = '', required = false }) {
  const parts = value ? split(value) : { amount: 0, unit: 'hours' };
  const amount = h('input', {
    class: 'input figures',
    type: 'number',
    min: 0,
    step: 'any',
    value: value ? String(parts.amount) : '',
    disabled: form.fixed,
    dataset: { key },
    on: { input: () => write() },
  });
  const unit = select(UNITS.map(([name]) => /** @type {[string, string]} */ ([name, name])).reverse(), parts.unit, {
    disabled: form.fixed,
    dataset: { key: `${key}.unit` },
    'aria-label': `Unit of ${label}`,
    on: { change: () => write() },
  });
  const write = () => {
    if (amount.validity.badInput) return;
    form.type(key, (step) => set(step, join(Math.max(0, Number(amount.value) || 0), unit.value)));
  };
  const made = field({ label, control: amount, wrap: h('div', { class: 'span-input' }, amount, unit), help, required });
  form.problems([key], made.setError);
  return made.root;
}

/**
 * Where a way leads, with the menu that changes it.
 *
 * @param {Form} form
 * @param {string} port
 * @param {string} name Its name on the wire.
 * @param {string} [words] Instead of the port's own.
 */
export function wayButton(form, port, name, words) {
  const way = ways(form.step).find((item) => item.port === port);
  if (!way) return null;
  const target = way.target ? stepOf(form.store.definition, way.target) : undefined;
  const labelID = uid('way');
  const error = errorLine();
  const button = h(
    'button',
    {
      class: ['way', !target && 'way-open'],
      type: 'button',
      id: uid('way'),
      disabled: form.fixed,
      dataset: { key: `way.${port}` },
      'aria-haspopup': 'dialog',
      'aria-labelledby': '',
      on: { click: () => form.way(port) },
    },
    target ? glyph(typeOf(target.type).icon) : icon('plus'),
    h('span', { class: 'way-name' }, target ? nameOf(target) : way.falls ? `As “${way.falls}”` : 'Choose a step'),
    icon('chevron', 'small'),
  );
  button.setAttribute('aria-labelledby', `${labelID} ${button.id}`);
  button.setAttribute('aria-describedby', error.id);
  form.problems([name, port], error.set);
  return h(
    'div',
    { class: 'way-row' },
    h('span', { class: 'label', id: labelID }, words ?? way.label),
    button,
    error.root,
  );
}

/** A place for a problem below something that isn't a field. */
export function errorLine() {
  const root = h('p', { class: 'field-error', id: uid('error'), hidden: true });
  return {
    root,
    id: root.id,
    set: (/** @type {string} */ message) => {
      root.hidden = message === '';
      replace(root, message ? [icon('alert', 'small'), h('span', null, message)] : null);
    },
  };
}

/**
 * A button of a row.
 *
 * @param {import('../../../../components/button.js').Sign} sign
 * @param {string} label
 * @param {string} key
 * @param {() => void} press
 * @param {boolean} [disabled]
 */
export function rowButton(sign, label, key, press, disabled = false) {
  return toolButton(sign, label, press, { class: 'icon-button-small', small: true, disabled, dataset: { key } });
}

/**
 * An input within a row: its label is for screen readers.
 *
 * @param {Form} form
 * @param {object} options
 * @param {string} options.key
 * @param {string} options.label
 * @param {string} options.value
 * @param {(step: Step, value: string) => Step} options.set
 * @param {import('../../../../dom.js').Props} [options.props]
 * @param {(typed: string) => string} [options.clean]
 */
export function bare(form, { key, label, value, set, props = {}, clean = (typed) => typed }) {
  const control = h('input', {
    class: 'input',
    type: 'text',
    autocomplete: 'off',
    value,
    disabled: form.fixed,
    dataset: { key },
    'aria-label': label,
    placeholder: label,
    maxlength: 200,
    ...props,
    on: { input: () => form.type(key, (step) => set(step, cleaned(control, clean))) },
  });
  return control;
}

/**
 * @param {string} id
 * @param {string[]} words
 */
export function suggestions(id, words) {
  return h(
    'datalist',
    { id },
    words.map((word) => h('option', { value: word })),
  );
}

/** @param {HTMLElement} element @param {number} share Per cent. */
export function bar(element, share) {
  setVars(element, { share: `${share}%` });
  return element;
}
