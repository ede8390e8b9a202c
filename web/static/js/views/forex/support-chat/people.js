/** Conversations: of one journey, or of all of them. */
import { listConversations } from '../../../api/journeys.js';
import { h, replace } from '../../../dom.js';
import { count } from '../../../format.js';
import { watch } from '../../../live.js';
import { remember } from '../../../router.js';
import { icon } from '../../../components/icons.js';
import { segmented } from '../../../components/segmented.js';
import { blank, failed, loading, skeleton } from '../../../components/states.js';
import { toastError } from '../../../components/toast.js';
import { openConversation } from './people/drawer.js';
import { conversationRow } from './people/row.js';
import { CONVERSATION_STATES, PATH, stepName } from './words.js';

/**
 * @typedef {import('./api-types.js').Conversation} Conversation
 * @typedef {import('./api-types.js').JourneyDetail} JourneyDetail
 */

const PAGE = 50;
const MOST = 200; // that the API lists at once
/** How long the typing has to rest before a search (ms). */
const REST = 250;

/**
 * @param {HTMLElement} root
 * @param {object} options
 * @param {JourneyDetail | null} options.journey Null shows the people of all journeys.
 * @param {Record<string, string>} options.params `q`, `state`, `step`, `conversation`
 * @param {AbortSignal} options.signal
 */
export function peoplePanel(root, { journey, params, signal }) {
  let query = new AbortController();
  const state = Object.hasOwn(CONVERSATION_STATES, params.state ?? '') ? (params.state ?? '') : '';
  const filter = { journey: journey?.id ?? '', q: params.q ?? '', state, step: params.step ?? '' };
  let open = params.conversation ?? '';
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @type {Map<string, ReturnType<typeof conversationRow>>} */
  const rows = new Map();

  const found = h('p', { class: 'muted small', role: 'status' });
  const list = h('div', { class: 'list conversations-list' });
  const more = h('div', { class: 'row row-center' });
  const table = h('tbody', { role: 'rowgroup' });
  const search = h('input', {
    class: 'input',
    type: 'search',
    placeholder: 'Search name or username',
    'aria-label': 'Search name or username',
    value: filter.q,
    on: {
      input: () => {
        clearTimeout(timer);
        timer = setTimeout(() => {
          if (filter.q === search.value.trim()) return;
          filter.q = search.value.trim();
          reload();
        }, REST);
      },
    },
  });
  const steps = h(
    'select',
    {
      class: 'input step-filter',
      'aria-label': 'Step',
      on: {
        change: () => {
          filter.step = steps.value;
          reload();
        },
      },
    },
    h('option', { value: '' }, 'All steps'),
    journey?.draft.steps.map((step) =>
      h('option', { value: step.id, selected: step.id === filter.step }, stepName(step)),
    ) ?? null,
  );
  const states = segmented({
    label: 'State',
    quietLabel: true,
    class: 'conversation-states',
    value: filter.state,
    choices: [
      { value: '', label: 'All' },
      ...Object.entries(CONVERSATION_STATES).map(([value, [, label]]) => ({ value, label })),
    ],
    onchange: (value) => {
      filter.state = value;
      reload();
    },
  });
  const filters = h(
    'div',
    { class: 'filters' },
    h('div', { class: 'search' }, icon('search'), search),
    journey ? steps : null,
    states.root,
    found,
  );
  replace(root, filters, list, more);

  const keep = () =>
    remember(PATH, {
      journey: filter.journey,
      tab: 'people',
      q: filter.q,
      state: filter.state,
      step: filter.step,
      conversation: open,
    });

  const reload = () => {
    keep();
    void load(null);
  };

  /** @param {string} id */
  const show = (id) => {
    open = id;
    keep();
    openConversation(id, {
      signal,
      onclose: () => {
        if (open !== id) return;
        open = '';
        if (!signal.aborted) keep();
      },
    });
  };

  /** @param {string | null} after */
  const load = async (after) => {
    if (after === null) {
      query.abort();
      query = new AbortController();
      if (rows.size === 0) replace(list, loading('the people', ...[1, 2, 3, 4].map(() => skeleton('skeleton-row'))));
    }
    const own = query.signal;
    try {
      const result = await listConversations(filter, { after, limit: PAGE }, own);
      if (own.aborted || signal.aborted) return;
      if (after === null) {
        rows.clear();
        replace(table);
      }
      append(result.items, result.next, after === null);
    } catch (error) {
      if (own.aborted || signal.aborted) return;
      if (after !== null) toastError(error, 'Loading more');
      else {
        rows.clear();
        replace(more);
        found.textContent = '';
        replace(list, failed(error, 'the people', reload));
      }
    }
  };

  /**
   * @param {Conversation[]} items
   * @param {string | null} next
   * @param {boolean} fresh
   */
  const append = (items, next, fresh) => {
    if (fresh && items.length === 0) {
      showNobody();
      return;
    }
    filters.hidden = false;
    if (!table.isConnected) replace(list, tableOf(table, journey === null));
    const before = table.children.length;
    for (const item of items) if (!rows.has(item.id)) table.append(rowOf(item).root);
    told(next);
    if (!fresh) /** @type {HTMLElement | null} */ (table.children[before]?.querySelector('button'))?.focus();
  };

  /** @param {string | null} next */
  const told = (next) => {
    found.textContent = `${count(rows.size, 'conversation')}${next ? ' so far' : ''}`;
    replace(
      more,
      next ? h('button', { class: 'button', type: 'button', on: { click: () => void load(next) } }, 'Load more') : null,
    );
  };

  /** @param {Conversation} item */
  const rowOf = (item) => {
    const row = conversationRow(item, { withJourney: journey === null, onopen: () => show(item.id) });
    rows.set(item.id, row);
    return row;
  };

  const showNobody = () => {
    const asked = filter.q !== '' || filter.state !== '' || filter.step !== '';
    found.textContent = '';
    filters.hidden = !asked;
    replace(more);
    replace(
      list,
      asked
        ? blank({
            picture: 'search',
            title: 'Nobody fits',
            text: 'No conversation has all that you ask for.',
            action: h('button', { class: 'button', type: 'button', on: { click: showAll } }, 'Show all conversations'),
          })
        : blank({
            picture: 'people',
            title: 'Nobody is here yet',
            text: nobodyText(),
            action: journey ? null : h('a', { class: 'button button-primary', href: `#${PATH}` }, 'Open the journeys'),
          }),
    );
  };

  const nobodyText = () => {
    if (!journey) return 'Whoever enters a journey appears here, with their step and what was said.';
    return journey.state === 'active'
      ? 'Whoever one of its triggers lets in appears here, with their step and what was said.'
      : 'It is not active, so nobody enters. Publish it first.';
  };

  const showAll = () => {
    Object.assign(filter, { q: '', state: '', step: '' });
    search.value = '';
    steps.value = '';
    const all = /** @type {HTMLInputElement | null} */ (states.root.querySelector('input'));
    if (all) all.checked = true;
    reload();
    search.focus();
  };

  /** Shows the conversations as they are now; those beyond the API's limit stay. */
  const lookAgain = async () => {
    const own = query.signal;
    if (!table.isConnected) {
      if (!list.querySelector('[role=alert], .loading')) void load(null);
      return;
    }
    try {
      const limit = Math.min(Math.max(rows.size, PAGE), MOST);
      const { items, next } = await listConversations(filter, { after: null, limit }, own);
      if (own.aborted || signal.aborted) return;
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

  watch('conversation', null, () => void lookAgain(), signal);
  signal.addEventListener(
    'abort',
    () => {
      clearTimeout(timer);
      query.abort();
    },
    { once: true },
  );
  void load(null);
  if (open) show(open);
}

/**
 * @param {HTMLElement} body
 * @param {boolean} withJourney
 */
function tableOf(body, withJourney) {
  const names = ['Person', ...(withJourney ? ['Journey'] : []), 'Step', 'Since', 'Next', 'State'];
  return h(
    'table',
    { class: 'conversations', role: 'table', 'aria-label': 'Conversations' },
    h(
      'thead',
      { role: 'rowgroup' },
      h(
        'tr',
        { role: 'row' },
        names.map((name) => h('th', { scope: 'col', role: 'columnheader' }, name)),
      ),
    ),
    body,
  );
}
