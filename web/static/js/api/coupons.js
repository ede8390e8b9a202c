/** API calls for what the CRM says of codes. */
import { query, read } from '../api.js';

const CHECKS = '/api/v1/coupons/checks';

/**
 * @param {{ code: string, outcome: string, source: string, from: string }} filter outcome, source: several with commas
 * @param {{ after: string | null, limit: number }} page
 * @param {AbortSignal} [signal]
 * @returns {Promise<{ items: import('../types.js').CouponCheck[], next: string | null }>}
 */
export function listCouponChecks(filter, page, signal) {
  return read(CHECKS + query({ ...filter, ...page }), { signal });
}

/**
 * Tries a code; it is listed among the checks.
 *
 * @param {string} code
 * @param {AbortSignal} [signal]
 * @returns {Promise<import('../types.js').Coupon>}
 */
export function tryCoupon(code, signal) {
  return read(CHECKS, { method: 'POST', json: { code }, signal });
}
