/** The people who wrote to a bot: found, tagged, exported, erased. */
import {
  countSubscribers,
  eraseSubscriber,
  getSubscriber,
  listConnections,
  listSubscribers,
  subscribersTable,
} from '../../api/telegram.js';
import { h, replace, uid } from '../../dom.js';
import { on } from '../../events.js';
import { whole } from '../../format.js';
import { watch } from '../../live.js';
import { remember } from '../../router.js';
import { button } from '../../components/button.js';
import { cardTable } from '../../components/list/card-table.js';
import { confirmLoss } from '../../components/form-dialog.js';
import { icon } from '../../components/icons.js';
import { liveList } from '../../components/list/live-list.js';
import { page } from '../../components/page.js';
import { blank, skeleton } from '../../components/states.js';
import { toast, toastError } from '../../components/toast.js';
import { filterBar } from './subscribers/filters.js';
import { nobodyYet } from './subscribers/nobody.js';
import { retentionLine } from './subscribers/retention.js';
import { personRow } from './subscribers/row.js';
import { filterOf, isFiltered, nameOf } from './subscribers/words.js';
import { serviceOf, simulatedTag, simulatedText } from '../../components/status.js';

/**
 * @typedef {import('../../types.js').Subscriber} Subscriber
 * @typedef {import('../../types.js').Connection} Connection
 */

const PATH = 'hub/subscribers';
const PAGE = 50;

/**
 * @param {HTMLElement} root
 * @param {Record<string, string>} params `q`, `state`, `tag`, `source`, `connection`; `person` shows one's journeys and messages
 * @returns {() => void}
 */
export function mount(root, params) {
  const view = new AbortController();
  let filter = filterOf(params);
  /** @type {Connection[]} */
  let connections = [];
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
  const table = cardTable('Subscribers', [
    'Person',
    'Tags',
    'Source',
    'State',
    'Last seen',
    'First seen',
    h('span', { class: 'visually-hidden' }, 'Actions'),
  ]);
  const exportLink = h(
    'a',
    { class: 'button', download: 'subscribers.csv' },
    icon('download'),
    h('span', null, 'Export', h('span', { class: 'label-rest' }, ' CSV')),
  );
  /** @type {ReturnType<typeof liveList<Subscriber, ReturnType<typeof personRow>>>} */
  const list = liveList({
    what: 'the people',
    noun: ['person', 'people'],
    class: 'card-list',
    holder: table.body,
    frame: table.root,
    page: PAGE,
    read: (of, own) => listSubscribers(filter, of, own),
    entry: (item) => rowOf(item),
    shapes: () => [1, 2, 3, 4].map(() => skeleton('skeleton-row')),
    focus: 'button',
    found: (text) => {
      filters.found(text);
      suggest();
    },
    onfill: (some) => {
      filters.root.hidden = !some && !isFiltered(filter);
      exportLink.hidden = !some && !isFiltered(filter);
    },
    empty: () => nobody(),
    signal: view.signal,
  });
  // Whoever writes to a simulated bot is simulated, too.
  const frame = page({ title: 'Subscribers', aside: simulatedTag('telegram'), actions: [exportLink] });
  replace(
    frame.content,
    h('div', { class: 'subscribers-top' }, counts, retentionLine(view.signal)),
    filters.root,
    suggestions,
    ...list.nodes,
  );
  replace(root, frame.root);

  const reload = () => {
    remember(PATH, filter);
    filters.drawSource(filter);
    load();
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
      // The list shows the trouble; the old figures stay.
    }
  };

  const load = () => {
    exportLink.setAttribute('href', subscribersTable(filter));
    void list.reload();
  };

  const nobody = () =>
    isFiltered(filter)
      ? blank({
          picture: 'search',
          title: 'Nobody matches',
          text: 'Nobody matches all your filters.',
          action: button('Show everybody', showAll),
        })
      : nobodyYet(connections);

  /** @param {Subscriber} item */
  const rowOf = (item) =>
    personRow(item, {
      suggestions: suggestions.id,
      botOf: (id) => {
        const bot = connections.length > 1 ? connections.find((one) => one.id === id) : null;
        return bot ? `wrote to ${botName(bot)}` : '';
      },
      onhistory: (who) => void history(who),
      onerase: erase,
      onsource: (source) => {
        filter = { ...filter, source };
        reload();
      },
      onchange: suggest,
    });

  /** Known tags are suggested while one is typed. */
  const suggest = () => {
    const size = known.size;
    for (const row of list.entries.values()) for (const tag of row.item().tags) known.add(tag);
    if (known.size === size) return;
    replace(
      suggestions,
      [...known].sort().map((tag) => h('option', { value: tag })),
    );
  };

  /** Its module is loaded on demand. @param {Subscriber} person */
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
        list.remove(person.id);
        toast(`${name} is erased. If they write again, they count as new.`);
        void tally();
      },
    });
  };

  /** @param {string} id */
  const showPerson = async (id) => {
    try {
      const person = await getSubscriber(id, view.signal);
      if (!view.signal.aborted) await history(person);
    } catch (error) {
      if (!view.signal.aborted) toastError(error, 'Opening the messages');
    }
  };

  const begin = async () => {
    if (params.person) void showPerson(params.person);
    filters.draw(filter, connections);
    filters.drawSource(filter);
    void tally();
    // Only their names are needed, for the rows; without them the people are shown all the same.
    connections = await listConnections(view.signal).then(
      ({ items }) => items,
      () => [],
    );
    if (view.signal.aborted) return;
    if (connections.length > 1) filters.draw(filter, connections);
    load();
  };

  const lookAgain = () => {
    void tally();
    void list.lookAgain();
  };

  watch('subscriber', null, lookAgain, view.signal);
  on('recovered', () => void tally(), view.signal);
  void begin();
  return () => view.abort();
}

/** @param {Connection} bot */
const botName = (bot) => simulatedText(serviceOf(bot.kind), bot.username ? `@${bot.username}` : bot.display_name);
