/** What stands in a channel about a signal or a recap, how it got there, and who wrote it. */
import { sendPostAgain } from '../../../api/posts.js';
import { h } from '../../../dom.js';
import { format } from '../../../router.js';
import { button } from '../../../components/button.js';
import { chip } from '../../../components/status.js';
import { toast, toastError } from '../../../components/toast.js';
import { plain } from '../journeys/markup.js';
import { may } from './parts.js';
import { POST_STATES, writtenText } from './words.js';

/** @typedef {import('../../../types.js').SignalPost} SignalPost */

/** @param {string} text Telegram's HTML; empty until it is written. */
export const postText = (text) => (text ? h('blockquote', { class: 'log-quote' }, plain(text)) : null);

/**
 * How a post ended, who wrote it and why, and what is wrong with it.
 *
 * @param {SignalPost} post
 * @param {import('../../../dom.js').Child} [when]
 */
export function postState(post, when = null) {
  const [tone, word] = POST_STATES[post.state] ?? ['quiet', post.state];
  const about = [writtenText(post), post.resent ? 'Sent again: the first one may have arrived' : ''].filter(Boolean);
  return [
    h(
      'div',
      { class: 'signal-chips' },
      chip(tone, word),
      when,
      about.length > 0 ? h('span', { class: 'muted small' }, about.join('. ')) : null,
    ),
    post.problem
      ? h('p', { class: 'small' }, post.problem.message, '. ', h('span', { class: 'muted' }, post.problem.remedy))
      : null,
    (post.state === 'failed' || post.state === 'unknown') && may('posts.write')
      ? h(
          'div',
          { class: 'row' },
          button('Send it again', () => sendAgain(post), { small: true, icon: 'send' }),
          post.state === 'unknown'
            ? h(
                'a',
                { class: 'button button-small button-quiet', href: format('promo/posts', { post: post.id }) },
                'Say whether it arrived',
              )
            : null,
        )
      : null,
  ];
}

/** @param {SignalPost} post */
export async function sendAgain(post) {
  try {
    await sendPostAgain(post.id);
    toast('It is sent again.');
  } catch (error) {
    toastError(error, 'Sending it again');
  }
}
