/** API calls for cross-promotion: what the FREE channel is told of the VIP channel. */
import { match, query, read, send } from '../api.js';

/**
 * @typedef {import('../types.js').CrossPromo} CrossPromo
 * @typedef {import('../types.js').ProgrammeSlot['slot']} SlotName
 */

const CROSS_PROMOTION = '/api/v1/cross-promotion';

/** @param {SlotName} slot @param {'preview' | 'run' | 'skip'} command */
const of = (slot, command) => `${CROSS_PROMOTION}/slots/${slot}/${command}`;

/**
 * @param {AbortSignal} [signal]
 * @returns {Promise<CrossPromo>}
 */
export function readCrossPromotion(signal) {
  return read(CROSS_PROMOTION, { signal });
}

/**
 * @param {{ version: number }} seen
 * @param {import('../types.js').CrossPromotionPatch} changes
 * @returns {Promise<CrossPromo>}
 */
export function changeCrossPromotion(seen, changes) {
  return read(CROSS_PROMOTION, { method: 'PATCH', json: changes, headers: match(seen) });
}

/**
 * The programme of days in UTC: of today, or of several from one on.
 *
 * @param {{ from?: string, days?: number }} range
 * @param {AbortSignal} [signal]
 * @returns {Promise<import('../types.js').ProgrammeDayPage>}
 */
export function listProgrammeDays(range, signal) {
  return read(`${CROSS_PROMOTION}/days${query(range)}`, { signal });
}

/**
 * A post as it would go out now. Nothing is sent.
 *
 * @param {SlotName} slot
 * @param {AbortSignal} [signal]
 * @returns {Promise<import('../types.js').PostPreview>}
 */
export function previewSlot(slot, signal) {
  return read(of(slot, 'preview'), { method: 'POST', signal });
}

/**
 * Sends a post at once; the planned one still comes at its time.
 *
 * @param {SlotName} slot
 * @param {string} key The same for each attempt at the same post.
 * @returns {Promise<import('../types.js').SignalPost>}
 */
export function runSlot(slot, key) {
  return read(of(slot, 'run'), { method: 'POST', headers: { 'Idempotency-Key': key } });
}

/** Leaves a post of today out. @param {SlotName} slot */
export async function skipSlot(slot) {
  await send(of(slot, 'skip'), { method: 'POST' });
}
