import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { ways } from '../../static/js/views/forex/journeys/model.js';
import { keptBy } from '../../static/js/views/forex/support-chat/actions.js';
import { isSame } from '../../static/js/views/forex/support-chat/changes.js';
import { compare } from '../../static/js/views/forex/support-chat/compare.js';
import { STARTS } from '../../static/js/views/forex/support-chat/new-journey.js';
import { wholeNumber } from '../../static/js/views/forex/support-chat/settings/section.js';
import { timeIn, zoneOf } from '../../static/js/views/forex/support-chat/settings/times.js';
import { payloadProblem } from '../../static/js/views/forex/support-chat/settings/triggers.js';
import {
  finishText,
  listensText,
  logLine,
  mendedAt,
  namesText,
  outcomeText,
  pageOf,
  percent,
  sortedIssues,
  stepName,
  triggerText,
} from '../../static/js/views/forex/support-chat/words.js';

const starts = new URL('../../static/js/views/forex/journeys/starts/', import.meta.url);

/** @param {string} name */
const start = async (name) => JSON.parse(await readFile(new URL(`${name}.json`, starts), 'utf8'));

test('triggers and places in words', () => {
  assert.equal(triggerText({ kind: 'keyword', value: 'gold' }), 'keyword gold');
  assert.equal(triggerText({ kind: 'keyword', value: 'gold', match: 'exact' }), 'keyword gold');
  assert.equal(triggerText({ kind: 'keyword', value: 'gold', match: 'prefix' }), 'keyword gold at the beginning');
  assert.equal(triggerText({ kind: 'keyword', value: '' }), 'keyword …');
  assert.equal(triggerText({ kind: 'deep_link', value: 'vip' }), 'link t.me/…?start=vip');
  assert.equal(triggerText({ kind: 'deep_link', value: 'vip' }, 'gold_bot'), 'link t.me/gold_bot?start=vip');
  assert.equal(triggerText({ kind: 'any_message' }), 'any message');
  assert.equal(listensText(['signal_bot', 'user_account']), 'Signal Bot, User Account');
  assert.equal(listensText([]), 'Listens nowhere yet');
});

test('steps are called by title, by type, and the one before all is the welcome', () => {
  assert.equal(stepName({ id: 'a', type: 'message', title: 'Hello' }), 'Hello');
  assert.equal(stepName({ id: 'a', type: 'wait_for_reply', title: '' }), 'Wait for reply');
  assert.equal(stepName({ step_id: '', type: 'message' }), 'Welcome message');
  assert.equal(stepName({ id: 'a', type: 'message', text: '<b>Hi</b> &lt;you&gt;\n\nthere' }), 'Hi <you> there');
  assert.equal(stepName({ id: 'a', type: 'question', text: 'x'.repeat(60) }), `${'x'.repeat(47)}…`);
  assert.equal(stepName({ id: 'a', type: 'removed', title: '' }), 'Removed since');
  assert.equal(stepName({ id: 'a', type: 'unheard_of' }), 'Unheard of', 'never by its id');
  assert.equal(stepName({ id: 'a' }), 'A removed step');
  assert.equal(stepName(null), '–');
});

test('an issue leads to where it is mended, errors first', () => {
  /** @param {string} step_id @param {string} field */
  const at = (step_id, field) =>
    mendedAt('j', { severity: 'error', step_id, field, code: '', message: '' }).replace('#forex/support-chat', '');
  assert.equal(at('s', 'text'), '?journey=j&tab=build&step=s');
  assert.equal(at('', 'triggers[1].value'), '?journey=j&tab=settings');
  assert.equal(at('', 'start_step_id'), '?journey=j&tab=build');
  assert.equal(at('', ''), '?journey=j&tab=build');
  assert.equal(pageOf('j'), '#forex/support-chat?journey=j');
  /** @type {import('../../static/js/views/forex/journeys/types.js').Issue[]} */
  const issues = [
    { severity: 'warning', step_id: 'a', code: '', message: '1' },
    { severity: 'error', step_id: 'b', code: '', message: '2' },
    { severity: 'error', code: '', message: '3' },
  ];
  assert.deepEqual(
    sortedIssues(issues).map(({ message }) => message),
    ['3', '2', '1'],
  );
});

test('changes are named, and who stays on the version of before is counted', () => {
  assert.equal(namesText(['text', 'next_step_id', 'quiet_hours']), 'text, next step and quiet hours');
  assert.equal(namesText(['triggers']), 'triggers');
  assert.equal(finishText(0), '');
  assert.match(finishText(1), /^1 person is at a step that this change removes: they finish/);
  assert.match(finishText(3), /^3 people are at a step/);
});

test('two versions are compared by what people notice', async () => {
  const live = await start('welcome');
  assert.ok(isSame(compare(live, structuredClone(live))));
  const other = structuredClone(live);
  other.steps[0].x += 40; // only its place
  other.quiet_hours = null;
  other.steps[1].text = 'New words';
  other.steps[1].buttons = [];
  const [gone] = other.steps.splice(3, 1);
  other.steps.push({ id: 'new', type: 'end', title: 'Bye', x: 0, y: 0 });
  other.priority_int = 3;
  other.re_entry = { days: 30, rule: 'after' }; // the same in another order
  assert.deepEqual(compare(live, other), {
    added: [{ step_id: 'new', type: 'end', title: 'Bye' }],
    removed: [{ step_id: gone.id, type: gone.type, title: gone.title }],
    changed: [{ step_id: live.steps[1].id, type: 'message', title: live.steps[1].title, fields: ['text'] }],
    settings: ['priority_int'],
  });
});

test('the log says what happened in words', () => {
  const entry = { id: '1', at: '2026-11-24T08:00:00Z', journey: null, reasons: [], text: '', step: null };
  const step = { id: 's', type: 'message', title: 'The offer' };
  assert.equal(logLine({ ...entry, what: 'entered', step }).title, 'Reached The offer');
  const said = logLine({ ...entry, what: 'unheard', text: 'hello', step });
  assert.deepEqual([said.quote, said.text, said.step], ['hello', '', 'The offer']);
  assert.equal(logLine({ ...entry, what: 'ended', text: 'inactive' }).text, 'ended by inactivity');
  const told = logLine({ ...entry, what: 'sent', text: 'Hi Ann\n[Yes] [No]', step });
  assert.deepEqual([told.title, told.quote, told.step], ['The bot said', 'Hi Ann\n[Yes] [No]', 'The offer']);
  assert.equal(logLine({ ...entry, what: 'sent', text: '' }).title, 'Message sent', 'before texts were kept');
  assert.equal(logLine({ ...entry, what: 'something_new', text: 'x' }).title, 'Something new');
  const none = logLine({
    ...entry,
    what: 'no_trigger',
    text: 'gold?',
    reasons: [{ journey_id: 'j', name: 'Gold', code: 're_entry', message: 'They were in it before' }],
  });
  assert.deepEqual(none.reasons, [{ journey: 'j', name: 'Gold', message: 'They were in it before.' }]);
  assert.equal(outcomeText('handed_over'), 'handed over');
});

test('shares are whole, and nothing is divided by nothing', () => {
  assert.equal(percent(1, 3), '33 %');
  assert.equal(percent(5, 0), '–');
});

test('why a journey is not deleted', () => {
  /** @param {string} state @param {number} inside */
  const row = (state, inside) => /** @type {any} */ ({ state, figures: { sends: 0, people: 0, inside } });
  assert.equal(keptBy(row('draft', 0)), '');
  assert.match(keptBy(row('active', 0)), /Stop it first/);
  assert.equal(keptBy(row('stopped', 1)), '1 person is in it.');
  assert.equal(keptBy(row('stopped', 3)), '3 people are in it.');
});

test('settings take what people type, and say what is wrong', () => {
  assert.equal(wholeNumber(' 7 ', 0, 10), 7);
  assert.equal(wholeNumber('-3', -10, 10), -3);
  for (const bad of ['', '1.5', '11', 'x', '1e1']) assert.equal(wholeNumber(bad, 0, 10), null, bad);
  assert.equal(payloadProblem('vip_2026-a'), '');
  assert.match(payloadProblem(''), /name/);
  for (const bad of ['two words', 'grün', 'x'.repeat(65)]) assert.match(payloadProblem(bad), /letters, digits/, bad);
});

test('a timezone is found however it is typed', () => {
  assert.equal(zoneOf('utc'), 'UTC');
  assert.equal(zoneOf(' europe/berlin '), 'Europe/Berlin');
  assert.equal(zoneOf('New York'), 'America/New_York');
  assert.equal(zoneOf('new_york'), 'America/New_York');
  assert.equal(zoneOf('Nowhere'), '');
  assert.equal(zoneOf('UTC+3'), 'UTC+03:00');
  assert.equal(zoneOf('gmt −04:30'), 'UTC-04:30');
  assert.equal(zoneOf('+5:30'), 'UTC+05:30');
  assert.equal(zoneOf('utc+0'), 'UTC');
  assert.equal(zoneOf('UTC+15'), '');
  assert.equal(timeIn('UTC+05:30', new Date('2026-11-30T20:00:00Z')), '01:30');
  assert.equal(zoneOf(''), '');
  assert.equal(timeIn('UTC', new Date('2026-11-24T08:05:00Z')), '08:05');
  assert.equal(timeIn('Nowhere/At_All'), '');
});

test('each ready start is there, is whole, and leads somewhere', async () => {
  const files = (await readdir(starts)).map((name) => name.replace('.json', '')).sort();
  assert.deepEqual(files, STARTS.map(({ id }) => id).sort());
  for (const name of files) {
    /** @type {import('../../static/js/views/forex/journeys/types.js').Definition} */
    const definition = await start(name);
    const ids = new Set(definition.steps.map(({ id }) => id));
    assert.equal(ids.size, definition.steps.length, `${name}: ids are unique`);
    assert.ok(ids.has(definition.start_step_id), `${name}: its first step`);
    const reached = new Set([definition.start_step_id]);
    for (const step of definition.steps) {
      if (step.type !== 'end')
        assert.ok(
          ways(step).some(({ target }) => target),
          `${name}: ${step.id} ends nowhere`,
        );
      for (const { target } of ways(step)) {
        if (target) assert.ok(ids.has(target), `${name}: ${step.id} leads to ${target}`);
        reached.add(target);
      }
    }
    for (const id of ids) assert.ok(reached.has(id), `${name}: nothing leads to ${id}`);
  }
});
