import assert from 'node:assert/strict';
import { test } from 'node:test';
import { around, curve, fitted, zoomed } from '../../static/js/views/forex/journeys/geometry.js';
import { createWalk } from '../../static/js/views/forex/journeys/walk.js';

const NEVER = '0001-01-01T00:00:00Z';
const START = Date.UTC(2026, 10, 22, 7, 0);
const draft = /** @type {any} */ ({ start_step_id: 'a', welcome_message: 'Hi', steps: [] });

/** @param {(event: any, state: any, definition: any) => any} engine */
function bench(engine) {
  /** @type {any[]} */
  const events = [];
  const walk = createWalk({
    now: START,
    onchange: () => {},
    ask: async (definition, state, event) => {
      events.push(event);
      return { state: { due: NEVER }, effects: [], decision: null, ...engine(event, state, definition) };
    },
  });
  return { walk, events };
}
const kinds = (/** @type {any[]} */ events) => events.map(({ kind }) => kind);

test('a message is told as sent before anything else goes on', async () => {
  const { walk, events } = bench(({ kind }) =>
    kind === 'start'
      ? { effects: [{ kind: 'send', text: 'Hello <b>you</b>' }], state: { phase: 'sending', due: NEVER } }
      : { state: { phase: 'waiting', due: NEVER } },
  );
  await walk.start(draft, '');
  assert.deepEqual(kinds(events), ['start', 'sent']);
  assert.deepEqual(events[1].result, { result: 'ok' });
  assert.equal(walk.said[0]?.text, 'Hello <b>you</b>');
  assert.equal(walk.state?.phase, 'waiting');
  assert.equal(walk.busy, false);
});

test('time that passes brings what is due, each at its own time', async () => {
  const hour = 3_600_000;
  let left = 2;
  const { walk, events } = bench(({ kind, at }) => {
    if (kind === 'timer') left -= 1;
    return { state: { phase: 'sleeping', due: left > 0 ? new Date(Date.parse(at) + hour).toISOString() : NEVER } };
  });
  await walk.start(draft, '');
  await walk.pass(draft, 3 * hour);
  assert.deepEqual(
    events.map(({ kind, at }) => [kind, (Date.parse(at) - START) / hour]),
    [
      ['start', 0],
      ['timer', 1],
      ['timer', 2],
    ],
  );
  assert.equal(walk.clock, START + 3 * hour);
});

test('the next event is skipped to, and nothing happens when none is due', async () => {
  const { walk, events } = bench(({ kind }) => ({
    state: { phase: 'sleeping', due: kind === 'start' ? '2026-11-23T07:00:00Z' : NEVER },
  }));
  await walk.skip(draft);
  assert.equal(events.length, 0);
  await walk.start(draft, '');
  await walk.skip(draft);
  assert.deepEqual(kinds(events), ['start', 'timer']);
  assert.equal(walk.clock, Date.UTC(2026, 10, 23, 7, 0));
  assert.equal(walk.due, 0);
});

test('a start from a step leaves out what comes before it', async () => {
  /** @type {any} */
  let seen;
  const { walk } = bench((_event, _state, definition) => {
    seen = definition;
    return {};
  });
  await walk.start(draft, 'c');
  assert.equal(seen.start_step_id, 'c');
  assert.equal(seen.welcome_message, undefined);
});

test('a deep link carries its payload, tags are kept, and why nothing began is told', async () => {
  const { walk, events } = bench(({ kind }) =>
    kind === 'came'
      ? {
          effects: [{ kind: 'tags', add: ['vip', 'warm'], remove: ['warm'] }],
          decision: { action: 'none', why: [{ message: 'No trigger has this.' }] },
        }
      : {},
  );
  await walk.write(draft, '/start gold_ad');
  assert.deepEqual(events[0].message, { kind: 'text', text: '/start gold_ad', start: 'gold_ad' });
  assert.deepEqual(walk.person.tags, ['vip']);
  assert.deepEqual(
    walk.log.map(({ what, text }) => [what, text]),
    [['none', 'No trigger has this.']],
  );
  assert.equal(walk.said[0]?.mine, true);
});

test('what never stops sending is stopped', async () => {
  const { walk, events } = bench(() => ({ effects: [{ kind: 'send', text: 'again' }] }));
  await walk.start(draft, '');
  assert.ok(events.length < 100);
});

test('a failed call leaves the test usable', async () => {
  let fails = true;
  const { walk } = bench(() => {
    if (fails) throw new Error('away');
    return { state: { phase: 'waiting', due: NEVER } };
  });
  await assert.rejects(walk.start(draft, ''), /away/);
  fails = false;
  await walk.start(draft, '');
  assert.equal(walk.state?.phase, 'waiting');
});

test('a zoom keeps the point under the pointer', () => {
  const at = { x: 300, y: 200 };
  const before = { x: 20, y: -40, zoom: 1 };
  const after = zoomed(before, 1.5, at);
  assert.equal((at.x - before.x) / before.zoom, (at.x - after.x) / after.zoom);
  assert.equal(zoomed(before, 100, at).zoom, 1.6);
});

test('all fits on the screen, and a way back runs below', () => {
  const box = around([
    { x: 0, y: 0, width: 100, height: 50 },
    { x: 900, y: 300, width: 100, height: 100 },
  ]);
  assert.deepEqual(box, { x: 0, y: 0, width: 1000, height: 400 });
  const view = fitted(box, { width: 596, height: 400 });
  assert.equal(view.zoom, 0.5);
  assert.equal(view.x, 48);
  assert.deepEqual(curve({ x: 0, y: 0 }, { x: 200, y: 100 }).at(0.5), { x: 100, y: 50 });
  assert.ok(curve({ x: 500, y: 0 }, { x: 0, y: 0 }, 80).at(0.5).y > 80);
});
