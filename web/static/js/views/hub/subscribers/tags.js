/** A person's tags as chips: removed with a button, added by typing. */
import { h, replace } from '../../../dom.js';
import { icon } from '../../../components/icons.js';
import { clean } from '../../../typed.js';

/**
 * @param {object} options
 * @param {string} options.name Whose tags they are.
 * @param {string} options.suggestions The id of a list of known tags.
 * @param {(typed: string) => void} options.onadd
 * @param {(tag: string) => void} options.onremove
 */
export function tagEditor({ name, suggestions, onadd, onremove }) {
  const list = h('ul', { class: 'tags', 'aria-label': `Tags of ${name}` });
  const input = h('input', {
    class: 'input tag-input',
    type: 'text',
    list: suggestions,
    maxlength: 200,
    autocomplete: 'off',
    autocapitalize: 'off',
    'aria-label': `New tag for ${name}`,
    on: {
      keydown: (/** @type {KeyboardEvent} */ event) => {
        if (event.key === 'Enter') {
          event.preventDefault();
          take();
          input.focus();
        } else if (event.key === 'Escape') {
          event.stopPropagation();
          input.value = '';
          close();
          add.focus();
        }
      },
      blur: () => {
        take();
        close();
      },
    },
  });
  const add = h(
    'button',
    {
      class: 'tag-add',
      type: 'button',
      'aria-label': `Add a tag to ${name}`,
      title: 'Add a tag',
      on: {
        click: () => {
          input.hidden = false;
          add.hidden = true;
          input.focus();
        },
      },
    },
    icon('plus', 'small'),
  );
  const error = h('p', { class: 'field-error', role: 'alert', hidden: true });
  const root = h('div', { class: 'tag-editor' }, list, input, add, error);
  input.hidden = true;

  const take = () => {
    const typed = clean(input.value);
    input.value = '';
    if (typed) onadd(typed);
  };
  const close = () => {
    input.hidden = true;
    add.hidden = false;
  };

  return {
    root,
    /** @param {string[]} tags */
    show(tags) {
      const held = list.contains(document.activeElement)
        ? [...list.children].findIndex((item) => item.contains(document.activeElement))
        : -1;
      replace(
        list,
        tags.map((tag) =>
          h(
            'li',
            { class: 'tag tag-own' },
            h('span', { class: 'tag-text' }, tag),
            h(
              'button',
              {
                class: 'tag-remove',
                type: 'button',
                'aria-label': `Remove tag ${tag} of ${name}`,
                on: { click: () => onremove(tag) },
              },
              icon('close', 'small'),
            ),
          ),
        ),
      );
      if (held >= 0) {
        const next = list.children[Math.min(held, tags.length - 1)]?.querySelector('button');
        (next ?? add).focus();
      }
    },
    /** @param {string} message '' clears it. */
    setError(message) {
      error.hidden = message === '';
      replace(error, message ? [icon('alert', 'small'), h('span', null, message)] : null);
    },
  };
}
