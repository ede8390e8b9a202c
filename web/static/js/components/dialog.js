import { h, uid } from '../dom.js';
import { iconButton } from './button.js';

/**
 * A modal dialog on the native element: Escape, focus and inertness come with it. It removes
 * itself when it is closed, and gives focus back.
 *
 * @param {object} options
 * @param {string} options.title
 * @param {Node} options.body
 * @param {string} [options.class]
 * @param {() => void} [options.onclose]
 * @param {() => boolean} [options.held] Whether it stays when somebody presses Escape or beside it.
 * @param {AbortSignal} [options.signal] Closes it.
 * @returns {{ root: HTMLDialogElement, close: () => void }}
 */
export function openDialog({ title, body, class: extra = '', onclose, held, signal }) {
  const id = uid('dialog');
  const close = () => root.close();
  const opener = /** @type {HTMLElement | null} */ (document.activeElement);
  /** @type {HTMLDialogElement} */
  const root = h(
    'dialog',
    { class: ['dialog', extra], 'aria-labelledby': id },
    h(
      'div',
      { class: 'dialog-top' },
      h('h2', { id }, title),
      iconButton('close', 'Close', () => close()),
    ),
    h('div', { class: 'dialog-body' }, body),
  );
  root.addEventListener('click', (event) => {
    if (event.target === root && !held?.()) root.close(); // the backdrop
  });
  root.addEventListener('cancel', (event) => {
    if (event.target === root && held?.()) event.preventDefault();
  });
  // Browsers let a page hold back the event before only once between two presses of the pointer.
  root.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && held?.()) event.preventDefault();
  });
  root.addEventListener('close', () => {
    root.remove();
    // Unless the focus has already moved on, for instance to the title of another page.
    if (opener?.isConnected && document.activeElement === document.body) opener.focus();
    onclose?.();
  });
  signal?.addEventListener('abort', close, { once: true });
  document.body.append(root);
  root.showModal();
  focusField(root);
  return { root, close };
}

/** What somebody opens a dialog for: its first field, unless something else asks for the focus. */
const FIELD = 'input:not([type=hidden], :disabled), select:not(:disabled), textarea:not(:disabled)';

/** @param {HTMLDialogElement} root */
function focusField(root) {
  if (root.querySelector('[autofocus]')) return;
  /** @type {HTMLElement[]} */
  const fields = [...root.querySelectorAll(`.dialog-body :is(${FIELD})`)].filter((one) => one instanceof HTMLElement);
  fields.find((one) => one.checkVisibility())?.focus();
}
