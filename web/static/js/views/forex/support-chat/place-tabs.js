/** The two places of Support Chat: its journeys, and the people in them. */
import { h } from '../../../dom.js';
import { format } from '../../../router.js';
import { PATH } from './words.js';

/** @param {'journeys' | 'people'} here */
export function placeTabs(here) {
  return linkTabs('Support Chat', [
    { label: 'Journeys', href: format(PATH), current: here === 'journeys' },
    { label: 'People', href: format(PATH, { tab: 'people' }), current: here === 'people' },
  ]);
}

/**
 * Tabs that are pages of their own: links, so that they can be opened, bookmarked and returned to.
 *
 * @param {string} label
 * @param {{ label: string, href: string, current: boolean }[]} items
 */
export function linkTabs(label, items) {
  return h(
    'nav',
    { class: 'link-tabs', 'aria-label': label },
    items.map((item) =>
      h('a', { class: 'link-tab', href: item.href, 'aria-current': item.current ? 'page' : undefined }, item.label),
    ),
  );
}
