/** API calls for gold signals. */
import { match, query, read } from '../api.js';

/**
 * @typedef {import('../types.js').Market} Market
 * @typedef {import('../types.js').Candle} Candle
 * @typedef {import('../types.js').Ai} AI
 */

/**
 * @param {AbortSignal} [signal]
 * @returns {Promise<Market>}
 */
export function readMarket(signal) {
  return read('/api/v1/market', { signal });
}

/**
 * @param {{ timeframe: string, limit: number, from?: string, to?: string }} range
 * @param {AbortSignal} [signal]
 * @returns {Promise<{ items: Candle[], next: string | null }>}
 */
export function listCandles(range, signal) {
  return read(`/api/v1/market/candles${query(range)}`, { signal });
}

/**
 * How messages are written, today's use, and how the language model does.
 *
 * @param {AbortSignal} [signal]
 * @returns {Promise<AI>}
 */
export function readAI(signal) {
  return read('/api/v1/ai', { signal });
}

/**
 * @param {{ version: number }} seen
 * @param {{ enabled?: boolean, daily_budget?: number, voice?: string }} changes
 * @returns {Promise<AI>}
 */
export function changeAI(seen, changes) {
  return read('/api/v1/ai', { method: 'PATCH', json: changes, headers: match(seen) });
}
