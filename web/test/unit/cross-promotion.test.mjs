import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { localTime } from '../../static/js/format.js';
import { sourceText } from '../../static/js/views/forex/cross-promotion/preview.js';
import {
  changesOf,
  channelName,
  closedText,
  dayTitle,
  daysAfter,
  entriesOf,
  keyOf,
  nameOf,
  isAhead,
  missingOf,
  mondayOf,
  sentText,
  stateOf,
  todayText,
  weekTitle,
} from '../../static/js/views/forex/cross-promotion/words.js';
import { mistake } from '../../static/js/views/forex/journeys/markup.js';

const DATE = '2026-11-30'; // a Monday
const NOON = Date.parse(`${DATE}T12:00:00Z`);

/** @type {any} */
const SETTINGS = {
  on: true,
  days: [1, 2, 3, 4, 5],
  news: { on: true, at: '06:42' },
  recap: { on: false, at: '07:12' },
  teaser: { on: true, at: '07:51' },
  brag: { on: true, at: '20:00' },
};

/** @param {any} more @returns {any} */
const post = (more) => ({ id: 'p1', state: 'sent', problem: null, sent_at: null, ...more });

/** @param {string} slot @param {string | null} clock @param {any} [more] @returns {any} */
const slot = (slot, clock, more = {}) => ({
  slot,
  at: clock && `${DATE}T${clock}:00Z`,
  on: clock !== null,
  manual: false,
  asked_by: '',
  post: null,
  ...more,
});

/** @param {any[]} slots @param {any} [more] @returns {any} */
const day = (slots, more = {}) => ({ date: DATE, closed: '', slots, others: [], ...more });

test('a time is told where the reader is, with the day when that is another one', () => {
  assert.equal(localTime('2026-11-30T07:12:00Z', 'Europe/Berlin'), '08:12');
  assert.equal(localTime('2026-07-30T07:12:00Z', 'Europe/Berlin'), '09:12', 'in summer');
  assert.equal(localTime('2026-11-30T23:30:00Z', 'Europe/Berlin'), '00:30 the next day');
  assert.equal(localTime('2026-11-30T02:00:00Z', 'America/New_York'), '21:00 the day before');
  assert.equal(localTime('2026-11-30T07:12:00Z', 'UTC'), '', 'once is enough');
  assert.equal(localTime('2026-11-30T07:12:00Z', 'Europe/London'), '');
  assert.equal(localTime('soon', 'UTC'), '');
});

test('weeks begin on Mondays', () => {
  assert.equal(mondayOf('2026-11-30'), '2026-11-30');
  assert.equal(mondayOf('2026-12-06'), '2026-11-30');
  assert.equal(mondayOf('2026-03-01'), '2026-02-23');
  assert.equal(daysAfter('2026-12-31', 1), '2027-01-01');
  assert.equal(dayTitle('2026-12-06'), 'Sun, 6 Dec');
  assert.equal(weekTitle('2026-12-28'), '28 Dec – 3 Jan 2027');
});

test('the posts of a day stand in the order of time, those that do not come at the time that is set', () => {
  const posts = [slot('recap', null), slot('teaser', '07:51'), slot('news', '06:42'), slot('brag', '20:00')];
  const manual = slot('brag', '07:30', { manual: true, post: post({}) });
  assert.deepEqual(
    entriesOf(day([...posts, manual]), SETTINGS).map(({ slot: name, at }) => [name, at.slice(11, 16)]),
    [
      ['news', '06:42'],
      ['recap', '07:12'],
      ['brag', '07:30'],
      ['teaser', '07:51'],
      ['brag', '20:00'],
    ],
  );
});

test('what else the FREE channel gets stands between the posts of the programme', () => {
  const others = [
    post({ id: 'r', kind: 'result', planned_at: `${DATE}T07:30:00Z` }),
    post({ id: 'h', kind: 'hype', planned_at: `${DATE}T13:00:00Z`, state: 'planned' }),
  ];
  const entries = entriesOf(day([slot('news', '06:42'), slot('brag', '20:00')], { others }), SETTINGS);
  assert.deepEqual(
    entries.map((entry) => [nameOf(entry), keyOf(entry), stateOf(entry, day([]), SETTINGS, NOON).word]),
    [
      ['Gold news', 'news', 'Overdue'],
      ['Target of a VIP signal', 'r', 'Sent'],
      ['Hype message', 'h', 'Comes in 1 h'],
      ['Results of the day', 'brag', 'Comes in 8 h'],
    ],
  );
});

test('each post has a state, and says why', () => {
  /** @param {any} entry @param {any} [of] @param {any} [settings] @param {number} [now] */
  const state = (entry, of = day([]), settings = SETTINGS, now = NOON) => {
    const { word, why } = stateOf(entry, of, settings, now);
    return why ? [word, why] : [word];
  };
  assert.deepEqual(state(slot('brag', '20:00')), ['Comes in 8 h']);
  assert.deepEqual(state(slot('news', '11:50')), ['Due now']);
  assert.equal(state(slot('news', '06:42'))[0], 'Overdue');
  assert.match(String(state(slot('news', '06:42'))[1]), /whether a worker runs/);
  assert.deepEqual(state(slot('brag', '20:00'), day([], { closed: 'weekend' })), ['Market closed']);

  const off = { ...slot('recap', null), at: `${DATE}T07:12:00Z` };
  assert.deepEqual(state(off), ['Not today', 'It is switched off.']);
  assert.deepEqual(state(off, day([]), { ...SETTINGS, on: false }), ['Off']);
  const sunday = day([], { date: '2026-12-06' });
  assert.deepEqual(state({ ...slot('news', null), at: '2026-12-06T06:42:00Z' }, sunday), [
    'Not on this day',
    'It does not come on Sundays.',
  ]);

  const tomorrow = day([], { date: '2026-12-01' });
  assert.deepEqual(state(slot('news', '06:42', { at: '2026-12-01T06:42:00Z' }), tomorrow), ['Planned']);
  const before = day([], { date: '2026-11-27' });
  assert.deepEqual(state(slot('news', '06:42', { at: '2026-11-27T06:42:00Z' }), before), [
    'None',
    'Nothing was planned then.',
  ]);

  const problem = { code: 'channel_missing', message: 'Signal Bot has no FREE channel', remedy: 'Open Connections' };
  const why = 'Signal Bot has no FREE channel. Open Connections.';
  assert.deepEqual(state(slot('news', '06:42', { post: post({}) })), ['Sent']);
  assert.deepEqual(state(slot('news', '06:42', { post: post({ state: 'skipped', problem }) })), ['Skipped', why]);
  assert.deepEqual(state(slot('news', '06:42', { post: post({ state: 'failed', problem }) })), ['Not sent', why]);
  assert.deepEqual(state(slot('news', '06:42', { post: post({ state: 'unknown' }) })), ['May have arrived']);
  assert.deepEqual(state(slot('news', '06:42', { post: post({ state: 'planned' }) })), ['On its way']);
  assert.deepEqual(state(slot('news', '06:42', { post: post({ state: 'planned', problem }) })), ['Waits', why]);
});

test('only what is still ahead can be left out', () => {
  assert.equal(isAhead(slot('brag', '20:00'), day([]), NOON), true);
  assert.equal(isAhead(slot('news', '06:42'), day([]), NOON), false, 'its time is over');
  assert.equal(isAhead(slot('brag', '20:00', { on: false }), day([]), NOON), false);
  assert.equal(isAhead(slot('brag', '20:00', { post: post({}) }), day([]), NOON), false);
  assert.equal(isAhead(slot('brag', '20:00'), day([], { closed: 'weekend' }), NOON), false, 'it is skipped anyway');
  assert.equal(isAhead(slot('brag', '20:00'), day([], { date: '2026-12-01' }), NOON), false, 'another day');
});

test('today in a line', () => {
  const slots = [
    slot('news', '06:42', { post: post({}) }),
    slot('recap', '07:12', { post: post({ state: 'skipped' }) }),
    slot('teaser', '07:51', { post: post({ state: 'failed' }) }),
    slot('brag', '20:00'),
  ];
  assert.equal(
    todayText(day(slots), SETTINGS, NOON),
    '1 sent, 1 skipped, 1 not sent. Next: Results at 20:00 UTC, in 8 h.',
  );
  assert.equal(todayText(day(slots.slice(0, 1)), SETTINGS, NOON), '1 sent. Nothing more comes today.');
  assert.equal(todayText(day([]), { ...SETTINGS, on: false }, NOON), '');
  assert.match(closedText(day([], { closed: 'weekend' })), /does not trade today \(it is the weekend\)/);
  assert.match(closedText(day([], { closed: 'Christmas Day' })), /\(Christmas Day\)/);
  assert.equal(closedText(day([])), '');
});

test('a post that was sent at another minute than planned says when', () => {
  const sent = (/** @type {string} */ clock) =>
    sentText(slot('news', '06:42', { post: post({ sent_at: `${DATE}T${clock}Z` }) }));
  assert.equal(sent('06:42:07'), '');
  assert.equal(sent('06:44:00'), 'at 06:44 UTC');
  assert.equal(sentText(slot('news', '06:42')), '');
});

test('what changed is told once, to those who hear the page', () => {
  const before = day([slot('news', '06:42'), slot('brag', '20:00')]);
  const after = day([
    slot('news', '06:42', { post: post({}) }),
    slot('brag', '20:00'),
    slot('teaser', '12:00', { manual: true, post: post({ id: 'p2', state: 'planned' }) }),
  ]);
  assert.equal(changesOf(before, after), 'Gold news: sent. VIP teaser: waits to be sent.');
  assert.equal(changesOf(after, after), '');
  assert.equal(changesOf(null, after), '', 'the first look is no change');
});

test('what is missing is named, and so are the channels', () => {
  const vip = { role: 'vip', chat: '@vip', title: 'Gold VIP' };
  const free = { role: 'free', chat: '@free', title: '' };
  /** @param {any[]} channels @returns {any} */
  const bot = (...channels) => ({ channels });
  assert.equal(missingOf(bot(vip, free)), null);
  assert.equal(missingOf(bot(vip))?.role, 'free');
  assert.equal(missingOf(bot(free))?.role, 'vip');
  assert.equal(missingOf(null)?.role, null);
  assert.equal(channelName(bot(vip, free), 'vip'), 'Gold VIP');
  assert.equal(channelName(bot(vip, free), 'free'), '@free');
  assert.equal(channelName(null, 'free'), 'your FREE channel');
});

test('a preview says where its text comes from', () => {
  assert.match(sourceText({ forwarded: true, source: '', reason: '' }), /newest weekly recap/);
  assert.match(sourceText({ forwarded: false, source: '', reason: '' }), /^Your own words/);
  assert.equal(
    sourceText({ forwarded: false, source: 'template', reason: 'late' }),
    'Written from a template: the model was late. It is made anew when it is sent.',
  );
});

test('what Telegram would refuse is told as one types, and never more than the server refuses', async () => {
  const file = new URL('../../../internal/engine/message/testdata/markup.json', import.meta.url);
  for (const { markup, entities } of JSON.parse(await readFile(file, 'utf8')))
    if (entities) assert.equal(mistake(markup), '', markup);
  assert.equal(mistake('<b>Join'), '<b> is not closed. Add </b>.');
  assert.equal(mistake('<b>x</i>'), '</i> stands where </b> is due. Close the tags in turn.');
  assert.equal(mistake('x</b>'), '</b> closes nothing. Take it out.');
  assert.equal(mistake('<p>x</p>'), 'Telegram doesn’t know <p>. Take it out, or write its “<” as &lt;.');
  assert.equal(mistake('1 < 2'), 'The “<” in “< 2” begins no tag. Write it as &lt;.');
});
