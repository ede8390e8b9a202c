/** What goes to channels, in words. Pure. */
import { date } from '../../../format.js';
import { channelName } from '../generator/posting.js';
import { clean } from '../../../typed.js';

/**
 * @typedef {import('../../../types.js').ChannelPost} ChannelPost
 * @typedef {import('../../../types.js').Connection} Connection
 *
 * @typedef {object} Filter What the address remembers.
 * @property {string} state A name of STATE_CHOICES.
 * @property {string} kind A name of KIND_CHOICES.
 * @property {string} channel A role, or a channel's number.
 * @property {string} days
 */

export const PATH = 'promo/posts';

/** @type {Record<ChannelPost['kind'], string>} */
const KINDS = {
  signal: 'Signal',
  milestone: 'Milestone',
  edit: 'Correction',
  cancel: 'Withdrawal',
  recap: 'Recap',
  generator: 'Promo image',
  promo_chat: 'Promo image from a chat',
  news: 'Gold news',
  forward: 'Weekly recap, forwarded',
  teaser: 'VIP teaser',
  brag: 'Results of the day',
  result: 'VIP target hit',
  full: 'VIP signal, told late',
  hype: 'Hype message',
};

/** @param {Pick<ChannelPost, 'kind'>} post */
export const kindText = ({ kind }) => KINDS[kind] ?? String(kind).replaceAll('_', ' ');

/** What the list can be narrowed to: the choice, its words, and the states that are meant. @type {[string, string, string][]} */
export const STATE_CHOICES = [
  ['', 'All states', 'planned,sent,failed,skipped,deleting,deleted'],
  ['unknown', 'Needs a decision', 'unknown'],
  ['failed', 'Not sent', 'failed'],
  ['planned', 'Waits to be sent', 'planned'],
  ['sent', 'Sent', 'sent'],
  ['skipped', 'Skipped', 'skipped'],
  ['deleted', 'Deleted', 'deleting,deleted'],
];

/** @type {[string, string, string][]} */
export const KIND_CHOICES = [
  ['', 'All kinds', ''],
  ['signals', 'Signals and what is told of them', 'signal,milestone,edit,cancel'],
  ['recaps', 'Recaps', 'recap'],
  ['promotion', 'Cross-promotion', 'news,forward,teaser,brag,result,full'],
  ['hype', 'Hype messages', 'hype'],
  ['generator', 'From the generator', 'generator'],
  ['chat', 'From chats with the bot', 'promo_chat'],
];

/** @type {[string, string][]} */
export const DAY_CHOICES = [
  ['', 'Any time'],
  ['1', 'Last 24 hours'],
  ['7', 'Last 7 days'],
  ['30', 'Last 30 days'],
];

/** @type {Record<ChannelPost['role'], string>} */
const ROLES = { post: 'Channel of the promo bot', vip: 'VIP channel', free: 'Free channel' };

/** @param {Pick<ChannelPost, 'channel' | 'role'>} post */
export const channelText = ({ channel, role }) => channel || ROLES[role] || 'A channel';

/**
 * The channels to choose from. The signal bot's are named by their role, since what waits for them has no number yet.
 *
 * @param {Connection[]} connections
 * @returns {[string, string][]}
 */
export function channelChoices(connections) {
  const all = connections.flatMap(({ channels }) => channels);
  return [
    ['', 'All channels'],
    ...all
      .filter(({ role, id }) => role !== 'post' || id !== 0)
      .map(
        (channel) =>
          /** @type {[string, string]} */ ([
            channel.role === 'post' ? String(channel.id) : channel.role,
            channelName(channel),
          ]),
      ),
  ];
}

/**
 * @param {Record<string, string>} params Of the address.
 * @returns {Filter}
 */
export function filterOf({ state = '', kind = '', channel = '', days = '' }) {
  /** @param {string[][]} choices @param {string} name */
  const known = (choices, name) => (choices.some(([one]) => one === name) ? name : '');
  return {
    state: known(STATE_CHOICES, state),
    kind: known(KIND_CHOICES, kind),
    channel,
    days: known(DAY_CHOICES, days),
  };
}

/** @param {Filter} filter */
export const isFiltered = ({ state, kind, channel, days }) => Boolean(state || kind || channel || days);

const DAY = 86_400_000;

/**
 * What is asked of the API.
 *
 * @param {Filter} filter
 * @param {number} now Milliseconds.
 */
export function asked({ state, kind, channel, days }, now) {
  /** @param {[string, string, string][]} choices @param {string} name */
  const words = (choices, name) => choices.find(([one]) => one === name)?.[2] ?? '';
  return {
    state: words(STATE_CHOICES, state),
    kind: words(KIND_CHOICES, kind),
    channel,
    from: days ? new Date(now - Number(days) * DAY).toISOString() : '',
  };
}

/** The first line of a post, or what it is without one. @param {Pick<ChannelPost, 'plain' | 'template' | 'picture_url'>} post */
export function firstLine({ plain, template, picture_url: picture }) {
  const line = plain.split('\n').find((one) => clean(one));
  if (line) return clean(line);
  if (template) return `Picture from ${template}`;
  return picture ? 'A picture' : 'Its text is not written yet';
}

/** Who or what sends a post. @param {Pick<ChannelPost, 'sent_by' | 'kind'>} post */
export function senderText({ sent_by: person, kind }) {
  if (person) return person;
  if (kind === 'generator') return 'The dashboard';
  if (kind === 'promo_chat') return 'A chat with the bot';
  return kind === 'recap' ? 'The schedule of recaps' : 'The signal bot';
}

/** The day of a moment, in UTC. @param {string} iso @param {number} now Milliseconds. */
export function dayText(iso, now) {
  const day = date(iso);
  if (day === date(now)) return 'Today';
  return day === date(now - DAY) ? 'Yesterday' : day;
}

/** @typedef {'arrived' | 'missed' | 'again' | 'delete'} Action */

/**
 * What a person can do with a post.
 *
 * @param {Pick<ChannelPost, 'state' | 'deletable'>} post
 * @returns {Action[]}
 */
export function actionsOf({ state, deletable }) {
  if (state === 'unknown') return ['arrived', 'missed', 'again'];
  if (state === 'failed') return ['again'];
  return deletable ? ['delete'] : [];
}

/** How a post came to its end, beyond its state. @param {ChannelPost} post */
export function notes({ resent, attempt, decided_by: person, state }) {
  const said = state === 'deleting' || state === 'deleted' ? 'Deleted by' : 'Decided by';
  return [
    resent ? 'Sent again: the first one may have arrived' : '',
    !resent && attempt > 0 ? 'Sent again' : '',
    person ? `${said} ${person}` : '',
  ].filter(Boolean);
}
