/**
 * The products and their features: what the two sidebars show and which module draws a route.
 *
 * @typedef {{ mount: (root: HTMLElement, params: Record<string, string>) => () => void }} View
 *
 * @typedef {object} Feature
 * @property {string} path
 * @property {string} label
 * @property {import('./components/icons.js').IconName} icon
 * @property {() => Promise<View>} load
 * @property {string[]} [styles] Style sheets that it needs.
 * @property {string} [group] The heading under which it is listed.
 * @property {string} [capability] Who may see it; everybody when absent.
 * @property {string} [detail] One of what it lists has a page below its path, and this parameter names it.
 *
 * @typedef {object} Product
 * @property {string} id
 * @property {string} label
 * @property {import('./components/icons.js').IconName} icon
 * @property {string} [capability] Who may see it; everybody when absent.
 * @property {Feature[]} features
 */

/** @type {Product[]} */
const PRODUCTS = [
  {
    id: 'home',
    label: 'Home',
    icon: 'home',
    features: [
      {
        path: 'home',
        label: 'Home',
        icon: 'home',
        styles: ['home.css'],
        load: () => import('./views/home.js'),
      },
    ],
  },
  {
    id: 'promo',
    label: 'Promo',
    icon: 'promo',
    features: [
      {
        path: 'promo/generate',
        label: 'Generate',
        icon: 'generate',
        load: () => import('./views/promo/generate.js'),
      },
      {
        path: 'promo/templates',
        label: 'Templates',
        icon: 'templates',
        load: () => import('./views/promo/templates.js'),
      },
      {
        path: 'promo/bulk',
        label: 'Bulk',
        icon: 'bulk',
        styles: ['bulk.css'],
        load: () => import('./views/promo/bulk.js'),
      },
      {
        path: 'promo/coupons',
        label: 'Coupons',
        icon: 'coupon',
        styles: ['card-table.css', 'coupons.css'],
        load: () => import('./views/promo/coupons.js'),
      },
      {
        path: 'promo/posts',
        label: 'Posts',
        icon: 'posts',
        styles: ['sandbox.css', 'sandbox-chat.css', 'conversations.css', 'channel-posts.css'],
        load: () => import('./views/promo/posts.js'),
      },
    ],
  },
  {
    id: 'forex',
    label: 'Forex',
    icon: 'forex',
    features: [
      {
        path: 'forex/overview',
        label: 'Overview',
        icon: 'forex',
        styles: ['market.css', 'signals.css'],
        load: () => import('./views/forex/overview.js'),
      },
      {
        path: 'forex/signals',
        label: 'Signals',
        icon: 'signal',
        detail: 'signal',
        styles: ['card-table.css', 'conversations.css', 'market.css', 'signals.css', 'signal-page.css'],
        load: () => import('./views/forex/signals.js'),
      },
      {
        path: 'forex/strategies',
        label: 'Strategies',
        icon: 'sliders',
        detail: 'strategy',
        styles: ['support-chat.css', 'journey-settings.css', 'strategies.css'],
        load: () => import('./views/forex/strategies.js'),
      },
      {
        path: 'forex/backtests',
        label: 'Backtests',
        icon: 'backtest',
        detail: 'backtest',
        styles: ['card-table.css', 'market.css', 'backtests.css'],
        load: () => import('./views/forex/backtests.js'),
      },
      {
        path: 'forex/recaps',
        label: 'Recaps',
        icon: 'recap',
        styles: ['conversations.css', 'signals.css', 'recaps.css'],
        load: () => import('./views/forex/recaps.js'),
      },
      {
        path: 'forex/cross-promotion',
        label: 'Cross-promotion',
        icon: 'megaphone',
        styles: ['sandbox.css', 'sandbox-chat.css', 'journey-settings.css', 'html-field.css', 'cross-promotion.css'],
        load: () => import('./views/forex/cross-promotion.js'),
      },
      {
        path: 'forex/hype-bot',
        label: 'Hype Bot',
        icon: 'bot',
        styles: ['sandbox.css', 'sandbox-chat.css', 'journey-settings.css', 'cross-promotion.css', 'hype.css'],
        load: () => import('./views/forex/hype-bot.js'),
      },
      {
        path: 'forex/performance',
        label: 'Performance',
        icon: 'performance',
        styles: ['market.css', 'performance.css'],
        load: () => import('./views/forex/performance.js'),
      },
      {
        path: 'forex/support-chat',
        label: 'Support Chat',
        icon: 'journey',
        group: 'Journeys',
        styles: ['card-table.css', 'subscribers.css', 'support-chat.css', 'journey-page.css'],
        load: () => import('./views/forex/support-chat.js'),
      },
    ],
  },
  {
    id: 'hub',
    label: 'Hub',
    icon: 'hub',
    features: [
      {
        path: 'hub/connections',
        label: 'Connections',
        icon: 'connections',
        styles: ['hub.css', 'account.css', 'journey-settings.css', 'html-field.css', 'cross-promotion.css'],
        load: () => import('./views/hub/connections.js'),
      },
      {
        path: 'hub/brand',
        label: 'Your brand',
        icon: 'image',
        capability: 'tenants.write',
        styles: ['brand.css'],
        load: () => import('./views/hub/brand.js'),
      },
      {
        path: 'hub/subscribers',
        label: 'Subscribers',
        icon: 'people',
        styles: ['card-table.css', 'subscribers.css'],
        load: () => import('./views/hub/subscribers.js'),
      },
      {
        path: 'hub/sandbox',
        label: 'Sandbox',
        icon: 'phone',
        capability: 'sandbox',
        styles: ['sandbox.css', 'sandbox-chat.css'],
        load: () => import('./views/hub/sandbox.js'),
      },
    ],
  },
  {
    id: 'admin',
    label: 'Admin',
    icon: 'admin',
    capability: 'system.read',
    features: [
      {
        path: 'admin/system',
        label: 'System',
        icon: 'system',
        load: () => import('./views/admin/system.js'),
      },
    ],
  },
];

/** Former addresses, and where they lead now. @type {Record<string, string>} */
const MOVED = { 'forex/journeys': 'forex/support-chat' };

/**
 * What a session may see. Simulated services are there only where they are switched on.
 *
 * @param {import('./types.js').Session} session
 * @returns {string[]}
 */
export function capabilitiesOf(session) {
  return [...(session.capabilities ?? []), ...(session.sandbox ? ['sandbox'] : [])];
}

/**
 * A product without a feature is left out.
 *
 * @param {string[]} capabilities
 * @returns {Product[]}
 */
export function productsFor(capabilities) {
  /** @param {{ capability?: string }} item */
  const allowed = (item) => !item.capability || capabilities.includes(item.capability);
  return PRODUCTS.filter(allowed)
    .map((product) => ({ ...product, features: product.features.filter(allowed) }))
    .filter((product) => product.features.length > 0);
}

/**
 * Finds what a path means. '' and a product's bare name lead to the first feature, a former address
 * to the current one, and what is below the path of a list to one of its items.
 *
 * @param {Product[]} products
 * @param {string} path
 * @returns {{ product: Product, feature: Feature, below: Record<string, string> } | null} below: what the path names.
 */
export function resolve(products, path) {
  const now = Object.hasOwn(MOVED, path) ? MOVED[path] : path;
  for (const product of products) {
    const first = product.features[0];
    if (first && (path === '' || path === product.id)) return { product, feature: first, below: {} };
    for (const feature of product.features) {
      if (feature.path === now) return { product, feature, below: {} };
      const [, one] = now?.startsWith(`${feature.path}/`)
        ? (/^([^/]+)$/.exec(now.slice(feature.path.length + 1)) ?? [])
        : [];
      if (one && feature.detail) return { product, feature, below: { [feature.detail]: one } };
    }
  }
  return null;
}
