/** What the page of performance calls things. Pure. */
import { signed } from '../signals/words.js';

export const PATH = 'forex/performance';

export const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** @param {string | number} n */
export const inPips = (n) => signed(Number(n));

/** @param {string | number} n */
export const inR = (n) => signed(Number(n), 2);

/** @param {string | number} n */
export const toneOf = (n) => (Number(n) > 0 ? 'good' : Number(n) < 0 ? 'bad' : 'even');

/** @param {number | null} rate 0 to 1. */
export const rateText = (rate) => (rate === null ? '–' : `${Math.round(rate * 100)} %`);

/** How strong a day's colour is: 1 to 3. @param {number} pips @param {number} most The largest of all days. */
export function strength(pips, most) {
  if (pips === 0 || most === 0) return 0;
  return Math.ceil((Math.abs(pips) / most) * 3);
}

const DAY = 86_400_000;

/**
 * The weeks of a calendar, Monday first, from the first day's to the last one's; the newest ones where there are many.
 *
 * @param {string} first 2026-11-22
 * @param {string} last
 * @param {number} most
 * @returns {string[][]} Seven days each.
 */
export function weeksOf(first, last, most) {
  const monday = (/** @type {string} */ day) => {
    const at = Date.parse(`${day}T00:00:00Z`);
    return at - ((new Date(at).getUTCDay() + 6) % 7) * DAY;
  };
  const end = monday(last);
  const weeks = [];
  for (let at = Math.max(monday(first), end - (most - 1) * 7 * DAY); at <= end; at += 7 * DAY)
    weeks.push(Array.from({ length: 7 }, (_, i) => new Date(at + i * DAY).toISOString().slice(0, 10)));
  return weeks;
}
