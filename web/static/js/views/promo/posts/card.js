/** One post in the list. */
import { h } from '../../../dom.js';
import { icon } from '../../../components/icons.js';
import { redrawn } from '../../../components/list/live-list.js';
import { chip, simulatedTag } from '../../../components/status.js';
import { timeAgo } from '../../../components/time.js';
import { POST_STATES } from '../../forex/signals/words.js';
import { channelText, firstLine, kindText, senderText } from './words.js';

/** @typedef {import('../../../types.js').ChannelPost} ChannelPost */

/** @param {Pick<ChannelPost, 'state'>} post */
export function postChip({ state }) {
  const [tone, word] = POST_STATES[state] ?? ['quiet', state];
  return chip(tone, word, { busy: state === 'deleting' });
}

/**
 * A small picture; a sign where there is none, or where it can't be shown any more.
 *
 * @param {ChannelPost} post
 */
function thumb({ picture_url: picture }) {
  const place = h('span', { class: 'post-thumb', 'aria-hidden': 'true' });
  const sign = () => place.replaceChildren(icon('posts'));
  if (!picture) sign();
  else place.append(h('img', { src: picture, alt: '', loading: 'lazy', on: { error: sign } }));
  return place;
}

/** When it was sent, or when it was planned. @param {ChannelPost} post */
function moment({ sent_at: sent, planned_at: planned }) {
  return sent ? ['sent ', timeAgo(sent)] : ['planned ', timeAgo(planned)];
}

/**
 * @param {ChannelPost} first
 * @param {object} options
 * @param {(post: ChannelPost) => void} options.onopen
 * @param {(post: ChannelPost) => Node[]} [options.actions]
 */
export function postCard(first, { onopen, actions }) {
  let now = first;
  const day = h('h2', { class: 'post-day', hidden: true });
  const card = h('article', { class: 'post-card' });
  const body = redrawn(card, first, (/** @type {ChannelPost} */ post) => [
    thumb(post),
    h(
      'div',
      { class: 'post-words' },
      h('p', { class: 'muted small' }, `${kindText(post)} · ${channelText(post)} `, simulatedTag('telegram')),
      h(
        'button',
        { class: 'conversation-open post-open', type: 'button', on: { click: () => onopen(post) } },
        firstLine(post),
      ),
      h('p', { class: 'muted small' }, senderText(post), ' · ', moment(post)),
      post.problem ? h('p', { class: 'small post-problem' }, `${post.problem.message}.`) : null,
      actions ? h('div', { class: 'row' }, actions(post)) : null,
    ),
    postChip(post),
  ]);
  return {
    root: h('li', { class: 'post-entry' }, day, card),
    item: () => now,
    /** @param {ChannelPost} fresh */
    show(fresh) {
      now = fresh;
      body.show(fresh);
    },
    /** Shows the heading of its day. @param {string} text '' for none. */
    head(text) {
      day.hidden = !text;
      day.textContent = text;
    },
  };
}
