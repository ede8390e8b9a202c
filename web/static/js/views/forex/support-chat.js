/** Journeys: the list of them, one of them, and the people in them. */
import { mountJourney } from './support-chat/frame.js';
import { mountList } from './support-chat/journey-list.js';
import { mountEverybody } from './support-chat/everybody.js';

/**
 * @param {HTMLElement} root
 * @param {Record<string, string>} params `journey` with `tab`; `tab=people` alone; or `q` and `state` of the list.
 * @returns {() => void}
 */
export function mount(root, params) {
  const view = new AbortController();
  if (params.journey) mountJourney(root, params, view.signal);
  else if (params.tab === 'people') mountEverybody(root, params, view.signal);
  else mountList(root, params, view.signal);
  return () => view.abort();
}
