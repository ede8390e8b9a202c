import assert from 'node:assert/strict';
import { test } from 'node:test';
import { capabilitiesOf, productsFor, resolve } from '../../static/js/products.js';

test('an admin sees Admin, others do not', () => {
  assert.deepEqual(
    productsFor(['system.read']).map((product) => product.id),
    ['home', 'promo', 'forex', 'hub', 'admin'],
  );
  assert.deepEqual(
    productsFor([]).map((product) => product.id),
    ['home', 'promo', 'forex', 'hub'],
  );
});

test('the sandbox is listed where it is switched on', () => {
  const session = { signed_in: true, methods: [], capabilities: ['system.read'], sandbox: false, simulated: [] };
  assert.equal(resolve(productsFor(capabilitiesOf(session)), 'hub/sandbox'), null);
  assert.equal(
    resolve(productsFor(capabilitiesOf({ ...session, sandbox: true })), 'hub/sandbox')?.feature.label,
    'Sandbox',
  );
});

test('paths lead to features, bare products to their first one, the rest nowhere', () => {
  const all = productsFor(['system.read']);
  assert.equal(resolve(all, '')?.feature.path, 'home');
  assert.equal(resolve(all, 'home')?.feature.path, 'home');
  assert.equal(resolve(all, 'promo')?.feature.path, 'promo/generate');
  assert.equal(resolve(all, 'hub')?.feature.path, 'hub/connections');
  assert.equal(resolve(all, 'admin')?.feature.path, 'admin/system');
  assert.equal(resolve(all, 'promo/templates')?.product.id, 'promo');
  assert.equal(resolve(all, 'forex')?.feature.path, 'forex/overview');
  assert.equal(resolve(all, 'forex/journeys')?.feature.path, 'forex/support-chat', 'the address of before');
  assert.equal(resolve(all, 'forex/nothing'), null);
  assert.deepEqual(resolve(all, 'forex/signals')?.below, {});
  assert.deepEqual(resolve(all, 'forex/signals/some-id')?.below, { signal: 'some-id' }, 'one of a list');
  assert.equal(resolve(all, 'forex/signals/some/id'), null);
  assert.equal(resolve(all, 'forex/signalsome'), null);
  assert.equal(resolve(all, 'promo/generate/x'), null);
  assert.equal(resolve(productsFor([]), 'admin/system'), null);
});

test('every feature has a module that draws it', async () => {
  for (const { features } of productsFor(['system.read', 'sandbox'])) {
    for (const feature of features) assert.equal(typeof (await feature.load()).mount, 'function', feature.path);
  }
});
