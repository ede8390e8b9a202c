import { h } from '../dom.js';
import { dateTime, relative } from '../format.js';

/**
 * A time relative to now, with the exact one on hover and on focus.
 *
 * @param {string} iso
 * @param {number} [now] Milliseconds.
 */
export function timeAgo(iso, now = Date.now()) {
  return h(
    'time',
    { class: 'time', datetime: iso, tabindex: '0', 'data-exact': dateTime(iso) },
    relative(iso, now),
    h('span', { class: 'visually-hidden' }, `, ${dateTime(iso)}`),
  );
}
