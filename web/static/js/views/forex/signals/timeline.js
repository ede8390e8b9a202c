/** What happened to a signal and what was told of it, the newest first. */
import { h } from '../../../dom.js';
import { icon } from '../../../components/icons.js';
import { marketAgo } from './parts.js';
import { postState, postText } from './post.js';
import { STATES, eventTitle, percentText, sideText, signed, told, whyText } from './words.js';

/**
 * @typedef {import('../../../types.js').SignalDetail} SignalDetail
 * @typedef {import('../../../types.js').SignalEvent} SignalEvent
 * @typedef {import('../../../types.js').SignalPost} SignalPost
 * @typedef {import('../../../types.js').Market} Market
 *
 * @typedef {object} Happening
 * @property {import('../../../components/icons.js').IconName} sign
 * @property {string} title
 * @property {string} [at]
 * @property {string} [tone]
 * @property {import('../../../dom.js').Child} [more]
 * @property {SignalPost | null} [post]
 */

/**
 * @param {SignalDetail} item
 * @param {object} options
 * @param {string} options.title The strategy's.
 * @param {Market | null} options.market
 */
export function timeline(item, { title, market }) {
  const { first, events, rest } = told(item);
  /** @type {Happening[]} */
  const all = [
    { sign: 'signal', title: `${title} decided to ${sideText(item.side).toLowerCase()}`, at: item.decided_at },
  ];
  if (item.opened_at) all.push({ sign: 'play', title: `Opened at ${item.entry}`, at: item.opened_at, post: first });
  for (const { event, post } of events) {
    const [sign, words] = eventTitle(event);
    all.push({ sign, title: words, at: event.at, tone: toneOf(event), more: details(event), post });
  }
  for (const post of rest) all.push({ sign: 'send', title: 'Told to the channel', at: undefined, post });
  if (item.state === 'rejected' || item.state === 'cancelled' || item.state === 'lapsed')
    all.push({
      sign: 'close',
      title: `${STATES[item.state][1]}${item.decided_by && item.state !== 'lapsed' ? ` by ${item.decided_by}` : ''}`,
      more: item.reason ? h('p', { class: 'muted small' }, whyText(item.reason)) : null,
    });
  return h(
    'ol',
    { class: 'log signal-log' },
    all.reverse().map((one) => entry(one, market)),
  );
}

/** @param {SignalEvent} event */
function toneOf(event) {
  if (event.kind === 'target') return 'good';
  return event.kind === 'stop' ? 'bad' : '';
}

/** @param {Happening} one @param {Market | null} market */
function entry({ sign, title, at, tone = '', more, post }, market) {
  return h(
    'li',
    { class: ['log-entry', tone && `signal-${tone}`] },
    h('span', { class: 'log-sign' }, icon(sign, 'small')),
    h('div', { class: 'log-words' }, h('p', { class: 'log-title' }, title), more),
    h('span', { class: 'log-time small muted' }, at ? marketAgo(at, market) : null),
    post ? message(post) : null,
  );
}

/** @param {SignalEvent} event */
function details(event) {
  if (event.old && event.new) return change(event.old, event.new);
  const parts = [
    event.price ? `At ${event.price}` : '',
    event.pips === null ? '' : `${signed(Number(event.pips))} pips`,
    Number(event.percent) > 0 ? `${percentText(event.percent)} closed` : '',
  ].filter(Boolean);
  return [
    h('p', { class: 'muted small figures' }, parts.join(' · ')),
    event.stop_moved && Number(event.left) > 0
      ? h('p', { class: 'muted small figures' }, `The stop goes to ${event.stop}`)
      : null,
  ];
}

/**
 * @param {import('../../../types.js').SignalLevels} old
 * @param {import('../../../types.js').SignalLevels} now
 */
function change(old, now) {
  /** @param {import('../../../types.js').SignalLevels} levels */
  const targets = (levels) =>
    levels.targets.map(({ price, percent }) => `${price} (${percentText(percent)})`).join(', ');
  /** @type {[string, string, string][]} */
  const rows = [
    ['Stop', old.stop, now.stop],
    ['Targets', targets(old), targets(now)],
  ];
  return h(
    'dl',
    { class: 'signal-change small figures' },
    rows
      .filter(([, before, after]) => before !== after)
      .map(([name, before, after]) =>
        h(
          'div',
          null,
          h('dt', { class: 'muted' }, name),
          h(
            'dd',
            null,
            h('del', null, h('span', { class: 'visually-hidden' }, 'before: '), before),
            ' ',
            h('ins', null, h('span', { class: 'visually-hidden' }, 'now: '), after),
          ),
        ),
      ),
  );
}

/** @param {SignalPost} post */
const message = (post) => h('div', { class: 'signal-post' }, postText(post.text), postState(post));
