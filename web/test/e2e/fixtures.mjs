/** Answers for states that a healthy server doesn't show. */

/** @type {import('../../static/js/types.js').TemplateSummary} */
export const draft = {
  id: '0190b0e0-0000-7000-8000-000000000001',
  slug: 'new-year',
  name: 'New year',
  description: 'Fireworks over the city',
  category: 'coupon',
  state: 'draft',
  published_version: null,
  has_draft: true,
  visible_web: true,
  visible_bot: false,
  version: 7,
  updated_at: '2026-11-20T10:00:00Z',
  sizes: [{ name: 'square', label: 'Square', width: 1080, height: 1080 }],
  previews: { state: 'none', images: [] },
};

/** @type {import('../../static/js/types.js').TemplateSummary} */
export const pending = {
  ...draft,
  id: '0190b0e0-0000-7000-8000-000000000002',
  slug: 'just-published',
  name: 'Just published',
  state: 'published',
  published_version: 2,
  has_draft: true,
  previews: { state: 'pending', images: [] },
};

const well = { state: /** @type {const} */ ('ok'), remedy: '', simulated: false };

/**
 * @param {'ok' | 'degraded' | 'down'} state
 * @returns {import('../../static/js/types.js').System}
 */
export function report(state) {
  return {
    checked_at: new Date().toISOString(),
    version: '0.1.0',
    uptime_seconds: 93_784,
    services: [
      { ...well, name: 'database', label: 'Database', detail: 'SQLite', address: 'promostack.db', latency_ms: 0.4 },
      {
        name: 'objects',
        label: 'Object store',
        state,
        detail: 'The bucket can’t be read',
        remedy: 'Start the object store again',
        address: '127.0.0.1:9000',
        latency_ms: 0,
        simulated: false,
      },
      {
        ...well,
        name: 'crm',
        label: 'Coupon service',
        detail: 'FunderPro',
        address: '',
        latency_ms: 8,
        simulated: true,
      },
    ],
    links: { temporal_ui: 'http://127.0.0.1:8233' },
  };
}
