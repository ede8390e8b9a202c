/** What waits for somebody, the worst first. */
import { h } from '../../dom.js';
import { count } from '../../format.js';
import { sentence } from '../../problem.js';
import { format } from '../../router.js';
import { icon } from '../../components/icons.js';
import { timeAgo } from '../../components/time.js';
import { sideText } from '../forex/signals/words.js';
import { nameOf } from '../hub/subscribers/words.js';
import { kindText } from '../promo/posts/words.js';
import { moreText } from './words.js';
import { madeUpTag, serviceOf, simulatedTag, simulatedText } from '../../components/status.js';

/** @typedef {import('../../types.js').Home} Home */

/** @type {Record<string, string>} */
const TITLES = { promo_bot: 'Promo Bot', signal_bot: 'Signal Bot', user_account: 'User Account' };

/**
 * @param {Home} home
 * @returns {import('../../dom.js').Child}
 */
export function waiting({ attention, waiting: { posts, conversations, signals }, connections }) {
  const broken = connections.filter(({ state }) => state === 'broken');
  const matters = [
    broken.length > 0 &&
      matter({
        tone: 'bad',
        sign: 'connections',
        title: count(attention.connections, 'connection does not work', 'connections do not work'),
        all: { label: 'Open Connections', href: format('hub/connections', { open: broken[0]?.kind }) },
        lines: broken.map(({ kind, problem }) => [
          h('strong', null, TITLES[kind] ?? kind),
          ' ',
          simulatedTag(serviceOf(kind)),
          problem ? ` ${sentence(problem.message)} ${sentence(problem.remedy)}` : null,
        ]),
      }),
    attention.posts > 0 &&
      matter({
        sign: 'posts',
        title: count(attention.posts, 'post may not have arrived', 'posts may not have arrived'),
        all: { label: 'Decide', href: format('promo/posts', { state: 'unknown' }) },
        lines: posts.map((post) => [
          h('a', { href: format('promo/posts', { post: post.id }) }, kindText(/** @type {any} */ (post))),
          post.channel ? ` to ${simulatedText('telegram', post.channel)}` : '',
          ', ',
          timeAgo(post.created_at),
        ]),
        more: moreText(attention.posts, posts.length),
      }),
    attention.conversations > 0 &&
      matter({
        sign: 'hand',
        title: count(attention.conversations, 'person waits for an answer', 'people wait for an answer'),
        all: { label: 'Answer', href: format('forex/support-chat', { tab: 'people', state: 'handed' }) },
        lines: conversations.map((one) => [
          h(
            'a',
            { href: format('forex/support-chat', { tab: 'people', state: 'handed', conversation: one.id }) },
            nameOf(one),
          ),
          ` in ${one.journey}, `,
          one.since ? timeAgo(one.since) : '',
        ]),
        more: moreText(attention.conversations, conversations.length),
      }),
    attention.signals > 0 &&
      matter({
        sign: 'signal',
        title: count(attention.signals, 'signal waits for your yes', 'signals wait for your yes'),
        all: { label: 'Approve or reject', href: format('forex/signals', { state: 'proposed' }) },
        lines: signals.map((one) => [
          h(
            'a',
            { href: format(`forex/signals/${one.id}`) },
            `${sideText(one.side)} by ${one.strategy.replaceAll('_', ' ')}`,
          ),
          one.simulated ? [' ', madeUpTag()] : '',
          ', ',
          timeAgo(one.created_at),
        ]),
        more: moreText(attention.signals, signals.length),
      }),
  ].filter((one) => one !== false);
  return matters.length > 0
    ? h('ul', { class: 'home-matters' }, matters)
    : h('p', { class: 'home-calm' }, icon('check'), 'Nothing waits for you.');
}

/**
 * @param {object} options
 * @param {'bad' | 'warn'} [options.tone]
 * @param {import('../../components/icons.js').IconName} options.sign
 * @param {string} options.title
 * @param {import('../../dom.js').Child[]} options.lines
 * @param {string} [options.more]
 * @param {{ label: string, href: string }} options.all
 */
const matter = ({ tone = 'warn', sign, title, lines, more = '', all }) =>
  h(
    'li',
    { class: ['home-matter', `home-matter-${tone}`] },
    icon(sign),
    h(
      'div',
      { class: 'home-matter-words' },
      h('h3', null, title),
      h(
        'ul',
        { class: 'small' },
        lines.map((line) => h('li', null, line)),
        more ? h('li', { class: 'muted' }, more) : null,
      ),
    ),
    h('a', { class: 'button button-small', href: all.href, 'data-keep': all.href }, all.label),
  );
