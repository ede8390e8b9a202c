/** Checks of coupons in words, and what their list is narrowed to. Pure. */

/**
 * @typedef {import('../../../types.js').CouponCheck} CouponCheck
 *
 * @typedef {object} Filter What the address remembers.
 * @property {string} code What codes begin with.
 * @property {string} outcome A name of OUTCOME_CHOICES.
 * @property {string} source A name of SOURCE_CHOICES.
 * @property {string} days A name of DAY_CHOICES.
 */

export const PATH = 'promo/coupons';

/** @type {Record<CouponCheck['outcome'], ['good' | 'bad' | 'warn', string]>} */
const OUTCOMES = {
  valid: ['good', 'Valid'],
  invalid: ['bad', 'Not valid'],
  unavailable: ['warn', 'Not verified'],
};

/** @type {Record<string, string>} */
const REASONS = {
  expired: 'It has expired',
  not_started: 'It can’t be used yet',
  used_up: 'It is used up',
  disabled: 'It was switched off',
  unknown: 'The CRM does not know it',
  unavailable: 'The CRM did not answer',
};

/** @type {Record<CouponCheck['source'], string>} */
const SOURCES = {
  web: 'Generator',
  try: 'This page',
  api: 'API',
  cli: 'Command line',
  bot: 'Promo Bot',
  bulk: 'Bulk job',
  signal: 'Picture of a signal',
};

/** @type {[string, string][]} */
export const OUTCOME_CHOICES = [
  ['', 'All outcomes'],
  ...Object.entries(OUTCOMES).map(([name, [, word]]) => /** @type {[string, string]} */ ([name, word])),
];

/** @type {[string, string][]} */
export const SOURCE_CHOICES = [['', 'All sources'], ...Object.entries(SOURCES)];

/** @type {[string, string][]} */
export const DAY_CHOICES = [
  ['', 'Any time'],
  ['1', 'Last 24 hours'],
  ['7', 'Last 7 days'],
  ['30', 'Last 30 days'],
];

/** The tone and the word of an outcome. @param {Pick<CouponCheck, 'outcome'>} check */
export const outcomeText = ({ outcome }) => OUTCOMES[outcome] ?? ['warn', outcome];

/** Why a code was not valid; '' when it was. @param {Pick<CouponCheck, 'outcome' | 'reason'>} check */
export function reasonText({ outcome, reason }) {
  if (outcome === 'valid') return '';
  return REASONS[reason] ?? (outcome === 'unavailable' ? REASONS.unavailable : reason) ?? '';
}

/** @param {Pick<CouponCheck, 'source'>} check */
export const sourceText = ({ source }) => SOURCES[source] ?? source;

/**
 * @param {Record<string, string>} params Of the address.
 * @returns {Filter}
 */
export function filterOf({ code = '', outcome = '', source = '', days = '' }) {
  /** @param {string[][]} choices @param {string} name */
  const known = (choices, name) => (choices.some(([one]) => one === name) ? name : '');
  return {
    code,
    outcome: known(OUTCOME_CHOICES, outcome),
    source: known(SOURCE_CHOICES, source),
    days: known(DAY_CHOICES, days),
  };
}

/** @param {Filter} filter */
export const isFiltered = (filter) => Object.values(filter).some(Boolean);

const DAY = 86_400_000;

/**
 * What is asked of the API.
 *
 * @param {Filter} filter
 * @param {number} now Milliseconds.
 */
export function asked({ code, outcome, source, days }, now) {
  return { code, outcome, source, from: days ? new Date(now - Number(days) * DAY).toISOString() : '' };
}
