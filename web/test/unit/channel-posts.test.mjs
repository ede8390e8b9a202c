import assert from 'node:assert/strict';
import { test } from 'node:test';
import { POST_STATES } from '../../static/js/views/forex/signals/words.js';
import {
  STATE_CHOICES,
  actionsOf,
  asked,
  channelChoices,
  channelText,
  dayText,
  filterOf,
  firstLine,
  isFiltered,
  kindText,
  notes,
  senderText,
} from '../../static/js/views/promo/posts/words.js';

test('what a post is, where it goes, and whom it is from, in words', () => {
  assert.equal(kindText({ kind: 'promo_chat' }), 'Promo image from a chat');
  assert.equal(kindText(/** @type {any} */ ({ kind: 'morning_hello' })), 'morning hello');
  assert.equal(channelText({ channel: 'Gold News', role: 'vip' }), 'Gold News');
  assert.equal(channelText({ channel: '', role: 'vip' }), 'VIP channel');
  assert.equal(senderText({ sent_by: 'Ann Lee', kind: 'promo_chat' }), 'Ann Lee');
  assert.equal(senderText({ sent_by: '', kind: 'milestone' }), 'The signal bot');
  assert.equal(senderText({ sent_by: '', kind: 'recap' }), 'The schedule of recaps');
});

test('a post is known by its first line, or by its picture', () => {
  const none = { plain: '', template: '', picture_url: '' };
  assert.equal(firstLine({ ...none, plain: '\n  BUY GOLD  \nat 2650' }), 'BUY GOLD');
  assert.equal(firstLine({ ...none, template: 'gold-coupon', picture_url: '/x' }), 'Picture from gold-coupon');
  assert.equal(firstLine({ ...none, picture_url: '/x' }), 'A picture');
  assert.equal(firstLine(none), 'Its text is not written yet');
});

test('days are those of UTC, the last two by name', () => {
  const now = Date.parse('2026-11-28T00:30:00Z');
  assert.equal(dayText('2026-11-28T00:01:00Z', now), 'Today');
  assert.equal(dayText('2026-11-27T23:59:00Z', now), 'Yesterday');
  assert.equal(dayText('2026-11-26T12:00:00Z', now), '26 Nov 2026');
});

test('the address keeps what is known, and the API is asked for what it means', () => {
  const wrong = filterOf({ state: 'lost', kind: 'fax', days: '12', channel: 'vip' });
  assert.deepEqual(wrong, { state: '', kind: '', days: '', channel: 'vip' });
  assert.equal(isFiltered(wrong), true);
  assert.equal(isFiltered(filterOf({})), false);
  const now = Date.parse('2026-11-28T00:00:00Z');
  assert.deepEqual(asked(filterOf({ state: 'deleted', kind: 'signals', days: '7' }), now), {
    state: 'deleting,deleted',
    kind: 'signal,milestone,edit,cancel',
    channel: '',
    from: '2026-11-21T00:00:00.000Z',
  });
  assert.equal(asked(filterOf({}), now).state.includes('unknown'), false, 'they are in a section of their own');
  const listed = STATE_CHOICES.flatMap(([, , states]) => states.split(','));
  assert.deepEqual(new Set(listed), new Set(Object.keys(POST_STATES)), 'each state can be found');
});

test('channels are chosen by their role, and the promo bot’s by their number', () => {
  /** @type {any[]} */
  const connections = [
    {
      channels: [
        { role: 'post', id: -5, title: 'News', username: 'news', chat: '@news' },
        { role: 'post', id: 0, title: '', username: '', chat: '@untested' },
      ],
    },
    { channels: [{ role: 'vip', id: 0, title: '', username: '', chat: '@gold' }] },
  ];
  assert.deepEqual(channelChoices(connections), [
    ['', 'All channels'],
    ['-5', 'News · @news'],
    ['vip', '@gold'],
  ]);
});

test('what can be done with a post, and how it came to its end', () => {
  /** @type {any} */
  const post = { state: 'unknown', deletable: false, resent: false, attempt: 0, decided_by: '' };
  assert.deepEqual(actionsOf(post), ['arrived', 'missed', 'again']);
  assert.deepEqual(actionsOf({ ...post, state: 'failed' }), ['again']);
  assert.deepEqual(actionsOf({ ...post, state: 'sent' }), []);
  assert.deepEqual(actionsOf({ ...post, state: 'sent', deletable: true }), ['delete']);
  assert.deepEqual(notes(post), []);
  assert.deepEqual(notes({ ...post, state: 'sent', resent: true, attempt: 1, decided_by: 'Ann' }), [
    'Sent again: the first one may have arrived',
    'Decided by Ann',
  ]);
  assert.deepEqual(notes({ ...post, state: 'deleted', attempt: 2, decided_by: 'Ann' }), [
    'Sent again',
    'Deleted by Ann',
  ]);
});
