/** The forms of the steps that direct people: delay, condition, split, jump. */
import { h, uid } from '../../../../dom.js';
import { OPERATORS, shares, variableName, variables } from '../model.js';
import { bar, bare, select, selectInput, spanInput, suggestions, textInput, wayButton } from './parts.js';
import { rows, withItem } from './rows.js';

/** @typedef {import('./parts.js').Form} Form */

/** @param {Form} form @returns {import('../../../../dom.js').Child[]} */
export function delayForm(form) {
  const { step } = form;
  const kind = step.delay ?? 'for';
  return [
    selectInput(form, {
      key: 'delay',
      label: 'Wait',
      choices: [
        ['for', 'For a duration'],
        ['until_time', 'Until a time of day'],
        ['until_date', 'Until a date'],
      ],
      value: kind,
      set: (old, value) => ({ ...old, delay: value }),
    }),
    kind === 'for'
      ? spanInput(form, {
          key: 'seconds',
          label: 'How long',
          value: step.seconds ?? 0,
          set: (old, seconds) => ({ ...old, seconds: seconds || undefined }),
          required: true,
        })
      : null,
    kind === 'until_time'
      ? textInput(form, {
          key: 'time_of_day',
          label: 'Time of day',
          value: step.time_of_day ?? '',
          set: (old, value) => ({ ...old, time_of_day: value || undefined }),
          help: 'The next one, in the person’s time zone if known, otherwise in the journey’s.',
          required: true,
          props: { type: 'time', class: 'input figures' },
        })
      : null,
    kind === 'until_date'
      ? textInput(form, {
          key: 'date',
          label: 'Date and time',
          value: step.date ?? '',
          set: (old, value) => ({ ...old, date: value.slice(0, 16) || undefined }),
          help: 'A date in the past means no delay.',
          required: true,
          props: { type: 'datetime-local', class: 'input figures' },
        })
      : null,
    wayButton(form, 'next', 'next_step_id'),
  ];
}

/** Comparisons without a value, and those of a tag instead of a variable. */
const BARE = new Set(['exists', 'missing']);
const TAGS = new Set(['has_tag', 'lacks_tag']);

/** @param {Form} form @returns {import('../../../../dom.js').Child[]} */
export function conditionForm(form) {
  const { step } = form;
  const names = uid('names');
  const list = step.rules ?? [];
  return [
    suggestions(names, variables(form.store.definition)),
    list.length > 1
      ? selectInput(form, {
          key: 'rule_match',
          label: 'Yes, when',
          choices: [
            ['all', 'all rules hold'],
            ['any', 'any rule holds'],
          ],
          value: step.rule_match ?? 'all',
          set: (old, value) => ({ ...old, rule_match: value === 'all' ? undefined : value }),
        })
      : null,
    rows(form, {
      key: 'rules',
      label: 'Rules',
      one: 'rule',
      items: list,
      least: 1,
      blank: () => /** @type {import('../types.js').Rule} */ ({ op: 'equals' }),
      focus: (i) => `rules[${i}].op`,
      set: (old, rules) => ({ ...old, rules }),
      row: (rule, i) => ({
        keys: [`rules[${i}]`, `rules[${i}].variable`, `rules[${i}].op`, `rules[${i}].value`],
        body: h(
          'div',
          { class: 'rule' },
          TAGS.has(rule.op)
            ? null
            : bare(form, {
                key: `rules[${i}].variable`,
                label: `What rule ${i + 1} looks at`,
                value: rule.variable ?? '',
                set: (old, value) => ({
                  ...old,
                  rules: withItem(old.rules, i, { variable: value || undefined }),
                }),
                clean: variableName,
                props: { list: names, placeholder: 'Variable', spellcheck: 'false', class: 'input mono' },
              }),
          operator(form, rule.op, i),
          BARE.has(rule.op)
            ? null
            : bare(form, {
                key: `rules[${i}].value`,
                label: TAGS.has(rule.op) ? `Tag of rule ${i + 1}` : `Value of rule ${i + 1}`,
                value: rule.value ?? '',
                set: (old, value) => ({ ...old, rules: withItem(old.rules, i, { value: value || undefined }) }),
                props: { placeholder: TAGS.has(rule.op) ? 'Tag' : 'Value' },
              }),
        ),
      }),
    }),
    wayButton(form, 'true', 'branch_true_step_id', 'Yes: leads to'),
    wayButton(form, 'false', 'branch_false_step_id', 'No: leads to'),
  ];
}

/** @param {Form} form @param {string} op @param {number} i */
function operator(form, op, i) {
  const key = `rules[${i}].op`;
  const control = select(Object.entries(OPERATORS), op, {
    disabled: form.fixed,
    dataset: { key },
    'aria-label': `Comparison of rule ${i + 1}`,
    on: {
      change: () =>
        form.change(
          'Rule',
          (step) => ({
            ...step,
            rules: withItem(step.rules, i, {
              op: control.value,
              ...(TAGS.has(control.value) ? { variable: undefined } : {}),
              ...(BARE.has(control.value) ? { value: undefined } : {}),
            }),
          }),
          key,
        ),
    },
  });
  return control;
}

/** @param {Form} form @returns {import('../../../../dom.js').Child[]} */
export function splitForm(form) {
  const arms = form.step.arms ?? [];
  const parts = shares(arms);
  const marks = arms.map((_, i) => bar(h('span', { class: 'share figures' }, `${parts[i]} %`), parts[i] ?? 0));
  return [
    rows(form, {
      key: 'arms',
      label: 'Arms',
      one: 'arm',
      items: arms,
      least: 2,
      most: 26,
      help: 'Weights are relative: 1 and 1 send half each way.',
      blank: () => ({ name: String.fromCharCode(65 + (arms.length % 26)), weight: 50 }),
      focus: (i) => `arms[${i}].name`,
      set: (step, items) => ({ ...step, arms: items }),
      row: (arm, i) => ({
        keys: [`arms[${i}]`, `arms[${i}].name`, `arms[${i}].weight`],
        body: [
          h(
            'div',
            { class: 'arm' },
            bare(form, {
              key: `arms[${i}].name`,
              label: `Name of arm ${i + 1}`,
              value: arm.name,
              set: (step, value) => ({ ...step, arms: withItem(step.arms, i, { name: value }) }),
              props: { placeholder: 'Name' },
            }),
            bare(form, {
              key: `arms[${i}].weight`,
              label: `Weight of arm ${i + 1}`,
              value: String(arm.weight),
              set: (step, value) => {
                const next = withItem(step.arms, i, { weight: Math.max(0, Math.round(Number(value) || 0)) });
                shares(next).forEach((share, at) => {
                  const mark = marks[at];
                  if (mark) bar(mark, share).textContent = `${share} %`;
                });
                return { ...step, arms: next };
              },
              props: { type: 'number', min: 0, step: 1, class: 'input figures' },
            }),
            marks[i],
          ),
          wayButton(form, `arm:${i}`, `arms[${i}].next_step_id`, 'leads to'),
        ],
      }),
    }),
  ];
}

/** @param {Form} form @returns {import('../../../../dom.js').Child[]} */
export function jumpForm(form) {
  return [
    h('p', { class: 'muted small' }, 'The conversation continues at another step of this journey.'),
    wayButton(form, 'next', 'next_step_id'),
  ];
}
