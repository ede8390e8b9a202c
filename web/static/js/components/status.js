import { isSimulated } from '../api.js';
import { h } from '../dom.js';

/**
 * A state as a dot and a word, never as colour alone.
 *
 * @param {'good' | 'warn' | 'bad' | 'info' | 'quiet'} tone
 * @param {string} word
 * @param {{ busy?: boolean }} [options]
 */
export function chip(tone, word, { busy = false } = {}) {
  return h(
    'span',
    { class: ['chip', `chip-${tone}`, busy && 'chip-busy'] },
    h('span', { class: 'dot', 'aria-hidden': 'true' }),
    word,
  );
}

/** Stands beside the name of whatever is made up. */
export const madeUpTag = () => h('span', { class: 'tag' }, 'Simulated');

/**
 * Beside the name of what belongs to an outside service: that the service is simulated; null where it is the real one.
 *
 * @param {import('../api.js').Service} service
 */
export const simulatedTag = (service) => (isSimulated(service) ? madeUpTag() : null);

/**
 * The same within a line of text: `@gold_bot (simulated)`.
 *
 * @param {import('../api.js').Service} service
 * @param {string} name
 */
export const simulatedText = (service, name) => (name && isSimulated(service) ? `${name} (simulated)` : name);

/** The service behind a kind of connection. @param {string} kind */
export const serviceOf = (kind) => (kind === 'user_account' ? 'account' : 'telegram');
