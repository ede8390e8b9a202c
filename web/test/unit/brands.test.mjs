import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keptUnder } from '../../static/js/kept.js';
import { arrived, wordOf } from '../../static/js/tenants.js';
import { botName } from '../../static/js/views/hub/brand/bot-name.js';

/** @param {string} id @param {boolean} [moved] @returns {any} */
const session = (id, moved) => ({
  signed_in: true,
  methods: [],
  sandbox: true,
  role: 'admin',
  name: 'Admin',
  tenant: { id, name: `The ${id}` },
  moved,
});

test('what is kept for one brand is not found in another', () => {
  assert.notEqual(keptUnder('form', session('a')), keptUnder('form', session('b')));
});

test('who lands in another brand is told why', () => {
  assert.equal(wordOf(session('a')), 'You are in The a now.');
  assert.equal(wordOf(session('a', true)), 'The brand that you worked in was removed. You are in The a now.');
  assert.equal(arrived(session('a')), '');
  assert.match(arrived(session('a', true)), /was removed/);
});

test('a bot’s name is one that Telegram takes, whatever the brand is called', () => {
  for (const slug of ['gold-sons', '24', '24-karat', 'a'.repeat(40), 'x', '1-2-3', 'brand']) {
    for (let i = 0; i < 50; i += 1) assert.match(botName(slug), /^[a-z][a-z0-9_]{3,27}_bot$/, slug);
  }
  assert.notEqual(botName('gold'), botName('gold'));
});
