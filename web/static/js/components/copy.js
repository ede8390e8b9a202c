import { toast } from './toast.js';

/**
 * Copies a text and says so.
 *
 * @param {string} text
 * @param {string} done The message after success.
 * @param {string} [refused] What to do when the browser refuses.
 */
export async function copyText(text, done, refused = 'Select the text and copy it by hand.') {
  try {
    await navigator.clipboard.writeText(text);
    toast(done);
  } catch {
    toast(`The browser refused to copy. ${refused}`, { kind: 'info' });
  }
}
