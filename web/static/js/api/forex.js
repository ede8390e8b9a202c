/** API calls for gold signals. */
import { query, read } from '../api.js';

/**
 * @typedef {import('../types.js').Market} Market
 * @typedef {import('../types.js').Candle} Candle
 */

/**
 * @param {AbortSignal} [signal]
 * @returns {Promise<Market>}
 */
export function readMarket(signal) {
  return read('/api/v1/market', { signal });
}

/**
 * @param {{ timeframe: string, limit: number }} range
 * @param {AbortSignal} [signal]
 * @returns {Promise<{ items: Candle[], next: string | null }>}
 */
export function listCandles(range, signal) {
  return read(`/api/v1/market/candles${query({ timeframe: range.timeframe, limit: String(range.limit) })}`, { signal });
}
