/** The texts of the strategies' pages. Pure. */
import { duration, relative } from '../../../format.js';
import { clean } from '../../../typed.js';

/**
 * @typedef {import('../../../types.js').Strategy} Strategy
 * @typedef {import('../../../types.js').Protections} Protections
 * @typedef {import('../../../types.js').StrategyParam} Param
 */

export const PATH = 'forex/strategies';

/** @type {Record<Strategy['mode'], { label: string, tone: 'good' | 'info' | 'quiet', text: string }>} */
export const MODES = {
  off: { label: 'Off', tone: 'quiet', text: 'It makes no signals. Those that are open go on.' },
  practice: {
    label: 'Practice',
    tone: 'info',
    text: 'Its signals are made and followed, and nobody is told: they stand in the list under Practice.',
  },
  live: { label: 'Live', tone: 'good', text: 'Its signals go to your VIP channel and into the public record.' },
};

/** What a live strategy had not shown; '' for nothing. @param {Pick<Strategy, 'unproven'>} row */
export const unprovenText = ({ unproven }) =>
  unproven.length > 0 ? ` It went live without proof. Missing then: ${unproven.join('; ').toLowerCase()}.` : '';

/** A span of minutes: `1 h`, `1 d 12 h`. @param {number} minutes */
export const minutesText = (minutes) => duration(minutes * 60);

/** The protections in words, one line each. @param {Protections} rules */
export function protectionLines(rules) {
  const loss = Number(rules.daily_loss_r);
  return [
    rules.cooldown_minutes > 0 ? `Rests ${minutesText(rules.cooldown_minutes)} after each close` : '',
    rules.stops > 0
      ? `Pauses ${minutesText(rules.pause_minutes)} after ${rules.stops} ${rules.stops === 1 ? 'stop' : 'stops'} within ${minutesText(rules.window_minutes)}`
      : '',
    loss > 0 ? `Ends the day at a loss of ${loss} R` : '',
  ].filter(Boolean);
}

/** @param {Param[]} params */
export const changed = (params) => params.filter(({ value, default: otherwise }) => value !== otherwise);

/** @type {Record<string, string>} */
const HELD = {
  busy: 'it had as many open signals as it may',
  cooldown: 'it rested after a close',
  stop_guard: 'too many stops in a short time',
  daily_loss: 'the day’s loss was reached',
};

/** Why the last signal was held back, and until when.
 *
 * @param {NonNullable<Strategy['held']>} held
 * @param {number} now The market's time.
 */
export function heldText(held, now) {
  const until = held.until && Date.parse(held.until) > now ? ` It can decide again ${relative(held.until, now)}.` : '';
  return `Held back a signal: ${HELD[held.reason] ?? held.reason}.${until}`;
}

/** The typed number, or null when it is none. @param {string} typed */
export function numberOf(typed) {
  const text = clean(typed).replace(',', '.');
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : null;
}

/**
 * What is wrong with a typed number; '' for nothing.
 *
 * @param {string} typed
 * @param {{ min: number, max: number, step: number }} bounds
 */
export function numberProblem(typed, { min, max, step }) {
  const value = numberOf(typed);
  const whole = step >= 1;
  if (value !== null && value >= min && value <= max && (!whole || Number.isInteger(value))) return '';
  return `Type a ${whole ? 'whole number' : 'number'} from ${min} to ${max}.`;
}
