import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  channelText,
  checkLabel,
  chosenChannels,
  firstOpen,
  freeBotName,
  placeErrors,
  plainly,
  sameChannels,
  stateOf,
} from '../../static/js/views/hub/connections/words.js';

/**
 * @param {object} changes
 * @returns {any}
 */
const row = (changes) => ({ kind: 'promo_bot', state: 'working', channels: [], ...changes });

test('each state has a word', () => {
  assert.deepEqual(stateOf(null), ['quiet', 'Not connected']);
  assert.deepEqual(stateOf(row({ state: 'working' })), ['good', 'Working']);
  assert.deepEqual(stateOf(row({ state: 'broken' })), ['bad', 'Broken']);
  assert.deepEqual(stateOf(row({ state: 'signed_out' })), ['warn', 'Signed out']);
  assert.deepEqual(stateOf(row({ state: 'untested' })), ['warn', 'Not tested']);
});

test('the card that needs a hand is open', () => {
  assert.equal(firstOpen([]), 'promo_bot');
  assert.equal(firstOpen([row({})]), 'signal_bot');
  assert.equal(firstOpen([row({}), row({ kind: 'signal_bot' })]), null);
  assert.equal(firstOpen([row({}), row({ kind: 'user_account', state: 'signed_out' })]), 'user_account');
  assert.equal(firstOpen([row({}), row({ kind: 'signal_bot', state: 'broken' })]), 'signal_bot');
});

test('checks are named in words', () => {
  assert.equal(checkLabel('token'), 'Token');
  assert.equal(checkLabel('updates'), 'Messages');
  assert.equal(checkLabel('channel:post:@news'), '@news');
  assert.equal(checkLabel('channel:vip:-1001:2'), 'VIP -1001:2');
  assert.equal(checkLabel('channel:free:@f'), 'FREE @f');
  assert.equal(checkLabel('something_new'), 'something_new');
});

test('a channel is understood as people write it', () => {
  assert.equal(channelText(' @news '), '@news');
  assert.equal(channelText('news_room'), '@news_room');
  assert.equal(channelText('https://t.me/news_room/'), '@news_room');
  assert.equal(channelText('t.me/news_room'), '@news_room');
  assert.equal(channelText('-1001234567890'), '-1001234567890');
  assert.equal(channelText('two words'), 'two words');
  assert.equal(channelText('  '), '');
});

test('empty rows are not sent, and mistakes find back to their rows', () => {
  const { channels, rows } = chosenChannels([
    { role: 'post', chat: '' },
    { role: 'post', chat: 'news' },
    { role: 'post', chat: ' ' },
    { role: 'post', chat: 'x y' },
  ]);
  assert.deepEqual(channels, [
    { role: 'post', chat: '@news' },
    { role: 'post', chat: 'x y' },
  ]);
  const placed = placeErrors(
    [
      { name: 'channels[1].chat', code: 'channel_malformed', message: 'must be @name.' },
      { name: 'channels[1].role', code: 'too_many', message: 'Another.' },
      { name: 'channels[7].chat', code: 'x', message: 'Nowhere.' },
      { name: 'token', code: 'token_malformed', message: 'This is not a bot token.' },
      { name: 'kind', code: 'unknown', message: 'What is this?' },
    ],
    rows,
  );
  assert.equal(placed.token, 'This is not a bot token.');
  assert.deepEqual([...placed.rows], [[3, 'must be @name.']]);
  assert.deepEqual(placed.rest, ['Nowhere.', 'What is this?']);
  assert.equal(plainly('must be @name.'), 'Write @name.');
  assert.equal(plainly('It must be more.'), 'It must be more.');
});

test('channels are the same by part, name and order', () => {
  const a = /** @type {const} */ ({ role: 'vip', chat: '@a' });
  const b = /** @type {const} */ ({ role: 'free', chat: '@b' });
  assert.equal(sameChannels([a, b], [a, b]), true);
  assert.equal(sameChannels([a, b], [b, a]), false);
  assert.equal(sameChannels([a], [a, b]), false);
  assert.equal(sameChannels([], []), true);
});

test('a new simulated bot gets a name that is free', () => {
  assert.equal(freeBotName('promo_bot', []), 'my_promo_bot');
  assert.equal(freeBotName('promo_bot', ['My_Promo_bot', 'my_promo2_bot']), 'my_promo3_bot');
  assert.equal(freeBotName('signal_bot', ['my_promo_bot']), 'my_signals_bot');
});
