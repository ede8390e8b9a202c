/** What a form says when it is refused: it gets the focus, and is in sight. */
import { replace } from '../dom.js';

/**
 * Shows a refusal in its place, or takes it away. Bars that stand over the page leave room for what has the focus
 * (`scroll-padding` in components.css), so that it is seen on a phone, too.
 *
 * @param {HTMLElement} place An element with the role alert.
 * @param {...import('../dom.js').Child} said Nothing takes it away.
 */
export function tellRefusal(place, ...said) {
  replace(place, ...said);
  if (!place.hasChildNodes()) return;
  place.classList.add('refusal');
  place.tabIndex = -1;
  showMistake(place);
}

/**
 * Gives the focus to what is wrong, and brings it into sight where it has the focus already.
 *
 * @param {HTMLElement | null | undefined} input
 */
export function showMistake(input) {
  input?.focus({ preventScroll: true });
  input?.scrollIntoView({ block: 'nearest' });
}
