/** What the page calls things. Pure. */
import { percent, pips, price } from './decimal.js';

/** @type {Record<string, [string, string]>} A state's tone and word. */
export const STATES = {
  proposed: ['info', 'Waits for approval'],
  rejected: ['quiet', 'Rejected'],
  lapsed: ['quiet', 'Lapsed'],
  cancelled: ['quiet', 'Withdrawn'],
  open: ['info', 'Open'],
  closed: ['quiet', 'Closed'],
};

/** @type {Record<string, string>} */
const MILESTONES = {
  progress: 'Price in favour',
  stop: 'Stopped out',
  breakeven: 'Stopped at the entry',
  stop_in_profit: 'Stopped in profit',
  expired: 'Time was over',
  closed_by_hand: 'Closed by hand',
  closed_at_market: 'Closed at the market',
};

/** With its sign: "+25", "-50", "0". @param {bigint} n @param {(n: bigint) => string} write */
export const signed = (n, write) => (n > 0n ? '+' : '') + write(n);

/** @param {bigint} n */
export const inPips = (n) => `${signed(n, pips)} pips`;

/** @param {bigint} n */
export const inR = (n) => `${signed(n, price)} R`;

/** @param {string} strategy */
export function strategyName(strategy) {
  const words = strategy.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** @param {import('./entry.js').Levels} l */
const levels = (l) =>
  `stop ${price(l.stop)}, targets ${l.targets.map((t) => `${price(t.price)} (${percent(t.share)})`).join(', ')}`;

/** @param {import('./entry.js').Milestone} m */
function milestone(m) {
  const what = m.kind === 'target' ? `Target ${m.target} hit` : (MILESTONES[m.kind] ?? m.kind);
  const closed = m.share > 0 ? `, ${percent(m.share)} closed` : '';
  const moved = m.moved ? `; stop to ${price(m.stop)}` : '';
  return `${what} at ${price(m.price)}${closed}${moved}`;
}

/** Who and why. @param {import('./entry.js').Entry} e */
const because = (e) => `${e.by ? ` by ${e.by}` : ''}${e.reason ? `: ${e.reason}` : ''}`;

/** What an entry tells. @param {import('./entry.js').Entry} e */
export function told(e) {
  switch (e.kind) {
    case 'proposed':
      return `Proposed${because(e)}`;
    case 'rejected':
      return `Rejected${because(e)}`;
    case 'lapsed':
      return 'Lapsed: nobody approved it in time';
    case 'cancelled':
      return `Withdrawn before it was open${because(e)}`;
    case 'opened':
      return `Opened at ${e.entry === null ? '?' : price(e.entry)}${because(e)}`;
    case 'posted':
      return `Message ${e.message} in ${e.chat}`;
    case 'edited':
      return `Levels changed${because(e)}`;
    case 'milestone':
      return e.milestone ? milestone(e.milestone) + because(e) : 'Milestone';
    default:
      return e.kind;
  }
}

/** Levels before and after an edit. @param {import('./entry.js').Entry} e @returns {[string, string] | null} */
export const change = (e) => (e.old && e.new ? [levels(e.old), levels(e.new)] : null);
