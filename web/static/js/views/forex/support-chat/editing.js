/**
 * The editor of the open journey's draft. There is one at a time; its unsaved changes are saved
 * before the next one reads the draft.
 *
 * @typedef {import('../../../types.js').JourneyDetail} JourneyDetail
 *
 * @typedef {object} Editor
 * @property {() => Promise<boolean>} flush Saves pending changes. False when they can't be saved.
 * @property {(fresh: JourneyDetail) => void} take After an action of the page: makes this the base.
 */

/** Saves still under way from pages that were left, by journey. @type {Map<string, Promise<unknown>>} */
const leaving = new Map();

/** Saves what a page has not saved when it is left.
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
 * Resolves when nothing of this journey is being saved any more, so that the next read is up to date.
 *
 * @param {string} journey
 */
export async function settled(journey) {
  await leaving.get(journey);
}
