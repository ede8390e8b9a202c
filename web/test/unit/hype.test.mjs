import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  busyDays,
  clicksText,
  daysText,
  madeText,
  membersText,
  moved,
  onward,
  promptNames,
  skippedLines,
  skippedText,
  templateLines,
  termsText,
  total,
  usersText,
  whenText,
} from '../../static/js/views/forex/hype-bot/words.js';
import { KIND_CHOICES, kindText } from '../../static/js/views/promo/posts/words.js';

/** @param {any} [more] @returns {any} */
const flow = (more = {}) => ({
  id: 'f1',
  name: 'Morning',
  prompts: ['p1', 'p2'],
  messages: 3,
  interval_minutes: 20,
  delay_minutes: 10,
  days: [1, 2, 3, 4, 5],
  ...more,
});

/** @param {string} day @param {any} [more] @returns {any} */
const day = (day, more = {}) => ({
  day,
  sent: 0,
  skipped: 0,
  failed: 0,
  unknown: 0,
  clicks: 0,
  unique_clicks: 0,
  members: null,
  ...more,
});

test('days of a week, three and more in a row as a span', () => {
  for (const [days, words] of /** @type {[number[], string][]} */ ([
    [[1, 2, 3, 4, 5], 'Mon–Fri'],
    [[0, 1, 2, 3, 4, 5, 6], 'every day'],
    [[0, 6], 'Sat, Sun'],
    [[1, 3, 5], 'Mon, Wed, Fri'],
    [[0, 1, 4, 5, 6], 'Mon, Thu–Sun'],
    [[2], 'Tue'],
    [[], 'on no day'],
  ]))
    assert.equal(daysText(days), words);
});

test('what a flow sends, and when, in a line', () => {
  assert.equal(termsText(flow()), '3 messages, 20 min apart, from 10 min after the call to action, Mon–Fri');
  assert.equal(
    termsText(flow({ interval_minutes: 90, delay_minutes: 0, days: [6, 0] })),
    '3 messages, 1 h 30 min apart, from right after the call to action, Sat, Sun',
  );
  assert.equal(termsText(flow({ messages: 1 })), '1 message, 10 min after the call to action, Mon–Fri', 'none apart');
  assert.equal(
    termsText(flow({ messages: 1, delay_minutes: 0 })),
    '1 message, right after the call to action, Mon–Fri',
  );
  assert.equal(whenText(0, flow()), '10 min after the call to action');
  assert.equal(whenText(2, flow()), '50 min after the call to action');
  assert.equal(whenText(0, flow({ delay_minutes: 0 })), 'right after the call to action');
});

test('prompts by their names, and the flows that use them', () => {
  /** @type {any[]} */
  const prompts = [
    { id: 'p2', name: 'The record' },
    { id: 'p1', name: 'Discipline' },
  ];
  assert.deepEqual(promptNames(flow(), prompts), ['Discipline', 'The record'], 'in the order of the flow');
  assert.deepEqual(promptNames(flow({ prompts: ['p9'] }), prompts), ['a prompt that is gone']);
  assert.equal(usersText('p1', [flow(), flow({ name: 'Noon' })]), 'Used by “Morning”, “Noon”.');
  assert.equal(usersText('p3', [flow()]), 'No flow uses it yet.');
});

test('one place up or down, and never over an end', () => {
  const ids = ['a', 'b', 'c'];
  assert.deepEqual(moved(ids, 1, -1), ['b', 'a', 'c']);
  assert.deepEqual(moved(ids, 1, 1), ['a', 'c', 'b']);
  assert.equal(moved(ids, 0, -1), null);
  assert.equal(moved(ids, 2, 1), null);
  assert.equal(moved(ids, -1, 1), null, 'one that is not there');
  assert.deepEqual(ids, ['a', 'b', 'c'], 'the order itself stays');
  assert.equal(onward(1, 3, -1), 'up');
  assert.equal(onward(0, 3, -1), 'down', 'at the top there is only the way back');
  assert.equal(onward(1, 3, 1), 'down');
  assert.equal(onward(2, 3, 1), 'up');
});

test('reasons in words, the most frequent one first', () => {
  assert.deepEqual(skippedLines({ skipped_by_reason: { late: 1, repeats: 3, switched_off: 0 } }), [
    '3: they would have repeated one of the last messages',
    '1: their turn came too late',
  ]);
  assert.equal(skippedText('chat_forbidden'), 'for another reason (chat forbidden)');
  assert.deepEqual(templateLines({ by_template: { no_provider: 1200, invented: 1 } }), [
    '1,200: no language model is connected',
    '1: a figure was not among the facts',
  ]);
  assert.equal(total({ no_provider: 2, late: 3 }), 5);
  assert.equal(total({}), 0);
});

test('members then and now, and clicks', () => {
  assert.equal(membersText({ members_first: 1204, members_last: 1240 }), '1,204 then, 1,240 now (+36)');
  assert.equal(membersText({ members_first: 9, members_last: 5 }), '9 then, 5 now (−4)');
  assert.equal(membersText({ members_first: 5, members_last: 5 }), '5 then, 5 now (no change)');
  assert.equal(membersText({ members_first: null, members_last: null }), 'Not counted yet');
  assert.equal(membersText({ members_first: 0, members_last: 2 }), '0 then, 2 now (+2)', 'none is a number, too');
  assert.equal(clicksText({ clicks: 12, unique_clicks: 9 }), '12, 9 of them unique');
  assert.equal(clicksText({ clicks: 9, unique_clicks: 9 }), '9');
});

test('days on which something happened, the last one first', () => {
  const days = [
    day('2026-11-27', { sent: 3 }),
    day('2026-11-28', { members: 12 }),
    day('2026-11-29', { clicks: 1 }),
    day('2026-11-30', { unknown: 1 }),
  ];
  assert.deepEqual(
    busyDays({ days }).map(({ day }) => day),
    ['2026-11-30', '2026-11-29', '2026-11-27'],
  );
  assert.equal(days[0].day, '2026-11-27', 'the figures themselves stay');
});

test('where a message of a preview comes from', () => {
  assert.equal(madeText({ prompt: 'Discipline', source: 'ai', reason: '' }), '“Discipline” · Written by AI');
  assert.equal(
    madeText({ prompt: 'Discipline', source: 'template', reason: 'late' }),
    '“Discipline” · Written from a template: the model was late',
  );
  assert.equal(madeText({ prompt: 'Discipline', source: '', reason: '' }), '“Discipline”', 'one that is skipped');
});

test('the list of posts knows hype messages', () => {
  assert.equal(kindText({ kind: 'hype' }), 'Hype message');
  assert.ok(KIND_CHOICES.some(([name, , kinds]) => name === 'hype' && kinds === 'hype'));
});
