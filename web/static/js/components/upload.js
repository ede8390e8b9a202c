import { upload } from '../api.js';
import { h, replace, uid } from '../dom.js';
import { bytes } from '../format.js';
import { ApiError } from '../problem.js';
import { iconButton } from './button.js';
import { fileDrop } from './file-drop.js';
import { icon } from './icons.js';

/** What the server reads; checked here first, so that nobody waits for a refusal. */
const ACCEPTED = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'];
/** Bytes. The server has the last word. */
export const LARGEST = 20 * 1024 * 1024;

/**
 * What is wrong with a file, in words; '' when it may be uploaded.
 *
 * @param {{ type: string, size: number }} file
 */
export function fileProblem(file) {
  if (!ACCEPTED.includes(file.type)) {
    return "This kind of file can't be used. Choose a JPEG, PNG, GIF or WebP picture.";
  }
  if (file.size > LARGEST) {
    return `This file is ${bytes(file.size)}; the limit is 20 MB. Choose a smaller one.`;
  }
  return file.size === 0 ? 'This file is empty. Choose another one.' : '';
}

/**
 * A picture that uploads as soon as it is chosen or dropped.
 *
 * @param {object} options
 * @param {string} options.label For screen readers: "Photo".
 * @param {import('../types.js').Upload | null} options.value
 * @param {(value: import('../types.js').Upload | null) => void} options.onchange
 * @param {(message: string) => void} options.onerror '' once it is fixed.
 * @returns {{ root: HTMLElement, input: HTMLInputElement, destroy: () => void }}
 */
export function uploader({ label, value, onchange, onerror }) {
  let controller = new AbortController();
  const remove = iconButton(
    'trash',
    `Remove ${label}`,
    () => {
      controller.abort(); // an upload under way
      value = null;
      onerror('');
      show(null);
      onchange(null);
      input.focus();
    },
    { small: true },
  );
  const { root, input, face } = fileDrop({
    id: uid('upload'),
    accept: ACCEPTED.join(','),
    label: `${label}: choose a picture`,
    take: (file) => void take(file),
    beside: remove,
  });

  /** @param {import('../types.js').Upload | null} current */
  function show(current) {
    remove.hidden = current === null;
    replace(
      face,
      current
        ? [
            h('img', { class: 'upload-thumb', src: current.url, alt: '' }),
            h(
              'span',
              null,
              'Replace',
              h('span', { class: 'upload-detail figures' }, `${current.width} × ${current.height} px`),
            ),
          ]
        : [
            icon('upload'),
            h('span', null, 'Choose a picture', h('span', { class: 'upload-detail' }, 'or drop one here')),
          ],
    );
  }

  /** @param {File} file */
  async function take(file) {
    const problem = fileProblem(file);
    onerror(problem);
    if (problem) return;
    controller.abort();
    controller = new AbortController();
    const { signal } = controller;
    remove.hidden = false; // it stops the upload
    replace(face, h('span', { class: 'spinner', 'aria-hidden': 'true' }), h('span', { role: 'status' }, 'Uploading…'));
    try {
      const taken = await upload(file, signal);
      if (signal.aborted) return;
      value = taken;
      show(value);
      onchange(value);
    } catch (error) {
      if (signal.aborted) return;
      show(value);
      onerror(error instanceof ApiError ? (error.fields[0]?.message ?? error.text) : 'The upload failed. Try again.');
    }
  }

  show(value);
  return { root, input, destroy: () => controller.abort() };
}
