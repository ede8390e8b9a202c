/** One conversation in the list. */
import { h, replace } from '../../../../dom.js';
import { chip, serviceOf, simulatedText } from '../../../../components/status.js';
import { timeAgo } from '../../../../components/time.js';
import { nameOf } from '../../../hub/subscribers/words.js';
import { conversationChip } from '../parts.js';
import { LISTENS_ON, outcomeText, pageOf, sentenceCase, stepName } from '../words.js';

/** @typedef {import('../../../../types.js').Conversation} Conversation */

/**
 * @param {Conversation} first
 * @param {object} options
 * @param {boolean} options.withJourney
 * @param {() => void} options.onopen
 */
export function conversationRow(first, { withJourney, onopen }) {
  let shown = '';
  const who = h(
    'button',
    { class: 'conversation-open', type: 'button', on: { click: onopen } },
    nameOf(first.subscriber),
  );
  const under = h('span', { class: 'muted small' });
  const step = h('td', { role: 'cell', class: 'conversation-step', 'data-label': 'Step' });
  const since = h('td', { role: 'cell', class: 'card-time', 'data-label': 'Since' });
  const due = h('td', { role: 'cell', class: 'card-time', 'data-label': 'Next' });
  const state = h('td', { role: 'cell', class: 'conversation-state' });
  const root = h(
    'tr',
    { role: 'row', class: 'card-row conversation' },
    h('td', { role: 'cell', class: 'card-who' }, who, under),
    withJourney
      ? h(
          'td',
          { role: 'cell', 'data-label': 'Journey' },
          h('a', { href: pageOf(first.journey.id, 'people') }, first.journey.name),
        )
      : null,
    step,
    since,
    due,
    state,
  );

  /** @param {Conversation} fresh */
  function show(fresh) {
    const mark = JSON.stringify(fresh);
    if (mark === shown) return;
    shown = mark;
    const over = fresh.state === 'ended' || fresh.state === 'broken';
    under.textContent = [
      fresh.subscriber.username ? `@${fresh.subscriber.username}` : '',
      simulatedText(serviceOf(fresh.connection.kind), LISTENS_ON[fresh.connection.kind] ?? ''),
    ]
      .filter(Boolean)
      .join(' · ');
    replace(step, over ? h('span', { class: 'muted' }, endText(fresh)) : stepName(fresh.step));
    const at = over ? fresh.ended_at : fresh.since;
    if (!since.contains(document.activeElement)) replace(since, at ? timeAgo(at) : '–');
    if (!due.contains(document.activeElement))
      replace(due, fresh.due && !over ? timeAgo(fresh.due) : h('span', { class: 'muted' }, '–'));
    replace(
      state,
      h(
        'div',
        { class: 'chips' },
        conversationChip(fresh.state),
        fresh.wants_person && !over ? chip('warn', 'Needs a person') : null,
      ),
    );
  }

  show(first);
  return { root, show };
}

/** @param {Conversation} conversation */
export function endText({ state, outcome, problem }) {
  return (state === 'broken' && problem) || sentenceCase(outcomeText(outcome)) || '–';
}
