/** API calls for what goes to channels. */
import { query, read } from '../api.js';

/** @typedef {import('../types.js').ChannelPost} ChannelPost */

const POSTS = '/api/v1/channel-posts';

/** @param {string} id */
const one = (id) => `${POSTS}/${encodeURIComponent(id)}`;

/**
 * @param {{ kind: string, state: string, channel: string, from: string }} filter kind, state: several with commas
 * @param {{ after: string | null, limit: number }} page
 * @param {AbortSignal} [signal]
 * @returns {Promise<import('../types.js').ChannelPostPage>}
 */
export function listChannelPosts(filter, page, signal) {
  return read(POSTS + query({ ...filter, ...page }), { signal });
}

/**
 * @param {string} id
 * @param {AbortSignal} [signal]
 * @returns {Promise<ChannelPost>}
 */
export function getChannelPost(id, signal) {
  return read(one(id), { signal });
}

/**
 * Sends a post to a channel again that failed or may not have arrived.
 *
 * @param {string} id
 * @returns {Promise<ChannelPost>}
 */
export function sendPostAgain(id) {
  return read(`${one(id)}/again`, { method: 'POST' });
}

/**
 * Says whether a post stands in its channel of which nobody knows.
 *
 * @param {string} id
 * @param {boolean} arrived
 * @returns {Promise<ChannelPost>}
 */
export function settlePost(id, arrived) {
  return read(`${one(id)}/settle`, { method: 'POST', json: { arrived } });
}

/**
 * Has a post deleted from its channel.
 *
 * @param {string} id
 * @returns {Promise<ChannelPost>}
 */
export function deletePost(id) {
  return read(one(id), { method: 'DELETE' });
}
