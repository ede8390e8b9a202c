/** The people who wrote to a bot: found, tagged, exported, erased. */
import {
  countSubscribers,
  eraseSubscriber,
  listConnections,
  listSubscribers,
  subscribersTable,
} from '../../api/telegram.js';
import { h, replace, uid } from '../../dom.js';
import { on } from '../../events.js';
import { count, whole } from '../../format.js';
import { watch } from '../../live.js';
import { remember } from '../../router.js';
import { confirmLoss } from '../../components/confirm.js';
import { icon } from '../../components/icons.js';
import { page } from '../../components/page.js';
import { blank, failed, loading, skeleton } from '../../components/states.js';
import { toast, toastError } from '../../components/toast.js';
import { filterBar } from './subscribers/filters.js';
import { nobodyYet } from './subscribers/nobody.js';
import { retentionLine } from './subscribers/retention.js';
import { personRow } from './subscribers/row.js';
import { filterOf, isFiltered, nameOf } from './subscribers/words.js';

/**
 * @typedef {import('../../types.js').Subscriber} Subscriber
 * @typedef {import('../../types.js').Connection} Connection
 */

const PATH = 'hub/subscribers';
const PAGE = 50;
const MOST = 200; // that the API lists at once

/**
 * @param {HTMLElement} root
 * @param {Record<string, string>} params `q`, `state`, `tag`, `source`, `connection`
 * @returns {() => void}
 */
export function mount(root, params) {
  const view = new AbortController();
  let query = new AbortController();
  let filter = filterOf(params);
  /** @type {Connection[]} */
  let connections = [];
  /** @type {Map<string, ReturnType<typeof personRow>>} */
  const rows = new Map();
  /** @type {Set<string>} */
  const known = new Set();

  const suggestions = h('datalist', { id: uid('tags') });
  const counts = h('dl', { class: 'tallies' });
  const filters = filterBar({
    suggestions: suggestions.id,
    signal: view.signal,
    onnarrow: (changes) => {
      filter = { ...filter, ...changes };
      reload();
    },
  });
  const list = h('div', { class: 'list people-list' });
  const more = h('div', { class: 'row row-center' });
  const table = h('tbody', { role: 'rowgroup' });
  const exportLink = h(
    'a',
    { class: 'button', download: 'subscribers.csv' },
    icon('download'),
    h('span', null, 'Export', h('span', { class: 'label-rest' }, ' CSV')),
  );
  const frame = page({ title: 'Subscribers', actions: [exportLink] });
  replace(
    frame.content,
    h('div', { class: 'subscribers-top' }, counts, retentionLine(view.signal)),
    filters.root,
    suggestions,
    list,
    more,
  );
  replace(root, frame.root);

  const reload = () => {
    remember(PATH, filter);
    filters.drawSource(filter);
    void load(null);
  };

  const showAll = () => {
    filter = filterOf({});
    filters.draw(filter, connections);
    reload();
    filters.focus();
  };

  const tally = async () => {
    try {
      const n = await countSubscribers(view.signal);
      if (view.signal.aborted) return;
      replace(
        counts,
        [
          ['Active', n.active, 'good'],
          ['Blocked', n.blocked, 'bad'],
          ['Unsubscribed', n.unsubscribed, 'quiet'],
        ].map(([term, value, tone]) =>
          h(
            'div',
            { class: 'tally' },
            h('dt', null, h('span', { class: ['dot', `dot-${tone}`], 'aria-hidden': 'true' }), String(term)),
            h('dd', { class: 'figures' }, whole(Number(value))),
          ),
        ),
      );
    } catch {
      // The list tells of trouble; the figures of before stand.
    }
  };

  /** @param {string | null} after */
  const load = async (after) => {
    if (after === null) {
      query.abort();
      query = new AbortController();
      exportLink.setAttribute('href', subscribersTable(filter));
      if (rows.size === 0) replace(list, loading('the people', ...[1, 2, 3, 4].map(() => skeleton('skeleton-row'))));
    }
    const { signal } = query;
    try {
      const result = await listSubscribers(filter, { after, limit: PAGE }, signal);
      if (signal.aborted) return;
      if (after === null) {
        rows.clear();
        replace(table);
      }
      append(result.items, result.next, after === null);
    } catch (error) {
      if (signal.aborted) return;
      if (after !== null) toastError(error, 'Loading more');
      else {
        rows.clear();
        replace(more);
        filters.found('');
        replace(list, failed(error, 'the people', reload));
      }
    }
  };

  /**
   * @param {Subscriber[]} items
   * @param {string | null} next
   * @param {boolean} fresh
   */
  const append = (items, next, fresh) => {
    if (fresh && items.length === 0) {
      showNobody();
      return;
    }
    if (!table.isConnected) replace(list, tableOf(table));
    const before = table.children.length;
    for (const item of items) if (!rows.has(item.id)) table.append(rowOf(item).root);
    told(next);
    if (!fresh) /** @type {HTMLElement | null} */ (table.children[before]?.querySelector('button'))?.focus();
  };

  /** @param {string | null} next */
  const told = (next) => {
    filters.found(`${count(rows.size, 'person', 'people')}${next ? ' so far' : ''}`);
    replace(
      more,
      next ? h('button', { class: 'button', type: 'button', on: { click: () => void load(next) } }, 'Load more') : null,
    );
    suggest();
  };

  const showNobody = () => {
    filters.found('');
    replace(more);
    filters.root.hidden = !isFiltered(filter);
    exportLink.hidden = !isFiltered(filter);
    replace(
      list,
      isFiltered(filter)
        ? blank({
            picture: 'search',
            title: 'Nobody fits',
            text: 'No person has all that you ask for.',
            action: h('button', { class: 'button', type: 'button', on: { click: showAll } }, 'Show everybody'),
          })
        : nobodyYet(connections),
    );
  };

  /** @param {Subscriber} item */
  const rowOf = (item) => {
    filters.root.hidden = false;
    exportLink.hidden = false;
    const row = personRow(item, {
      suggestions: suggestions.id,
      botOf: (id) => {
        const bot = connections.length > 1 ? connections.find((one) => one.id === id) : null;
        return bot ? `wrote to ${bot.username ? `@${bot.username}` : bot.display_name}` : '';
      },
      onhistory: (who) => void history(who),
      onerase: erase,
      onsource: (source) => {
        filter = { ...filter, source };
        reload();
      },
      onchange: suggest,
    });
    rows.set(item.id, row);
    return row;
  };

  /** The tags that were seen are offered where one is typed. */
  const suggest = () => {
    const size = known.size;
    for (const row of rows.values()) for (const tag of row.item().tags) known.add(tag);
    if (known.size === size) return;
    replace(
      suggestions,
      [...known].sort().map((tag) => h('option', { value: tag })),
    );
  };

  /** Shows the people as they are now; those who were loaded on demand beyond the API's limit stay. */
  const lookAgain = async () => {
    const { signal } = query;
    void tally();
    if (!table.isConnected) {
      // A failure waits for its button; an empty list fills itself.
      if (!list.querySelector('[role=alert]')) void load(null);
      return;
    }
    try {
      const limit = Math.min(Math.max(rows.size, PAGE), MOST);
      const { items, next } = await listSubscribers(filter, { after: null, limit }, signal);
      if (signal.aborted) return;
      const held = /** @type {HTMLElement | null} */ (document.activeElement);
      const listed = new Set(items.map(({ id }) => id));
      const all = rows.size <= limit;
      for (const [id, row] of all ? [...rows] : []) {
        if (listed.has(id) || row.root.contains(held)) continue;
        rows.delete(id);
        row.root.remove();
      }
      items.forEach((item, i) => {
        const row = rows.get(item.id) ?? rowOf(item);
        row.show(item);
        if (table.children[i] !== row.root) table.insertBefore(row.root, table.children[i] ?? null);
      });
      if (held?.isConnected && document.activeElement !== held) held.focus();
      if (rows.size === 0) showNobody();
      else if (all) told(next);
    } catch {
      // Trouble is told by the strip; the next change is another occasion.
    }
  };

  /** Its module comes when somebody asks. @param {Subscriber} person */
  const history = async (person) => {
    try {
      const { openHistory } = await import('./subscribers/history.js');
      await openHistory(person, view.signal);
    } catch (error) {
      toastError(error, 'Opening the messages');
    }
  };

  /** @param {Subscriber} person */
  const erase = (person) => {
    const name = nameOf(person);
    confirmLoss({
      title: `Erase ${name}?`,
      text: 'This can’t be undone. PromoStack forgets:',
      losses: [
        'name, username, tags and source',
        'what they wrote, and their conversations',
        'the record of what was sent to them',
      ],
      verb: 'Erase this person',
      keep: 'Keep them',
      signal: view.signal,
      work: async () => {
        await eraseSubscriber(person.id);
        const gone = rows.get(person.id);
        const next = gone?.root.nextElementSibling ?? gone?.root.previousElementSibling;
        rows.delete(person.id);
        gone?.root.remove();
        toast(`${name} is erased. If they write again, they are new.`);
        void tally();
        if (rows.size === 0) void load(null);
        else filters.found(count(rows.size, 'person', 'people'));
        /** @type {HTMLElement | null} */ (next?.querySelector('.person-menu button'))?.focus();
      },
    });
  };

  const begin = async () => {
    filters.draw(filter, connections);
    filters.drawSource(filter);
    void tally();
    // Their names are wanted for the rows; without them the people are shown all the same.
    connections = await listConnections(view.signal).then(
      ({ items }) => items,
      () => [],
    );
    if (view.signal.aborted) return;
    if (connections.length > 1) filters.draw(filter, connections);
    void load(null);
  };

  watch('subscriber', null, () => void lookAgain(), view.signal);
  on('recovered', () => void tally(), view.signal);
  replace(list, loading('the people', ...[1, 2, 3, 4].map(() => skeleton('skeleton-row'))));
  void begin();
  return () => {
    query.abort();
    view.abort();
  };
}

/** @param {HTMLElement} body */
function tableOf(body) {
  return h(
    'table',
    { class: 'people', role: 'table', 'aria-label': 'Subscribers' },
    h(
      'thead',
      { role: 'rowgroup' },
      h(
        'tr',
        { role: 'row' },
        ['Person', 'Tags', 'Source', 'State', 'Last seen', 'First seen'].map((name) =>
          h('th', { scope: 'col', role: 'columnheader' }, name),
        ),
        h('th', { scope: 'col', role: 'columnheader' }, h('span', { class: 'visually-hidden' }, 'Actions')),
      ),
    ),
    body,
  );
}
