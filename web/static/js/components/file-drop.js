/** A place where a file is chosen or dropped. What it shows, and what becomes of the file, is its owner's. */
import { h } from '../dom.js';

/**
 * @param {{
 *   id: string,
 *   accept: string,
 *   take: (file: File) => unknown,
 *   label?: string,
 *   beside?: Node,
 * }} options accept are the kinds and endings that the browser offers; label is for those who listen, where the field's own
 *   says too little; beside stands behind the zone
 * @returns {{ root: HTMLElement, input: HTMLInputElement, face: HTMLElement }} face shows what is chosen
 */
export function fileDrop({ id, accept, take, label, beside }) {
  const input = h('input', {
    type: 'file',
    class: 'upload-input',
    accept,
    id,
    'aria-label': label,
    on: {
      change: () => {
        const chosen = input.files?.[0];
        input.value = ''; // the same file again is a change too
        if (chosen) take(chosen);
      },
    },
  });
  const face = h('div', { class: 'upload-face' });
  const zone = h(
    'div',
    {
      class: 'upload-zone',
      on: {
        click: (/** @type {Event} */ event) => {
          if (event.target !== input) input.click();
        },
      },
    },
    input,
    face,
  );
  const root = h(
    'div',
    {
      class: 'upload',
      on: {
        dragover: (/** @type {DragEvent} */ event) => {
          event.preventDefault();
          root.classList.add('upload-over');
        },
        dragleave: () => root.classList.remove('upload-over'),
        drop: (/** @type {DragEvent} */ event) => {
          event.preventDefault();
          root.classList.remove('upload-over');
          const dropped = event.dataTransfer?.files[0];
          if (dropped) take(dropped);
        },
      },
    },
    zone,
    beside,
  );
  return { root, input, face };
}
