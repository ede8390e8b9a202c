/** What the finder knows without asking: pages and actions. Pure. */
import { format } from '../../router.js';

/**
 * @typedef {object} Item
 * @property {string} group The heading under which it is listed.
 * @property {string} label
 * @property {string} [under] More words, in which is searched too.
 * @property {import('../icons.js').IconName} icon
 * @property {string} [href] Where it leads.
 * @property {boolean} [leaves] It leads out of the dashboard.
 * @property {() => void} [run] What it does instead.
 * @property {string} [words] Other words by which it is found.
 */

/** What can be done. @type {(Omit<Item, 'group'> & { capability?: string, page?: string })[]} capability: who may; page: which has to be there */
const ACTIONS = [
  {
    label: 'Make an image',
    icon: 'generate',
    href: '#promo/generate',
    words: 'create promo picture render',
    capability: 'promos.render',
    page: 'promo/generate',
  },
  {
    label: 'Make images from a table',
    icon: 'bulk',
    href: '#promo/bulk?new=1',
    words: 'bulk csv zip',
    capability: 'promos.render',
    page: 'promo/bulk',
  },
  {
    label: 'Try a coupon code',
    icon: 'coupon',
    href: '#promo/coupons',
    words: 'check validate crm',
    capability: 'promos.render',
    page: 'promo/coupons',
  },
  {
    label: 'Make a journey',
    icon: 'journey',
    href: '#forex/support-chat?new=1',
    words: 'new conversation flow',
    capability: 'journeys.write',
    page: 'forex/support-chat',
  },
  {
    label: 'See who needs a person',
    icon: 'hand',
    href: '#forex/support-chat?tab=people&state=handed',
    words: 'handed over takeover',
    capability: 'conversations.read',
    page: 'forex/support-chat',
  },
  {
    label: 'Decide about posts that may not have arrived',
    icon: 'posts',
    href: '#promo/posts?state=unknown',
    words: 'unknown settle',
    capability: 'posts.write',
    page: 'promo/posts',
  },
  {
    label: 'Approve signals',
    icon: 'signal',
    href: '#forex/signals?state=proposed',
    words: 'yes reject proposed',
    capability: 'signals.write',
    page: 'forex/signals',
  },
  {
    label: 'Run a backtest',
    icon: 'backtest',
    href: '#forex/backtests?new=1',
    words: 'history strategy test',
    capability: 'backtests.write',
    page: 'forex/backtests',
  },
  {
    label: 'Connect the Promo Bot',
    icon: 'connections',
    href: '#hub/connections?open=promo_bot',
    words: 'telegram token',
    capability: 'connections.write',
    page: 'hub/connections',
  },
  {
    label: 'Connect the Signal Bot',
    icon: 'connections',
    href: '#hub/connections?open=signal_bot',
    words: 'telegram token vip free channel',
    capability: 'connections.write',
    page: 'hub/connections',
  },
  {
    label: 'Sign in to the User Account',
    icon: 'connections',
    href: '#hub/connections?open=user_account',
    words: 'telegram mtproto phone',
    capability: 'connections.write',
    page: 'hub/connections',
  },
  {
    label: 'Play a subscriber',
    icon: 'phone',
    href: '#hub/sandbox',
    words: 'sandbox phone simulated',
    page: 'hub/sandbox',
  },
];

/**
 * @param {import('../../products.js').Product[]} products What this person may see.
 * @param {string[]} capabilities
 * @param {() => void} onsignout
 * @returns {Item[]}
 */
export function knownItems(products, capabilities, onsignout) {
  /** @type {Item[]} */
  const pages = products.flatMap((product) =>
    product.features.map((feature) => ({
      group: 'Pages',
      label: feature.label,
      under: feature.label === product.label ? '' : product.label,
      icon: feature.icon,
      href: format(feature.path),
      words: feature.group,
    })),
  );
  const paths = new Set(products.flatMap(({ features }) => features.map(({ path }) => path)));
  const actions = ACTIONS.filter(
    ({ capability, page }) => (!capability || capabilities.includes(capability)) && (!page || paths.has(page)),
  ).map((action) => ({ ...action, group: 'Actions' }));
  /** @type {Item[]} */
  const last = [
    { group: 'Actions', label: 'Sign out', icon: 'out', run: onsignout, words: 'log off leave' },
    ...(capabilities.includes('payloads.read')
      ? [
          /** @type {Item} */ ({
            group: 'Actions',
            label: 'Open Temporal’s Web UI',
            icon: 'external',
            href: '/temporal/',
            leaves: true,
            words: 'workflows flows operators',
          }),
        ]
      : []),
  ];
  return [...pages, ...actions, ...last];
}

/** @param {string} text */
const fold = (text) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

/**
 * Those in which each word of a query begins a word, the best first: by label, then by other words.
 *
 * @template {Item} T
 * @param {T[]} items
 * @param {string} query Empty finds all.
 * @returns {T[]}
 */
export function matching(items, query) {
  const wanted = fold(query).split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return items;
  /** @param {string} text */
  const begins = (text) => {
    const words = fold(text).split(/[^\p{L}\p{N}]+/u);
    return wanted.every((part) => words.some((word) => word.startsWith(part)));
  };
  /** @type {T[][]} */
  const ranks = [[], [], []];
  for (const item of items) {
    const { label, under = '', words = '' } = item;
    if (begins(label)) ranks[fold(label).startsWith(wanted[0] ?? '') ? 0 : 1]?.push(item);
    else if (begins(`${label} ${under} ${words}`)) ranks[2]?.push(item);
  }
  return ranks.flat();
}
