/**
 * Prices, pips and R as exact whole numbers of 10⁻⁵, as the program counts them. Pure.
 */

/** 1 in fixed point. */
export const ONE = 100_000n;

/** The whole of a trade in parts. */
export const WHOLE = 10_000;

const MAX_PRICE = 10_000_000n * ONE;

/** The pip size by which R is counted: it goes into 1 exactly. */
export const R_SIZE = ONE / 10n;

/**
 * Reads a decimal number such as "2650.10".
 *
 * @param {unknown} text
 * @returns {bigint | null} null when it is none, or has more than five decimals.
 */
export function parse(text) {
  const found = typeof text === 'string' ? /^(-?)(\d{1,13})(?:\.(\d+))?$/.exec(text) : null;
  if (!found) return null;
  const [, sign, whole = '0', decimals = ''] = found;
  if (/[^0]/.test(decimals.slice(5))) return null;
  const n = BigInt(whole + decimals.slice(0, 5).padEnd(5, '0'));
  return sign ? -n : n;
}

/** @param {unknown} text */
export function parsePrice(text) {
  const n = parse(text);
  return n === null || n <= -MAX_PRICE || n >= MAX_PRICE ? null : n;
}

/** A pip size: above zero, and 1 is a whole number of it. @param {unknown} text */
export function parseSize(text) {
  const n = parsePrice(text);
  return n === null || n <= 0n || ONE % n !== 0n ? null : n;
}

/**
 * @param {bigint} n
 * @param {number} least Decimals at least.
 */
export function format(n, least) {
  const digits = String(n < 0n ? -n : n).padStart(6, '0');
  const kept = digits.slice(-5).replace(/0+$/, '').padEnd(least, '0');
  return `${n < 0n ? '-' : ''}${digits.slice(0, -5)}${kept ? `.${kept}` : ''}`;
}

/** @param {bigint} n */
export const price = (n) => format(n, 2);

/** @param {bigint} n */
export const pips = (n) => format(n, 0);

/** A share of a trade in words: "62.5 %". @param {number} share */
export const percent = (share) => `${format(BigInt(share) * 1000n, 0)} %`;

/** Rounds to the nearest, halves away from zero. @param {bigint} a @param {bigint} b */
export function divide(a, b) {
  if (b < 0n) return divide(-a, -b);
  return a < 0n ? -((-a + b / 2n) / b) : (a + b / 2n) / b;
}
