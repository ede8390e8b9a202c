/** The "Load more" button below a list. */
import { h, replace } from '../../dom.js';

/**
 * Puts the button below a list, or removes it when there is nothing more.
 *
 * @param {HTMLElement} place
 * @param {string | null} next The next page's cursor.
 * @param {(after: string) => unknown} load
 * @param {{ small?: boolean }} [options]
 */
export function offerMore(place, next, load, { small = false } = {}) {
  replace(
    place,
    next
      ? h(
          'button',
          { class: ['button', small && 'button-small'], type: 'button', on: { click: () => void load(next) } },
          'Load more',
        )
      : null,
  );
}
