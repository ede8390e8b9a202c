/** One check in the table. */
import { h } from '../../../dom.js';
import { format } from '../../../router.js';
import { redrawn } from '../../../components/list/live-list.js';
import { chip } from '../../../components/status.js';
import { timeAgo } from '../../../components/time.js';
import { outcomeText, reasonText, sourceText } from './words.js';

/** @typedef {import('../../../types.js').CouponCheck} CouponCheck */

/** @param {CouponCheck} check */
function person({ person: name, subscriber_id: subscriber }) {
  if (subscriber && name) return h('a', { href: format('hub/subscribers', { q: name }) }, name);
  return name || h('span', { class: 'muted' }, '–');
}

/** @param {CouponCheck} first */
export function checkRow(first) {
  return redrawn(h('tr', { role: 'row', class: 'card-row coupon-check' }), first, (check) => {
    const why = reasonText(check);
    return [
      h('td', { role: 'cell', class: 'card-who coupon-code' }, h('span', { class: 'mono' }, check.code)),
      h(
        'td',
        { role: 'cell', class: 'coupon-outcome' },
        chip(...outcomeText(check)),
        why ? h('span', { class: 'muted small' }, why) : null,
      ),
      h('td', { role: 'cell', 'data-label': 'Source' }, sourceText(check)),
      h('td', { role: 'cell', class: 'coupon-person', 'data-label': 'Person' }, person(check)),
      h('td', { role: 'cell', class: 'card-time', 'data-label': 'When' }, timeAgo(check.checked_at)),
    ];
  });
}
