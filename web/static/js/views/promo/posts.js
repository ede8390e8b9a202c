/** Everything that goes to channels: what waits for a decision first, then all of it by days. */
import { listChannelPosts } from '../../api/posts.js';
import { listConnections } from '../../api/telegram.js';
import { h, replace } from '../../dom.js';
import { on } from '../../events.js';
import { watch } from '../../live.js';
import { remember } from '../../router.js';
import { button } from '../../components/button.js';
import { liveList } from '../../components/list/live-list.js';
import { page } from '../../components/page.js';
import { blank, skeleton } from '../../components/states.js';
import { simulatedText } from '../../components/status.js';
import { actionButtons } from './posts/actions.js';
import { postCard } from './posts/card.js';
import { openPost } from './posts/drawer.js';
import { filterBar } from './posts/filters.js';
import { PATH, asked, channelChoices, dayText, filterOf, isFiltered } from './posts/words.js';

/** @typedef {import('../../types.js').ChannelPost} ChannelPost */

/**
 * @param {HTMLElement} root
 * @param {Record<string, string>} params `state`, `kind`, `channel`, `days`; `post` opens one.
 * @returns {() => void}
 */
export function mount(root, params) {
  const view = new AbortController();
  const { signal } = view;
  let filter = filterOf(params);
  let opened = '';
  /** @type {[string, string][]} */
  let channels = [];

  const filters = filterBar((changes) => {
    filter = { ...filter, ...changes };
    reload();
  });

  /** @type {ReturnType<typeof liveList<ChannelPost, ReturnType<typeof postCard>>>} */
  const decisions = liveList({
    what: 'the posts that wait for a decision',
    noun: ['post'],
    holder: h('ol', { class: 'post-list' }),
    small: true,
    read: (of, own) => listChannelPosts({ ...asked(filter, Date.now()), state: 'unknown' }, of, own),
    entry: (item) =>
      postCard(item, {
        onopen: open,
        actions: (post) => actionButtons(post, { signal, onchange: () => decided(post) }),
      }),
    shapes: () => [],
    onfill: (some) => (waiting.hidden = !some || filter.state !== ''),
    empty: () => h('div'),
    signal,
  });
  const waiting = h(
    'section',
    { class: 'post-decisions', 'aria-label': 'Needs a decision', hidden: true },
    h('h2', null, 'Needs a decision'),
    h(
      'p',
      { class: 'muted small' },
      'The connection broke while these were sent, so they may or may not stand in the channel. Look there, and say what you see.',
    ),
    ...decisions.nodes,
  );

  /** @type {ReturnType<typeof liveList<ChannelPost, ReturnType<typeof postCard>>>} */
  const list = liveList({
    what: 'the posts',
    noun: ['post'],
    class: 'posts',
    holder: h('ol', { class: 'post-list' }),
    page: 30,
    read: (of, own) => listChannelPosts(asked(filter, Date.now()), of, own),
    entry: (item) => postCard(item, { onopen: open }),
    shapes: () => [1, 2, 3, 4].map(() => skeleton('skeleton-row')),
    focus: '.post-open',
    found: (text) => {
      filters.found(text);
      markDays();
    },
    onfill: (some) => {
      filters.root.hidden = !some && !isFiltered(filter) && waiting.hidden;
      if (waiting.querySelector('[role=alert]')) void decisions.reload(); // the trouble is over
    },
    empty: () => nothing(),
    signal,
  });
  const frame = page({
    title: 'Posts',
    actions: [h('a', { class: 'button', href: '#promo/generate' }, 'Make an image')],
  });
  replace(frame.content, filters.root, waiting, ...list.nodes);
  replace(root, frame.root);

  /** The first entry of each day carries its heading. */
  const markDays = () => {
    let last = '';
    const now = Date.now();
    const shown = [...list.entries.values()].sort((a, b) =>
      a.root.compareDocumentPosition(b.root) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1,
    );
    for (const entry of shown) {
      const day = dayText(entry.item().created_at, now);
      entry.head(day === last ? '' : day);
      last = day;
    }
  };

  const nothing = () => {
    if (isFiltered(filter))
      return blank({
        picture: 'search',
        title: 'No post matches',
        text: 'Nothing that went to a channel is like this.',
        action: button('Show all posts', showAll),
      });
    if (!waiting.hidden) return h('p', { class: 'muted' }, 'There are no other posts.');
    return blank({
      title: 'No posts yet',
      text: 'Whatever goes to your channels is listed here: images that you make, signals with what is told of them, and recaps.',
      action: h('a', { class: 'button button-primary', href: '#promo/generate' }, 'Make an image'),
    });
  };

  const showAll = () => {
    filter = filterOf({});
    filters.draw(filter, channels);
    reload();
    filters.focus();
  };

  const note = () => remember(PATH, { ...filter, post: opened });

  const load = async () => {
    if (filter.state) waiting.hidden = true;
    else await decisions.reload();
    if (!signal.aborted) await list.reload();
  };

  const reload = () => {
    note();
    void load();
  };

  const lookAgain = async () => {
    if (!filter.state) await decisions.lookAgain();
    if (!signal.aborted) await list.lookAgain();
  };

  /** A decision was made: its post is among the others now. @param {ChannelPost} post */
  const decided = (post) => {
    decisions.remove(post.id);
    if (decisions.entries.size === 0) frame.root.querySelector('h1')?.focus();
    void list.lookAgain();
  };

  /** @param {Pick<ChannelPost, 'id'>} post */
  const open = ({ id }) => {
    opened = id;
    note();
    openPost(id, {
      signal,
      onchange: () => void lookAgain(),
      onclose: () => {
        opened = '';
        if (!signal.aborted) note();
      },
    });
  };

  const begin = async () => {
    filters.draw(filter, channels);
    if (params.post) open({ id: params.post });
    void load();
    // Only the filter needs their names.
    const { items } = await listConnections(signal).catch(() => ({ items: [] }));
    if (signal.aborted) return;
    channels = channelChoices(items).map(([value, name]) => [value, value ? simulatedText('telegram', name) : name]);
    if (!filters.root.contains(document.activeElement)) filters.draw(filter, channels);
  };

  watch('post', null, () => void lookAgain(), signal);
  on('recovered', () => void lookAgain(), signal);
  void begin();
  return () => view.abort();
}
