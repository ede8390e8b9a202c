/** What the tests of the signals' pages share: made-up signals, and a market that the test moves. */
import { call, eventually } from './helper.mjs';

/** @typedef {import('../../static/js/types.js').SignalDetail} SignalDetail */

const ID = '01a22b5e-0000-7000-8000-0000000000';

/**
 * A signal as the API tells it.
 *
 * @param {number} n
 * @param {Partial<SignalDetail>} [more]
 * @returns {SignalDetail}
 */
export function signalOf(n, more = {}) {
  return {
    id: `${ID}${String(n).padStart(2, '0')}`,
    number: n,
    strategy: 'breakout',
    practice: false,
    symbol: 'XAU/USD',
    simulated: true,
    state: 'open',
    reason: '',
    side: 'buy',
    entry: '2500.00',
    stop: '2500.00',
    first_stop: '2490.00',
    targets: [
      { price: '2510.00', percent: '50', hit: true },
      { price: '2520.00', percent: '30', hit: false },
      { price: '2530.00', percent: '20', hit: false },
    ],
    left: '50',
    decided_at: '2026-11-27T12:15:00Z',
    approve_until: null,
    expires_at: '2026-11-28T12:15:00Z',
    opened_at: '2026-11-27T12:16:00Z',
    closed_at: null,
    pips: null,
    r: null,
    money_cents: null,
    running: null,
    ordered: null,
    pip_size: '0.10',
    chat: '@gold_vip',
    message_id: 7,
    decided_by: '',
    created_at: '2026-11-27T12:15:01Z',
    version: n,
    events: [],
    posts: [],
    ...more,
  };
}

/**
 * @param {Partial<import('../../static/js/types.js').SignalPost>} more
 * @returns {import('../../static/js/types.js').SignalPost}
 */
export const postOf = (more) => ({
  id: crypto.randomUUID(),
  kind: 'milestone',
  state: 'sent',
  event: 0,
  channel: '',
  text: '',
  source: '',
  reason: '',
  message_id: 8,
  resent: false,
  problem: null,
  planned_at: '2026-11-27T13:00:00Z',
  sent_at: '2026-11-27T13:00:01Z',
  version: 1,
  ...more,
});

/**
 * @param {number} n
 * @param {Partial<import('../../static/js/types.js').Recap>} [more]
 * @returns {import('../../static/js/types.js').Recap}
 */
export const recapOf = (n, more = {}) => ({
  id: `${ID}${String(n).padStart(2, '0')}`,
  kind: 'daily',
  day: '2026-11-26',
  period: `${n} Nov 2026`,
  from: '2026-11-25T22:15:00Z',
  to: '2026-11-26T22:15:00Z',
  simulated: true,
  closed: 3,
  wins: 2,
  losses: 1,
  open: 0,
  pips: '65.2',
  r: '0.61',
  head: '',
  post: postOf({ kind: 'recap', text: '📈 The day', source: 'ai' }),
  created_at: '2026-11-26T22:15:01Z',
  ...more,
});

/**
 * @param {Partial<import('../../static/js/types.js').SignalEvent>} more
 * @returns {import('../../static/js/types.js').SignalEvent}
 */
export const eventOf = (more) => ({
  kind: 'progress',
  at: '2026-11-27T13:00:00Z',
  target: 0,
  price: '2503.00',
  percent: '0',
  pips: '30',
  stop: '2490.00',
  stop_moved: false,
  old: null,
  new: null,
  by: '',
  left: '100',
  seq: 1,
  ...more,
});

const CLOCK = '/sandbox/api/market/clock';

/**
 * Lets the market run fast until a signal, or the one that is named, is in a state, and then at its real pace again. Where it is closed it goes on
 * to when it opens.
 *
 * @param {import('playwright-core').Page} page
 * @param {string} state
 * @param {number} speed Seconds of the market in one of ours.
 * @param {string} [id]
 */
export async function until(page, state, speed, id) {
  await call(page, 'POST', CLOCK, { speed });
  try {
    return await eventually(
      `a signal is ${state}`,
      async () => {
        const { items } = await call(page, 'GET', `/api/v1/signals?state=${state}`);
        const found = items.find((/** @type {{ id: string }} */ item) => !id || item.id === id);
        if (found) return found;
        const market = await call(page, 'GET', '/sandbox/api/market');
        if (!market.open) await call(page, 'POST', CLOCK, { to: market.next_open });
        return null;
      },
      180_000,
    );
  } finally {
    await call(page, 'POST', CLOCK, { speed: 1 });
  }
}

/**
 * Lets the market run until the recap of a day was sent, and then at its real pace again.
 *
 * @param {import('playwright-core').Page} page
 * @param {string} day
 */
export async function passed(page, day) {
  await call(page, 'POST', CLOCK, { speed: 60 });
  try {
    return await eventually(`the recap of ${day} was sent`, async () => {
      const { items } = await call(page, 'GET', '/api/v1/recaps');
      return items[0]?.day === day && items[0].post?.state === 'sent' && items[0];
    });
  } finally {
    await call(page, 'POST', CLOCK, { speed: 1 });
  }
}
