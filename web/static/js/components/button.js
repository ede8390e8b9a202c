/** Buttons that do something when they are pressed. */
import { h } from '../dom.js';
import { icon } from './icons.js';

/** @typedef {import('./icons.js').IconName | Node} Sign An icon by its name, or drawn by a view. */

/**
 * @param {Sign} sign
 * @param {boolean} [small]
 */
const draw = (sign, small) => (typeof sign === 'string' ? icon(sign, small ? 'small' : '') : sign);

/**
 * @param {import('../dom.js').Child} label
 * @param {() => unknown} press
 * @param {import('../dom.js').Props & {
 *   look?: 'primary' | 'danger' | 'quiet',
 *   small?: boolean,
 *   icon?: Sign,
 *   class?: string,
 * }} [options] What is not named here becomes a prop of the element.
 * @returns {HTMLButtonElement}
 */
export function button(label, press, { look, small, icon: sign, class: extra, ...props } = {}) {
  return h(
    'button',
    {
      class: ['button', look && `button-${look}`, small && 'button-small', extra],
      type: 'button',
      ...props,
      on: { click: () => press() },
    },
    sign && draw(sign, small),
    label,
  );
}

/**
 * A button that shows only an icon.
 *
 * @param {Sign} sign
 * @param {string} label For screen readers.
 * @param {() => unknown} press
 * @param {import('../dom.js').Props & { small?: boolean, class?: string }} [options] small: the icon, not the button
 * @returns {HTMLButtonElement}
 */
export function iconButton(sign, label, press, { small, class: extra, ...props } = {}) {
  return h(
    'button',
    { class: ['icon-button', extra], type: 'button', 'aria-label': label, ...props, on: { click: () => press() } },
    draw(sign, small),
  );
}

/**
 * An icon button that shows its label under the pointer.
 *
 * @type {typeof iconButton}
 */
export const toolButton = (sign, label, press, options) => iconButton(sign, label, press, { title: label, ...options });
