/** What the list is narrowed to. */
import { h, replace } from '../../../dom.js';
import { filterChoice } from '../../../components/list/choice.js';
import { DAY_CHOICES, KIND_CHOICES, STATE_CHOICES } from './words.js';

/** @typedef {import('./words.js').Filter} Filter */

/**
 * @param {(changes: Partial<Filter>) => void} onnarrow
 */
export function filterBar(onnarrow) {
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
      class: 'post-filter',
    });

  return {
    root,
    /** @param {string} text */
    found(text) {
      found.textContent = text;
    },
    focus: () => root.querySelector('select')?.focus(),
    /**
     * @param {Filter} filter
     * @param {[string, string][]} channels
     */
    draw(filter, channels) {
      replace(
        root,
        choice('state', 'State', STATE_CHOICES, filter),
        choice('kind', 'Kind', KIND_CHOICES, filter),
        channels.length > 1 ? choice('channel', 'Channel', channels, filter) : null,
        choice('days', 'When', DAY_CHOICES, filter),
        found,
      );
    },
  };
}
