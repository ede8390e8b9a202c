/** What the tests of the hype bot share. */
import { call } from './helper.mjs';

/**
 * @typedef {import('playwright-core').Page} Page
 * @typedef {import('../../static/js/types.js').HypeFlow} Flow
 * @typedef {import('../../static/js/types.js').HypePrompt} Prompt
 */

export const PROMPTS = '/api/v1/hype/prompts';
export const FLOWS = '/api/v1/hype/flows';

const AT = { created_at: '2026-11-27T12:00:00Z', updated_at: '2026-11-27T12:00:00Z' };

/** @param {string} id @param {string} name @param {Partial<Prompt>} [more] @returns {Prompt} */
export const promptOf = (id, name, more = {}) => ({
  id,
  name,
  angle: 'What it is like to trade gold with a plan',
  style: '',
  version: 1,
  ...AT,
  ...more,
});

/** @param {string} id @param {string} name @param {Partial<Flow>} [more] @returns {Flow} */
export const flowOf = (id, name, more = {}) => ({
  id,
  name,
  position: 1,
  enabled: true,
  prompts: ['p1', 'p2'],
  messages: 3,
  interval_minutes: 20,
  delay_minutes: 10,
  days: [1, 2, 3, 4, 5],
  version: 1,
  ...AT,
  ...more,
});

/** A Signal Bot with both channels. */
export const BOT = {
  id: 'c1',
  kind: 'signal_bot',
  username: 'gold_bot',
  display_name: 'Gold',
  state: 'working',
  problem: null,
  channels: [
    { role: 'vip', chat: '@vip', id: -1001, title: 'Gold VIP', username: 'vip' },
    { role: 'free', chat: '@free', id: -1002, title: 'Gold for everybody', username: 'free' },
  ],
  checks: [],
  checked_at: AT.created_at,
  last_seen_at: AT.created_at,
  created_at: AT.created_at,
  version: 3,
};

/** The figures of 30 days, two of which had something. */
export function figuresOf() {
  const days = Array.from({ length: 30 }, (_, i) => ({
    day: new Date(Date.UTC(2026, 10, 1 + i)).toISOString().slice(0, 10),
    ...{ sent: 0, skipped: 0, failed: 0, unknown: 0, clicks: 0, unique_clicks: 0, members: null },
  }));
  Object.assign(days[26] ?? {}, { sent: 6, skipped: 2, clicks: 12, unique_clicks: 9, members: 1204 });
  Object.assign(days[29] ?? {}, { sent: 1, skipped: 1, failed: 1, unknown: 1, members: 1240 });
  return {
    ...{ sent: 7, skipped: 3, failed: 1, unknown: 1, clicks: 12, unique_clicks: 9, manual: 1, by_ai: 5 },
    by_template: { late: 2 },
    skipped_by_reason: { repeats: 2, late: 1 },
    ...{ members_first: 1204, members_last: 1240 },
    days,
  };
}

/** Takes all flows and prompts away, so that a test begins where a new tenant does. @param {Page} page */
export async function clear(page) {
  for (const path of [FLOWS, PROMPTS]) {
    const { items } = await call(page, 'GET', path);
    for (const { id, version } of items)
      await call(page, 'DELETE', `${path}/${id}`, undefined, { 'If-Match': `"${version}"` });
  }
}
