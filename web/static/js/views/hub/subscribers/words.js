/** The texts of the subscribers page, and its filter. Pure. */
import { whole } from '../../../format.js';
import { clean, tagName } from '../../../typed.js';

/**
 * @typedef {import('../../../types.js').Subscriber} Subscriber
 * @typedef {import('../../../client-types.js').SubscriberFilter} SubscriberFilter
 */

/** @type {Record<import('../../../types.js').Subscriber['state'], ['good' | 'warn' | 'bad' | 'quiet', string]>} */
export const STATES = {
  active: ['good', 'Active'],
  blocked: ['bad', 'Blocked the bot'],
  unsubscribed: ['quiet', 'Unsubscribed'],
};

/** Days that may be chosen; the server has the last word. */
export const FEWEST_DAYS = 30;
export const MOST_DAYS = 3650;

/**
 * What a person is called: by name, by username, by number.
 *
 * @param {Pick<Subscriber, 'first_name' | 'last_name' | 'username' | 'user_id'>} person
 */
export function nameOf({ first_name, last_name, username, user_id }) {
  const name = clean([first_name, last_name].filter(Boolean).join(' '));
  return name || (username ? `@${username}` : `User ${user_id}`);
}

/** The filter in an address.
 *
 * @param {Record<string, string>} params
 * @returns {SubscriberFilter}
 */
export function filterOf({ q = '', state = '', tag = '', source = '', connection = '' }) {
  return { q, state: Object.hasOwn(STATES, state) ? state : '', tag, source, connection };
}

/** @param {SubscriberFilter} filter */
export function isFiltered(filter) {
  return Object.values(filter).some(Boolean);
}

/**
 * The tags with one more, as the server keeps them: lower case, sorted, without duplicates.
 *
 * @param {string[]} tags
 * @param {string} typed One tag, or several with commas.
 */
export function withTag(tags, typed) {
  const more = typed.split(',').map(tagName).filter(Boolean);
  return [...new Set([...tags, ...more])].sort();
}

/**
 * @param {string[]} tags
 * @param {string} gone
 */
export function withoutTag(tags, gone) {
  return tags.filter((tag) => tag !== gone);
}

/** @param {number} days */
export function retentionText(days) {
  return days === 0
    ? 'People are kept until you erase them'
    : `People who are inactive for ${whole(days)} days are erased`;
}

/**
 * What is wrong with a number of days, in words; '' for nothing.
 *
 * @param {string} typed
 */
export function daysProblem(typed) {
  const days = Number(typed);
  const fits = /^\d+$/.test(clean(typed)) && days >= FEWEST_DAYS && days <= MOST_DAYS;
  return fits ? '' : `Type a number of days from ${FEWEST_DAYS} to ${MOST_DAYS}.`;
}
