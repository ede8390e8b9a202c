import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  bytes,
  count,
  date,
  dateTime,
  discountText,
  duration,
  milliseconds,
  relative,
} from '../../static/js/format.js';

test('times', () => {
  assert.equal(dateTime('2026-11-22T07:12:59Z'), '22 Nov 2026, 07:12 UTC');
  assert.equal(dateTime('2026-11-22T01:12:00+03:00'), '21 Nov 2026, 22:12 UTC');
  assert.equal(date('2026-12-31T00:00:00Z'), '31 Dec 2026');
  assert.equal(dateTime('nonsense'), '');
  const now = Date.parse('2026-11-22T12:00:00Z');
  assert.equal(relative('2026-11-22T11:59:58Z', now), 'just now');
  assert.equal(relative('2026-11-22T11:59:20Z', now), '40 s ago');
  assert.equal(relative('2026-11-22T11:15:00Z', now), '45 min ago');
  assert.equal(relative('2026-11-20T12:00:00Z', now), '2 d ago');
  assert.equal(relative('2026-11-22T15:00:00Z', now), 'in 3 h');
  assert.equal(relative('nonsense', now), '');
});

test('spans have their two largest units', () => {
  assert.equal(duration(0), '0 s');
  assert.equal(duration(59.9), '59 s');
  assert.equal(duration(61), '1 min 1 s');
  assert.equal(duration(3600), '1 h');
  assert.equal(duration(3605), '1 h');
  assert.equal(duration(187_200), '2 d 4 h');
  assert.equal(duration(-5), '0 s');
});

test('amounts', () => {
  assert.equal(bytes(999), '999 B');
  assert.equal(bytes(184_321), '184 KB');
  assert.equal(bytes(1_440_000), '1.4 MB');
  assert.equal(milliseconds(1.234), '1.2 ms');
  assert.equal(milliseconds(184.4), '184 ms');
  assert.equal(milliseconds(12_340), '12.3 s');
  assert.equal(count(1, 'template'), '1 template');
  assert.equal(count(2, 'service is', 'services are'), '2 services are');
});

test('discounts', () => {
  assert.equal(discountText({ kind: 'percent', value: '35' }), '35 % off');
  assert.equal(discountText({ kind: 'fixed', value: '12.50', currency: 'EUR' }), '12.50 EUR off');
  assert.equal(discountText(null), '');
});
