import assert from 'node:assert/strict';
import { test } from 'node:test';
import { saysUntil } from '../../static/js/views/promo/generator/until-state.js';
import { aboutUntil, dayIn, dayWords } from '../../static/js/views/promo/generator/until.js';

const now = Date.parse('2026-11-30T10:00:00Z');
/** @param {string} text */
const day = (text) => {
  const at = dayIn(text, now);
  return at === null ? '' : new Date(at).toISOString().slice(0, 10);
};

test('the day that a text names', () => {
  for (const text of [
    '31 December 2026',
    '31. Dec 2026',
    'till December 31st, 2026!',
    'Valid until 2026-12-31',
    '31.12.2026',
    'Dec 31',
    '31 dec',
  ])
    assert.equal(day(text), '2026-12-31', text);
  assert.equal(day('1 Feb'), '2027-02-01', 'the next one');
  for (const text of ['', 'Sunday', 'soon', '12/31/2026', '31 February 2026', '31.13.2026', 'May be', '35 % off'])
    assert.equal(day(text), '', text);
});

test('what is said beside “Valid until”', () => {
  const coupon = /** @type {const} */ ({ outcome: 'valid', expires_at: '2026-12-31T23:59:59Z' });
  assert.equal(dayWords(coupon.expires_at), '31 December 2026');
  assert.deepEqual(aboutUntil(' ', coupon, now), { offer: '31 December 2026' });
  assert.equal(aboutUntil('31 Dec', coupon, now), null, 'they agree');
  assert.equal(aboutUntil('Sunday', coupon, now), null, 'nobody knows');
  const late = aboutUntil('15 January 2027', coupon, now);
  assert.match(String(late && 'warning' in late && late.warning), /ends this code on 31 Dec 2026, before/);
  const early = aboutUntil('15 Dec 2026', coupon, now);
  assert.match(String(early && 'warning' in early && early.warning), /until 31 Dec 2026, longer/);
  assert.equal(aboutUntil('', { outcome: 'valid', expires_at: null }, now), null);
  assert.equal(aboutUntil('', { outcome: 'invalid', expires_at: coupon.expires_at }, now), null);
  assert.equal(aboutUntil('', null, now), null);
});

test('which field says until when', () => {
  /** @param {string} name @param {string} label */
  const says = (name, label, coupon = false) => saysUntil({ name, label, kind: 'text', coupon });
  assert.ok(says('valid_until', 'Valid until'));
  assert.ok(says('x', 'Expires'));
  assert.ok(says('end', 'Ends on'));
  assert.ok(!says('headline', 'Headline'));
  assert.ok(!says('friend', 'Friend'));
  assert.ok(!says('valid_code', 'Code', true));
});
