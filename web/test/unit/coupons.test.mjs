import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  asked,
  filterOf,
  isFiltered,
  outcomeText,
  reasonText,
  sourceText,
} from '../../static/js/views/promo/coupons/words.js';

test('what the CRM said of a code, why, and where it was asked, in words', () => {
  assert.deepEqual(outcomeText({ outcome: 'valid' }), ['good', 'Valid']);
  assert.deepEqual(outcomeText({ outcome: 'unavailable' }), ['warn', 'Not verified']);
  assert.equal(reasonText({ outcome: 'valid', reason: '' }), '');
  assert.equal(reasonText({ outcome: 'invalid', reason: 'used_up' }), 'It is used up');
  assert.equal(reasonText({ outcome: 'invalid', reason: 'new reason' }), 'new reason');
  assert.equal(reasonText({ outcome: 'unavailable', reason: '' }), 'The CRM did not answer');
  assert.equal(sourceText({ source: 'bot' }), 'Promo Bot');
  assert.equal(sourceText(/** @type {any} */ ({ source: 'mail' })), 'mail');
});

test('the filter of an address, and what is asked of the API', () => {
  const filter = filterOf({ code: 'GO', outcome: 'invalid', source: 'nowhere', days: '7' });
  assert.deepEqual(filter, { code: 'GO', outcome: 'invalid', source: '', days: '7' });
  assert.equal(isFiltered(filter), true);
  assert.equal(isFiltered(filterOf({ days: '2' })), false, 'what is not offered does not count');
  assert.deepEqual(asked(filter, Date.parse('2026-11-30T10:00:00Z')), {
    code: 'GO',
    outcome: 'invalid',
    source: '',
    from: '2026-11-23T10:00:00.000Z',
  });
  assert.equal(asked(filterOf({}), 0).from, '');
});
