/** What the finder asks the server for: templates, journeys and people. */
import { clean } from '../../typed.js';
import { listTemplates, may } from '../../api.js';
import { listJourneys } from '../../api/journeys.js';
import { listSubscribers } from '../../api/telegram.js';
import { format } from '../../router.js';

/** @typedef {import('./items.js').Item} Item */

/** How many of each kind are listed. */
const MOST = 5;

/**
 * @param {string} q
 * @param {AbortSignal} signal
 * @returns {{ capability: string, page: string, read: () => Promise<Item[]> }[]}
 */
const sources = (q, signal) => [
  {
    capability: 'templates.read',
    page: 'promo/generate',
    read: async () => {
      const { items } = await listTemplates({ q, state: 'published', limit: MOST }, signal);
      return items.map((template) => ({
        group: 'Templates',
        label: template.name,
        under: template.category,
        icon: 'templates',
        href: format('promo/generate', { template: template.slug }),
      }));
    },
  },
  {
    capability: 'journeys.read',
    page: 'forex/support-chat',
    read: async () => {
      const { items } = await listJourneys({ q, state: '', after: null, limit: MOST }, signal);
      return items.map(({ id, name, state }) => ({
        group: 'Journeys',
        label: name,
        under: state,
        icon: 'journey',
        href: format('forex/support-chat', { journey: id }),
      }));
    },
  },
  {
    capability: 'subscribers.read',
    page: 'hub/subscribers',
    read: async () => {
      const filter = { q, state: '', tag: '', source: '', connection: '' };
      const { items } = await listSubscribers(filter, { after: null, limit: MOST }, signal);
      return items.map((person) => {
        const name = clean(`${person.first_name} ${person.last_name}`);
        return {
          group: 'People',
          label: name || (person.username ? `@${person.username}` : `User ${person.user_id}`),
          under: name && person.username ? `@${person.username}` : '',
          icon: 'person',
          href: format('hub/subscribers', { q: person.username || name, person: person.id }),
        };
      });
    },
  },
];

/**
 * What the server knows of a query. What can't be read is left out, and said.
 *
 * @param {string} q
 * @param {Set<string>} paths The pages that there are for this person.
 * @param {AbortSignal} signal
 * @returns {Promise<{ items: Item[], failed: boolean }>}
 */
export async function search(q, paths, signal) {
  const asked = sources(q, signal).filter(({ capability, page }) => may(capability) && paths.has(page));
  const answers = await Promise.allSettled(asked.map(({ read }) => read()));
  return {
    items: answers.flatMap((one) => (one.status === 'fulfilled' ? one.value : [])),
    failed: answers.some(({ status }) => status === 'rejected'),
  };
}
