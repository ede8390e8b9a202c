import { h, replace } from '../dom.js';
import { format } from '../router.js';
import { iconButton } from './button.js';
import { icon, logo } from './icons.js';
import { openDialog } from './dialog.js';
import { tenantSwitcher } from './tenant-switcher.js';

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
 * @param {HTMLElement} options.broken The strip that tells of connections that do not work.
 * @param {ReturnType<typeof import('./attention.js').attention>} options.marks
 * @param {() => void} options.onfind Opens the finder.
 * @param {() => void} options.onsignout
 * @returns {{ root: HTMLElement, main: HTMLElement, mark: (product: Product | null, feature: Feature | null) => void }}
 */
export function shell({ session, products, trouble, broken, marks, onfind, onsignout }) {
  const main = h('main', { id: 'main', class: 'main' });
  const switcher = tenantSwitcher(session);
  /** @type {(() => void) | null} */
  let closeDrawer = null;

  const rail = products.map((product) => {
    const home = product.id === 'home';
    const link = h(
      'a',
      { class: ['rail-link', home && 'rail-home'], href: format(product.features[0]?.path ?? product.id) },
      home ? logo() : icon(product.icon),
      h('span', { class: 'rail-label' }, product.label),
    );
    if (!home)
      link.append(
        marks.railMark(
          link,
          product.features.map(({ path }) => path),
        ),
      );
    return link;
  });
  const list = h('nav', { class: 'features', 'aria-label': 'Features' });
  /** @type {Product | null} */
  let current = null;
  /** @type {Feature | null} */
  let active = null;

  const contents = () => [
    switcher(),
    h('p', { class: 'features-title' }, current && current.id !== 'home' ? current.label : 'PromoStack'),
    h(
      'button',
      { class: 'find-button', type: 'button', 'aria-keyshortcuts': 'Control+K', on: { click: onfind } },
      icon('search'),
      h('span', null, 'Find'),
      h('kbd', { 'aria-hidden': 'true' }, 'Ctrl K'),
    ),
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
            marks.mark(feature.path),
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
            simulatedNote(session.simulated),
          )
        : null,
      h(
        'div',
        { class: 'account' },
        h('div', { class: 'account-who' }, h('p', { class: 'account-name' }, session.name ?? 'Admin')),
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
    h('nav', { class: 'rail', 'aria-label': 'Products' }, rail),
    list,
    h('div', { class: 'column' }, trouble, broken, h('div', { class: 'drawer-slot' }, drawerButton), main),
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

/** @type {Record<import('../api.js').Service, string>} */
const SERVICES = {
  telegram: 'bots',
  account: 'user accounts',
  market: 'market',
  news: 'news',
  ai: 'language model',
  crm: 'CRM',
};

/** What is simulated, in words. @param {string[]} services */
function simulatedNote(services) {
  const names = Object.entries(SERVICES).filter(([service]) => services.includes(service));
  return names.length > 0 ? `Simulated: ${names.map(([, name]) => name).join(', ')}` : 'Nothing is simulated';
}
