/** API calls for Telegram: connections, subscribers, posts, and the simulated bots on this machine. */
import { match, query, read, send } from '../api.js';
import { SANDBOX } from './sandbox.js';

/**
 * @typedef {import('../types.js').Connection} Connection
 * @typedef {import('../client-types.js').ChannelChoice} ChannelChoice
 * @typedef {import('../types.js').Subscriber} Subscriber
 * @typedef {import('../client-types.js').SubscriberFilter} SubscriberFilter
 */

/** @param {string} id */
const connection = (id) => `/api/v1/connections/${encodeURIComponent(id)}`;

/**
 * @param {AbortSignal} [signal]
 * @returns {Promise<{ items: Connection[], next: string | null }>}
 */
export function listConnections(signal) {
  return read('/api/v1/connections', { signal });
}

/**
 * @param {{ kind: string, token: string, channels: ChannelChoice[], simulated?: boolean }} bot
 * @param {string} key The same for each attempt at the same bot.
 * @returns {Promise<Connection>}
 */
export function connectBot(bot, key) {
  return read('/api/v1/connections', { method: 'POST', json: bot, headers: { 'Idempotency-Key': key } });
}

/**
 * @param {{ id: string, version: number }} row
 * @param {{ token?: string, channels?: ChannelChoice[], simulated?: boolean }} changes
 * @returns {Promise<Connection>}
 */
export function changeBot(row, changes) {
  return read(connection(row.id), { method: 'PATCH', json: changes, headers: match(row) });
}

/** @param {{ id: string, version: number }} row */
export async function removeConnection(row) {
  await send(connection(row.id), { method: 'DELETE', headers: match(row) });
}

/**
 * @param {string} id
 * @returns {Promise<Connection>}
 */
export function testConnection(id) {
  return read(`${connection(id)}/test`, { method: 'POST' });
}

/**
 * @param {string} id
 * @param {AbortSignal} [signal]
 * @returns {Promise<{ items: import('../types.js').Poster[] }>}
 */
export function listPosters(id, signal) {
  return read(`${connection(id)}/posters`, { signal });
}

/**
 * @param {string} id
 * @returns {Promise<import('../types.js').Invitation>}
 */
export function invitePoster(id) {
  return read(`${connection(id)}/posters`, { method: 'POST' });
}

/**
 * @param {string} id
 * @param {string} poster
 */
export async function removePoster(id, poster) {
  await send(`${connection(id)}/posters/${encodeURIComponent(poster)}`, { method: 'DELETE' });
}

// Posts ----------------------------------------------------------------------------------------

const POSTS = '/api/v1/promos/posts';

/**
 * @param {{ image: import('../types.js').RenderRequest, channel: number, caption: string }} post
 * @param {string} key The same for each attempt at the same post.
 * @param {AbortSignal} [signal]
 * @returns {Promise<import('../types.js').Post>}
 */
export function queuePost(post, key, signal) {
  return read(POSTS, { method: 'POST', json: post, headers: { 'Idempotency-Key': key }, signal });
}

/**
 * @param {string} id
 * @param {AbortSignal} [signal]
 * @returns {Promise<import('../types.js').Post>}
 */
export function getPost(id, signal) {
  return read(`${POSTS}/${encodeURIComponent(id)}`, { signal });
}

/**
 * @param {string} id
 * @returns {Promise<import('../types.js').Post>}
 */
export function postAgain(id) {
  return read(`${POSTS}/${encodeURIComponent(id)}/again`, { method: 'POST' });
}

// Subscribers ----------------------------------------------------------------------------------

const SUBSCRIBERS = '/api/v1/subscribers';

/** @param {string} id */
const subscriber = (id) => `${SUBSCRIBERS}/${encodeURIComponent(id)}`;

/**
 * @param {SubscriberFilter} filter
 * @param {{ after: string | null, limit: number }} page
 * @param {AbortSignal} [signal]
 * @returns {Promise<{ items: Subscriber[], next: string | null }>}
 */
export function listSubscribers(filter, page, signal) {
  return read(SUBSCRIBERS + query({ ...filter, ...page }), { signal });
}

/**
 * The address of the CSV of everybody who matches the filter.
 *
 * @param {SubscriberFilter} filter
 */
export function subscribersTable(filter) {
  return `${SUBSCRIBERS}.csv${query(filter)}`;
}

/**
 * @param {AbortSignal} [signal]
 * @returns {Promise<import('../types.js').Counts>}
 */
export function countSubscribers(signal) {
  return read(`${SUBSCRIBERS}/counts`, { signal });
}

/**
 * @param {string} id
 * @param {AbortSignal} [signal]
 * @returns {Promise<Subscriber>}
 */
export function getSubscriber(id, signal) {
  return read(subscriber(id), { signal });
}

/**
 * @param {{ id: string, version: number }} row
 * @param {string[]} tags
 * @returns {Promise<Subscriber>}
 */
export function tagSubscriber(row, tags) {
  return read(subscriber(row.id), { method: 'PATCH', json: { tags }, headers: match(row) });
}

/** @param {string} id */
export async function eraseSubscriber(id) {
  await send(subscriber(id), { method: 'DELETE' });
}

/**
 * @param {AbortSignal} [signal]
 * @returns {Promise<import('../types.js').Retention>}
 */
export function subscriberSettings(signal) {
  return read(`${SUBSCRIBERS}/settings`, { signal });
}

/**
 * @param {{ version: number }} seen
 * @param {number} days 0 keeps everybody.
 * @returns {Promise<import('../types.js').Retention>}
 */
export function keepSubscribers(seen, days) {
  return read(`${SUBSCRIBERS}/settings`, { method: 'PUT', json: { retention_days: days }, headers: match(seen) });
}

// The sandbox, which answers this machine alone ------------------------------------------------

/**
 * @param {AbortSignal} [signal]
 * @returns {Promise<import('../client-types.js').SimulatedBot[]>}
 */
export async function simulatedBots(signal) {
  return (await read(`${SANDBOX}/bots`, { signal })).items;
}

/**
 * @param {{ username: string, first_name: string }} bot
 * @returns {Promise<import('../client-types.js').SimulatedBot>} With its token.
 */
export function makeSimulatedBot(bot) {
  return read(`${SANDBOX}/bots`, { method: 'POST', json: bot });
}

/**
 * The simulated channels and groups.
 *
 * @param {AbortSignal} [signal]
 * @returns {Promise<import('../client-types.js').SimulatedChat[]>}
 */
export async function simulatedChannels(signal) {
  /** @type {{ items: import('../client-types.js').SimulatedChat[] }} */
  const { items } = await read(`${SANDBOX}/chats`, { signal });
  return items.filter((chat) => chat.type !== 'private');
}

/**
 * Makes a bot an administrator of a simulated channel, with the right to post.
 *
 * @param {number} channel
 * @param {string} bot Its username.
 */
export async function admitSimulatedBot(channel, bot) {
  const json = { bot, status: 'administrator', can_post: true };
  await send(`${SANDBOX}/channels/${channel}/members`, { method: 'POST', json });
}
