import { h } from '../dom.js';
import { iconButton } from './button.js';
import { icon } from './icons.js';
import { ApiError } from '../problem.js';

/** How long a success message stays (ms). Errors stay until they are closed. */
const STAYS = 5000;

/** @type {HTMLElement | null} */
let region = null;

/** The live region; made once, by the shell, before anything is announced. */
export function toastRegion() {
  region ??= h('div', { class: 'toasts', role: 'status', 'aria-live': 'polite', 'aria-label': 'Messages' });
  return region;
}

/**
 * @param {string} message
 * @param {{ kind?: 'good' | 'bad' | 'info' }} [options]
 * @returns {() => void} Closes it.
 */
export function toast(message, { kind = 'good' } = {}) {
  const element = h(
    'div',
    { class: ['toast', `toast-${kind}`] },
    icon(kind === 'good' ? 'check' : kind === 'bad' ? 'alert' : 'info'),
    h('p', null, h('span', { class: 'visually-hidden' }, kind === 'bad' ? 'Error: ' : ''), message),
    iconButton('close', 'Close message', () => close(), { small: true }),
  );
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const close = () => {
    clearTimeout(timer);
    element.remove();
  };
  const start = () => {
    if (kind !== 'bad') timer = setTimeout(close, STAYS);
  };
  // Pointing at it or focusing its button keeps it open.
  element.addEventListener('pointerenter', () => clearTimeout(timer));
  element.addEventListener('pointerleave', start);
  element.addEventListener('focusin', () => clearTimeout(timer));
  element.addEventListener('focusout', start);
  toastRegion().append(element);
  start();
  return close;
}

/** What the strip for trouble shows. */
const STOPS_ALL = ['database_unavailable', 'database_full'];

/**
 * Shows what went wrong. Skips aborted calls, ended sessions and trouble that the strip already
 * shows.
 *
 * @param {unknown} error
 * @param {string} doing What failed, for errors other than ApiError: "Copying the link".
 */
export function toastError(error, doing) {
  if (error instanceof DOMException && error.name === 'AbortError') return;
  if (error instanceof ApiError) {
    if (error.status === 401 || error.status === 0 || STOPS_ALL.includes(error.code)) return;
    toast(error.text, { kind: 'bad' });
    return;
  }
  toast(`${doing} failed. Try again; if it keeps failing, reload the page.`, { kind: 'bad' });
}
