/** The filters: text, tag, connection, state, source. */
import { h, replace } from '../../../dom.js';
import { button } from '../../../components/button.js';
import { icon } from '../../../components/icons.js';
import { segmented } from '../../../components/segmented.js';

/** How long to wait after typing before a search (ms). */
const REST = 250;

/**
 * @typedef {import('../../../client-types.js').SubscriberFilter} Filter
 * @typedef {import('../../../types.js').Connection} Connection
 */

/**
 * @param {object} options
 * @param {string} options.suggestions The id of a list of known tags.
 * @param {(changes: Partial<Filter>) => void} options.onnarrow
 * @param {AbortSignal} options.signal
 */
export function filterBar({ suggestions, onnarrow, signal }) {
  const found = h('p', { class: 'muted small', role: 'status' });
  const source = h('div', { class: 'source-filter' });
  const root = h('div', { class: 'filters' });
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  signal.addEventListener('abort', () => clearTimeout(timer), { once: true });

  /**
   * @param {Filter} filter
   * @param {'q' | 'tag'} name
   * @param {string} label
   */
  const typed = (filter, name, label) => {
    let last = filter[name];
    /** @type {HTMLInputElement} */
    const input = h('input', {
      class: 'input',
      type: 'search',
      placeholder: label,
      'aria-label': label,
      list: name === 'tag' ? suggestions : undefined,
      value: last,
      on: {
        input: () => {
          clearTimeout(timer);
          timer = setTimeout(() => {
            const value = name === 'tag' ? input.value.trim().toLowerCase() : input.value.trim();
            if (value === last) return;
            last = value;
            onnarrow({ [name]: value });
          }, REST);
        },
      },
    });
    return input;
  };

  const focus = () => root.querySelector('input')?.focus();

  return {
    root,
    focus,
    /** @param {string} text */
    found(text) {
      found.textContent = text;
    },
    /**
     * @param {Filter} filter
     * @param {Connection[]} connections
     */
    draw(filter, connections) {
      clearTimeout(timer);
      replace(
        root,
        h('div', { class: 'search' }, icon('search'), typed(filter, 'q', 'Search name or username')),
        h('div', { class: 'tag-filter' }, typed(filter, 'tag', 'Tag')),
        connections.length > 1 ? connectionChoice(filter, connections, onnarrow) : null,
        segmented({
          label: 'State',
          quietLabel: true,
          class: 'state-filter',
          value: filter.state,
          choices: [
            { value: '', label: 'All' },
            { value: 'active', label: 'Active' },
            { value: 'blocked', label: 'Blocked' },
            { value: 'unsubscribed', label: 'Unsubscribed' },
          ],
          onchange: (value) => onnarrow({ state: value }),
        }).root,
        source,
        found,
      );
    },
    /** @param {Filter} filter */
    drawSource(filter) {
      const clear = button(
        [
          h('span', null, h('span', { class: 'muted' }, 'Source: '), filter.source),
          icon('close', 'small'),
          h('span', { class: 'visually-hidden' }, ', show all sources'),
        ],
        () => {
          onnarrow({ source: '' });
          focus();
        },
        { small: true },
      );
      replace(source, filter.source ? clear : null);
    },
  };
}

/**
 * @param {Filter} filter
 * @param {Connection[]} connections
 * @param {(changes: Partial<Filter>) => void} onnarrow
 */
function connectionChoice(filter, connections, onnarrow) {
  const select = h(
    'select',
    {
      class: 'input bot-filter',
      'aria-label': 'Connection',
      on: { change: () => onnarrow({ connection: select.value }) },
    },
    h('option', { value: '' }, 'All connections'),
    connections.map((one) =>
      h(
        'option',
        { value: one.id, selected: one.id === filter.connection },
        one.username ? `@${one.username}` : one.display_name,
      ),
    ),
  );
  return select;
}
