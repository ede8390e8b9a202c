import { h, replace, uid } from '../dom.js';
import { icon } from './icons.js';

/**
 * A labelled control: label above, help and error below, tied together for screen readers.
 *
 * @typedef {object} Field
 * @property {HTMLElement} root
 * @property {(message: string) => void} setError '' clears it.
 * @property {(node: Node | null) => void} setNote Shown between control and help, for instance a coupon's state.
 */

/**
 * @param {object} options
 * @param {string} options.label
 * @param {HTMLElement} options.control Gets the id and the descriptions.
 * @param {Node} [options.wrap] The element to place, when the control is wrapped in another.
 * @param {string} [options.help]
 * @param {boolean} [options.required]
 * @param {Node | null} [options.aside] To the right of the label, for instance a count.
 * @returns {Field}
 */
export function field({ label, control, wrap = control, help = '', required = false, aside = null }) {
  control.id ||= uid('field');
  const helpId = `${control.id}-help`;
  const errorId = `${control.id}-error`;
  const noteId = `${control.id}-note`;
  const error = h('p', { class: 'field-error', id: errorId, hidden: true });
  const note = h('div', { class: 'field-note', id: noteId, 'aria-live': 'polite' });
  control.setAttribute('aria-describedby', [errorId, noteId, help && helpId].filter(Boolean).join(' '));
  if (required) control.setAttribute('aria-required', 'true');
  const root = h(
    'div',
    { class: 'field' },
    h(
      'div',
      { class: 'field-top' },
      h('label', { for: control.id }, label, required ? null : h('span', { class: 'optional' }, ' optional')),
      aside,
    ),
    wrap,
    note,
    error,
    help ? h('p', { class: 'field-help', id: helpId }, help) : null,
  );
  return {
    root,
    setError(message) {
      root.classList.toggle('field-bad', message !== '');
      error.hidden = message === '';
      if (message) {
        control.setAttribute('aria-invalid', 'true');
        replace(error, icon('alert', 'small'), h('span', null, message));
      } else {
        control.removeAttribute('aria-invalid');
        replace(error);
      }
    },
    setNote(node) {
      replace(note, node);
    },
  };
}
