/**
 * How times and amounts are written: `22 Nov 2026, 07:12 UTC`, `3 min ago`, `1.4 MB`. Pure.
 */

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** @param {number} n */
const two = (n) => String(n).padStart(2, '0');

/**
 * @param {string | number | Date} time
 * @returns {string} '' when it isn't a time.
 */
export function dateTime(time) {
  const t = new Date(time);
  if (Number.isNaN(t.getTime())) return '';
  return `${date(t)}, ${two(t.getUTCHours())}:${two(t.getUTCMinutes())} UTC`;
}

/**
 * @param {string | number | Date} time
 * @returns {string} '' when it isn't a time.
 */
export function date(time) {
  const t = new Date(time);
  if (Number.isNaN(t.getTime())) return '';
  return `${t.getUTCDate()} ${MONTHS[t.getUTCMonth()]} ${t.getUTCFullYear()}`;
}

/**
 * The time of the day alone: `07:12 UTC`.
 *
 * @param {string | number | Date} time
 * @returns {string} '' when it isn't a time.
 */
export function timeOfDay(time) {
  return dateTime(time).split(', ')[1] ?? '';
}

/**
 * The time of the day where the reader is: `08:12`, `00:30 the next day`.
 *
 * @param {string | number | Date} time
 * @param {string} [zone] That of the browser when it is left out.
 * @returns {string} '' where it is the same as in UTC, or not a time.
 */
export function localTime(time, zone) {
  const t = new Date(time);
  if (Number.isNaN(t.getTime())) return '';
  const [day = '', clock = ''] = t
    .toLocaleString('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' })
    .split(' ');
  const utc = t.toISOString();
  const today = utc.slice(0, 10);
  if (day === today) return clock === utc.slice(11, 16) ? '' : clock;
  return `${clock} ${day < today ? 'the day before' : 'the next day'}`;
}

/**
 * @param {string | number | Date} time
 * @param {number} now Milliseconds.
 */
export function relative(time, now) {
  const seconds = Math.round((now - new Date(time).getTime()) / 1000);
  if (Number.isNaN(seconds)) return '';
  const past = seconds >= 0;
  const s = Math.abs(seconds);
  if (s < 5) return past ? 'just now' : 'in a moment';
  const amount =
    s < 60
      ? `${s} s`
      : s < 3600
        ? `${Math.round(s / 60)} min`
        : s < 86400
          ? `${Math.round(s / 3600)} h`
          : `${Math.round(s / 86400)} d`;
  return past ? `${amount} ago` : `in ${amount}`;
}

/**
 * The two largest units of a span: `2 d 4 h`, `41 min 3 s`.
 *
 * @param {number} seconds
 */
export function duration(seconds) {
  let rest = Math.max(0, Math.floor(seconds));
  /** @type {string[]} */
  const parts = [];
  for (const [unit, length] of /** @type {[string, number][]} */ ([
    ['d', 86400],
    ['h', 3600],
    ['min', 60],
    ['s', 1],
  ])) {
    const n = Math.floor(rest / length);
    rest -= n * length;
    if (n > 0 || (unit === 's' && parts.length === 0)) parts.push(`${n} ${unit}`);
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.join(' ');
}

/** @param {number} n */
export function bytes(n) {
  if (n < 1000) return `${n} B`;
  if (n < 1_000_000) return `${Math.round(n / 1000)} KB`;
  return `${(n / 1_000_000).toFixed(1)} MB`;
}

/** @param {number} ms */
export function milliseconds(ms) {
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 10_000) return `${Math.round(ms)} ms`;
  return `${(ms / 1000).toFixed(1)} s`;
}

/**
 * A whole number with its thousands apart: `12,480`.
 *
 * @param {number} n
 */
export function whole(n) {
  return String(n).replace(/\B(?=(\d{3})+$)/g, ',');
}

/**
 * @param {number} n
 * @param {string} singular
 * @param {string} [plural]
 */
export function count(n, singular, plural = `${singular}s`) {
  return `${whole(n)} ${n === 1 ? singular : plural}`;
}

/**
 * What a coupon gives: `35 % off`, `12.50 EUR off`; '' for what is not known.
 *
 * @param {{ kind: string, value: string, currency?: string } | null | undefined} discount
 */
export function discountText(discount) {
  if (!discount?.value) return '';
  if (discount.kind === 'percent') return `${discount.value} % off`;
  return `${[discount.value, discount.currency].filter(Boolean).join(' ')} off`;
}
