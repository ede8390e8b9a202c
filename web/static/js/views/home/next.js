/** What goes to channels next. */
import { h } from '../../dom.js';
import { format } from '../../router.js';
import { age } from '../../components/time.js';
import { kindText } from '../promo/posts/words.js';
import { comesText } from './words.js';

/** @typedef {import('../../types.js').NextPost} NextPost */

/** Where more is said of it. @param {NextPost} post */
function placeOf({ kind, post_id: post }) {
  if (post) return format('promo/posts', { post });
  if (kind === 'hype') return format('forex/hype-bot');
  return format(kind === 'recap' ? 'forex/recaps' : 'forex/cross-promotion');
}

/**
 * @param {NextPost[]} posts
 * @param {number} now Milliseconds.
 */
export function nextPosts(posts, now) {
  if (posts.length === 0)
    return h(
      'p',
      { class: 'muted' },
      'Nothing is planned. ',
      h('a', { href: format('forex/cross-promotion') }, 'The programme'),
      ' posts to your FREE channel each day.',
    );
  return h(
    'ol',
    { class: 'home-posts' },
    posts.map((post) =>
      h(
        'li',
        null,
        h(
          'a',
          { class: 'home-post', href: placeOf(post), 'data-keep': `${post.at} ${post.kind} ${post.name}` },
          h(
            'span',
            { class: 'home-fact-name' },
            kindText(/** @type {any} */ (post)),
            post.name ? h('span', { class: 'muted small' }, post.name) : null,
          ),
          h(
            'span',
            { class: 'home-when figures' },
            comesText(post.at, now),
            h('span', { class: 'muted small' }, age(post.at)),
          ),
        ),
      ),
    ),
  );
}
