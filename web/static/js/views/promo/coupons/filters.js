/** What the list of checks is narrowed to. */
import { h, replace } from '../../../dom.js';
import { filterChoice } from '../../../components/list/choice.js';
import { searchInput } from '../../../components/list/search.js';
import { DAY_CHOICES, OUTCOME_CHOICES, SOURCE_CHOICES } from './words.js';

/** @typedef {import('./words.js').Filter} Filter */

/**
 * @param {object} options
 * @param {(changes: Partial<Filter>) => void} options.onnarrow
 * @param {AbortSignal} options.signal
 */
export function filterBar({ onnarrow, signal }) {
  const found = h('p', { class: 'muted small', role: 'status' });
  const root = h('div', { class: 'filters' });

  /**
   * @param {keyof Filter} name
   * @param {string} label
   * @param {string[][]} choices
   * @param {Filter} filter
   */
  const choice = (name, label, choices, filter) =>
    filterChoice({
      label,
      choices,
      value: filter[name],
      onchoose: (value) => onnarrow({ [name]: value }),
      class: 'coupon-filter',
    });

  return {
    root,
    /** @param {string} text */
    found(text) {
      found.textContent = text;
    },
    focus: () => root.querySelector('input')?.focus(),
    /** @param {Filter} filter */
    draw(filter) {
      replace(
        root,
        searchInput({ label: 'Code begins with', value: filter.code, onsearch: (code) => onnarrow({ code }), signal })
          .root,
        choice('outcome', 'Outcome', OUTCOME_CHOICES, filter),
        choice('source', 'Source', SOURCE_CHOICES, filter),
        choice('days', 'When', DAY_CHOICES, filter),
        found,
      );
    },
  };
}
