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
