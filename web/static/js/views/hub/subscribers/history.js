/** A person's journeys, and what happened to what they wrote. */
import { listConversations, messagesLog } from '../../../api/journeys.js';
import { h, useStyles } from '../../../dom.js';
import { watch } from '../../../live.js';
import { format } from '../../../router.js';
import { openDialog } from '../../../components/dialog.js';
import { liveList, redrawn } from '../../../components/list/live-list.js';
import { skeleton } from '../../../components/states.js';
import { timeAgo } from '../../../components/time.js';
import { conversationChip } from '../../forex/support-chat/parts.js';
import { logList } from '../../forex/support-chat/people/log.js';
import { endText } from '../../forex/support-chat/people/row.js';
import { PATH, stepName } from '../../forex/support-chat/words.js';
import { nameOf } from './words.js';

/** @typedef {import('../../../types.js').Conversation} Conversation */

/**
 * @param {import('../../../types.js').Subscriber} person
 * @param {AbortSignal} signal
 */
export async function openHistory(person, signal) {
  await useStyles('support-chat.css', 'journey-page.css', 'conversations.css');
  if (signal.aborted) return;
  const life = new AbortController();
  const journeys = liveList({
    what: 'the journeys',
    noun: ['journey'],
    holder: h('ul', { class: 'past-journeys' }),
    small: true,
    read: (page, own) => listConversations({ subscriber: person.id }, page, own),
    entry: (item) => redrawn(h('li', { class: 'past-journey' }), item, journeyParts),
    shapes: () => [skeleton('skeleton-row')],
    empty: () => h('p', { class: 'muted' }, 'No journeys yet.'),
    signal: life.signal,
  });
  const log = logList({
    read: (page) => messagesLog(person.id, page, life.signal),
    withJourney: true,
    empty: 'Nothing written yet.',
    signal: life.signal,
  });
  openDialog({
    title: nameOf(person),
    class: 'side-drawer',
    body: h(
      'div',
      { class: 'conversation-body' },
      h(
        'section',
        { class: 'stack', 'aria-label': 'Journeys' },
        h('h3', null, 'Journeys'),
        h('div', { class: 'stack' }, journeys.nodes),
      ),
      h('section', { class: 'stack', 'aria-label': 'Messages' }, h('h3', null, 'Messages'), log.root),
    ),
    onclose: () => life.abort(),
    signal,
  });

  watch(
    'conversation',
    null,
    () => {
      void journeys.lookAgain();
      void log.lookAgain();
    },
    life.signal,
  );
  void journeys.reload();
}

/** @param {Conversation} conversation */
function journeyParts(conversation) {
  const over = conversation.state === 'ended' || conversation.state === 'broken';
  return [
    h(
      'div',
      null,
      h('a', { href: format(PATH, { tab: 'people', conversation: conversation.id }) }, conversation.journey.name),
      h(
        'p',
        { class: 'muted small' },
        over ? endText(conversation) : stepName(conversation.step),
        ' · ',
        timeAgo(conversation.ended_at ?? conversation.started_at),
      ),
    ),
    conversationChip(conversation.state),
  ];
}
