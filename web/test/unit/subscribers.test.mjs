import assert from 'node:assert/strict';
import { test } from 'node:test';
import { whole } from '../../static/js/format.js';
import {
  daysProblem,
  filterOf,
  isFiltered,
  nameOf,
  retentionText,
  withTag,
  withoutTag,
} from '../../static/js/views/hub/subscribers/words.js';

test('a person is called by what is known', () => {
  const nobody = { first_name: '', last_name: '', username: '', user_id: 42 };
  assert.equal(nameOf({ ...nobody, first_name: 'Ada', last_name: 'Lovelace', username: 'ada' }), 'Ada Lovelace');
  assert.equal(nameOf({ ...nobody, last_name: 'Lovelace' }), 'Lovelace');
  assert.equal(nameOf({ ...nobody, username: 'ada' }), '@ada');
  assert.equal(nameOf(nobody), 'User 42');
});

test('an address is a filter, and nonsense in it is none', () => {
  assert.deepEqual(filterOf({ q: 'ada', state: 'blocked', tag: 'vip', other: 'x' }), {
    q: 'ada',
    state: 'blocked',
    tag: 'vip',
    source: '',
    connection: '',
  });
  assert.equal(filterOf({ state: 'constructor' }).state, '');
  assert.equal(isFiltered(filterOf({})), false);
  assert.equal(isFiltered(filterOf({ source: 'spring' })), true);
});

test('tags are kept as the server keeps them', () => {
  assert.deepEqual(withTag(['vip'], ' Gold , vip,,asked for a call'), ['asked for a call', 'gold', 'vip']);
  assert.deepEqual(withTag(['vip'], ' '), ['vip']);
  assert.deepEqual(withoutTag(['a', 'b'], 'a'), ['b']);
  assert.deepEqual(withoutTag(['a', 'b'], 'c'), ['a', 'b']);
});

test('how long people are kept, in words', () => {
  assert.equal(retentionText(0), 'People are kept until you erase them');
  assert.equal(retentionText(3650), 'People who are inactive for 3,650 days are erased');
  for (const good of ['30', '3650', ' 90 ']) assert.equal(daysProblem(good), '', good);
  for (const bad of ['', '29', '3651', '1.5', '-40', '4e2', 'x']) assert.match(daysProblem(bad), /30 to 3650/, bad);
});

test('thousands are apart', () => {
  assert.equal(whole(0), '0');
  assert.equal(whole(999), '999');
  assert.equal(whole(12480), '12,480');
  assert.equal(whole(1234567), '1,234,567');
});
