/** Recaps: what signals brought in days and weeks, as it was told to the VIP channel. */
import { listRecaps } from '../../api/forex.js';
import { h, replace } from '../../dom.js';
import { on } from '../../events.js';
import { watch } from '../../live.js';
import { format } from '../../router.js';
import { liveList } from '../../components/list/live-list.js';
import { page } from '../../components/page.js';
import { blank, skeleton } from '../../components/states.js';
import { recapCard } from './recaps/card.js';

/**
 * @param {HTMLElement} root
 * @returns {() => void}
 */
export function mount(root) {
  const view = new AbortController();
  const { signal } = view;
  const list = liveList({
    what: 'the recaps',
    noun: ['recap'],
    class: 'recaps',
    holder: h('ol', { class: 'recap-list' }),
    read: listRecaps,
    entry: recapCard,
    shapes: () => [1, 2, 3].map(() => skeleton('skeleton-row')),
    focus: 'h2',
    empty: () =>
      blank({
        picture: 'market',
        title: 'No recaps yet',
        text: 'A recap adds up the signals that were closed in a day or a week, losses included, and goes to your VIP channel.',
        action: h('a', { class: 'button button-primary', href: SETTINGS }, 'Choose when recaps come'),
      }),
    signal,
  });
  const frame = page({
    title: 'Recaps',
    actions: [h('a', { class: 'button', href: SETTINGS }, 'Settings of recaps')],
  });
  replace(frame.content, ...list.nodes);
  replace(root, frame.root);
  for (const topic of ['post', 'record']) watch(topic, null, () => void list.lookAgain(), signal);
  on('recovered', () => void list.lookAgain(), signal);
  void list.reload();
  return () => view.abort();
}

const SETTINGS = format('forex/strategies', { tab: 'settings' });
