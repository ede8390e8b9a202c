/** One conversation: who, where, what is known, what happened, and the actions. */
import { conversationLog, getConversation } from '../../../../api/journeys.js';
import { h, replace } from '../../../../dom.js';
import { watch } from '../../../../live.js';
import { callout } from '../../../../components/callout.js';
import { openDialog } from '../../../../components/dialog.js';
import { chip, serviceOf, simulatedTag } from '../../../../components/status.js';
import { failed, loading, skeleton } from '../../../../components/states.js';
import { timeAgo } from '../../../../components/time.js';
import { nameOf } from '../../../hub/subscribers/words.js';
import { conversationChip } from '../parts.js';
import { LISTENS_ON, pageOf, stepName } from '../words.js';
import { commands } from './commands.js';
import { logList } from './log.js';
import { endText } from './row.js';

/** @typedef {import('../../../../types.js').Conversation} Conversation */

/**
 * @param {string} id
 * @param {object} options
 * @param {AbortSignal} options.signal
 * @param {() => void} options.onclose
 */
export function openConversation(id, { signal, onclose }) {
  const life = new AbortController();
  const facts = h('div', { class: 'stack' });
  const body = h('div', { class: 'conversation-body' });
  /** @type {Conversation | null} */
  let now = null;
  /** @type {ReturnType<typeof commands> | null} */
  let controls = null;
  /** @type {ReturnType<typeof logList> | null} */
  let log = null;
  const dialog = openDialog({
    title: 'Conversation',
    class: 'side-drawer',
    body,
    signal,
    onclose: () => {
      life.abort();
      onclose();
    },
  });
  const title = dialog.root.querySelector('h2');

  const load = async () => {
    if (!now) replace(body, loading('the conversation', skeleton('skeleton-row'), skeleton('skeleton-row')));
    try {
      const fresh = await getConversation(id, life.signal);
      if (life.signal.aborted || (now && fresh.row_version < now.row_version)) return;
      show(fresh);
    } catch (error) {
      if (!life.signal.aborted && !now) replace(body, failed(error, 'the conversation', load));
    }
  };

  const lookAgain = () => {
    void load();
    void log?.lookAgain();
  };

  /** @param {Conversation} fresh */
  const show = (fresh) => {
    now = fresh;
    if (title) title.textContent = nameOf(fresh.subscriber);
    if (!controls) {
      controls = commands({ signal: life.signal, onchange: lookAgain, onfresh: show });
      log = logList({
        read: (page) => conversationLog(id, page, life.signal),
        empty: 'Nothing has happened yet.',
        signal: life.signal,
      });
      replace(
        body,
        facts,
        controls.root,
        h('section', { class: 'stack', 'aria-label': 'Log' }, h('h3', null, 'What happened'), log.root),
      );
    }
    if (!facts.contains(document.activeElement))
      replace(facts, chips(fresh), trouble(fresh), factList(fresh), kept(fresh));
    controls.show(fresh);
  };

  watch('conversation', id, lookAgain, life.signal);
  void load();
}

/** @param {Conversation} conversation */
function chips(conversation) {
  const over = conversation.state === 'ended' || conversation.state === 'broken';
  return h(
    'div',
    { class: 'chips' },
    conversationChip(conversation.state),
    conversation.wants_person && !over ? chip('warn', 'Needs a person') : null,
    h(
      'span',
      { class: 'muted small' },
      [
        conversation.subscriber.username ? `@${conversation.subscriber.username}` : '',
        LISTENS_ON[conversation.connection.kind] ?? conversation.connection.kind,
      ]
        .filter(Boolean)
        .join(' · '),
    ),
    simulatedTag(serviceOf(conversation.connection.kind)),
  );
}

/** @param {Conversation} conversation */
function trouble({ problem }) {
  return problem ? callout('bad', problem) : null;
}

/** @param {Conversation} conversation */
function factList(conversation) {
  const over = conversation.state === 'ended' || conversation.state === 'broken';
  /** @type {[string, import('../../../../dom.js').Child][]} */
  const facts = [
    [
      'Journey',
      [
        h('a', { href: pageOf(conversation.journey.id, 'people') }, conversation.journey.name),
        h('span', { class: 'muted' }, ` version ${conversation.version.number}`),
      ],
    ],
    over ? ['Ended', endText(conversation)] : ['Step', stepName(conversation.step)],
    ['Trigger', conversation.trigger || '–'],
    ['Started', timeAgo(conversation.started_at)],
  ];
  if (over && conversation.ended_at) facts.push(['Until', timeAgo(conversation.ended_at)]);
  if (!over && conversation.since) facts.push(['At this step since', timeAgo(conversation.since)]);
  if (!over && conversation.due) facts.push(['Continues', timeAgo(conversation.due)]);
  return h(
    'dl',
    { class: 'talk-facts' },
    facts.map(([name, value]) => h('div', null, h('dt', null, name), h('dd', null, value))),
  );
}

/** @param {Conversation} conversation */
function kept({ variables }) {
  const entries = Object.entries(variables ?? {});
  if (entries.length === 0) return null;
  return h(
    'section',
    { class: 'stack', 'aria-label': 'Saved answers' },
    h('h3', null, 'Saved answers'),
    h(
      'dl',
      { class: 'variables' },
      entries.map(([name, value]) => h('div', null, h('dt', { class: 'mono' }, name), h('dd', null, value || '–'))),
    ),
  );
}
