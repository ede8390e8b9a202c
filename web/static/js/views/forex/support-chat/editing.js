/**
 * Whoever edits the draft of the journey whose page is open. There is one at a time; what it has not
 * saved yet goes before the next one reads the draft.
 *
 * @typedef {import('./api-types.js').JourneyDetail} JourneyDetail
 *
 * @typedef {object} Editor
 * @property {() => Promise<boolean>} flush Saves what waits. False when it can't be saved.
 * @property {(fresh: JourneyDetail) => void} take After an action of the page: the base is now this.
 */

/** What is still being saved of pages that were left, by journey. @type {Map<string, Promise<unknown>>} */
const leaving = new Map();

/**
 * Saves what a page that is left has not saved.
 *
 * @param {string} journey
 * @param {Editor | null} editor
 */
export function leave(journey, editor) {
  if (!editor) return;
  const last = editor.flush().finally(() => {
    if (leaving.get(journey) === last) leaving.delete(journey);
  });
  leaving.set(journey, last);
}

/**
 * Done when nothing of this journey is being saved any more, so that what is read next is the newest.
 *
 * @param {string} journey
 */
export async function settled(journey) {
  await leaving.get(journey);
}
