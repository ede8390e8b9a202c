/** The people in all journeys. */
import { h, replace } from '../../../dom.js';
import { useStyles } from '../../../dom.js';
import { page } from '../../../components/page.js';
import { peoplePanel } from './people.js';
import { placeTabs } from './place-tabs.js';

/**
 * @param {HTMLElement} root
 * @param {Record<string, string>} params
 * @param {AbortSignal} signal
 */
export function mountEverybody(root, params, signal) {
  const frame = page({ title: 'Support Chat' });
  const panel = h('div');
  replace(frame.content, placeTabs('people'), panel);
  replace(root, frame.root);
  void useStyles('conversations.css').then(() => {
    if (!signal.aborted) peoplePanel(panel, { journey: null, params, signal });
  });
}
