/** The texts and figures of recaps. Pure. */

/** @typedef {import('../../../types.js').Recap} Recap */

/** Lines of a text that are shown before somebody asks for all of it. */
export const SHOWN_LINES = 14;

/** @param {Pick<Recap, 'kind'>} recap */
export const titleOf = ({ kind }) => (kind === 'weekly' ? 'Weekly recap' : 'Daily recap');

/**
 * How many signals were won and lost, how many brought nothing, and how many went on.
 *
 * @param {Pick<Recap, 'closed' | 'wins' | 'losses' | 'open'>} recap
 * @returns {[string, number][]}
 */
export function tally({ closed, wins, losses, open }) {
  const even = closed - wins - losses;
  return [
    ['Won', wins],
    ['Lost', losses],
    ...(even > 0 ? [/** @type {[string, number]} */ (['Even', even])] : []),
    ['Open', open],
  ];
}

/** Whether a text is longer than what is shown at first. @param {string} text */
export const isLong = (text) => text.split('\n').length > SHOWN_LINES;
