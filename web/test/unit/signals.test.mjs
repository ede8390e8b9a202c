import assert from 'node:assert/strict';
import { test } from 'node:test';
import { margin, placeOf, reach, spread } from '../../static/js/components/chart/levels.js';
import { timeOfDay } from '../../static/js/format.js';
import { isLong, tally, titleOf } from '../../static/js/views/forex/recaps/words.js';
import { levelsOf } from '../../static/js/views/forex/signals/chart-levels.js';
import {
  eventTitle,
  leftText,
  marketNow,
  money,
  signed,
  span,
  today,
  told,
  whyText,
  writtenText,
} from '../../static/js/views/forex/signals/words.js';
import { heldText, numberOf, numberProblem, protectionLines } from '../../static/js/views/forex/strategies/words.js';

/** @type {any} */
const OPEN = {
  state: 'open',
  side: 'buy',
  entry: '2500.00',
  stop: '2500.00',
  first_stop: '2490.00',
  pip_size: '0.10',
  left: '50',
  targets: [
    { price: '2510.00', percent: '50', hit: true },
    { price: '2520.00', percent: '50', hit: false },
  ],
  events: [],
  decided_at: '2026-01-02T10:00:00Z',
  opened_at: '2026-01-02T10:00:00Z',
  closed_at: null,
};

test('figures have their sign and a true minus', () => {
  assert.equal(signed(12.34), '+12.3');
  assert.equal(signed(-84.9), '−84.9');
  assert.equal(signed(-0.04), '0.0');
  assert.equal(signed(1.75589, 2), '+1.76');
  assert.equal(money(-8490), '−$84.90');
  assert.equal(money(0), '$0.00');
});

test('the time left is in our time, and a simulated market lives in its own', () => {
  const now = Date.parse('2030-05-05T00:01:00Z');
  /** @type {any} */
  const market = { market_time: '2026-01-02T10:00:00Z', looked_at: '2030-05-05T00:00:00Z', speed: 60 };
  assert.equal(new Date(marketNow(market, now)).toISOString(), '2026-01-02T11:00:00.000Z');
  assert.equal(marketNow(null, now), now);
  const until = (/** @type {string} */ time) => ({ approve_until: `2026-01-02T${time}Z` });
  assert.equal(leftText(until('12:00:00'), market, now), 'Lapses in 1 min');
  assert.equal(leftText(until('11:10:00'), market, now), 'Lapses in less than a minute');
  assert.equal(leftText(until('11:00:00'), market, now), 'Lapses now');
  assert.equal(leftText(until('12:00:00'), { ...market, speed: 0 }, now), 'The market’s clock rests');
  assert.equal(leftText({ approve_until: null }, market, now), '');
  assert.equal(timeOfDay('2026-01-02T11:05:00Z'), '11:05 UTC');
});

test('today counts what was closed on the market’s day', () => {
  /** @type {any[]} */
  const items = [
    { state: 'closed', closed_at: '2026-01-02T10:00:00Z', pips: '12.5' },
    { state: 'closed', closed_at: '2026-01-02T00:00:00Z', pips: '-2.5' },
    { state: 'closed', closed_at: '2026-01-01T23:59:00Z', pips: '99' },
    { state: 'open', closed_at: null, pips: null },
  ];
  assert.deepEqual(today(items, Date.parse('2026-01-02T12:00:00Z')), { pips: 10, closed: 2, won: 1 });
});

test('what happened, why not, and who wrote it, in words', () => {
  /** @type {any} */
  const event = { kind: 'target', target: 2, by: '' };
  assert.deepEqual(eventTitle(event), ['check', 'Target 2 hit']);
  assert.equal(eventTitle({ ...event, kind: 'edited', by: 'Ada' })[1], 'Levels changed by Ada');
  assert.equal(eventTitle({ ...event, kind: 'closed_by_hand' })[1], 'Closed by hand');
  assert.equal(whyText('no_price'), 'The market was closed');
  assert.equal(whyText('other_market'), 'Its market was exchanged for another one');
  assert.equal(whyText('News'), 'News');
  assert.equal(writtenText({ source: 'ai', reason: '' }), 'Written by AI');
  assert.equal(
    writtenText({ source: 'template', reason: 'too_long' }),
    'Written from a template: the model wrote too much',
  );
  assert.equal(writtenText({ source: '', reason: '' }), '');
});

test('each event has the post that tells of it', () => {
  /** @type {any} */
  const signal = {
    events: [
      { kind: 'progress', seq: 1 },
      { kind: 'edited', seq: 2 },
      { kind: 'stop', seq: 3 },
    ],
    posts: [
      { kind: 'signal', event: 0 },
      { kind: 'milestone', id: 'a', event: 1 },
      { kind: 'milestone', id: 'b', event: 3 },
      { kind: 'cancel', id: 'c', event: 0 },
    ],
  };
  const { first, events, rest } = told(signal);
  assert.equal(first?.kind, 'signal');
  assert.deepEqual(
    events.map(({ post }) => post?.id ?? null),
    ['a', null, 'b'],
  );
  assert.deepEqual(
    rest.map(({ id }) => id),
    ['c'],
  );
});

test('the chart shows minutes for hours, quarters for days, hours for weeks', () => {
  const now = Date.parse('2026-03-01T00:00:00Z');
  const closed = (/** @type {string} */ at) => span({ ...OPEN, closed_at: at }, now);
  assert.deepEqual(closed('2026-01-02T12:00:00Z'), {
    timeframe: '1m',
    from: '2026-01-02T09:00:00.000Z',
    to: '2026-01-02T13:00:00.000Z',
    limit: 2000,
  });
  assert.equal(closed('2026-01-05T12:00:00Z').timeframe, '15m');
  assert.equal(closed('2026-02-02T12:00:00Z').timeframe, '1h');
  assert.equal(span(OPEN, Date.parse('2026-01-02T10:30:00Z')).to, '2026-01-02T10:30:00.000Z', 'no further than now');
});

test('levels: the stop where it stood while it stood there, one name for those of the same price', () => {
  const events = [
    { at: '2026-01-02T11:00:00Z', stop: '2490.00' },
    { at: '2026-01-02T12:00:00Z', stop: '2500.00' },
  ];
  const drawn = levelsOf({ ...OPEN, events });
  assert.deepEqual(
    drawn.map(({ label, value }) => [label, value]),
    [
      ['Entry, stop', 2500],
      ['First stop', 2490],
      ['Target 1 ✓', 2510],
      ['Target 2', 2520],
    ],
  );
  assert.equal(drawn[1]?.to, Date.parse('2026-01-02T12:00:00Z') / 1000);
  assert.equal(levelsOf(OPEN).find(({ value }) => value === 2490)?.label, 'Stop', 'as long as it was not moved');
  assert.equal(levelsOf({ ...OPEN, entry: null, opened_at: null })[0]?.from, undefined, 'all along before it is open');
});

test('names of levels stand apart, and the axis has room for them', () => {
  assert.deepEqual(spread([10, 12, 50], 16, 100), [10, 26, 50]);
  assert.deepEqual(spread([90, 95, 99], 16, 100), [68, 84, 100]);
  const level = { label: 'Target 1', short: 'TP1', value: 20, tone: /** @type {const} */ ('good') };
  assert.deepEqual(reach(10, 15, [level]), [9.2, 20.8]);
  assert.ok(margin([level], 300) < margin([level], 900));
  assert.equal(placeOf([10, 20, 30], 20), 1);
  assert.equal(placeOf([10, 20, 30], 21), 2);
  assert.equal(placeOf([10, 20, 30], 99), 2);
});

test('protections and what was held back, in words', () => {
  const rules = { cooldown_minutes: 90, stops: 3, window_minutes: 1440, pause_minutes: 60, daily_loss_r: '3' };
  assert.deepEqual(protectionLines(rules), [
    'Rests 1 h 30 min after each close',
    'Pauses 1 h after 3 stops within 1 d',
    'Ends the day at a loss of 3 R',
  ]);
  assert.deepEqual(protectionLines({ ...rules, cooldown_minutes: 0, stops: 0, daily_loss_r: '0' }), []);
  const now = Date.parse('2026-01-02T10:00:00Z');
  assert.equal(
    heldText({ at: '2026-01-02T09:00:00Z', reason: 'cooldown', until: '2026-01-02T10:30:00Z' }, now),
    'Held back a signal: it rested after a close. It can decide again in 30 min.',
  );
});

test('a typed number within its bounds', () => {
  const bounds = { min: 5, max: 100, step: 1 };
  assert.equal(numberProblem('20', bounds), '');
  assert.equal(numberProblem('20.5', bounds), 'Type a whole number from 5 to 100.');
  assert.equal(numberProblem('x', bounds), 'Type a whole number from 5 to 100.');
  assert.equal(numberProblem('0,3', { min: 0.2, max: 10, step: 0.1 }), '');
  assert.equal(numberProblem('0.1', { min: 0.2, max: 10, step: 0.1 }), 'Type a number from 0.2 to 10.');
  assert.equal(numberOf(' 1e3 '), null);
});

test('a recap tells of even signals only where there are some, and long texts are known', () => {
  assert.equal(titleOf({ kind: 'weekly' }), 'Weekly recap');
  assert.deepEqual(tally({ closed: 3, wins: 2, losses: 1, open: 4 }), [
    ['Won', 2],
    ['Lost', 1],
    ['Open', 4],
  ]);
  assert.deepEqual(tally({ closed: 4, wins: 2, losses: 1, open: 0 })[2], ['Even', 1]);
  assert.equal(isLong('a\n'.repeat(13)), false);
  assert.equal(isLong('a\n'.repeat(14)), true);
});
