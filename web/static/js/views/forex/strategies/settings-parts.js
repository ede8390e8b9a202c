/** Fields of the settings of signals that are more than a number. */
import { h, replace, uid } from '../../../dom.js';
import { button, iconButton } from '../../../components/button.js';
import { field } from '../../../components/field.js';
import { numberOf } from './words.js';
import { running } from '../../../typed.js';

/** @typedef {import('../../../types.js').Settings} Settings */

/** The stop rules in words, in the order in which they are offered. @type {[Settings['stop_rule'], string, string][]} */
const STOP_RULES = [
  ['breakeven', 'To the entry at the first target', 'Then it stays there.'],
  ['moving_target', 'Behind each target', 'To the entry at the first target, then to the target before.'],
  ['moving_2_target', 'Two targets behind', 'To the entry at the second target, then to the target before the last.'],
  ['fixed', 'Where it is', 'It is not moved.'],
];

const MOST_TARGETS = 3;
const LONGEST_DISCLAIMER = 400;

/** @param {string[]} first */
export function sharesField(first) {
  const problemId = uid('shares');
  const problem = h('p', { class: 'field-error', id: problemId, role: 'alert', hidden: true });
  const total = h('p', { class: 'muted small figures' });
  const list = h('div', { class: 'shares' });
  const add = button('Add a target', () => insert('0', true), { small: true, icon: 'plus' });
  const less = iconButton('trash', 'Remove the last target', () => {
    inputs.pop()?.parentElement?.remove();
    changed();
  });
  /** @type {HTMLInputElement[]} */
  const inputs = [];
  const root = h(
    'fieldset',
    { class: 'stack' },
    h('legend', { class: 'label' }, 'What each target closes, in percent'),
    h('div', { class: 'row' }, list, less, add),
    total,
    problem,
  );
  /** @param {string} value @param {boolean} [focus] */
  function insert(value, focus = false) {
    const input = h('input', {
      class: 'input figures share-input',
      type: 'text',
      inputmode: 'decimal',
      autocomplete: 'off',
      value,
      'aria-label': `Target ${inputs.length + 1}, percent`,
      'aria-describedby': problemId,
    });
    inputs.push(input);
    list.append(
      h(
        'label',
        { class: 'share' },
        h('span', { class: 'muted small', 'aria-hidden': 'true' }, `Target ${inputs.length}`),
        input,
      ),
    );
    draw();
    if (focus) {
      changed();
      input.focus();
    }
  }
  const sum = () => inputs.reduce((n, { value }) => n + (numberOf(value) ?? 0), 0);
  const draw = () => {
    add.hidden = inputs.length >= MOST_TARGETS;
    less.hidden = inputs.length <= 1;
    const is = Math.round(sum() * 100) / 100;
    total.textContent = is === 100 ? 'Together 100 %.' : `Together ${is} %, and it has to be 100 %.`;
  };
  const changed = () => {
    draw();
    list.dispatchEvent(new Event('input', { bubbles: true }));
  };
  root.addEventListener('input', draw);
  for (const share of first) insert(share);

  /** @param {string} message */
  const setError = (message) => {
    problem.hidden = message === '';
    replace(problem, message);
    for (const input of inputs) {
      if (message) input.setAttribute('aria-invalid', 'true');
      else input.removeAttribute('aria-invalid');
    }
  };
  return {
    root,
    get input() {
      return inputs[0] ?? root;
    },
    setError,
    check() {
      const right = inputs.every(({ value }) => (numberOf(value) ?? 0) > 0) && Math.abs(sum() - 100) < 0.001;
      setError(right ? '' : 'Type parts above 0 that make up 100 % together.');
      return right ? '' : 'shares';
    },
    value: () => inputs.map(({ value }) => String(numberOf(value) ?? 0)),
  };
}

/** @param {Settings['stop_rule']} first */
export function ruleField(first) {
  let value = first;
  const group = uid('rule');
  const problem = h('p', { class: 'field-error', hidden: true });
  const root = h(
    'fieldset',
    { class: 'ticks' },
    h('legend', { class: 'label' }, 'Where the stop goes when a target is hit'),
    STOP_RULES.map(([rule, label, text]) =>
      h(
        'label',
        { class: 'tick' },
        h('input', { type: 'radio', name: group, checked: rule === first, on: { change: () => (value = rule) } }),
        h('span', null, label, h('span', { class: 'field-help tick-help' }, text)),
      ),
    ),
    problem,
  );
  return {
    root,
    input: /** @type {HTMLElement} */ (root.querySelector('input')),
    setError(/** @type {string} */ message) {
      problem.hidden = message === '';
      problem.textContent = message;
    },
    check: () => '',
    value: () => value,
  };
}

/**
 * @param {string} label
 * @param {string} value
 * @param {[string, string][]} choices Values and names.
 */
export function selectField(label, value, choices) {
  const input = h(
    'select',
    { class: 'input' },
    choices.map(([one, name]) => h('option', { value: one, selected: one === value }, name)),
  );
  const part = field({ label, control: input, required: true });
  return { root: part.root, input, setError: part.setError, check: () => '', value: () => input.value };
}

/** @param {string} value */
export function disclaimerField(value) {
  const counter = h('span', { class: 'count figures' });
  const input = h('textarea', { class: 'input', rows: 3, value });
  const part = field({ label: 'Disclaimer', control: input, aside: counter, help: 'Under each signal and recap.' });
  const check = () => {
    const n = [...running(input.value)].length;
    counter.textContent = `${n} of ${LONGEST_DISCLAIMER}`;
    counter.classList.toggle('count-over', n > LONGEST_DISCLAIMER);
    const wrong = n > LONGEST_DISCLAIMER ? `Shorten it by ${n - LONGEST_DISCLAIMER}.` : '';
    part.setError(wrong);
    return wrong;
  };
  input.addEventListener('input', check);
  check();
  return { root: part.root, input, setError: part.setError, check, value: () => running(input.value) };
}
