/** API calls for what a person sees first. */
import { read } from '../api.js';

/**
 * @param {AbortSignal} [signal]
 * @returns {Promise<import('../types.js').Home>}
 */
export function readHome(signal) {
  return read('/api/v1/home', { signal });
}

/**
 * How many matters wait for somebody.
 *
 * @param {AbortSignal} [signal]
 * @returns {Promise<import('../types.js').Attention>}
 */
export function readAttention(signal) {
  return read('/api/v1/attention', { signal });
}
