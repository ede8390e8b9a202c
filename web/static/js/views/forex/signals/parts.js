/** Pieces that several pages of signals show. */
import { h } from '../../../dom.js';
import { chip, madeUpTag } from '../../../components/status.js';
import { timeAgo } from '../../../components/time.js';
import { STATES, hits, marketNow, sideText } from './words.js';

/**
 * @typedef {import('../../../types.js').Signal} Signal
 * @typedef {import('../../../types.js').Market} Market
 */

export { may } from '../../../api.js';

/** @param {Signal['state']} state */
export function signalChip(state) {
  const [tone, word] = STATES[state] ?? ['quiet', state];
  return chip(tone, word);
}

/** @param {Signal['side']} side */
export function sideBadge(side) {
  return h(
    'span',
    { class: ['side', `side-${side}`] },
    h('span', { 'aria-hidden': 'true' }, side === 'buy' ? '▲' : '▼'),
    sideText(side),
  );
}

/** @param {Signal} signal */
export function signalTags(signal) {
  return [signal.simulated ? madeUpTag() : null, signal.practice ? h('span', { class: 'tag' }, 'Practice') : null];
}

/** Targets hit of how many, as dots and in words. @param {Signal} signal */
export function targetDots(signal) {
  const all = signal.targets.length;
  return h(
    'span',
    { class: 'target-dots' },
    h(
      'span',
      { class: 'target-marks', 'aria-hidden': 'true' },
      signal.targets.map(({ hit }) => h('span', { class: ['target-dot', hit && 'target-hit'] })),
    ),
    h('span', { class: 'figures' }, `${hits(signal)} of ${all}`),
  );
}

/** A moment of the market, relative to the market's time.
 *
 * @param {string} iso
 * @param {Market | null} market
 */
export const marketAgo = (iso, market) => timeAgo(iso, () => marketNow(market, Date.now()));
