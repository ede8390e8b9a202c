/** The filters: text, tag, connection, state, source. */
import { h, replace } from '../../../dom.js';
import { button } from '../../../components/button.js';
import { icon } from '../../../components/icons.js';
import { searchInput } from '../../../components/list/search.js';
import { segmented } from '../../../components/segmented.js';
import { tagName } from '../../../typed.js';
import { serviceOf, simulatedText } from '../../../components/status.js';

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
      const search = searchInput({
        label: 'Search name or username',
        value: filter.q,
        onsearch: (q) => onnarrow({ q }),
        signal,
      });
      const tag = searchInput({
        label: 'Tag',
        value: filter.tag,
        onsearch: (typed) => onnarrow({ tag: tagName(typed) }),
        signal,
        props: { list: suggestions },
      });
      replace(
        root,
        search.root,
        h('div', { class: 'tag-filter' }, tag.input),
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
        simulatedText(serviceOf(one.kind), one.username ? `@${one.username}` : one.display_name),
      ),
    ),
  );
  return select;
}
