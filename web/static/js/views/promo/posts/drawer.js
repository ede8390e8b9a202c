/** One post: as it stands in the channel, how it got there, and what can be done with it. */
import { currentSession } from '../../../api.js';
import { getChannelPost } from '../../../api/posts.js';
import { h, replace } from '../../../dom.js';
import { watch } from '../../../live.js';
import { format } from '../../../router.js';
import { callout } from '../../../components/callout.js';
import { openDialog } from '../../../components/dialog.js';
import { icon } from '../../../components/icons.js';
import { failed, loading, skeleton } from '../../../components/states.js';
import { simulatedTag } from '../../../components/status.js';
import { timeAgo } from '../../../components/time.js';
import { read } from '../../forex/journeys/markup.js';
import { pageOf, writtenText } from '../../forex/signals/words.js';
import { richText } from '../../hub/sandbox/bubble.js';
import { actionButtons } from './actions.js';
import { postChip } from './card.js';
import { channelText, kindText, notes, senderText } from './words.js';

/** @typedef {import('../../../types.js').ChannelPost} ChannelPost */

/**
 * @param {string} id
 * @param {object} options
 * @param {AbortSignal} options.signal
 * @param {() => void} options.onclose
 * @param {() => void} options.onchange
 */
export function openPost(id, { signal, onclose, onchange }) {
  const life = new AbortController();
  const body = h('div', { class: 'conversation-body' });
  /** @type {ChannelPost | null} */
  let now = null;
  const dialog = openDialog({
    title: 'Post',
    class: 'side-drawer',
    body,
    signal,
    onclose: () => {
      life.abort();
      onclose();
    },
  });
  const title = /** @type {HTMLElement} */ (dialog.root.querySelector('h2'));
  title.tabIndex = -1;

  const load = async () => {
    if (!now) replace(body, loading('the post', skeleton('skeleton-row'), skeleton('skeleton-row')));
    try {
      const fresh = await getChannelPost(id, life.signal);
      if (!life.signal.aborted) show(fresh);
    } catch (error) {
      if (!life.signal.aborted && !now) replace(body, failed(error, 'the post', load));
    }
  };

  /** @param {ChannelPost} fresh */
  const show = (fresh) => {
    if (now && fresh.version <= now.version) return;
    now = fresh;
    title.textContent = kindText(fresh);
    const held = body.contains(document.activeElement);
    replace(
      body,
      h(
        'div',
        { class: 'chips' },
        postChip(fresh),
        h('span', { class: 'muted small' }, channelText(fresh)),
        simulatedTag('telegram'),
      ),
      trouble(fresh),
      told(fresh),
      h('div', { class: 'row' }, actionButtons(fresh, { signal: life.signal, onchange: took }), places(fresh)),
      factList(fresh),
    );
    if (held) title.focus(); // what was pressed is gone
  };

  /** @param {ChannelPost} fresh */
  const took = (fresh) => {
    if (!life.signal.aborted) show(fresh);
    onchange();
  };

  watch('post', id, () => void load(), life.signal);
  void load();
}

/** @param {ChannelPost} post */
function trouble({ problem, state }) {
  if (!problem) return null;
  const words = [problem.message, problem.remedy].filter(Boolean).join('. ');
  return callout(state === 'failed' ? 'bad' : 'warn', `${words}.`);
}

/** As Telegram shows it. @param {ChannelPost} post */
function told({ picture_url: picture, text: html }) {
  if (!picture && !html) return null;
  const { text, entities } = read(html);
  /** @type {HTMLElement | null} */
  const photo = picture
    ? h(
        'a',
        { class: 'bubble-photo-link', href: picture, target: '_blank', rel: 'noopener' },
        h('img', {
          class: 'bubble-photo',
          src: picture,
          alt: text ? 'Picture, with its text below it' : 'Picture',
          on: {
            error: () => photo?.replaceWith(h('p', { class: 'muted small' }, 'Its picture can’t be shown any more.')),
          },
        }),
        h('span', { class: 'visually-hidden' }, 'Open the picture in a new tab'),
      )
    : null;
  return h(
    'div',
    { class: 'bubble-body post-told' },
    photo,
    text ? h('div', { class: 'bubble-text' }, richText(text, entities)) : null,
  );
}

/** Where else it can be seen. @param {ChannelPost} post */
function places({ message_url: address, signal_id: signal, state }) {
  return [
    currentSession().sandbox && state === 'sent'
      ? h('a', { class: 'button button-small', href: format('hub/sandbox') }, 'See it in the sandbox')
      : null,
    !currentSession().sandbox && address
      ? h(
          'a',
          { class: 'button button-small', href: address, target: '_blank', rel: 'noopener' },
          'Open in Telegram',
          icon('external', 'small'),
          h('span', { class: 'visually-hidden' }, ' (new tab)'),
        )
      : null,
    signal ? h('a', { class: 'button button-small', href: pageOf(signal) }, 'Open its signal') : null,
  ];
}

/** @param {ChannelPost} post */
function factList(post) {
  /** @type {[string, import('../../../dom.js').Child][]} */
  const facts = [
    ['Sent by', senderText(post)],
    ['Planned', timeAgo(post.planned_at)],
  ];
  if (post.sent_at) facts.push(['Sent', timeAgo(post.sent_at)]);
  if (post.deleted_at) facts.push(['Deleted', timeAgo(post.deleted_at)]);
  if (post.template) facts.push(['Template', post.template]);
  const written = writtenText(post);
  if (written) facts.push(['Text', written]);
  const more = notes(post);
  if (more.length > 0) facts.push(['How it ended', `${more.join('. ')}.`]);
  return h(
    'dl',
    { class: 'talk-facts' },
    facts.map(([name, value]) => h('div', null, h('dt', null, name), h('dd', null, value))),
  );
}
