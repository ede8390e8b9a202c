/** The list of journeys: cards, found by name and state, as they are now. */
import { listJourneys } from '../../../api/journeys.js';
import { listConnections } from '../../../api/telegram.js';
import { h, replace } from '../../../dom.js';
import { count } from '../../../format.js';
import { watch } from '../../../live.js';
import { remember } from '../../../router.js';
import { icon } from '../../../components/icons.js';
import { page } from '../../../components/page.js';
import { segmented } from '../../../components/segmented.js';
import { blank, failed, loading, skeleton } from '../../../components/states.js';
import { toastError } from '../../../components/toast.js';
import { journeyCard } from './card.js';
import { importJourneys } from './import.js';
import { newJourney } from './new-journey.js';
import { placeTabs } from './place-tabs.js';
import { PATH, STATES } from './words.js';

/** @typedef {import('./api-types.js').Journey} Journey */

const PAGE = 24;
const MOST = 100; // that the API lists at once
/** How long the typing has to rest before a search (ms). */
const REST = 250;

/**
 * @param {HTMLElement} root
 * @param {Record<string, string>} params `q`, `state`
 * @param {AbortSignal} signal
 */
export function mountList(root, params, signal) {
  let query = new AbortController();
  let q = params.q ?? '';
  let state = Object.hasOwn(STATES, params.state ?? '') ? (params.state ?? '') : '';
  /** @type {Record<string, string>} */
  let bots = {};
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @type {Map<string, ReturnType<typeof journeyCard>>} */
  const cards = new Map();

  const search = h('input', {
    class: 'input',
    type: 'search',
    placeholder: 'Search journeys',
    'aria-label': 'Search journeys',
    value: q,
    on: {
      input: () => {
        clearTimeout(timer);
        timer = setTimeout(() => {
          if (q === search.value.trim()) return;
          q = search.value.trim();
          reload();
        }, REST);
      },
    },
  });
  const found = h('p', { class: 'muted small', role: 'status' });
  const list = h('div', { class: 'list' });
  const more = h('div', { class: 'row row-center' });
  const filters = h(
    'div',
    { class: 'filters' },
    h('div', { class: 'search' }, icon('search'), search),
    segmented({
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
    }).root,
    found,
  );
  const begin = () => newJourney(signal);
  const frame = page({
    title: 'Support Chat',
    actions: [
      h(
        'button',
        { class: 'button', type: 'button', on: { click: () => importJourneys(signal) } },
        icon('upload'),
        'Import',
      ),
      h('button', { class: 'button button-primary', type: 'button', on: { click: begin } }, icon('plus'), [
        h('span', null, 'New', h('span', { class: 'label-rest' }, ' journey')),
      ]),
    ],
  });
  replace(frame.content, placeTabs('journeys'), filters, list, more);
  replace(root, frame.root);

  const reload = () => {
    remember(PATH, { q, state });
    void load(null);
  };

  /** @param {string | null} after */
  const load = async (after) => {
    if (after === null) {
      query.abort();
      query = new AbortController();
      cards.clear();
      replace(more);
      found.textContent = '';
      const shapes = Array.from({ length: 6 }, () => skeleton('skeleton-journey'));
      replace(list, loading('the journeys', h('div', { class: 'journey-cards' }, shapes)));
    }
    const own = query.signal;
    try {
      const result = await listJourneys({ q, state, after, limit: PAGE }, own);
      if (own.aborted || signal.aborted) return;
      show(result.items, result.next, after === null);
    } catch (error) {
      if (own.aborted || signal.aborted) return;
      if (after === null) replace(list, failed(error, 'the journeys', reload));
      else toastError(error, 'Loading more');
    }
  };

  /**
   * @param {Journey[]} items
   * @param {string | null} next
   * @param {boolean} fresh
   */
  const show = (items, next, fresh) => {
    if (fresh && items.length === 0) {
      showNothing();
      return;
    }
    filters.hidden = false;
    if (fresh) replace(list, h('ul', { class: 'journey-cards', 'aria-label': 'Journeys' }));
    const grid = /** @type {HTMLElement} */ (list.querySelector('.journey-cards'));
    const before = cards.size;
    for (const item of items) if (!cards.has(item.id)) grid.append(cardOf(item).root);
    told(next);
    if (!fresh) [...grid.children][before]?.querySelector('a')?.focus();
  };

  /** @param {Journey} item */
  const cardOf = (item) => {
    const card = journeyCard(item, {
      bot: () => bots.signal_bot || bots.promo_bot || '',
      signal,
      ondelete: () => {
        const next = card.root.nextElementSibling ?? card.root.previousElementSibling;
        cards.delete(item.id);
        card.root.remove();
        if (cards.size === 0) void load(null);
        else next?.querySelector('a')?.focus();
      },
    });
    cards.set(item.id, card);
    return card;
  };

  /** @param {string | null} next */
  const told = (next) => {
    found.textContent = `${count(cards.size, 'journey')}${next ? ' so far' : ''}`;
    replace(
      more,
      next ? h('button', { class: 'button', type: 'button', on: { click: () => void load(next) } }, 'Load more') : null,
    );
  };

  const showNothing = () => {
    const asked = q !== '' || state !== '';
    found.textContent = '';
    filters.hidden = !asked;
    replace(
      list,
      asked
        ? blank({
            picture: 'search',
            title: 'No journey fits',
            text: q ? `Nothing is called “${q}”${state ? ' in this state' : ''}.` : 'No journey is in this state.',
            action: h('button', { class: 'button', type: 'button', on: { click: showAll } }, 'Show all journeys'),
          })
        : blank({
            picture: 'people',
            title: 'No journeys yet',
            text: 'A journey talks to people who write to you: it greets them, asks, waits, and hands over to your team when it should.',
            action: h(
              'button',
              { class: 'button button-primary', type: 'button', on: { click: begin } },
              icon('plus'),
              'Make the first journey',
            ),
          }),
    );
  };

  const showAll = () => {
    search.value = '';
    q = '';
    state = '';
    const all = /** @type {HTMLInputElement | null} */ (filters.querySelector('.segmented input'));
    if (all) all.checked = true;
    reload();
    search.focus();
  };

  /** Shows the journeys as they are now; what somebody is busy in is left alone. */
  const lookAgain = async () => {
    const own = query.signal;
    const grid = list.querySelector('ul.journey-cards');
    if (!grid) {
      if (!list.querySelector('[role=alert], .loading')) void load(null);
      return;
    }
    try {
      const limit = Math.min(Math.max(cards.size, PAGE), MOST);
      const { items, next } = await listJourneys({ q, state, after: null, limit }, own);
      if (own.aborted || signal.aborted) return;
      const listed = new Set(items.map(({ id }) => id));
      const all = cards.size <= limit;
      for (const [id, card] of all ? [...cards] : []) {
        if (listed.has(id) || card.root.contains(document.activeElement)) continue;
        cards.delete(id);
        card.root.remove();
      }
      items.forEach((item, i) => {
        const card = cards.get(item.id) ?? cardOf(item);
        card.show(item);
        if (!card.root.isConnected) grid.insertBefore(card.root, grid.children[i] ?? null);
      });
      if (cards.size === 0) showNothing();
      else if (all) told(next);
    } catch {
      // Trouble is told by the strip; the next change is another occasion.
    }
  };

  const start = async () => {
    void load(null);
    // Only for the addresses of links: without them the cards are shown all the same.
    const { items } = await listConnections(signal).catch(() => ({ items: [] }));
    bots = Object.fromEntries(items.map((one) => [one.kind, one.username]));
    for (const card of cards.values()) card.show(card.item(), true);
  };

  watch('journey', null, () => void lookAgain(), signal);
  signal.addEventListener(
    'abort',
    () => {
      clearTimeout(timer);
      query.abort();
    },
    { once: true },
  );
  void start();
}
