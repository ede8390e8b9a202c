/** The builder's keys: most work in the map or the list, undo everywhere in the builder. */
import { GRID } from './commands.js';

/**
 * @param {object} host
 * @param {HTMLElement} host.root
 * @param {import('./actions.js').Actions} host.actions
 * @param {import('./store.js').Store} host.store
 * @param {{ pan: (dx: number, dy: number) => void, zoomBy: (factor: number) => void, fit: () => void }} host.canvas
 * @param {(label: string) => void} host.ontold Announces what was done, for screen readers.
 * @param {AbortSignal} signal
 */
export function bindKeys({ root, actions, store, canvas, ontold }, signal) {
  /** @param {EventTarget | null} target */
  const typing = (target) => target instanceof Element && target.closest('input, textarea, select') !== null;
  /** @param {EventTarget | null} target */
  const steps = (target) => (target instanceof Element ? target.closest('.canvas-view, .step-list') : null);
  /** @param {EventTarget | null} target */
  const stepID = (target) =>
    /** @type {HTMLElement | null} */ (target instanceof Element ? target.closest('[data-id]') : null)?.dataset.id ??
    '';

  /** Selects the focused step, unless it is one of several selected. @param {EventTarget | null} target */
  const take = (target) => {
    const id = stepID(target);
    if (id && !store.selected.includes(id)) store.select([id]);
  };

  /** @param {KeyboardEvent} event @returns {(() => void) | null} */
  const shortcut = (event) => {
    switch (event.key.toLowerCase()) {
      case 'z':
        return () => {
          if (event.shiftKey) actions.redo();
          else ontold(actions.undo());
        };
      case 'y':
        return () => actions.redo();
      case 'a':
        return steps(event.target) ? () => actions.selectAll() : null;
      case 'd':
        return steps(event.target)
          ? () => {
              take(event.target);
              actions.duplicate();
            }
          : null;
      default:
        return null;
    }
  };

  /** @type {Record<string, [number, number]>} */
  const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  // The focused element may have been undone: then the page has the focus.
  document.addEventListener(
    'keydown',
    (event) => {
      if (event.defaultPrevented || event.altKey || !(event.ctrlKey || event.metaKey)) return;
      const target = /** @type {Node} */ (event.target);
      const sheet = target instanceof Element && target.closest('.journey-sheet');
      if (target !== document.body && !root.contains(target) && !sheet) return;
      const run = shortcut(event);
      if (!run) return;
      event.preventDefault();
      run();
    },
    { signal },
  );
  root.addEventListener(
    'keydown',
    (event) => {
      if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
      if (typing(event.target) || !steps(event.target)) return;
      const onMap = steps(event.target)?.classList.contains('canvas-view') === true;
      const arrow = arrows[event.key];
      const id = stepID(event.target);
      if (arrow && onMap) {
        event.preventDefault();
        const far = event.shiftKey ? 4 : 1;
        if (id) {
          take(event.target);
          actions.move(arrow[0] * GRID * far, arrow[1] * GRID * far);
        } else {
          canvas.pan(-arrow[0] * 64 * far, -arrow[1] * 64 * far);
        }
        return;
      }
      /** @type {Record<string, () => void>} */
      const runs = {
        Delete: actions.remove,
        Backspace: actions.remove,
        a: () => actions.add(),
        c: actions.connect,
        Escape: () => store.select([]),
        ...(onMap
          ? {
              '+': () => canvas.zoomBy(1.25),
              '=': () => canvas.zoomBy(1.25),
              '-': () => canvas.zoomBy(1 / 1.25),
              0: canvas.fit,
            }
          : {}),
      };
      const run = runs[event.key];
      if (!run) return;
      event.preventDefault();
      if (event.key !== 'Escape') take(event.target);
      run();
    },
    { signal },
  );

  /** Whether the key is for the builder, not for a text field. */
  const meant = () => {
    const active = document.activeElement;
    if (active?.closest('dialog') || typing(active)) return false;
    const chosen = String(document.getSelection() ?? '');
    return (root.contains(active) || active === document.body) && chosen === '';
  };
  /** Copies the selected steps to the clipboard; false when there are none. @param {ClipboardEvent} event */
  const copied = (event) => {
    if (!meant()) return false;
    take(document.activeElement);
    const text = actions.copyText();
    if (!text || !event.clipboardData) return false;
    event.preventDefault();
    event.clipboardData.setData('text/plain', text);
    return true;
  };
  document.addEventListener('copy', (event) => copied(event) && ontold('copy'), { signal });
  document.addEventListener('cut', (event) => copied(event) && actions.remove(), { signal });
  document.addEventListener(
    'paste',
    (event) => {
      if (!meant()) return;
      if (actions.pasteText(event.clipboardData?.getData('text/plain') ?? '')) event.preventDefault();
    },
    { signal },
  );
}
