/** API calls for backtests. */
import { query, read, send } from '../api.js';

/**
 * @typedef {import('../types.js').Backtest} Backtest
 * @typedef {import('../types.js').BacktestDetail} BacktestDetail
 * @typedef {import('../types.js').Strategy} Strategy
 */

const BACKTESTS = '/api/v1/backtests';

/** @param {string} id */
const one = (id) => `${BACKTESTS}/${encodeURIComponent(id)}`;

/**
 * @param {{ after?: string | null, limit?: number, state?: string, strategy?: string }} filter
 * @param {AbortSignal} [signal]
 * @returns {Promise<{ items: Backtest[], next: string | null }>}
 */
export function listBacktests(filter, signal) {
  return read(BACKTESTS + query(filter), { signal });
}

/**
 * @param {string} id
 * @param {AbortSignal} [signal]
 * @returns {Promise<BacktestDetail>}
 */
export function getBacktest(id, signal) {
  return read(one(id), { signal });
}

/**
 * @param {import('../types.js').BacktestRequest} request
 * @param {string} key The same for each attempt at the same backtest.
 * @returns {Promise<Backtest>}
 */
export function createBacktest(request, key) {
  return read(BACKTESTS, { method: 'POST', json: request, headers: { 'Idempotency-Key': key } });
}

/**
 * @param {string} id
 * @returns {Promise<Backtest>}
 */
export function cancelBacktest(id) {
  return read(`${one(id)}/cancel`, { method: 'POST' });
}

/** @param {string} id */
export async function deleteBacktest(id) {
  await send(one(id), { method: 'DELETE' });
}

/**
 * What a form of a new one begins with: the strategies, the market, and the signals' settings.
 *
 * @param {AbortSignal} [signal]
 * @returns {Promise<{ strategies: Strategy[], market: import('../types.js').Market, settings: import('../types.js').Settings }>}
 */
export async function backtestForm(signal) {
  const [strategies, market, settings] = await Promise.all([
    read('/api/v1/strategies', { signal }),
    read('/api/v1/market', { signal }),
    read('/api/v1/signal-settings', { signal }),
  ]);
  return { strategies: strategies.items, market, settings };
}
