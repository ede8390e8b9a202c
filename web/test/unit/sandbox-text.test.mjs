import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deepLink, parse, summary } from '../../static/js/views/hub/sandbox/text.js';

test('entities become pieces, within one another, counted in UTF-16', () => {
  assert.deepEqual(
    parse('😀 bold it', [
      { type: 'bold', offset: 3, length: 7 },
      { type: 'italic', offset: 8, length: 2 },
    ]),
    ['😀 ', { type: 'bold', parts: ['bold ', { type: 'italic', parts: ['it'] }] }],
  );
  assert.deepEqual(parse('x', []), ['x']);
  assert.deepEqual(parse('', []), []);
  assert.deepEqual(parse('site', [{ type: 'text_link', offset: 0, length: 4, url: 'https://x.org/' }]), [
    { type: 'text_link', url: 'https://x.org/', parts: ['site'] },
  ]);
});

test('what lies outside of the text or overlaps is cut', () => {
  assert.deepEqual(
    parse('abcdef', [
      { type: 'bold', offset: 0, length: 4 },
      { type: 'italic', offset: 2, length: 4 },
      { type: 'code', offset: 9, length: 2 },
    ]),
    [{ type: 'bold', parts: ['ab', { type: 'italic', parts: ['cd'] }] }, 'ef'],
  );
});

test('addresses and commands are found in plain text, not in code', () => {
  assert.deepEqual(parse('See https://x.org/a?b=1, or /help now'), [
    'See ',
    { type: 'url', url: 'https://x.org/a?b=1', parts: ['https://x.org/a?b=1'] },
    ', or ',
    { type: 'bot_command', parts: ['/help'] },
    ' now',
  ]);
  assert.deepEqual(parse('/help', [{ type: 'code', offset: 0, length: 5 }]), [{ type: 'code', parts: ['/help'] }]);
  assert.deepEqual(parse('1/2 and a/b/c'), ['1/2 and a/b/c']);
});

test('an address without a protocol leads to its site', () => {
  const entities = [
    { type: 'url', offset: 0, length: 5 },
    { type: 'hashtag', offset: 6, length: 2 },
    { type: 'url', offset: 9, length: 12 },
  ];
  assert.deepEqual(parse('x.com #a tg://resolve', entities), [
    { type: 'url', url: 'http://x.com', parts: ['x.com'] },
    ' ',
    { type: 'hashtag', parts: ['#a'] },
    ' ',
    { type: 'url', url: 'tg://resolve', parts: ['tg://resolve'] },
  ]);
});

test('links to bots', () => {
  assert.deepEqual(deepLink('https://t.me/some_bot?start=a-b_1'), { username: 'some_bot', start: 'a-b_1' });
  assert.deepEqual(deepLink(' t.me/some_bot '), { username: 'some_bot', start: '' });
  assert.deepEqual(deepLink('@some_bot'), { username: 'some_bot', start: '' });
  for (const text of ['https://example.org/some_bot', 't.me/x', 't.me/some_bot?start=a b', '', 'https://t.me/a/b']) {
    assert.equal(deepLink(text), null, text);
  }
});

test('a message in a line', () => {
  const message = { message_id: 1, chat: { id: 1, type: 'private' }, date: 0 };
  assert.equal(summary({ ...message, text: 'a\n b' }), 'a b');
  assert.equal(summary({ ...message, photo: [{ file_id: 'x', width: 1, height: 1 }] }), 'Photo');
  assert.equal(summary({ ...message, document: { file_id: 'x', file_name: 'a.csv' } }), 'File: a.csv');
  assert.equal(summary({ ...message, video: { file_id: 'x' }, caption: 'See' }), 'Video: See');
  assert.equal(summary({ ...message, sticker: { file_id: 'x', emoji: '😀' } }), 'Sticker 😀');
  assert.equal(summary({ ...message, contact: { phone_number: '+1', first_name: 'Ann' } }), 'Contact: Ann +1');
  assert.equal(summary({ ...message, migrate_to_chat_id: -1005 }), 'This group became the supergroup -1005');
});
