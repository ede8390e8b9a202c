import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PLACES, sumOf } from '../../static/js/components/attention.js';
import { knownItems, matching } from '../../static/js/components/finder/items.js';
import { productsFor, resolve } from '../../static/js/products.js';
import { STEPS, comesText, factsOf, moreText } from '../../static/js/views/home/words.js';

const everything = [
  'system.read',
  'payloads.read',
  'sandbox',
  'promos.render',
  'journeys.write',
  'conversations.read',
  'posts.write',
  'signals.write',
  'backtests.write',
  'connections.write',
  'tenants.write',
];

test('marks add up, and the worst of them gives the tone', () => {
  const now = { connections: 0, posts: 2, conversations: 1, signals: 3 };
  assert.deepEqual(sumOf(now, ['forex/signals', 'forex/support-chat', 'forex/recaps']), { n: 4, tone: 'warn' });
  assert.deepEqual(sumOf({ ...now, connections: 1 }, ['hub/connections']), { n: 1, tone: 'bad' });
  assert.deepEqual(sumOf(now, ['hub/connections']), { n: 0, tone: 'warn' });
  assert.deepEqual(sumOf(null, Object.keys(PLACES)), { n: 0, tone: 'warn' });
});

test('each place of a mark, each action and each first step leads to a page', () => {
  const products = productsFor(everything);
  const items = knownItems(products, everything, () => {});
  const places = [...Object.keys(PLACES), ...Object.values(STEPS).map(({ href }) => href)];
  for (const href of [...places, ...items.filter(({ leaves }) => !leaves).map((item) => item.href ?? '#home')])
    assert.ok(resolve(products, href.replace(/^#|\?.*$/g, '')), href);
  assert.ok(items.filter(({ group }) => group === 'Actions').length >= 12);
});

test('the finder offers what a person may do, and nothing else', () => {
  const items = knownItems(productsFor(['promos.read']), ['promos.read'], () => {});
  const labels = items.map(({ label }) => label);
  for (const not of [
    'Make an image',
    'System',
    'Sandbox',
    'Play a subscriber',
    'Open Temporal’s Web UI',
    'Make a journey',
  ])
    assert.ok(!labels.includes(not), not);
  assert.ok(labels.includes('Coupons'));
  assert.ok(labels.includes('Sign out'));
});

test('the finder finds by beginnings of words, by label first', () => {
  const items = knownItems(productsFor(everything), everything, () => {});
  /** @param {string} query */
  const found = (query) => matching(items, query).map(({ label }) => label);
  assert.equal(found('coup')[0], 'Coupons');
  assert.ok(found('coup').includes('Try a coupon code'));
  assert.deepEqual(found('hype'), ['Hype Bot']);
  assert.ok(found('telegram token').includes('Connect the Promo Bot'), 'by other words');
  assert.ok(found('  JOURNÉY ').includes('Make a journey'), 'in any case, with or without accents');
  assert.deepEqual(found('oupons'), [], 'not in the middle of a word');
  assert.equal(found('').length, items.length);
});

test('what works, in words', () => {
  const works = {
    market: /** @type {const} */ ('broken'),
    simulated: true,
    journeys: 1,
    inside: 2,
    people: 0,
    strategies: 0,
    practice: 3,
    promotion: false,
  };
  const facts = factsOf(
    { connections: [{ kind: 'promo_bot', name: '@gold_bot', state: 'broken', problem: null }], works },
    () => false,
  );
  /** @param {string} name */
  const said = (name) => {
    const fact = facts.find((one) => one.name === name);
    return [fact?.tone, fact?.word, fact?.text ?? '', Boolean(fact?.simulated)];
  };
  assert.deepEqual(said('Promo Bot'), ['bad', 'Broken', '@gold_bot', false]);
  assert.deepEqual(said('Signal Bot'), ['quiet', 'Not connected', '', false]);
  assert.deepEqual(said('Market feed'), ['bad', 'Broken', '', true]);
  assert.deepEqual(said('Strategies'), ['quiet', 'Practice', '3 practise', false]);
  assert.deepEqual(said('Journeys'), ['good', '1 active', '2 people in them now', false]);
  assert.deepEqual(said('Subscribers'), ['quiet', 'Nobody yet', '', false]);
});

test('when a post comes, and how many more there are', () => {
  const now = Date.parse('2026-11-30T10:00:00Z');
  assert.equal(comesText('2026-11-30T20:00:00Z', now), 'Today, 20:00 UTC');
  assert.equal(comesText('2026-12-01T06:42:00Z', now), 'Tomorrow, 06:42 UTC');
  assert.equal(comesText('2026-12-02T06:42:00Z', now), '2 Dec 2026, 06:42 UTC');
  assert.equal(moreText(7, 5), '2 more');
  assert.equal(moreText(5, 5), '');
});
