/** The last post, followed until it has arrived or failed. */
import { currentSession } from '../../../api.js';
import { getPost, postAgain } from '../../../api/telegram.js';
import { h, replace } from '../../../dom.js';
import { on } from '../../../events.js';
import { watch } from '../../../live.js';
import { format } from '../../../router.js';
import { button } from '../../../components/button.js';
import { icon } from '../../../components/icons.js';
import { chip } from '../../../components/status.js';
import { timeAgo } from '../../../components/time.js';
import { toast, toastError } from '../../../components/toast.js';
import { isPending, postWords } from './posting.js';

/** @typedef {import('../../../types.js').Post} Post */

/** How often a post is polled, in case the event stream is down (ms). */
const LOOK = 3000;

/**
 * @param {AbortSignal} signal The page's: a post is followed even after another template is chosen.
 */
export function postTracker(signal) {
  /** @type {Post | null} */
  let now = null;
  let username = '';
  let following = new AbortController();
  const root = h('section', { class: 'post', 'aria-label': 'Last post', hidden: true });
  const state = h('div', { role: 'status', class: 'post-state' });
  const acts = h('div', { class: 'row' });
  replace(root, state, acts);

  /** @param {Post} post */
  const show = (post) => {
    if (now?.id === post.id && post.version < now.version) return;
    const before = now;
    now = post;
    root.hidden = false;
    const { tone, word, text } = postWords(post);
    const said = `${word} ${text}`;
    if (state.dataset.said !== said || post.sent_at !== before?.sent_at) {
      state.dataset.said = said;
      replace(
        state,
        h(
          'p',
          { class: 'post-line' },
          chip(tone, word, { busy: isPending(post) }),
          post.sent_at ? timeAgo(post.sent_at) : null,
        ),
        h('p', { class: 'small' }, text),
      );
    }
    const held = acts.contains(document.activeElement);
    replace(acts, actions(post));
    if (held) acts.querySelector('button')?.focus();
    const ended = before?.id === post.id && isPending(before) && !isPending(post);
    // An open dialog shows it already.
    if (ended && !root.closest('dialog')) {
      if (post.state === 'sent') toast(text);
      else toast(`${word}. ${text}`, { kind: 'bad' });
    }
  };

  /** @param {Post} post */
  const actions = (post) => {
    if (post.state === 'failed' || post.state === 'unknown') {
      const again = button('Send again', () => repeat(again), { small: true, icon: 'refresh' });
      return again;
    }
    if (post.state !== 'sent') return null;
    if (currentSession().sandbox)
      return h('a', { class: 'button button-small', href: format('hub/sandbox') }, 'See it in the sandbox');
    if (!username || !post.message_id) return null;
    return h(
      'a',
      {
        class: 'button button-small',
        href: `https://t.me/${username}/${post.message_id}`,
        target: '_blank',
        rel: 'noopener',
      },
      'Open in Telegram',
      icon('external', 'small'),
      h('span', { class: 'visually-hidden' }, ' (new tab)'),
    );
  };

  /** @param {HTMLButtonElement} button */
  const repeat = async (button) => {
    const was = now;
    if (!was || button.disabled) return;
    button.disabled = true;
    try {
      const post = await postAgain(was.id);
      if (!signal.aborted) show(post);
    } catch (error) {
      if (signal.aborted) return;
      button.disabled = false;
      toastError(error, 'Sending again');
      void look();
    }
  };

  const look = async () => {
    const was = now;
    if (!was) return;
    try {
      const post = await getPost(was.id, signal);
      if (!signal.aborted && now?.id === post.id) show(post);
    } catch {
      // The strip shows the trouble; the next poll may succeed.
    }
  };

  on('recovered', () => void look(), signal);
  const timer = setInterval(() => {
    if (now && isPending(now)) void look();
  }, LOOK);
  signal.addEventListener('abort', () => {
    clearInterval(timer);
    following.abort();
  });

  return {
    root,
    /**
     * @param {Post} post
     * @param {string} channel The channel's username; '' for a private one.
     */
    follow(post, channel) {
      username = channel;
      following.abort();
      following = new AbortController();
      show(post);
      watch('delivery', post.id, () => void look(), following.signal);
      void look(); // what happened before anybody listened
    },
  };
}
