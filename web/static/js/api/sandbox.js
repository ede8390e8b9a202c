/** API calls of the sandbox's page. The sandbox answers only this machine. */
import { query, read, send } from '../api.js';

/** The control API of the simulated Bot API. */
export const SANDBOX = '/sandbox/api/telegram';

/**
 * @template T
 * @param {string} path
 * @param {Record<string, string | number | null | undefined>} [values] Empty ones are left out.
 * @param {AbortSignal} [signal]
 * @returns {Promise<T>}
 */
export function sandboxRead(path, values = {}, signal) {
  return read(`${SANDBOX}${path}${query(values)}`, { signal });
}

/**
 * @template T
 * @param {'POST' | 'DELETE'} method
 * @param {string} path
 * @param {unknown} [body] JSON, or a form with a file.
 * @returns {Promise<T | null>} null for an empty answer.
 */
export async function sandboxDo(method, path, body) {
  const call = body instanceof FormData ? { method, form: body } : { method, json: body };
  const response = await send(`${SANDBOX}${path}`, call);
  return response.status === 204 ? null : response.json();
}

/** The control API of the simulated market. */
const MARKET = '/sandbox/api/market';

/**
 * @param {AbortSignal} [signal]
 * @returns {Promise<import('../views/hub/sandbox/types.js').SimulatedMarket>}
 */
export function marketRead(signal) {
  return read(MARKET, { signal });
}

/**
 * @param {'POST' | 'DELETE'} method
 * @param {string} path
 * @param {unknown} [body]
 */
export async function marketDo(method, path, body) {
  await send(`${MARKET}${path}`, { method, json: body });
}

/** The control API of the simulated language model. */
const MODEL = '/sandbox/api/ai';

/**
 * @param {AbortSignal} [signal]
 * @returns {Promise<import('../views/hub/sandbox/types.js').SimulatedModel>}
 */
export function modelRead(signal) {
  return read(MODEL, { signal });
}

/**
 * @param {'POST' | 'DELETE'} method
 * @param {string} path
 * @param {unknown} [body]
 */
export async function modelDo(method, path, body) {
  await send(`${MODEL}${path}`, { method, json: body });
}
