/** What the parts of the settings share. */
import { h } from '../../../../dom.js';
import { clean } from '../../../../typed.js';

/**
 * A part of the settings: what it is about at the left, its fields at the right.
 *
 * @param {string} title
 * @param {string} text
 * @param {...import('../../../../dom.js').Child} children
 */
export function settingsSection(title, text, ...children) {
  return h(
    'section',
    { class: 'settings-part' },
    h('div', { class: 'settings-about' }, h('h3', null, title), h('p', { class: 'muted small' }, text)),
    h('div', { class: 'settings-fields stack' }, children),
  );
}

/**
 * The typed number when it is whole and within bounds; null otherwise.
 *
 * @param {string} typed
 * @param {number} least
 * @param {number} most
 */
export function wholeNumber(typed, least, most) {
  const text = clean(typed);
  const number = Number(text);
  return /^-?\d+$/.test(text) && number >= least && number <= most ? number : null;
}

/** A field for a whole number: an invalid one shows an error and is not saved.
 *
 * @param {object} options
 * @param {import('../../../../components/field.js').Field} options.field
 * @param {HTMLInputElement} options.input
 * @param {number} options.least
 * @param {number} options.most
 * @param {(number: number) => void} options.ontake
 */
export function numberInput({ field, input, least, most, ontake }) {
  input.addEventListener('input', () => {
    const number = wholeNumber(input.value, least, most);
    field.setError(number === null ? `Type a whole number from ${least} to ${most}.` : '');
    if (number !== null) ontake(number);
  });
}
