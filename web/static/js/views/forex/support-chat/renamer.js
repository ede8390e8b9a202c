/** A title that is changed where it stands. */
import { h, replace } from '../../../dom.js';
import { iconButton } from '../../../components/button.js';
import { toastError } from '../../../components/toast.js';
import { LONGEST_NAME } from './actions.js';
import { clean } from '../../../typed.js';

/**
 * @param {HTMLElement} title The h1.
 * @param {object} options
 * @param {(name: string) => Promise<void>} options.save
 */
export function renamer(title, { save }) {
  let now = title.textContent ?? '';
  let busy = false;
  const input = h('input', {
    class: 'input title-input',
    type: 'text',
    maxlength: LONGEST_NAME,
    'aria-label': 'Name of the journey',
    hidden: true,
    autocomplete: 'off',
    on: {
      keydown: (/** @type {KeyboardEvent} */ event) => {
        if (event.key === 'Enter') {
          event.preventDefault();
          void keep(true);
        } else if (event.key === 'Escape') {
          event.stopPropagation();
          close(true);
        }
      },
      blur: () => void keep(false),
    },
  });
  const edit = iconButton('pencil', 'Rename', () => open(), { class: 'title-edit', small: true, title: 'Rename' });
  title.after(input, edit);

  function open() {
    input.value = now;
    title.hidden = true;
    edit.hidden = true;
    input.hidden = false;
    input.focus();
    input.select();
  }

  /** @param {boolean} back */
  function close(back) {
    input.hidden = true;
    title.hidden = false;
    edit.hidden = false;
    if (back) edit.focus();
  }

  /** @param {boolean} back */
  async function keep(back) {
    if (busy || input.hidden) return;
    const name = clean(input.value);
    if (name === '' || name === now) {
      close(back);
      return;
    }
    busy = true;
    const before = now;
    show(name);
    close(back);
    try {
      await save(name);
    } catch (error) {
      show(before);
      toastError(error, 'Renaming');
    } finally {
      busy = false;
    }
  }

  /** @param {string} name */
  function show(name) {
    now = name;
    replace(title, name);
  }

  return {
    /** @param {string} name */
    show: (name) => {
      if (!busy) show(name);
    },
  };
}
