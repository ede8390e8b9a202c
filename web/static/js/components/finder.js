/** Ctrl+K: opens the finder, which is loaded then. */
import { useStyles } from '../dom.js';
import { toastError } from './toast.js';

/**
 * @param {object} options
 * @param {import('../products.js').Product[]} options.products What this person may see.
 * @param {() => void} options.onsignout
 * @param {AbortSignal} options.signal Ends it with the session.
 * @returns {() => void} Opens it.
 */
export function watchFinder({ products, onsignout, signal }) {
  let opening = false;
  const open = async () => {
    if (opening || document.querySelector('dialog.finder[open]')) return;
    opening = true;
    try {
      const [{ openFinder }] = await Promise.all([import('./finder/dialog.js'), useStyles('finder.css')]);
      if (!signal.aborted) openFinder({ products, onsignout, signal });
    } catch (error) {
      toastError(error, 'Opening the finder');
    } finally {
      opening = false;
    }
  };
  document.addEventListener(
    'keydown',
    (event) => {
      if (
        event.defaultPrevented ||
        event.key.toLowerCase() !== 'k' ||
        !(event.ctrlKey || event.metaKey) ||
        event.shiftKey ||
        event.altKey
      )
        return;
      event.preventDefault();
      void open();
    },
    { signal },
  );
  return () => void open();
}
