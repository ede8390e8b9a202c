/** The texts and figures of the signals' pages. Pure. */
import { reasonText } from '../../../components/ai/ai-settings.js';
import { duration } from '../../../format.js';

/**
 * @typedef {import('../../../types.js').Signal} Signal
 * @typedef {import('../../../types.js').Market} Market
 * @typedef {import('../../../types.js').SignalEvent} SignalEvent
 * @typedef {import('../../../types.js').SignalPost} SignalPost
 */

export const PATH = 'forex/signals';

/** @type {Record<Signal['state'], ['good' | 'warn' | 'bad' | 'info' | 'quiet', string]>} */
export const STATES = {
  proposed: ['warn', 'Proposed'],
  waiting: ['info', 'Waiting'],
  open: ['good', 'Open'],
  closed: ['quiet', 'Closed'],
  rejected: ['bad', 'Rejected'],
  lapsed: ['quiet', 'Lapsed'],
  cancelled: ['quiet', 'Withdrawn'],
};

/** What the list can be narrowed to, and the states that are meant. @type {Record<string, string>} */
export const FILTERS = { proposed: 'proposed', open: 'waiting,open', closed: 'closed' };

/** The address of a signal's page. @param {string} id */
export const pageOf = (id) => `#${PATH}/${id}`;

/** @param {Signal['side']} side */
export const sideText = (side) => (side === 'buy' ? 'Buy' : 'Sell');

/** @param {{ targets: { hit: boolean }[] }} signal */
export const hits = (signal) => signal.targets.filter(({ hit }) => hit).length;

/** A figure with its sign and a true minus: `+12.3`, `−84.9`.
 *
 * @param {number} n
 * @param {number} [digits]
 */
export function signed(n, digits = 1) {
  const text = Math.abs(n).toFixed(digits);
  return Number(text) === 0 ? text : `${n < 0 ? '−' : '+'}${text}`;
}

/** @param {number} cents */
export function money(cents) {
  return `${cents < 0 ? '−' : cents > 0 ? '+' : ''}$${(Math.abs(cents) / 100).toFixed(2)}`;
}

/** The tone of a result. @param {number} n */
export const toneOf = (n) => (n > 0 ? 'up' : n < 0 ? 'down' : 'even');

/** A part in percent, as it is typed: `50 %`. @param {string} percent */
export const percentText = (percent) => `${percent}\u00a0%`;

/**
 * The market's time at a moment of ours, in milliseconds: a simulated market lives in its own.
 *
 * @param {Pick<Market, 'market_time' | 'looked_at' | 'speed'> | null} market
 * @param {number} now
 */
export function marketNow(market, now) {
  if (!market?.market_time || !market.looked_at) return now;
  return Date.parse(market.market_time) + (now - Date.parse(market.looked_at)) * market.speed;
}

/**
 * How long a proposed signal can be approved, in words and in our time; '' when nobody knows.
 *
 * @param {Pick<Signal, 'approve_until'>} signal
 * @param {Market | null} market
 * @param {number} now
 */
export function leftText(signal, market, now) {
  if (!signal.approve_until || !market) return '';
  const left = (Date.parse(signal.approve_until) - marketNow(market, now)) / 1000;
  if (left <= 0) return 'Lapses now';
  if (market.speed === 0) return 'The market’s clock rests';
  const seconds = left / market.speed;
  return `Lapses in ${seconds < 60 ? 'less than a minute' : duration(Math.ceil(seconds / 60) * 60)}`;
}

/**
 * What the signals that were closed on the market's day came to. A day is one in UTC.
 *
 * @param {Signal[]} items
 * @param {number} now The market's time.
 */
export function today(items, now) {
  const day = new Date(now).toISOString().slice(0, 10);
  const closed = items.filter((item) => item.state === 'closed' && item.closed_at?.startsWith(day));
  return {
    pips: closed.reduce((sum, { pips }) => sum + Number(pips), 0),
    closed: closed.length,
    won: closed.filter(({ pips }) => Number(pips) > 0).length,
  };
}

/** Why a signal was never open. @param {string} reason */
export function whyText(reason) {
  if (reason === 'no_price') return 'The market was closed';
  if (reason === 'beyond') return 'The price was beyond its stop or first target';
  if (reason === 'other_market') return 'Its market was exchanged for another one';
  if (reason === 'record_ended') return 'The record was ended';
  return reason === 'by_hand' ? '' : reason;
}

/** What happened, in words, with its icon.
 *
 * @param {SignalEvent} event
 * @returns {[import('../../../components/icons.js').IconName, string]}
 */
export function eventTitle(event) {
  switch (event.kind) {
    case 'progress':
      return ['signal', 'Progress'];
    case 'target':
      return ['check', `Target ${event.target} hit`];
    case 'stop':
      return ['stop', 'Stopped out'];
    case 'breakeven':
      return ['stop', 'Stopped at the entry'];
    case 'stop_in_profit':
      return ['stop', 'Stopped in profit'];
    case 'expired':
      return ['pause', 'Closed: its time was over'];
    case 'closed_by_hand':
      return ['hand', `Closed by ${event.by || 'hand'}`];
    case 'closed_at_market':
      return ['stop', 'Closed at the market'];
    case 'edited':
      return ['pencil', `Levels changed${event.by ? ` by ${event.by}` : ''}`];
    default:
      return ['info', String(event.kind).replaceAll('_', ' ')];
  }
}

/** @type {Record<SignalPost['state'], ['good' | 'warn' | 'bad' | 'info' | 'quiet', string]>} */
export const POST_STATES = {
  planned: ['info', 'Waits to be sent'],
  sent: ['good', 'Sent'],
  failed: ['bad', 'Not sent'],
  unknown: ['warn', 'May have arrived'],
  skipped: ['quiet', 'Skipped'],
  deleting: ['info', 'Being deleted'],
  deleted: ['quiet', 'Deleted'],
};

/** Who wrote a post. @param {Pick<SignalPost, 'source' | 'reason'>} post */
export function writtenText({ source, reason }) {
  if (source === 'ai') return 'Written by AI';
  if (source === 'template') return `Written from a template${reason ? `: ${reasonText(reason)}` : ''}`;
  return '';
}

/**
 * Each event with the post that tells of it.
 *
 * @param {Pick<import('../../../types.js').SignalDetail, 'events' | 'posts'>} signal
 * @returns {{ first: SignalPost | null, events: { event: SignalEvent, post: SignalPost | null }[], rest: SignalPost[] }}
 */
export function told({ events, posts }) {
  const first = posts.find(({ kind }) => kind === 'signal') ?? null;
  const about = new Map(posts.map((post) => [post.event, post]));
  const known = new Set(events.map(({ seq }) => seq));
  return {
    first,
    events: events.map((event) => ({ event, post: about.get(event.seq) ?? null })),
    rest: posts.filter((post) => post !== first && !known.has(post.event)),
  };
}

/**
 * What a person ordered for an open signal, in words; '' for nothing.
 *
 * @param {Pick<Signal, 'ordered'>} signal
 */
export function orderText({ ordered }) {
  if (!ordered) return '';
  if (ordered.refused) return `The change of its levels by ${ordered.by} was not made. ${ordered.refused}.`;
  return ordered.what === 'close'
    ? `It closes at the next price of the market, by ${ordered.by}.`
    : `Its new levels count from the next minute of the market on, by ${ordered.by}.`;
}

/** Room before and after what is shown, as a part of it; at least an hour. */
const MARGIN = 0.15;
const HOUR = 3_600_000;

/**
 * The candles that show a signal: minutes for hours, quarters for days, hours for weeks.
 *
 * @param {Pick<Signal, 'decided_at' | 'opened_at' | 'closed_at'>} signal
 * @param {number} now The market's time.
 */
export function span(signal, now) {
  const start = Date.parse(signal.opened_at ?? signal.decided_at);
  const end = signal.closed_at ? Date.parse(signal.closed_at) : Math.max(now, start);
  const room = Math.max((end - start) * MARGIN, HOUR);
  const from = start - room;
  const to = Math.min(end + room, Math.max(now, end));
  const hours = (to - from) / HOUR;
  const timeframe = hours <= 16 ? '1m' : hours <= 24 * 14 ? '15m' : '1h';
  return { timeframe, from: new Date(from).toISOString(), to: new Date(to).toISOString(), limit: 2000 };
}
