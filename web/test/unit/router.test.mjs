import assert from 'node:assert/strict';
import { test } from 'node:test';
import { format, parse } from '../../static/js/router.js';

test('a hash is a path and its parameters', () => {
  const cases = /** @type {[string, string, Record<string, string>][]} */ ([
    ['', '', {}],
    ['#', '', {}],
    ['#promo/generate', 'promo/generate', {}],
    ['#/promo/generate/', 'promo/generate', {}],
    ['#promo/generate?template=gold-coupon&size=story', 'promo/generate', { template: 'gold-coupon', size: 'story' }],
    ['#a?q=1%26x%3D2+3', 'a', { q: '1&x=2 3' }],
    ['#a?q=%E0%A4%A', 'a', { q: '\uFFFD%A' }],
    ['#a?__proto__=1', 'a', /** @type {any} */ (JSON.parse('{"__proto__":"1"}'))],
  ]);
  for (const [hash, path, params] of cases) {
    const route = parse(hash);
    assert.equal(route.path, path, hash);
    assert.deepEqual(Object.entries(route.params), Object.entries(params), hash);
  }
});

test('formatting and parsing are inverse, and empty parameters are left out', () => {
  const hash = format('promo/templates', { q: 'a & b?', state: '', after: null });
  assert.equal(hash, '#promo/templates?q=a+%26+b%3F');
  assert.deepEqual({ ...parse(hash).params }, { q: 'a & b?' });
  assert.equal(format('hub'), '#hub');
});
