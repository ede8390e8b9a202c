/** Conversations: of one journey, or of all. */
import { listConversations } from '../../../api/journeys.js';
import { h, replace } from '../../../dom.js';
import { watch } from '../../../live.js';
import { remember } from '../../../router.js';
import { button } from '../../../components/button.js';
import { cardTable } from '../../../components/list/card-table.js';
import { liveList } from '../../../components/list/live-list.js';
import { searchInput } from '../../../components/list/search.js';
import { segmented } from '../../../components/segmented.js';
import { blank, skeleton } from '../../../components/states.js';
import { inOrder } from '../journeys/layout.js';
import { openConversation } from './people/drawer.js';
import { conversationRow } from './people/row.js';
import { CONVERSATION_STATES, PATH, stepName } from './words.js';

/**
 * @typedef {import('../../../types.js').Conversation} Conversation
 * @typedef {import('../../../types.js').JourneyDetail} JourneyDetail
 */

const PAGE = 50;

/**
 * @param {HTMLElement} root
 * @param {object} options
 * @param {JourneyDetail | null} options.journey Null shows the people of all journeys.
 * @param {Record<string, string>} options.params `q`, `state`, `step`, `conversation`
 * @param {AbortSignal} options.signal
 */
export function peoplePanel(root, { journey, params, signal }) {
  const state = Object.hasOwn(CONVERSATION_STATES, params.state ?? '') ? (params.state ?? '') : '';
  const filter = { journey: journey?.id ?? '', q: params.q ?? '', state, step: params.step ?? '' };
  let open = params.conversation ?? '';

  const found = h('p', { class: 'muted small', role: 'status' });
  const names = ['Person', ...(journey ? [] : ['Journey']), 'Step', 'Since', 'Next', 'State'];
  const table = cardTable('Conversations', names);
  const search = searchInput({
    label: 'Search name or username',
    value: filter.q,
    onsearch: (typed) => {
      filter.q = typed;
      reload();
    },
    signal,
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
    (journey ? inOrder(journey.draft) : []).map(({ step }) =>
      h('option', { value: step.id, selected: step.id === filter.step }, stepName(step)),
    ),
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
  const filters = h('div', { class: 'filters' }, search.root, journey ? steps : null, states.root, found);
  const list = liveList({
    what: 'the people',
    noun: ['conversation'],
    class: 'card-list',
    holder: table.body,
    frame: table.root,
    page: PAGE,
    read: (of, own) => listConversations(filter, of, own),
    entry: (/** @type {Conversation} */ item) =>
      conversationRow(item, { withJourney: journey === null, onopen: () => show(item.id) }),
    shapes: () => [1, 2, 3, 4].map(() => skeleton('skeleton-row')),
    focus: 'button',
    found: (text) => (found.textContent = text),
    onfill: (some) => (filters.hidden = !some && !isAsked()),
    empty: () => nobody(),
    signal,
  });
  replace(root, filters, ...list.nodes);

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
    void list.reload();
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

  const isAsked = () => filter.q !== '' || filter.state !== '' || filter.step !== '';

  const nobody = () =>
    isAsked()
      ? blank({
          picture: 'search',
          title: 'Nobody matches',
          text: 'No conversation matches all your filters.',
          action: button('Show all conversations', showAll),
        })
      : blank({
          picture: 'people',
          title: 'Nobody is here yet',
          text: nobodyText(),
          action: journey ? null : h('a', { class: 'button button-primary', href: `#${PATH}` }, 'Open the journeys'),
        });

  const nobodyText = () => {
    if (!journey) return 'People who enter a journey appear here, with their step and what was said.';
    return journey.state === 'active'
      ? 'People who enter by one of its triggers appear here, with their step and what was said.'
      : 'It is not active, so nobody can enter. Publish it first.';
  };

  const showAll = () => {
    Object.assign(filter, { q: '', state: '', step: '' });
    search.clear();
    steps.value = '';
    states.choose('');
    reload();
    search.input.focus();
  };

  watch('conversation', null, () => void list.lookAgain(), signal);
  void list.reload();
  if (open) show(open);
}
