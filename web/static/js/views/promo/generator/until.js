/** What a picture says about a coupon's end, held against what the CRM says. Pure. */
import { isBlank } from '../../../typed.js';
import { date } from '../../../format.js';

/** @typedef {import('./coupon.js').Checked} Checked */

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** A day as a picture says it: `31 December 2026`. @param {string} iso */
export function dayWords(iso) {
  const at = new Date(iso);
  return `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]} ${at.getUTCFullYear()}`;
}

/**
 * The day that a text names: `31 Dec 2026`, `December 31`, `31.12.2026`, `2026-12-31`. One without a year is the next one.
 *
 * @param {string} text
 * @param {number} now Milliseconds.
 * @returns {number | null} Its begin in UTC, in milliseconds; null where no day is plain.
 */
export function dayIn(text, now) {
  const iso = /\b(\d{4})-(\d{1,2})-(\d{1,2})\b/.exec(text);
  if (iso) return dayOf(Number(iso[1]), Number(iso[2]), Number(iso[3]));
  const dotted = /\b(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})\b/.exec(text);
  if (dotted) return dayOf(Number(dotted[3]), Number(dotted[2]), Number(dotted[1]));
  const names = MONTHS.map((name) => `${name.slice(0, 3)}(?:${name.slice(3)})?`).join('|');
  const before = new RegExp(`\\b(\\d{1,2})(?:st|nd|rd|th)?\\.?\\s+(${names})\\.?(?:,?\\s+(\\d{4}))?\\b`, 'i').exec(
    text,
  );
  const after = before
    ? null
    : new RegExp(`\\b(${names})\\.?\\s+(\\d{1,2})(?:st|nd|rd|th)?(?:,?\\s+(\\d{4}))?\\b`, 'i').exec(text);
  const day = before?.[1] ?? after?.[2];
  const month = before?.[2] ?? after?.[1];
  if (!day || !month) return null;
  const number = MONTHS.findIndex((name) => name.slice(0, 3).toLowerCase() === month.slice(0, 3).toLowerCase()) + 1;
  const year = before?.[3] ?? after?.[3];
  if (year) return dayOf(Number(year), number, Number(day));
  const here = new Date(now).getUTCFullYear();
  const found = dayOf(here, number, Number(day));
  return found !== null && found < startOf(now) ? dayOf(here + 1, number, Number(day)) : found;
}

const DAY = 86_400_000;

/** @param {number} at */
const startOf = (at) => Math.floor(at / DAY) * DAY;

/** @param {number} year @param {number} month @param {number} day */
function dayOf(year, month, day) {
  const at = Date.UTC(year, month - 1, day);
  const back = new Date(at);
  return back.getUTCMonth() === month - 1 && back.getUTCDate() === day ? at : null;
}

/**
 * What is to be said beside the field.
 *
 * @param {string} text What it says now.
 * @param {Checked | null} coupon What the CRM says of the code; null while that is not known.
 * @param {number} now Milliseconds.
 * @returns {{ offer: string } | { warning: string, offer: string } | null} offer: what could be written instead
 */
export function aboutUntil(text, coupon, now) {
  const end = coupon?.outcome === 'valid' ? coupon.expires_at : null;
  if (!end) return null;
  const offer = dayWords(end);
  if (isBlank(text)) return { offer };
  const said = dayIn(text, now);
  const ends = startOf(Date.parse(end));
  if (said === null || said === ends) return null;
  return {
    offer,
    warning:
      said > ends
        ? `The CRM ends this code on ${date(end)}, before what the image says.`
        : `The CRM lets this code hold until ${date(end)}, longer than the image says.`,
  };
}
