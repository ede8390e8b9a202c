/** Durations with units. Pure. */
import { count } from '../../../format.js';

/** @type {[unit: string, seconds: number, one: string][]} */
export const UNITS = [
  ['days', 86400, 'day'],
  ['hours', 3600, 'hour'],
  ['minutes', 60, 'minute'],
  ['seconds', 1, 'second'],
];

/** A duration as one number, in the largest unit that divides it.
 *
 * @param {number} seconds
 * @returns {{ amount: number, unit: string }}
 */
export function split(seconds) {
  const found = UNITS.find(([, length]) => seconds >= length && seconds % length === 0);
  return found ? { amount: seconds / found[1], unit: found[0] } : { amount: seconds, unit: 'seconds' };
}

/**
 * @param {number} amount
 * @param {string} unit
 */
export function join(amount, unit) {
  return Math.round(amount * (UNITS.find(([name]) => name === unit)?.[1] ?? 1));
}

/**
 * In words: `2 days`, `1 hour 30 minutes`.
 *
 * @param {number} seconds
 */
export function span(seconds) {
  let rest = Math.max(0, Math.round(seconds));
  /** @type {string[]} */
  const parts = [];
  for (const [, length, one] of UNITS) {
    const n = Math.floor(rest / length);
    rest -= n * length;
    if (n > 0) parts.push(count(n, one));
  }
  return parts.slice(0, 2).join(' ') || '0 seconds';
}
