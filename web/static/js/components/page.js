import { h } from '../dom.js';

/**
 * A page's frame: the header with its title and its one primary action, then the content.
 *
 * @param {object} options
 * @param {string} options.title
 * @param {{ label: string, href: string }[]} [options.trail] The pages above this one.
 * @param {Node | null} [options.aside] Beside the title, for instance a state.
 * @param {Node[]} [options.actions]
 * @param {boolean} [options.wide] The full width of the screen.
 * @param {string} [options.class]
 * @returns {{ root: HTMLElement, content: HTMLElement }}
 */
export function page({ title, trail = [], aside = null, actions = [], wide = false, class: extra = '' }) {
  const content = h('div', { class: ['content', wide && 'content-wide'] });
  document.title = `${title} · PromoStack`;
  const root = h(
    'div',
    { class: ['page', extra] },
    h(
      'header',
      { class: 'page-header' },
      h(
        'div',
        { class: 'page-words' },
        trail.length > 0
          ? h(
              'nav',
              { class: 'trail', 'aria-label': 'Breadcrumb' },
              h(
                'ol',
                null,
                trail.map(({ label, href }) => h('li', null, h('a', { href }, label))),
              ),
            )
          : null,
        h('div', { class: 'page-title' }, h('h1', { tabindex: '-1' }, title), aside),
      ),
      h('div', { class: 'page-actions' }, actions),
    ),
    content,
  );
  return { root, content };
}
