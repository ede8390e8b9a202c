/** The texts of cross-promotion, and what stands where in its days. Pure. */
import { date, localTime, relative, timeOfDay } from '../../../format.js';
import { sentence } from '../../../problem.js';
import { POST_STATES } from '../signals/words.js';

/**
 * @typedef {import('../../../types.js').CrossPromo} CrossPromo
 * @typedef {import('../../../types.js').ProgrammeDay} Day
 * @typedef {import('../../../types.js').ProgrammeSlot} Slot
 * @typedef {Slot['slot']} SlotName
 *
 * @typedef {Omit<Slot, 'slot' | 'at'> & { slot: SlotName | 'result' | 'full' | 'hype', at: string }} Entry A post of a day, of the programme or besides it.
 * @typedef {Entry & { slot: SlotName }} OwnEntry One of the programme.
 * @typedef {import('../../../types.js').Connection} Connection
 *
 * @typedef {object} State How a post of the programme stands.
 * @property {'good' | 'warn' | 'bad' | 'info' | 'quiet'} tone
 * @property {string} word
 * @property {string} [why] In sentences, with what to do.
 * @property {boolean} [busy]
 */

export const PATH = 'forex/cross-promotion';

/** @type {Record<SlotName, { name: string, short: string, the: string, help: string }>} */
export const SLOTS = {
  news: {
    name: 'Gold news',
    short: 'Gold news',
    the: 'the gold news',
    help: 'What moved gold in the last day, with its sources.',
  },
  recap: {
    name: 'Weekly recap, forwarded',
    short: 'Weekly recap',
    the: 'the weekly recap',
    help: 'Forwarded from your VIP channel, when one came in the last seven days.',
  },
  teaser: {
    name: 'VIP teaser with the call to action',
    short: 'VIP teaser',
    the: 'the VIP teaser',
    help: 'What VIP members get, with your button.',
  },
  brag: {
    name: 'Results of the day',
    short: 'Results',
    the: 'the results of the day',
    help: 'What the signals that were closed since the day before have brought.',
  },
};

/** What comes besides the programme. */
const OTHERS = { result: 'Target of a VIP signal', full: 'VIP signal, told in full', hype: 'Hype message' };

/** What a post is called. @param {Pick<Entry, 'slot'>} entry */
export const nameOf = ({ slot }) => (isOther(slot) ? OTHERS[slot] : SLOTS[slot].name);

/** The same in few words. @param {Pick<Entry, 'slot'>} entry */
export const shortOf = ({ slot }) => (isOther(slot) ? OTHERS[slot] : SLOTS[slot].short);

/** Whether a post comes besides the programme. @param {string} slot @returns {slot is keyof typeof OTHERS} */
export const isOther = (slot) => slot in OTHERS;

/** Whether a post is one of the programme. @param {Entry} entry @returns {entry is OwnEntry} */
export const isOwn = (entry) => !isOther(entry.slot);

/** In the order in which they are set. @type {SlotName[]} */
export const NAMES = ['news', 'recap', 'teaser', 'brag'];

/** The days of a week, as the server counts them. @type {[number, string][]} */
export const WEEKDAYS = [
  [1, 'Monday'],
  [2, 'Tuesday'],
  [3, 'Wednesday'],
  [4, 'Thursday'],
  [5, 'Friday'],
  [6, 'Saturday'],
  [0, 'Sunday'],
];

/** How long after its time a post still goes out (ms). */
const LATEST = 15 * 60_000;
const DAY = 24 * 3600_000;

/** The date in UTC: `2026-11-30`. @param {number} time */
export const dayOf = (time) => new Date(time).toISOString().slice(0, 10);

/** @param {string} day @param {number} days */
export const daysAfter = (day, days) => dayOf(Date.parse(day) + days * DAY);

/** The Monday of a day's week. @param {string} day */
export const mondayOf = (day) => daysAfter(day, -((new Date(day).getUTCDay() + 6) % 7));

/** @param {string} day */
const shortDate = (day) => date(day).replace(/ \d+$/, '');

/** `Mon, 30 Nov`. @param {string} day */
export function dayTitle(day) {
  const name = WEEKDAYS.find(([number]) => number === new Date(day).getUTCDay())?.[1] ?? '';
  return `${name.slice(0, 3)}, ${shortDate(day)}`;
}

/** `30 Nov – 6 Dec 2026`. @param {string} monday */
export const weekTitle = (monday) => `${shortDate(monday)} – ${date(daysAfter(monday, 6))}`;

/** What an entry is called apart from the others of its day. @param {Pick<Entry, 'slot' | 'manual' | 'post'>} entry */
export const keyOf = ({ slot, manual, post }) => (post && (manual || isOther(slot)) ? post.id : slot);

/**
 * The posts of a day in the order of their times. One that does not come stands at the time that is set for it.
 *
 * @param {Day} day
 * @param {CrossPromo} settings
 * @returns {Entry[]}
 */
export function entriesOf(day, settings) {
  /** @type {Entry[]} */
  const entries = day.slots.map((slot) => ({ ...slot, at: slot.at ?? `${day.date}T${settings[slot.slot].at}:00Z` }));
  for (const post of day.others)
    if (isOther(post.kind))
      entries.push({ slot: post.kind, at: post.planned_at, on: true, manual: false, asked_by: '', post });
  return entries.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

/** When it comes, or came, in the reader's own time; '' where that is UTC. @param {string} at */
export function ownTime(at) {
  const local = localTime(at);
  return local && `${local}, your time`;
}

/** @param {{ message: string, remedy: string } | null} note */
export const noteText = (note) =>
  note ? [note.message, note.remedy].filter(Boolean).map(sentence).join(' ') : undefined;

/** Why a post does not come on a day. @param {Pick<Entry, 'slot'>} entry @param {string} day @param {CrossPromo} settings */
function whyOff({ slot }, day, settings) {
  if (!isOther(slot) && !settings[slot].on) return 'It is switched off.';
  const name = WEEKDAYS.find(([number]) => number === new Date(day).getUTCDay())?.[1];
  return `It does not come on ${name}s.`;
}

/**
 * @param {Entry} slot
 * @param {Day} day
 * @param {CrossPromo} settings
 * @param {number} now
 * @returns {State}
 */
export function stateOf(slot, day, settings, now) {
  const { at, on, post } = slot;
  const today = day.date === dayOf(now);
  if (post) {
    const [tone, word] = POST_STATES[post.state];
    const why = noteText(post.problem);
    if (post.state !== 'planned') return { tone, word, why };
    if (Date.parse(at) > now) return { tone: 'info', word: `Comes ${relative(at, now)}` };
    return why ? { tone: 'warn', word: 'Waits', why } : { tone, word: 'On its way', busy: true };
  }
  if (!settings.on) return { tone: 'quiet', word: 'Off' };
  if (!on)
    return { tone: 'quiet', word: today ? 'Not today' : 'Not on this day', why: whyOff(slot, day.date, settings) };
  const late = now - Date.parse(at);
  if (late < 0) {
    if (day.closed) return { tone: 'quiet', word: 'Market closed' };
    return { tone: 'info', word: today ? `Comes ${relative(at, now)}` : 'Planned' };
  }
  if (late <= LATEST) return { tone: 'info', word: 'Due now', busy: true };
  if (!today) return { tone: 'quiet', word: 'None', why: 'Nothing was planned then.' };
  return {
    tone: 'warn',
    word: 'Overdue',
    why: 'Its time is over, and nothing is known of it yet. If this stays, see under Admin, System, whether a worker runs.',
  };
}

/** Whether it can still be left out. @param {Entry} slot @param {Day} day @param {number} now */
export function isAhead({ at, on, post }, day, now) {
  return on && !post && !day.closed && day.date === dayOf(now) && Date.parse(at) > now;
}

/**
 * Why nothing comes on a day on which gold does not trade; '' on others.
 *
 * @param {Day} day
 */
export function closedText({ closed }) {
  if (!closed) return '';
  const why = closed === 'weekend' ? 'it is the weekend' : closed;
  return `Gold does not trade today (${why}): what is planned is skipped. You can still send a post by hand.`;
}

/**
 * What went out today, what did not, and what comes next, in a line.
 *
 * @param {Day} day
 * @param {CrossPromo} settings
 * @param {number} now
 */
export function todayText(day, settings, now) {
  const entries = entriesOf(day, settings);
  const number = (/** @type {string} */ state) => entries.filter(({ post }) => post?.state === state).length;
  const tally = [
    [number('sent'), 'sent'],
    [number('skipped'), 'skipped'],
    [number('failed'), 'not sent'],
    [number('unknown'), 'may have arrived'],
  ].flatMap(([n, word]) => (n ? [`${n} ${word}`] : []));
  const comes = (/** @type {Entry} */ { at, post }) => post?.state === 'planned' && Date.parse(at) > now;
  const next = entries.find((entry) => isAhead(entry, day, now) || comes(entry));
  const then = next
    ? `Next: ${shortOf(next)} at ${timeOfDay(next.at)}, ${relative(next.at, now)}.`
    : settings.on && !day.closed
      ? 'Nothing more comes today.'
      : '';
  return [tally.length > 0 ? `${tally.join(', ')}.` : '', then].filter(Boolean).join(' ');
}

/** Who asked for a post, besides the programme. @param {Entry} entry */
export const askedText = ({ asked_by: person }) => (person ? `Asked for by ${person}` : 'Asked for by hand');

/** When a post was sent, where that is not when it was planned. @param {Entry} entry */
export function sentText({ at, post }) {
  if (!post?.sent_at) return '';
  const time = timeOfDay(post.sent_at);
  return at && time === timeOfDay(at) ? '' : `at ${time}`;
}

/**
 * What has changed in a day, for those who hear the page.
 *
 * @param {Day | null} before
 * @param {Day} after
 */
export function changesOf(before, after) {
  if (before?.date !== after.date) return '';
  const old = new Map(before.slots.map((slot) => [keyOf(slot), slot.post?.state]));
  return after.slots
    .flatMap((slot) => {
      const { post } = slot;
      return post && old.get(keyOf(slot)) !== post.state
        ? [`${SLOTS[slot.slot].short}: ${POST_STATES[post.state][1].toLowerCase()}.`]
        : [];
    })
    .join(' ');
}

/** @param {Connection | null} bot @param {'vip' | 'free'} role */
export const channelOf = (bot, role) => bot?.channels.find((channel) => channel.role === role) ?? null;

/** What a channel is called. @param {Connection | null} bot @param {'vip' | 'free'} role */
export function channelName(bot, role) {
  const channel = channelOf(bot, role);
  return channel?.title || channel?.chat || (role === 'vip' ? 'your VIP channel' : 'your FREE channel');
}

/**
 * What is missing before anything can be posted, and which channel has to be added.
 *
 * @param {Connection | null} bot
 * @returns {{ text: string, role: 'vip' | 'free' | null } | null} role: null where there is no bot at all
 */
export function missingOf(bot) {
  if (!bot) return { text: 'No Signal Bot is connected: nothing can be posted.', role: null };
  if (!channelOf(bot, 'free'))
    return { text: 'The Signal Bot has no FREE channel: nothing can be posted.', role: 'free' };
  if (!channelOf(bot, 'vip'))
    return { text: 'The Signal Bot has no VIP channel: there is no weekly recap to forward.', role: 'vip' };
  return null;
}
