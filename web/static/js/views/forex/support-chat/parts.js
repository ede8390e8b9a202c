/** Pieces that several pages of journeys show. */
import { h } from '../../../dom.js';
import { chip } from '../../../components/status.js';
import { CONVERSATION_STATES, STATES } from './words.js';

/** @param {import('../../../types.js').JourneySummary['state']} state */
export function journeyChip(state) {
  const [tone, word] = STATES[state] ?? ['quiet', state];
  return chip(tone, word);
}

/** @param {import('../../../types.js').Conversation['state']} state */
export function conversationChip(state) {
  const [tone, word] = CONVERSATION_STATES[state] ?? ['quiet', state];
  return chip(tone, word);
}

/**
 * The figures of a card or a page: a large number, and below it what it counts.
 *
 * @param {[string, string][]} items Value and name.
 */
export function bigFigures(items) {
  return h(
    'dl',
    { class: 'big-figures' },
    items.map(([value, name]) => h('div', null, h('dt', null, name), h('dd', { class: 'figures' }, value))),
  );
}
