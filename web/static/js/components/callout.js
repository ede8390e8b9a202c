import { h } from '../dom.js';
import { icon } from './icons.js';

/** @type {Record<'info' | 'good' | 'warn' | 'bad', import('./icons.js').IconName>} */
const SIGNS = { info: 'info', good: 'check', warn: 'alert', bad: 'alert' };

/**
 * A note that stands out: a sign and words.
 *
 * @param {keyof typeof SIGNS} tone
 * @param {import('../dom.js').Child} words
 * @param {...import('../dom.js').Child} more After the words, for instance a button.
 */
export function callout(tone, words, ...more) {
  return h(
    'div',
    { class: ['callout', `callout-${tone}`] },
    icon(SIGNS[tone]),
    words instanceof HTMLElement ? words : h('p', null, words),
    more,
  );
}
