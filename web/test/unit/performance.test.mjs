import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inPips, inR, rateText, strength, weeksOf } from '../../static/js/views/forex/performance/words.js';
import { messageAddress, signalsOf } from '../../static/js/record/model.js';

test('figures have their signs and few digits', () => {
  assert.equal(inPips('320.11'), '+320.1');
  assert.equal(inPips('-58'), '−58.0');
  assert.equal(inR('0.24681'), '+0.25');
  assert.equal(inR('0'), '0.00');
  assert.equal(rateText(0.476), '48 %');
  assert.equal(rateText(null), '–');
});

test('a day is as strong as its pips by the largest', () => {
  assert.deepEqual(
    [0, 1, 33, 34, -67, 100].map((pips) => strength(pips, 100)),
    [0, 1, 1, 2, 3, 3],
  );
  assert.equal(strength(0, 0), 0);
});

test('a calendar has whole weeks from Monday on, the newest ones', () => {
  assert.deepEqual(weeksOf('2026-11-22', '2026-11-22', 53), [
    ['2026-11-16', '2026-11-17', '2026-11-18', '2026-11-19', '2026-11-20', '2026-11-21', '2026-11-22'],
  ]);
  assert.equal(weeksOf('2024-02-27', '2024-03-05', 53)[0]?.[4], '2024-03-01', 'across the month');
  const many = weeksOf('2020-01-01', '2026-11-30', 53);
  assert.equal(many.length, 53);
  assert.equal(many.at(-1)?.[0], '2026-11-30');
});

test('signals of a record that can’t be read in parts are shown as far as they can', () => {
  const entry = (/** @type {Record<string, unknown>} */ some) =>
    JSON.stringify({ seq: 1, at: '2026-11-22T07:00:00Z', prev: '', ...some });
  const all = signalsOf(
    [
      entry({ kind: 'begun' }),
      '{',
      entry({ kind: 'proposed', signal: 1 }),
      entry({ kind: 'rejected', signal: 1, by: 'Ada' }),
      entry({ kind: 'opened', signal: 2, entry: '2650.00' }),
      entry({ kind: 'posted', signal: 2, chat: '@goldvip', message: 7 }),
      entry({ kind: 'milestone', signal: 2, milestone: { kind: 'stop', at: 1, left: 0 } }),
    ],
    null,
  );
  assert.deepEqual(
    all.map(({ number, state, pips }) => [number, state, pips]),
    [
      [2, 'closed', null],
      [1, 'rejected', null],
    ],
  );
  const posted = all[0]?.entries[1];
  assert.ok(posted);
  assert.equal(messageAddress(posted), 'https://t.me/goldvip/7');
  assert.equal(messageAddress({ ...posted, chat: 'Gold VIP' }), '', 'a private channel');
});
