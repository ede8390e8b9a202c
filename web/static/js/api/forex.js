/** API calls for gold signals. */
import { match, query, read } from '../api.js';

/**
 * @typedef {import('../types.js').Market} Market
 * @typedef {import('../types.js').Candle} Candle
 * @typedef {import('../types.js').Ai} AI
 * @typedef {import('../types.js').Signal} Signal
 * @typedef {import('../types.js').SignalDetail} SignalDetail
 * @typedef {import('../types.js').Strategy} Strategy
 * @typedef {import('../types.js').Settings} Settings
 */

const SIGNALS = '/api/v1/signals';
const STRATEGIES = '/api/v1/strategies';
const SETTINGS = '/api/v1/signal-settings';

/** @typedef {{ id: string, version: number }} Row What a change is based on. */

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
 * @param {{ state?: string, strategy?: string, practice?: string, after?: string | null, limit?: number }} filter state: several with commas
 * @param {AbortSignal} [signal]
 * @returns {Promise<{ items: Signal[], next: string | null }>}
 */
export function listSignals(filter, signal) {
  return read(SIGNALS + query(filter), { signal });
}

/**
 * What signals brought in days and weeks, the newest first.
 *
 * @param {{ after?: string | null, limit?: number }} page
 * @param {AbortSignal} [signal]
 * @returns {Promise<import('../types.js').RecapPage>}
 */
export function listRecaps(page, signal) {
  return read(`/api/v1/recaps${query(page)}`, { signal });
}

/** @param {string} id */
const one = (id) => `${SIGNALS}/${encodeURIComponent(id)}`;

/**
 * @param {string} id
 * @param {AbortSignal} [signal]
 * @returns {Promise<SignalDetail>}
 */
export function getSignal(id, signal) {
  return read(one(id), { signal });
}

/**
 * @param {Row} row
 * @param {'approve' | 'reject' | 'cancel' | 'close'} command
 * @param {string} [reason] Of rejecting and cancelling.
 * @returns {Promise<SignalDetail>}
 */
export function commandSignal(row, command, reason) {
  return read(`${one(row.id)}/${command}`, {
    method: 'POST',
    headers: match(row),
    ...(reason ? { json: { reason } } : {}),
  });
}

/**
 * @param {Row} row
 * @param {{ stop: string, targets: { price: string, percent: string }[] }} levels
 * @returns {Promise<SignalDetail>}
 */
export function editSignal(row, levels) {
  return read(one(row.id), { method: 'PATCH', json: levels, headers: match(row) });
}

/**
 * @param {AbortSignal} [signal]
 * @returns {Promise<{ items: Strategy[], next: string | null }>}
 */
export function listStrategies(signal) {
  return read(STRATEGIES, { signal });
}

/**
 * @param {Strategy} strategy
 * @param {import('../types.js').StrategyPatch} changes
 * @returns {Promise<Strategy>}
 */
export function changeStrategy(strategy, changes) {
  const path = `${STRATEGIES}/${encodeURIComponent(strategy.name)}`;
  return read(path, { method: 'PATCH', json: changes, headers: match(strategy) });
}

/**
 * What a strategy has shown before it goes live.
 *
 * @param {string} strategy
 * @param {AbortSignal} [signal]
 * @returns {Promise<import('../types.js').Gate>}
 */
export function readGate(strategy, signal) {
  return read(`${STRATEGIES}/${encodeURIComponent(strategy)}/gate`, { signal });
}

/**
 * @param {AbortSignal} [signal]
 * @returns {Promise<Settings>}
 */
export function signalSettings(signal) {
  return read(SETTINGS, { signal });
}

/**
 * @param {Settings} settings
 * @param {import('../types.js').SignalSettingsPatch} changes
 * @returns {Promise<Settings>}
 */
export function changeSignalSettings(settings, changes) {
  return read(SETTINGS, { method: 'PATCH', json: changes, headers: match(settings) });
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

const PERFORMANCE = '/api/v1/performance';

/** @typedef {{ from: string, to: string, strategy: string, market: string }} PerformanceFilter */

/**
 * What closed signals come to.
 *
 * @param {PerformanceFilter} filter
 * @param {AbortSignal} [signal]
 * @returns {Promise<import('../types.js').Performance>}
 */
export function readPerformance(filter, signal) {
  return read(`${PERFORMANCE}${query(filter)}`, { signal });
}

/** Where the closed signals are a table. @param {PerformanceFilter} filter */
export const performanceTable = (filter) => `${PERFORMANCE}.csv${query(filter)}`;

/**
 * How far the track record goes.
 *
 * @param {AbortSignal} [signal]
 * @returns {Promise<import('../types.js').RecordEnd>}
 */
export function readRecord(signal) {
  return read('/api/v1/record', { signal });
}

/**
 * Ends the record for good.
 *
 * @param {string} confirm Its short name.
 * @returns {Promise<import('../types.js').RecordEnd>}
 */
export function endRecord(confirm) {
  return read('/api/v1/record/end', { method: 'POST', json: { confirm } });
}
