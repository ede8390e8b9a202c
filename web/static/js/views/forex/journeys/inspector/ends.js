/** The forms of the steps that say nothing: tag, hand over, end. */
import { h, uid } from '../../../../dom.js';
import { field } from '../../../../components/field.js';
import { icon } from '../../../../components/icons.js';
import { textInput, wayButton } from './parts.js';
import { clean, tagName } from '../../../../typed.js';

/** @typedef {import('./parts.js').Form} Form */

/** @param {Form} form @returns {import('../../../../dom.js').Child[]} */
export function tagForm(form) {
  return [tags(form, 'add_tags', 'Add'), tags(form, 'remove_tags', 'Remove'), wayButton(form, 'next', 'next_step_id')];
}

/** @param {Form} form @param {'add_tags' | 'remove_tags'} key @param {string} label */
function tags(form, key, label) {
  const list = form.step[key] ?? [];
  const input = h('input', {
    class: 'input',
    type: 'text',
    id: uid('tags'),
    autocomplete: 'off',
    placeholder: 'A tag, then Enter',
    maxlength: 64,
    disabled: form.fixed,
    dataset: { key },
    on: {
      keydown: (/** @type {KeyboardEvent} */ event) => {
        if (event.key === 'Enter' || event.key === ',') {
          event.preventDefault();
          take();
        }
      },
      change: () => take(),
    },
  });
  const take = () => {
    const added = input.value
      .split(',')
      .map(tagName)
      .filter((word) => word && !list.includes(word));
    input.value = '';
    if (added.length > 0) form.change(`${label} tag`, (step) => ({ ...step, [key]: [...list, ...added] }), key);
  };
  /** @param {string} tag */
  const remove = (tag) =>
    form.change(
      'Tag',
      (step) => ({ ...step, [key]: list.length > 1 ? list.filter((item) => item !== tag) : undefined }),
      key,
    );
  const made = field({
    label: `${label} tags`,
    control: input,
    wrap: h(
      'div',
      { class: 'tag-box' },
      list.length > 0
        ? h(
            'ul',
            { class: 'tags' },
            list.map((tag) =>
              h(
                'li',
                { class: 'tag' },
                tag,
                form.fixed
                  ? null
                  : h(
                      'button',
                      {
                        class: 'tag-remove',
                        type: 'button',
                        'aria-label': `Remove ${tag}`,
                        on: { click: () => remove(tag) },
                      },
                      icon('close', 'small'),
                    ),
              ),
            ),
          )
        : null,
      input,
    ),
    required: key === 'add_tags' && !(form.step.remove_tags ?? []).length,
  });
  form.problems([key], made.setError);
  return made.root;
}

/** @param {Form} form @returns {import('../../../../dom.js').Child[]} */
export function handoverForm(form) {
  return [
    textInput(form, {
      key: 'note',
      label: 'Note for the team',
      value: form.step.note ?? '',
      set: (step, value) => ({ ...step, note: value || undefined }),
      help: 'Shown to whoever takes over. The person in the chat doesn’t see it.',
      lines: true,
      props: { maxlength: 2000 },
    }),
    wayButton(form, 'next', 'next_step_id', 'When it is handed back'),
  ];
}

/** @param {Form} form @returns {import('../../../../dom.js').Child[]} */
export function endForm(form) {
  return [
    textInput(form, {
      key: 'outcome',
      label: 'Outcome',
      value: form.step.outcome ?? '',
      set: (step, value) => ({ ...step, outcome: clean(value) || undefined }),
      help: 'A name for the figures, for instance “bought”. If empty, it is “completed”.',
      props: { maxlength: 100 },
    }),
  ];
}
