/** A person's journeys, and what happened to what they wrote. */
import { listConversations, messagesLog } from '../../../api/journeys.js';
import { h, replace, useStyles } from '../../../dom.js';
import { watch } from '../../../live.js';
import { format } from '../../../router.js';
import { openDialog } from '../../../components/dialog.js';
import { offerMore } from '../../../components/load-more.js';
import { failed, loading, skeleton } from '../../../components/states.js';
import { timeAgo } from '../../../components/time.js';
import { toastError } from '../../../components/toast.js';
import { conversationChip } from '../../forex/support-chat/parts.js';
import { logList } from '../../forex/support-chat/people/log.js';
import { endText } from '../../forex/support-chat/people/row.js';
import { PATH, stepName } from '../../forex/support-chat/words.js';
import { nameOf } from './words.js';

/** @typedef {import('../../../types.js').Conversation} Conversation */

/** Journeys per page. */
const PAGE = 20;

/**
 * @param {import('../../../types.js').Subscriber} person
 * @param {AbortSignal} signal
 */
export async function openHistory(person, signal) {
  await useStyles('support-chat.css', 'journey-page.css', 'conversations.css');
  if (signal.aborted) return;
  const life = new AbortController();
  const journeys = h('div', { class: 'stack' });
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
      h('section', { class: 'stack', 'aria-label': 'Journeys' }, h('h3', null, 'Journeys'), journeys),
      h('section', { class: 'stack', 'aria-label': 'Messages' }, h('h3', null, 'Messages'), log.root),
    ),
    onclose: () => life.abort(),
    signal,
  });

  /** @type {Map<string, HTMLElement>} */
  const rows = new Map();
  const list = h('ul', { class: 'past-journeys' });
  const more = h('div', { class: 'row row-center' });

  /** @param {string | null} after */
  const load = async (after) => {
    if (rows.size === 0) replace(journeys, loading('the journeys', skeleton('skeleton-row')));
    try {
      const page = { after, limit: PAGE };
      const { items, next } = await listConversations({ subscriber: person.id }, page, life.signal);
      if (life.signal.aborted) return;
      if (items.length === 0 && rows.size === 0) {
        replace(journeys, h('p', { class: 'muted' }, 'No journeys yet.'));
        return;
      }
      const first = rows.size === 0;
      if (!list.isConnected) replace(journeys, list, more);
      for (const item of items) {
        const row = journeyRow(item);
        const old = rows.get(item.id);
        rows.set(item.id, row);
        if (!old) list.append(row);
        else if (!old.contains(document.activeElement)) old.replaceWith(row);
        else rows.set(item.id, old);
      }
      if (first || after !== null) offerMore(more, next, load, { small: true });
    } catch (error) {
      if (life.signal.aborted) return;
      if (rows.size > 0) toastError(error, 'Loading the journeys');
      else
        replace(
          journeys,
          failed(error, 'the journeys', () => load(null)),
        );
    }
  };

  watch(
    'conversation',
    null,
    () => {
      void load(null);
      void log.lookAgain();
    },
    life.signal,
  );
  void load(null);
}

/** @param {Conversation} conversation */
function journeyRow(conversation) {
  const over = conversation.state === 'ended' || conversation.state === 'broken';
  return h(
    'li',
    { class: 'past-journey' },
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
  );
}
