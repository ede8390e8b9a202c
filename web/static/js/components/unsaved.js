import { h } from '../dom.js';
import { button } from './button.js';
import { openDialog } from './dialog.js';

/**
 * Asks before unsaved input is lost by following a link or closing the tab.
 *
 * @param {() => boolean} dirty Whether anything is unsaved.
 * @param {AbortSignal} signal Ends it.
 */
export function guardUnsaved(dirty, signal) {
  addEventListener(
    'beforeunload',
    (event) => {
      if (dirty()) event.preventDefault();
    },
    { signal },
  );
  document.addEventListener(
    'click',
    (event) => {
      const link = event.target instanceof Element ? event.target.closest('a[href^="#"]') : null;
      const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey;
      const to = link?.getAttribute('href') ?? '';
      if (!link || !plain || to === '#main' || link.getAttribute('target') || !dirty()) return;
      event.preventDefault();
      event.stopPropagation();
      ask(() => (location.hash = to));
    },
    { capture: true, signal },
  );
}

/** @param {() => void} leave */
function ask(leave) {
  const dialog = openDialog({
    title: 'Leave without saving?',
    body: h(
      'div',
      { class: 'stack' },
      h('p', null, 'Your changes on this page are not saved yet.'),
      h(
        'div',
        { class: 'row' },
        button('Leave', () => {
          dialog.close();
          leave();
        }),
        button('Stay here', () => dialog.close(), { look: 'primary', autofocus: true }),
      ),
    ),
  });
}
