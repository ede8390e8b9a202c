import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kept, keep, parse, write } from '../../static/js/views/forex/journeys/clip.js';
import {
  addStep,
  changeStep,
  connect,
  moveSteps,
  paste,
  removeSteps,
} from '../../static/js/views/forex/journeys/commands.js';
import { curve } from '../../static/js/views/forex/journeys/geometry.js';
import { inOrder, layers, tidy } from '../../static/js/views/forex/journeys/layout.js';
import { bestOf } from '../../static/js/views/forex/journeys/picker.js';
import { createStore, TOGETHER } from '../../static/js/views/forex/journeys/store.js';

/** @typedef {import('../../static/js/views/forex/journeys/types.js').Definition} Definition */

/** @param {any[]} steps @returns {Definition} */
const journey = (...steps) => ({
  format: 1,
  connections: [],
  triggers: [],
  priority_int: 0,
  inactivity_timeout_days: 0,
  re_entry: { rule: 'always' },
  timezone: 'UTC',
  start_step_id: steps[0]?.id ?? '',
  steps: steps.map((step, i) => ({ type: 'message', x: i * 336, y: 0, ...step })),
});
const ids = () => {
  let n = 0;
  return () => `n${(n += 1)}`;
};
const pair = () => journey({ id: 'a', next_step_id: 'b' }, { id: 'b' });

test('the first step is where it starts', () => {
  const { definition, id } = addStep(journey(), 'message', {}, ids());
  assert.equal(definition.start_step_id, id);
});

test('a step on a way stands between', () => {
  const { definition } = addStep(pair(), 'delay', { after: 'a', port: 'next' }, ids());
  const [a, b, added] = definition.steps;
  assert.equal(a?.next_step_id, 'n1');
  assert.equal(added?.next_step_id, 'b');
  assert.equal(b?.next_step_id, undefined);
});

test('what is added stands on nobody', () => {
  let definition = pair();
  for (let i = 0; i < 5; i += 1)
    definition = addStep(definition, 'message', { after: 'a', port: 'next' }, () => `n${i}`).definition;
  const places = new Set(definition.steps.map(({ x, y }) => `${x} ${y}`));
  assert.equal(places.size, definition.steps.length);
});

test('deleting clears the ways to what is gone, and shares the rest', () => {
  const before = journey({ id: 'a', next_step_id: 'b' }, { id: 'b', next_step_id: 'c' }, { id: 'c' });
  const after = removeSteps(before, ['b']);
  assert.deepEqual(
    after.steps.map(({ id, next_step_id: next }) => [id, next]),
    [
      ['a', undefined],
      ['c', undefined],
    ],
  );
  assert.equal(after.steps[1], before.steps[2]);
  assert.equal(removeSteps(before, ['a']).start_step_id, '');
});

test('pasted steps have new ids, ways between them, none out of them', () => {
  const source = journey({ id: 'a', next_step_id: 'b' }, { id: 'b', next_step_id: 'c' }, { id: 'c' });
  const { definition, ids: added } = paste(journey({ id: 'x' }), source.steps.slice(0, 2), { x: 100, y: 100 }, ids());
  assert.deepEqual(added, ['n1', 'n2']);
  const [, one, two] = definition.steps;
  assert.equal(one?.next_step_id, 'n2');
  assert.equal(two?.next_step_id, undefined);
  assert.deepEqual([one?.x, one?.y], [96, 96]);
  assert.equal(definition.start_step_id, 'x');
});

test('only steps are taken for steps', () => {
  const steps = pair().steps;
  assert.deepEqual(parse(write(steps)), steps);
  for (const bad of ['', 'hello', '{}', '{"promostack":"steps","format":2,"steps":[]}', write([]), 'null']) {
    assert.equal(parse(bad), null, bad);
  }
  assert.equal(parse(write([/** @type {any} */ ({ id: 'a', type: 'toString' })])), null);
});

test('a copy is kept where storage is switched off', () => {
  const off = () => {
    throw new Error('off');
  };
  keep(pair().steps, off);
  assert.equal(kept(off)?.length, 2);
});

test('undo and redo go through what was done', () => {
  let at = 0;
  const store = createStore(pair(), { now: () => at });
  const first = store.definition;
  store.select(['a']);
  store.apply('Move', moveSteps(store.definition, ['a'], 16, 0));
  assert.equal(store.undoLabel, 'Move');
  store.undo();
  assert.equal(store.definition, first);
  assert.deepEqual(store.selected, ['a']);
  assert.equal(store.redoLabel, 'Move');
  store.redo();
  assert.equal(store.definition.steps[0]?.x, 16);
  store.apply('Connect', connect(store.definition, 'b', 'next', 'a'));
  assert.equal(store.redoLabel, '');
  assert.equal(store.apply('Nothing', store.definition), false);
  at += 1;
});

test('typing is undone together, unless a while lies between', () => {
  let at = 0;
  const store = createStore(pair(), { now: () => at });
  /** @param {string} text @param {string} group */
  const type = (text, group) =>
    store.apply(
      'Typing',
      changeStep(store.definition, 'a', (step) => ({ ...step, text })),
      { group, by: 'typing' },
    );
  type('h', 'a text');
  type('hi', 'a text');
  at += TOGETHER + 1;
  type('hi!', 'a text');
  store.undo();
  assert.equal(store.definition.steps[0]?.text, 'hi');
  store.undo();
  assert.equal(store.definition.steps[0]?.text, undefined);
  assert.equal(store.undo(), false);
});

test('what is gone is not selected', () => {
  const store = createStore(pair());
  store.select(['a', 'b', 'nobody']);
  assert.deepEqual(store.selected, ['a', 'b']);
  store.apply('Delete', removeSteps(store.definition, ['a']));
  assert.deepEqual(store.selected, ['b']);
});

test('steps are laid out by their distance from the start, none upon another', () => {
  const definition = journey(
    { id: 'a', type: 'condition', branch_true_step_id: 'b', branch_false_step_id: 'c' },
    { id: 'b', next_step_id: 'd' },
    { id: 'c', next_step_id: 'a' },
    { id: 'd', type: 'end' },
    { id: 'alone' },
  );
  assert.deepEqual(Object.fromEntries(layers(definition)), { a: 0, b: 1, c: 1, d: 2, alone: 0 });
  const places = tidy(definition, () => 100);
  assert.equal(places.get('b')?.x, places.get('c')?.x);
  assert.ok((places.get('c')?.y ?? 0) - (places.get('b')?.y ?? 0) >= 100);
  assert.ok((places.get('alone')?.y ?? 0) >= 100);
});

test('a step stands after all that lead to it, ways that lead back don’t count, and the end is at the end', () => {
  const definition = journey(
    { id: 'a', type: 'condition', branch_true_step_id: 'c', branch_false_step_id: 'end' },
    { id: 'b', next_step_id: 'd' },
    { id: 'c', type: 'condition', branch_true_step_id: 'b', branch_false_step_id: 'd' },
    { id: 'd', type: 'condition', branch_true_step_id: 'a', branch_false_step_id: 'late' },
    { id: 'late' },
    { id: 'end', type: 'end' },
  );
  assert.deepEqual(Object.fromEntries(layers(definition)), { a: 0, c: 1, b: 2, d: 3, late: 4, end: 5 });
  const places = tidy(definition, () => 100);
  const xs = ['a', 'c', 'b', 'd', 'late', 'end'].map((id) => places.get(id)?.x ?? 0);
  assert.deepEqual(
    xs,
    [...xs].sort((a, b) => a - b),
  );
});

test('a way goes round the steps between, above or below, and straight where nothing is', () => {
  const from = { x: 0, y: 50 };
  const to = { x: 900, y: 50 };
  const box = { x: 300, y: 0, width: 200, height: 120 };
  /** @param {import('../../static/js/views/forex/journeys/geometry.js').Curve} way */
  const over = ({ at }) =>
    Array.from({ length: 50 }, (_, i) => at(i / 50)).some(
      ({ x, y }) => x > box.x && x < box.x + box.width && y > box.y && y < box.y + box.height,
    );
  const direct = curve(from, to);
  assert.ok(over(direct));
  const round = curve(from, to, 0, [box]);
  assert.ok(!over(round), 'it goes round');
  assert.deepEqual(round.at(1), to);
  assert.ok(round.at(0.5).y < 0, 'by the shorter side');
  const above = { x: 300, y: -400, width: 200, height: 390 };
  assert.ok(curve(from, to, 0, [box, above]).at(0.5).y > 120, 'not over another one');
  assert.equal(curve(from, to, 0, [{ ...box, y: 400 }]).d, direct.d);
});

test('what is meant by what was typed: the name itself, then its beginning, then a word of it', () => {
  assert.equal(bestOf(['Ask for thanks', 'Thanks', 'Thanks again'], ['thanks']), 1);
  assert.equal(bestOf(['Ask for thanks', 'Thanks again'], ['thanks']), 1);
  assert.equal(bestOf(['Nothanks', 'Say thanks'], ['thanks']), 1);
  assert.equal(bestOf(['One', 'Two'], ['xyz']), 0);
});

test('the list goes along each way, deeper where it parts; what nothing leads to comes last', () => {
  const definition = journey(
    { id: 'a', next_step_id: 'q' },
    { id: 'alone' },
    { id: 'c' },
    { id: 'q', type: 'condition', branch_true_step_id: 'b', branch_false_step_id: 'c' },
    { id: 'b', next_step_id: 'a' },
  );
  assert.deepEqual(
    inOrder(definition).map(({ step, depth, reached }) => [step.id, depth, reached]),
    [
      ['a', 0, true],
      ['q', 0, true],
      ['b', 1, true],
      ['c', 1, true],
      ['alone', 0, false],
    ],
  );
});
