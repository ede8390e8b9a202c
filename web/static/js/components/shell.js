import { h, replace } from '../dom.js';
import { format } from '../router.js';
import { iconButton } from './button.js';
import { icon, logo } from './icons.js';
import { openDialog } from './dialog.js';

/**
 * @typedef {import('../types.js').Session} Session
 * @typedef {import('../products.js').Product} Product
 * @typedef {import('../products.js').Feature} Feature
 */

/**
 * The frame of every page behind sign-in: the rail of products, the list of features, the strip
 * for trouble and the main part.
 *
 * @param {object} options
 * @param {Session} options.session
 * @param {Product[]} options.products
 * @param {HTMLElement} options.trouble
 * @param {ReturnType<typeof import('./broken.js').brokenConnections>} options.broken
 * @param {() => void} options.onsignout
 * @returns {{ root: HTMLElement, main: HTMLElement, mark: (product: Product | null, feature: Feature | null) => void }}
 */
export function shell({ session, products, trouble, broken, onsignout }) {
  const main = h('main', { id: 'main', class: 'main' });
  /** @type {(() => void) | null} */
  let closeDrawer = null;

  const rail = products.map((product) =>
    h(
      'a',
      { class: 'rail-link', href: format(product.features[0]?.path ?? product.id) },
      icon(product.icon),
      h('span', null, product.label),
    ),
  );
  const list = h('nav', { class: 'features', 'aria-label': 'Features' });
  /** @type {Product | null} */
  let current = null;
  /** @type {Feature | null} */
  let active = null;

  const contents = () => [
    h('p', { class: 'features-title' }, current?.label ?? 'PromoStack'),
    h(
      'ul',
      { class: 'features-list' },
      current?.features.map((feature, i, all) => [
        feature.group && feature.group !== all[i - 1]?.group
          ? h('li', { class: 'features-group' }, feature.group)
          : null,
        h(
          'li',
          null,
          h(
            'a',
            {
              class: 'feature-link',
              href: format(feature.path),
              'aria-current': feature === active ? 'page' : undefined,
              on: { click: () => closeDrawer?.() },
            },
            icon(feature.icon),
            feature.label,
            broken.mark(feature.path),
          ),
        ),
      ]) ?? null,
    ),
    h(
      'div',
      { class: 'features-foot' },
      session.sandbox
        ? h(
            'p',
            { class: 'sandbox-note' },
            h('span', { class: 'dot', 'aria-hidden': 'true' }),
            'Outside services are simulated',
          )
        : null,
      h(
        'div',
        { class: 'account' },
        h(
          'div',
          { class: 'account-who' },
          h('p', { class: 'account-name' }, session.name ?? 'Admin'),
          h('p', { class: 'muted small' }, session.tenant?.name ?? ''),
        ),
        iconButton('out', 'Sign out', onsignout, { title: 'Sign out' }),
      ),
    ),
  ];

  const drawerButton = iconButton(
    'menu',
    'Show features',
    () => {
      const drawer = openDialog({
        title: 'PromoStack',
        class: 'drawer',
        body: h('nav', { class: 'drawer-nav', 'aria-label': 'Features' }, contents()),
        onclose: () => (closeDrawer = null),
      });
      closeDrawer = drawer.close;
    },
    { class: 'drawer-button', 'aria-haspopup': 'dialog' },
  );

  const root = h(
    'div',
    { class: 'shell' },
    h(
      'a',
      {
        class: 'skip',
        href: '#main',
        on: {
          // The hash is the route, so the jump is made by hand.
          click: (/** @type {Event} */ event) => {
            event.preventDefault();
            main.querySelector('h1')?.focus();
          },
        },
      },
      'Skip to content',
    ),
    h('nav', { class: 'rail', 'aria-label': 'Products' }, h('div', { class: 'rail-logo' }, logo()), rail),
    list,
    h('div', { class: 'column' }, trouble, broken.strip, h('div', { class: 'drawer-slot' }, drawerButton), main),
  );

  return {
    root,
    main,
    mark(product, feature) {
      closeDrawer?.();
      current = product ?? current ?? products[0] ?? null;
      active = feature;
      products.forEach((item, i) => {
        const link = rail[i];
        if (!link) return;
        if (item === product) link.setAttribute('aria-current', 'true');
        else link.removeAttribute('aria-current');
      });
      replace(list, contents());
    },
  };
}
