/** The forms of the steps that talk: message, question, wait for reply. */
import { h, uid } from '../../../../dom.js';
import { button } from '../../../../components/button.js';
import { field } from '../../../../components/field.js';
import { icon } from '../../../../components/icons.js';
import { uploader } from '../../../../components/upload.js';
import { ANSWERS, LONGEST, variableName } from '../model.js';
import {
  bare,
  errorLine,
  numberInput,
  selectInput,
  rowButton,
  spanInput,
  textInput,
  tick,
  wayButton,
} from './parts.js';
import { rows, withItem } from './rows.js';
import { textField } from './text-field.js';
import { clean } from '../../../../typed.js';

/**
 * @typedef {import('./parts.js').Form} Form
 * @typedef {import('../types.js').Step} Step
 * @typedef {import('../types.js').Button} Button
 */

/** @param {Form} form @returns {import('../../../../dom.js').Child[]} */
export function messageForm(form) {
  const { step } = form;
  return [
    says(form, 'Text'),
    photo(form),
    buttons(form),
    preview(form),
    wayButton(form, 'next', 'next_step_id'),
    step.buttons?.flat().some((button) => !button.url)
      ? h(
          'p',
          { class: 'field-help' },
          'A button without an address replies with its own text: put a wait for reply or a question after this message.',
        )
      : null,
  ];
}

/** @param {Form} form @param {string} label */
function says(form, label) {
  return textField(form, {
    key: 'text',
    label,
    value: form.step.text ?? '',
    set: (step, value) => ({ ...step, text: value || undefined }),
    most: form.step.photo ? LONGEST.caption : LONGEST.text,
    required: form.step.type === 'question' || !form.step.photo,
  });
}

/** @param {Form} form */
function preview(form) {
  return tick(form, {
    key: 'no_preview',
    label: 'Hide link previews',
    value: form.step.no_preview === true,
    set: (step, value) => ({ ...step, no_preview: value || undefined }),
  });
}

/** @param {Form} form */
function photo(form) {
  const { step, uploads } = form;
  const known = step.photo ? uploads[step.photo] : undefined;
  /** @param {string | undefined} id */
  const put = (id) => form.change(id ? 'Photo' : 'Remove photo', (old) => ({ ...old, photo: id }));
  if (step.photo && (!known || form.fixed)) {
    const error = errorLine();
    form.problems(['photo'], error.set);
    return h(
      'div',
      { class: 'field' },
      h('span', { class: 'label' }, 'Photo'),
      h(
        'div',
        { class: 'photo-set' },
        icon('image'),
        h('span', null, 'A photo is attached'),
        form.fixed ? null : rowButton('trash', 'Remove photo', 'photo', () => put(undefined)),
      ),
      error.root,
    );
  }
  if (form.fixed) return null;
  /** @type {import('../../../../components/field.js').Field | null} */
  let made = null;
  const control = uploader({
    label: 'Photo',
    value: known ?? null,
    onchange: (value) => {
      if (value) uploads[value.id] = value;
      put(value?.id);
    },
    onerror: (message) => made?.setError(message),
  });
  form.later(control.destroy);
  made = field({ label: 'Photo', control: control.input, wrap: control.root });
  form.problems(['photo'], made.setError);
  return made.root;
}

/** @param {Form} form */
function buttons(form) {
  /** @param {Button[][]} grid @returns {Button[][] | undefined} */
  const tidy = (grid) => {
    const full = grid.filter((row) => row.length > 0);
    return full.length > 0 ? full : undefined;
  };
  const grid = form.step.buttons ?? [];
  /** @param {string} label @param {Button[][]} next @param {string} focus */
  const put = (label, next, focus) => form.change(label, (step) => ({ ...step, buttons: tidy(next) }), focus);
  /** @param {number} r @param {number} c @param {Partial<Button>} change */
  const type = (r, c, change) => (/** @type {Step} */ step) => ({
    ...step,
    buttons: (step.buttons ?? []).map((row, i) => (i === r ? withItem(row, c, change) : row)),
  });
  const whole = errorLine();
  form.problems(['buttons'], whole.set);
  return h(
    'fieldset',
    { class: 'edit-list' },
    h('legend', { class: 'label' }, 'Buttons'),
    grid.length === 0
      ? h('p', { class: 'field-help' }, 'Shown below the message. A button opens an address or sends a reply.')
      : null,
    grid.map((row, r) =>
      h(
        'div',
        { class: 'button-row', role: 'group', 'aria-label': `Row ${r + 1}` },
        row.map((item, c) => {
          const key = `buttons[${r}][${c}]`;
          const which = `button ${c + 1} of row ${r + 1}`;
          const error = errorLine();
          form.problems([`${key}.text`, `${key}.url`, key], error.set);
          return h(
            'div',
            { class: 'edit-row' },
            h(
              'div',
              { class: 'edit-line' },
              h(
                'div',
                { class: 'edit-body edit-pair' },
                bare(form, {
                  key: `${key}.text`,
                  label: `Text of ${which}`,
                  value: item.text,
                  set: (step, value) => type(r, c, { text: value })(step),
                  props: { placeholder: 'Text' },
                }),
                bare(form, {
                  key: `${key}.url`,
                  label: `Address of ${which}`,
                  value: item.url ?? '',
                  set: (step, value) => type(r, c, { url: clean(value) || undefined })(step),
                  props: { placeholder: 'https://, or empty', type: 'url', maxlength: 2048 },
                }),
              ),
              form.fixed
                ? null
                : h(
                    'div',
                    { class: 'edit-tools' },
                    rowButton('trash', `Remove ${which}`, `${key}.remove`, () =>
                      put(
                        'Remove button',
                        grid.map((other, i) => (i === r ? other.filter((_, at) => at !== c) : other)),
                        'buttons.add',
                      ),
                    ),
                  ),
            ),
            error.root,
          );
        }),
        form.fixed || row.length >= 8
          ? null
          : button(
              'Beside',
              () =>
                put(
                  'Add button',
                  grid.map((other, i) => (i === r ? [...other, { text: '' }] : other)),
                  `buttons[${r}][${row.length}].text`,
                ),
              {
                look: 'quiet',
                small: true,
                class: 'edit-add',
                icon: 'plus',
                dataset: { key: `buttons[${r}].add` },
                'aria-label': `Add a button beside row ${r + 1}`,
              },
            ),
      ),
    ),
    whole.root,
    form.fixed
      ? null
      : button(
          grid.length === 0 ? 'Add button' : 'Add row',
          () => put('Add button', [...grid, [{ text: '' }]], `buttons[${grid.length}][0].text`),
          { look: 'quiet', small: true, class: 'edit-add', icon: 'plus', dataset: { key: 'buttons.add' } },
        ),
  );
}

/** @param {Form} form @param {string} label */
function keeps(form, label) {
  return textInput(form, {
    key: 'variable',
    label,
    value: form.step.variable ?? '',
    set: (step, value) => ({ ...step, variable: value || undefined }),
    help: 'A short name, for instance email. Later texts can use it: {email}.',
    clean: variableName,
    props: { spellcheck: 'false', class: 'input mono' },
  });
}

/** @param {Form} form @param {string} none */
function timeout(form, none) {
  return [
    spanInput(form, {
      key: 'timeout_seconds',
      label: 'Wait at most',
      value: form.step.timeout_seconds ?? 0,
      set: (step, seconds) => ({ ...step, timeout_seconds: seconds || undefined }),
      help: `If empty, it waits as long as it takes.`,
    }),
    wayButton(form, 'timeout', 'timeout_step_id', none),
  ];
}

/** @param {Form} form @returns {import('../../../../dom.js').Child[]} */
export function questionForm(form) {
  const { step } = form;
  const answer = step.answer ?? 'text';
  return [
    says(form, 'Question'),
    photo(form),
    preview(form),
    selectInput(form, {
      key: 'answer',
      label: 'Answer',
      choices: Object.entries(ANSWERS),
      value: answer,
      set: (old, value) => ({
        ...old,
        answer: value,
        choices: value === 'choice' ? (old.choices ?? [{ text: '' }, { text: '' }]) : old.choices,
      }),
    }),
    answer === 'choice' ? choices(form) : null,
    answer === 'number' ? range(form) : null,
    keeps(form, 'Save the answer as'),
    h('h3', { class: 'form-part' }, 'When the answer isn’t valid'),
    textField(form, {
      key: 'retry_text',
      label: 'Say',
      value: step.retry_text ?? '',
      set: (old, value) => ({ ...old, retry_text: value || undefined }),
      most: LONGEST.text,
      lines: 2,
      help: 'If empty, the person is told what kind of answer is expected.',
    }),
    numberInput(form, {
      key: 'max_attempts',
      label: 'Wrong answers before it goes on',
      value: step.max_attempts,
      set: (old, value) => ({
        ...old,
        max_attempts: value ? Math.min(100, Math.max(0, Math.round(value))) : undefined,
      }),
      help: 'If empty, it keeps asking.',
      props: { min: 0, max: 100, step: 1 },
    }),
    wayButton(form, 'invalid', 'invalid_step_id'),
    h('h3', { class: 'form-part' }, 'When no answer comes'),
    ...timeout(form, 'No answer in time'),
    h('h3', { class: 'form-part' }, 'After the answer'),
    wayButton(form, 'next', 'next_step_id'),
  ];
}

/** @param {Form} form */
function range(form) {
  return h(
    'div',
    { class: 'edit-pair' },
    /** @type {const} */ (['min', 'max']).map((key) =>
      numberInput(form, {
        key,
        label: key === 'min' ? 'At least' : 'At most',
        value: form.step[key],
        set: (step, value) => ({ ...step, [key]: value }),
      }),
    ),
  );
}

/** @param {Form} form */
function choices(form) {
  return rows(form, {
    key: 'choices',
    label: 'Choices',
    one: 'choice',
    items: form.step.choices ?? [],
    least: 1,
    blank: () => /** @type {import('../types.js').Choice} */ ({ text: '' }),
    focus: (i) => `choices[${i}].text`,
    set: (step, items) => ({ ...step, choices: items }),
    row: (choice, i) => ({
      keys: [`choices[${i}]`, `choices[${i}].text`, `choices[${i}].value`],
      body: [
        h(
          'div',
          { class: 'edit-pair' },
          bare(form, {
            key: `choices[${i}].text`,
            label: `Text of choice ${i + 1}`,
            value: choice.text,
            set: (step, value) => ({ ...step, choices: withItem(step.choices, i, { text: value }) }),
            props: { placeholder: 'Text' },
          }),
          bare(form, {
            key: `choices[${i}].value`,
            label: `Saved for choice ${i + 1}`,
            value: choice.value ?? '',
            set: (step, value) => ({ ...step, choices: withItem(step.choices, i, { value: value || undefined }) }),
            props: { placeholder: 'Saved as (if not its text)' },
          }),
        ),
        wayButton(form, `choice:${i}`, `choices[${i}].next_step_id`, 'leads to'),
      ],
    }),
  });
}

/** @type {[string, string][]} */
const MATCHES = [
  ['exact', 'is exactly this'],
  ['word', 'contains this word'],
  ['prefix', 'begins with this'],
  ['contains', 'contains this text'],
];

/** @param {Form} form @returns {import('../../../../dom.js').Child[]} */
export function waitForm(form) {
  const { step } = form;
  const list = uid('match');
  return [
    keeps(form, 'Save the reply as'),
    h('h3', { class: 'form-part', id: list }, 'When the reply is a keyword'),
    textInput(form, {
      key: 'branch_keyword',
      label: 'Keyword',
      value: step.branch_keyword ?? '',
      set: (old, value) => ({ ...old, branch_keyword: value || undefined }),
      help: 'Upper and lower case don’t matter. If empty, every reply takes the same way.',
      props: { maxlength: 200 },
    }),
    step.branch_keyword || step.branch_match
      ? selectInput(form, {
          key: 'branch_match',
          label: 'The reply',
          choices: MATCHES,
          value: step.branch_match ?? 'exact',
          set: (old, value) => ({ ...old, branch_match: value === 'exact' ? undefined : value }),
        })
      : null,
    wayButton(form, 'true', 'branch_true_step_id'),
    wayButton(form, 'false', 'branch_false_step_id'),
    wayButton(form, 'next', 'next_step_id'),
    h('h3', { class: 'form-part' }, 'When no reply comes'),
    ...timeout(form, 'No reply in time'),
  ];
}
