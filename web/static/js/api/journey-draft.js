/** API calls of the journey builder: the draft and its test. */
import { match, read } from '../api.js';

/**
 * @typedef {import('../views/forex/journeys/types.js').Journey} Journey
 * @typedef {import('../views/forex/journeys/types.js').Definition} Definition
 */

/** @param {string} id */
const one = (id) => `/api/v1/journeys/${encodeURIComponent(id)}`;

/**
 * @param {string} id
 * @param {AbortSignal} [signal]
 * @returns {Promise<Journey>}
 */
export function readJourney(id, signal) {
  return read(one(id), { signal });
}

/**
 * @param {{ id: string, version: number }} row
 * @param {Definition} definition
 * @returns {Promise<Journey>}
 */
export function saveDraft(row, definition) {
  return read(`${one(row.id)}/draft`, { method: 'PUT', json: { definition }, headers: match(row) });
}

/**
 * @param {Definition} definition
 * @param {import('../views/forex/journeys/types.js').State | null} state
 * @param {import('../views/forex/journeys/types.js').Event} event
 * @param {AbortSignal} [signal]
 * @returns {Promise<import('../views/forex/journeys/types.js').Walked>}
 */
export function testDraft(definition, state, event, signal) {
  return read('/api/v1/journeys/test', { method: 'POST', json: { definition, state, event }, signal });
}
