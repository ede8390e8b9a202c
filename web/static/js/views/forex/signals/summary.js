/** What a signal is and how it stands. */
import { h } from '../../../dom.js';
import { callout } from '../../../components/callout.js';
import { icon } from '../../../components/icons.js';
import { dateTime } from '../../../format.js';
import { STATES, leftText, money, orderText, percentText, signed, toneOf, whyText } from './words.js';

/**
 * @typedef {import('../../../types.js').SignalDetail} SignalDetail
 * @typedef {import('../../../types.js').Market} Market
 */

/**
 * @param {SignalDetail} item
 * @param {object} options
 * @param {string} options.title The strategy's.
 * @param {Market | null} options.market
 */
export function summary(item, { title, market }) {
  const moved = item.stop !== item.first_stop;
  return [
    h('h2', { class: 'visually-hidden' }, 'Summary'),
    result(item, market),
    item.ordered ? callout(item.ordered.refused ? 'warn' : 'info', orderText(item)) : null,
    facts([
      ['Strategy', h('a', { href: `#forex/strategies/${item.strategy}`, 'data-keep': 'strategy' }, title)],
      ['Entry', item.entry ?? 'At the market’s price'],
      ['Stop', [item.stop, moved ? h('span', { class: 'muted' }, ` at first ${item.first_stop}`) : null]],
    ]),
    targets(item),
    facts([
      ['Still open', item.state === 'open' ? percentText(item.left) : null],
      ['Decided', dateTime(item.decided_at)],
      ['Opened', item.opened_at ? dateTime(item.opened_at) : null],
      ['Closed', item.closed_at ? dateTime(item.closed_at) : null],
      ['Closes by', item.state === 'open' && item.expires_at ? dateTime(item.expires_at) : null],
      ['By', item.decided_by || null],
      ['Message', message(item)],
      ['In the record', item.number ? `Number ${item.number}` : null],
    ]),
  ];
}

/** @param {SignalDetail} item @param {Market | null} market */
function result(item, market) {
  if (item.state === 'closed' && item.pips !== null)
    return h(
      'div',
      null,
      h(
        'p',
        { class: ['signal-figure', 'figures', `pips-${toneOf(Number(item.pips))}`] },
        `${signed(Number(item.pips))} pips`,
      ),
      h('p', { class: 'figures' }, `${signed(Number(item.r), 2)} R · ${money(item.money_cents ?? 0)}`),
    );
  if (item.running) {
    const { pips, r, money_cents, price } = item.running;
    return h(
      'div',
      null,
      h('p', { class: ['signal-figure', 'figures', `pips-${toneOf(Number(pips))}`] }, `${signed(Number(pips))} pips`),
      h('p', { class: 'figures' }, `${signed(Number(r), 2)} R · ${money(money_cents)}`),
      h('p', { class: 'muted small figures' }, `Still running, at ${price}, with its spread`),
    );
  }
  const words =
    item.state === 'proposed'
      ? leftText(item, market, Date.now())
      : item.state === 'waiting'
        ? 'It opens at the next price.'
        : whyText(item.reason) || STATES[item.state][1];
  return h('p', { class: 'signal-why' }, words);
}

/** @param {[string, import('../../../dom.js').Child][]} rows Those without a value are left out. */
function facts(rows) {
  return h(
    'dl',
    { class: 'signal-facts' },
    rows
      .filter(([, value]) => value !== null && value !== '')
      .map(([name, value]) => h('div', null, h('dt', null, name), h('dd', { class: 'figures' }, value))),
  );
}

/** @param {SignalDetail} item */
function targets(item) {
  return h(
    'ol',
    { class: 'signal-targets', 'aria-label': 'Targets' },
    item.targets.map(({ price, percent, hit }, i) =>
      h(
        'li',
        { class: [hit && 'signal-target-hit'] },
        h('span', { class: 'signal-target-mark' }, hit ? icon('check', 'small') : null),
        h('span', null, `Target ${i + 1}`, hit ? h('span', { class: 'visually-hidden' }, ', hit') : null),
        h('span', { class: 'figures' }, price),
        h('span', { class: 'muted figures' }, percentText(percent)),
      ),
    ),
  );
}

/** @param {SignalDetail} item */
function message(item) {
  if (!item.message_id) return null;
  const words = `${item.message_id} in ${item.chat}`;
  // A simulated channel's name belongs to somebody else outside.
  if (item.simulated || !item.chat.startsWith('@')) return words;
  return h(
    'a',
    {
      href: `https://t.me/${item.chat.slice(1)}/${item.message_id}`,
      target: '_blank',
      rel: 'noopener',
      'data-keep': 'message',
    },
    words,
  );
}
