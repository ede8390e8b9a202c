import { h, replace } from '../dom.js';
import { format } from '../router.js';
import { page } from '../components/page.js';
import { blank } from '../components/states.js';

/**
 * @param {HTMLElement} root
 * @param {Record<string, string>} params `path`: what was asked for.
 * @returns {() => void}
 */
export function mount(root, params) {
  const frame = page({ title: 'Page not found' });
  replace(
    frame.content,
    blank({
      picture: 'lost',
      title: 'There is no such page',
      text: `There is nothing at #${params.path ?? ''}. The address may be mistyped, or from a newer version.`,
      action: h('a', { class: 'button button-primary', href: format('home') }, 'Go to the home page'),
    }),
  );
  replace(root, frame.root);
  return () => {};
}
