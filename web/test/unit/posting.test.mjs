import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  channelName,
  isAboutImage,
  isPending,
  postWords,
  sendable,
} from '../../static/js/views/promo/generator/posting.js';

const channel = { role: 'post', chat: '@news', id: -100, title: 'News', username: 'news' };

/**
 * @param {object} changes
 * @returns {any}
 */
const bot = (changes = {}) => ({ kind: 'promo_bot', state: 'working', problem: null, channels: [channel], ...changes });

/**
 * @param {object} changes
 * @returns {any}
 */
const post = (changes) => ({ channel: 'News', problem: null, resent: false, ...changes });

test('an image goes to the tested channels of the promo bot, or a hint says what is missing', () => {
  assert.match(String(sendable([]).hint?.text), /connect a promo bot/);
  assert.match(String(sendable([bot({ kind: 'signal_bot' })]).hint?.text), /connect a promo bot/);
  assert.match(String(sendable([bot({ channels: [] })]).hint?.text), /no channel/);
  assert.match(String(sendable([bot({ channels: [{ ...channel, id: 0 }] })]).hint?.text), /not been tested/);
  const two = sendable([bot({ channels: [channel, { ...channel, id: 0 }, { ...channel, role: 'vip' }] })]);
  assert.deepEqual(two.channels, [channel]);
  assert.equal(two.hint, null);
  assert.equal(two.trouble, null);
  const problem = { code: 'x', message: 'Broken', remedy: 'Mend it' };
  assert.equal(sendable([bot({ state: 'broken', problem })]).trouble, problem);
});

test('a channel is called by its title and its name', () => {
  assert.equal(channelName(/** @type {any} */ (channel)), 'News · @news');
  assert.equal(channelName(/** @type {any} */ ({ ...channel, username: '' })), 'News');
  assert.equal(channelName(/** @type {any} */ ({ ...channel, title: '' })), '@news');
  assert.equal(channelName(/** @type {any} */ ({ ...channel, title: '', username: '', chat: '-100' })), '-100');
});

test('each state of a post has a word, a failure its reason and what to do', () => {
  for (const state of ['queued', 'sending']) assert.equal(isPending(post({ state })), true, state);
  for (const state of ['sent', 'failed', 'unknown']) assert.equal(isPending(post({ state })), false, state);
  assert.equal(postWords(post({ state: 'queued' })).word, 'Waiting');
  assert.equal(postWords(post({ state: 'sending' })).word, 'Sending');
  assert.equal(postWords(post({ state: 'sent' })).text, 'It is in News.');
  assert.match(postWords(post({ state: 'sent', resent: true })).text, /there twice/);
  assert.match(postWords(post({ state: 'unknown' })).text, /Check News/);
  const problem = { code: 'no_access', message: 'The bot may not post', remedy: 'Make it an administrator' };
  assert.equal(
    postWords(post({ state: 'failed', problem })).text,
    'It did not reach News. The bot may not post. Make it an administrator.',
  );
  assert.equal(postWords(post({ state: 'failed' })).text, 'It did not reach News.');
  assert.equal(postWords(post({ state: 'queued', problem })).text, 'The bot may not post. Make it an administrator.');
});

test('a refusal of the image belongs to its form', () => {
  const about = (/** @type {string} */ code, /** @type {string[]} */ ...names) =>
    isAboutImage({ code, fields: names.map((name) => ({ name })) });
  assert.equal(about('coupon_invalid', 'values.code'), true);
  assert.equal(about('coupon_unverified'), true);
  assert.equal(about('too_long', 'caption'), false);
  assert.equal(about('channel_missing'), false);
});
