/** A place where a file is chosen or dropped. Its owner decides what it shows and what happens to the file. */
import { h } from '../dom.js';

/**
 * @param {{
 *   id: string,
 *   accept: string,
 *   take: (file: File) => unknown,
 *   label?: string,
 *   beside?: Node,
 * }} options accept: the types and extensions that the browser offers; label: for screen readers,
 * where the field's own says too little; beside: placed after the zone
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
        input.value = ''; // so that choosing the same file again is a change
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
