import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filename, fromResponse, seconds, sentence, unreachable, warnings } from '../../static/js/problem.js';

const none = new Headers();

test('a problem keeps what the server says', () => {
  const error = fromResponse(
    422,
    {
      title: 'Some values are not right',
      code: 'coupon_expired',
      detail: 'This coupon has expired',
      remedy: 'Use another code',
      fields: [{ name: 'values.code', code: 'coupon_expired', message: 'It ended on 1 May 2026' }, null, { name: '' }],
      request_id: 'r1',
    },
    none,
  );
  assert.equal(error.status, 422);
  assert.equal(error.code, 'coupon_expired');
  assert.equal(error.text, 'This coupon has expired. Use another code.');
  assert.deepEqual(
    error.fields.map(({ name, message }) => `${name}: ${message}`),
    ['values.code: It ended on 1 May 2026.'],
  );
  assert.equal(error.fields.length, 1);
  assert.equal(error.requestId, 'r1');
});

test('an answer that is no problem still becomes words', () => {
  for (const body of [null, 'oops', [], 7, { detail: 5, fields: 'x' }]) {
    const error = fromResponse(503, body, new Headers({ 'Retry-After': '7' }));
    assert.equal(error.code, 'unavailable');
    assert.equal(error.retryAfter, 7);
    assert.deepEqual(error.fields, []);
    assert.match(error.text, /^PromoStack is not ready\. /);
  }
  assert.match(fromResponse(418, null, none).text, /our side/);
});

test('offline and unreachable are told apart', () => {
  assert.equal(unreachable(false).code, 'offline');
  assert.equal(unreachable(true).code, 'unreachable');
  assert.equal(unreachable(true).status, 0);
});

test('sentences end once', () => {
  assert.equal(sentence('Use another code'), 'Use another code.');
  assert.equal(sentence('Really?'), 'Really?');
  assert.equal(sentence('  '), '');
});

test('Retry-After is seconds or nothing', () => {
  assert.equal(seconds('12'), 12);
  for (const odd of [null, '', '-1', '1.5', 'Wed, 21 Oct 2026 07:28:00 GMT', '99999999999']) {
    assert.equal(seconds(odd), 0);
  }
});

test('a file name never is a path', () => {
  const cases = /** @type {[string | null, string][]} */ ([
    [null, 'x.jpg'],
    ['attachment; filename="gold-coupon-square.jpg"', 'gold-coupon-square.jpg'],
    ['attachment; filename=a.png', 'a.png'],
    ['attachment; filename="a\\"b.png"', 'a"b.png'],
    ['attachment; filename="a.png"; filename*=UTF-8\'\'%D1%8F.png', 'я.png'],
    ['attachment; filename="a.png"; filename*=UTF-8\'\'%D1.png', 'a.png'],
    ['attachment; filename="../../etc/passwd"', 'etcpasswd'],
    ['attachment; filename=".bashrc"', 'bashrc'],
    ['attachment; filename=""', 'x.jpg'],
  ]);
  for (const [header, want] of cases) assert.equal(filename(header, 'x.jpg'), want, String(header));
});

test('warnings are a list, whatever comes', () => {
  assert.deepEqual(warnings(null), []);
  assert.deepEqual(warnings('{'), []);
  assert.deepEqual(warnings('{"a":1}'), []);
  assert.equal(warnings('[{"layer":"a","field":"b","code":"c","message":"d"},null]').length, 1);
});
