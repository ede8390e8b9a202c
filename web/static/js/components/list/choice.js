import { h } from '../../dom.js';

/**
 * A choice in a bar of filters.
 *
 * @param {object} options
 * @param {string} options.label
 * @param {string[][]} options.choices Values with what people read.
 * @param {string} options.value The one that is chosen.
 * @param {(value: string) => void} options.onchoose
 * @param {string} options.class Says how wide it is.
 */
export function filterChoice({ label, choices, value: chosen, onchoose, class: width }) {
  const change = (/** @type {Event} */ event) => onchoose(/** @type {HTMLSelectElement} */ (event.target).value);
  return h(
    'select',
    { class: `input ${width}`, 'aria-label': label, on: { change } },
    choices.map(([value, text]) => h('option', { value, selected: value === chosen }, text)),
  );
}
