/** Fields of cross-promotion's settings that are more than an input. */
import { h, replace, uid } from '../../../dom.js';
import { icon } from '../../../components/icons.js';
import { SLOTS, WEEKDAYS, dayOf, ownTime } from './words.js';

/** @typedef {import('../../../types.js').CrossPromo} CrossPromo */

/** What is said of a day that lost. @type {[CrossPromo['losing'], string, string][]} */
const LOSING = [
  ['skip', 'Leave it out', 'Nothing is posted on such a day.'],
  ['soften', 'One sentence with the loss', 'How much the day has lost, and nothing more.'],
  ['show', 'Each signal', 'As on any other day, losses beside wins.'],
];

/** @param {string} label @param {boolean} on */
export function tick(label, on) {
  const input = h('input', { type: 'checkbox', checked: on });
  return { root: h('label', { class: 'tick' }, input, h('span', null, label)), input, value: () => input.checked };
}

/** What is wrong, below it. @param {HTMLElement[]} inputs Those that it describes. */
function problemOf(inputs) {
  const id = uid('problem');
  const root = h('p', { class: 'field-error', id, role: 'alert', hidden: true });
  for (const input of inputs) input.setAttribute('aria-describedby', id);
  return {
    root,
    setError(/** @type {string} */ message) {
      root.hidden = message === '';
      replace(root, message ? [icon('alert', 'small'), h('span', null, message)] : null);
      for (const input of inputs) {
        if (message) input.setAttribute('aria-invalid', 'true');
        else input.removeAttribute('aria-invalid');
      }
    },
  };
}

/** The days of the week on which posts come. @param {number[]} first */
export function daysField(first) {
  const boxes = WEEKDAYS.map(([day, name]) => ({ day, ...tick(name, first.includes(day)) }));
  const [monday] = boxes;
  const problem = problemOf(boxes.map(({ input }) => input));
  return {
    root: h(
      'fieldset',
      { class: 'programme-days' },
      h('legend', { class: 'label' }, 'Days'),
      h(
        'div',
        { class: 'programme-day-ticks' },
        boxes.map(({ root }) => root),
      ),
      problem.root,
    ),
    input: /** @type {HTMLElement} */ (monday?.input),
    setError: problem.setError,
    check: () => '',
    value: () => boxes.flatMap(({ day, value }) => (value() ? [day] : [])).sort(),
  };
}

/**
 * Whether a post comes, and when.
 *
 * @param {import('./words.js').SlotName} slot
 * @param {{ on: boolean, at: string }} term
 */
export function slotField(slot, term) {
  const { name, help } = SLOTS[slot];
  const own = h('span', { class: 'muted small figures' });
  const on = tick(name, term.on);
  const input = h('input', {
    class: 'input figures programme-at',
    type: 'time',
    value: term.at,
    required: true,
    'aria-label': `${name}: time in UTC`,
  });
  const problem = problemOf([input]);
  const show = () => {
    own.textContent = input.value ? ownTime(`${dayOf(Date.now())}T${input.value}:00Z`) : '';
  };
  input.addEventListener('input', () => {
    problem.setError('');
    show();
  });
  show();
  return {
    root: h(
      'div',
      { class: 'programme-term' },
      h('div', null, on.root, h('p', { class: 'field-help tick-inner' }, help)),
      h('div', { class: 'programme-clock' }, input, h('span', { class: 'muted small' }, 'UTC'), own),
      problem.root,
    ),
    input,
    setError: problem.setError,
    check() {
      const wrong = input.value ? '' : 'Type a time such as 06:42.';
      problem.setError(wrong);
      return wrong;
    },
    value: () => ({ on: on.value(), at: input.value }),
  };
}

/** @param {CrossPromo['losing']} first */
export function losingField(first) {
  let value = first;
  const group = uid('losing');
  const inputs = LOSING.map(([way]) =>
    h('input', { type: 'radio', name: group, checked: way === first, on: { change: () => (value = way) } }),
  );
  const problem = problemOf([]);
  return {
    root: h(
      'fieldset',
      { class: 'ticks' },
      h('legend', { class: 'visually-hidden' }, 'Days that lost'),
      LOSING.map(([, label, text], i) =>
        h(
          'label',
          { class: 'tick' },
          inputs[i],
          h('span', null, label, h('span', { class: 'field-help programme-way' }, text)),
        ),
      ),
      problem.root,
    ),
    input: /** @type {HTMLElement} */ (inputs[0]),
    setError: problem.setError,
    check: () => '',
    value: () => value,
  };
}
