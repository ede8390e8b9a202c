/** The list of journeys: cards, searched by name and state, kept up to date. */
import { listJourneys } from '../../../api/journeys.js';
import { listConnections } from '../../../api/telegram.js';
import { h, replace } from '../../../dom.js';
import { watch } from '../../../live.js';
import { remember } from '../../../router.js';
import { button } from '../../../components/button.js';
import { liveList } from '../../../components/list/live-list.js';
import { page } from '../../../components/page.js';
import { searchInput } from '../../../components/list/search.js';
import { segmented } from '../../../components/segmented.js';
import { blank, skeleton } from '../../../components/states.js';
import { journeyCard } from './card.js';
import { importJourneys } from './import.js';
import { newJourney } from './new-journey.js';
import { placeTabs } from './place-tabs.js';
import { PATH, STATES } from './words.js';

/** @typedef {import('../../../types.js').JourneySummary} Journey */

const PAGE = 24;

/**
 * @param {HTMLElement} root
 * @param {Record<string, string>} params `q`, `state`
 * @param {AbortSignal} signal
 */
export function mountList(root, params, signal) {
  let q = params.q ?? '';
  let state = Object.hasOwn(STATES, params.state ?? '') ? (params.state ?? '') : '';
  /** @type {Record<string, string>} */
  let bots = {};

  const search = searchInput({
    label: 'Search journeys',
    value: q,
    onsearch: (typed) => {
      q = typed;
      reload();
    },
    signal,
  });
  const states = segmented({
    label: 'State',
    quietLabel: true,
    class: 'journey-states',
    value: state,
    choices: [
      { value: '', label: 'All' },
      { value: 'draft', label: 'Drafts' },
      { value: 'active', label: 'Active' },
      { value: 'stopped', label: 'Stopped' },
    ],
    onchange: (value) => {
      state = value;
      reload();
    },
  });
  const found = h('p', { class: 'muted small', role: 'status' });
  const filters = h('div', { class: 'filters' }, search.root, states.root, found);
  const begin = () => newJourney(signal);
  /** @type {ReturnType<typeof liveList<Journey, ReturnType<typeof journeyCard>>>} */
  const list = liveList({
    what: 'the journeys',
    noun: ['journey'],
    holder: h('ul', { class: 'journey-cards', 'aria-label': 'Journeys' }),
    page: PAGE,
    read: (of, own) => listJourneys({ q, state, ...of }, own),
    entry: (item) =>
      journeyCard(item, {
        bot: () => bots.signal_bot || bots.promo_bot || '',
        signal,
        ondelete: () => list.remove(item.id),
      }),
    shapes: () => [
      h(
        'div',
        { class: 'journey-cards' },
        Array.from({ length: 6 }, () => skeleton('skeleton-journey')),
      ),
    ],
    focus: 'a',
    found: (text) => (found.textContent = text),
    onfill: (some) => (filters.hidden = !some && !isAsked()),
    empty: () => nothing(),
    signal,
  });
  const frame = page({
    title: 'Support Chat',
    actions: [
      button('Import', () => importJourneys(signal), { icon: 'upload' }),
      button([h('span', null, 'New', h('span', { class: 'label-rest' }, ' journey'))], begin, {
        look: 'primary',
        icon: 'plus',
      }),
    ],
  });
  replace(frame.content, placeTabs('journeys'), filters, ...list.nodes);
  replace(root, frame.root);

  const reload = () => {
    remember(PATH, { q, state });
    void list.reload();
  };

  const isAsked = () => q !== '' || state !== '';

  const nothing = () =>
    isAsked()
      ? blank({
          picture: 'search',
          title: 'No journey matches',
          text: q ? `Nothing is called “${q}”${state ? ' in this state' : ''}.` : 'No journey is in this state.',
          action: button('Show all journeys', showAll),
        })
      : blank({
          picture: 'people',
          title: 'No journeys yet',
          text: 'A journey talks to people who write to you: it greets them, asks, waits, and hands over to your team when it should.',
          action: button('Make the first journey', begin, { look: 'primary', icon: 'plus' }),
        });

  const showAll = () => {
    search.clear();
    states.choose('');
    q = '';
    state = '';
    reload();
    search.input.focus();
  };

  const start = async () => {
    void list.reload();
    if (params.new) begin();
    // Only for the links' addresses: without them the cards are shown all the same.
    const { items } = await listConnections(signal).catch(() => ({ items: [] }));
    bots = Object.fromEntries(items.map((one) => [one.kind, one.username]));
    for (const card of list.entries.values()) card.show(card.item(), true);
  };

  watch('journey', null, () => void list.lookAgain(), signal);
  void start();
}
