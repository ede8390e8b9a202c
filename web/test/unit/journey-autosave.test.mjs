import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError } from '../../static/js/problem.js';
import { createAutosave, QUIET, TRIES } from '../../static/js/views/forex/journeys/autosave.js';

/** @param {number} status @param {string} code */
const refusal = (status, code) => new ApiError({ status, code, message: 'No' });
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** @param {import('node:test').TestContext} t */
function bench(t) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  /** @type {{ version: number, definition: any, done: (value?: any) => void, fail: (error: Error) => void }[]} */
  const calls = [];
  /** @type {string[]} */
  const states = [];
  const saver = createAutosave({
    row: { id: 'j', version: 1 },
    save: ({ version }, definition) =>
      new Promise((resolve, reject) =>
        calls.push({
          version,
          definition,
          done: () => resolve(/** @type {any} */ ({ version: version + 1, issues: [] })),
          fail: reject,
        }),
      ),
    onstatus: ({ state }) => states.push(state),
    onsaved: () => {},
  });
  /** @param {number} ms */
  const pass = async (ms) => {
    t.mock.timers.tick(ms);
    await turn();
  };
  return { saver, calls, states, pass };
}
const draft = (/** @type {string} */ name) => /** @type {any} */ ({ name });

test('it waits for a pause, and saves the last of many changes', async (t) => {
  const { saver, calls, pass } = bench(t);
  saver.change(draft('a'));
  await pass(QUIET - 1);
  saver.change(draft('b'));
  await pass(QUIET - 1);
  assert.equal(calls.length, 0);
  await pass(1);
  assert.deepEqual(
    calls.map(({ version, definition }) => [version, definition.name]),
    [[1, 'b']],
  );
  assert.equal(saver.dirty, true);
  calls[0]?.done();
  await turn();
  assert.equal(saver.status.state, 'saved');
  assert.equal(saver.dirty, false);
});

test('one request at a time, the next with the new version', async (t) => {
  const { saver, calls, pass } = bench(t);
  saver.change(draft('a'));
  await pass(QUIET);
  saver.change(draft('b'));
  await pass(QUIET * 3);
  assert.equal(calls.length, 1);
  calls[0]?.done();
  await turn();
  assert.equal(saver.status.state, 'waiting');
  await pass(QUIET);
  assert.deepEqual(
    calls.map(({ version, definition }) => [version, definition.name]),
    [
      [1, 'a'],
      [2, 'b'],
    ],
  );
});

test('while the server is away it tries again by itself, with what is newest', async (t) => {
  const { saver, calls, pass } = bench(t);
  saver.change(draft('a'));
  await pass(QUIET);
  calls[0]?.fail(refusal(503, 'database_unavailable'));
  await turn();
  assert.deepEqual([saver.status.state, saver.status.again], ['failed', true]);
  saver.change(draft('b'));
  await pass(TRIES[0] ?? 0);
  assert.equal(calls[1]?.definition.name, 'b');
  calls[1]?.fail(refusal(0, 'offline'));
  await turn();
  const flushed = saver.flush();
  await turn();
  assert.equal(calls.length, 3);
  calls[2]?.done();
  await flushed;
  assert.equal(saver.dirty, false);
});

test('what is refused is not tried again before it changes', async (t) => {
  const { saver, calls, pass } = bench(t);
  saver.change(draft('a'));
  await pass(QUIET);
  calls[0]?.fail(refusal(409, 'journey_locked'));
  await turn();
  assert.deepEqual([saver.status.state, saver.status.again], ['failed', false]);
  await pass(60_000);
  assert.equal(calls.length, 1);
  saver.change(draft('b'));
  await pass(QUIET);
  assert.equal(calls.length, 2);
});

test('somebody else’s change stops it until a person has chosen', async (t) => {
  const { saver, calls, pass } = bench(t);
  saver.change(draft('a'));
  await pass(QUIET);
  calls[0]?.fail(refusal(412, 'precondition'));
  await turn();
  assert.equal(saver.status.state, 'conflict');
  saver.change(draft('b'));
  await pass(60_000);
  assert.equal(calls.length, 1);
  assert.equal(saver.dirty, true);
  saver.rebase(9, true);
  await pass(0);
  assert.deepEqual([calls[1]?.version, calls[1]?.definition.name], [9, 'b']);
});

test('theirs is taken and nothing is sent', async (t) => {
  const { saver, calls, pass } = bench(t);
  saver.change(draft('a'));
  await pass(QUIET);
  calls[0]?.fail(refusal(412, 'precondition'));
  await turn();
  saver.rebase(4, false);
  await pass(60_000);
  assert.equal(calls.length, 1);
  assert.deepEqual([saver.dirty, saver.version], [false, 4]);
});

test('what waits is sent when the builder goes', async (t) => {
  const { saver, calls } = bench(t);
  saver.change(draft('a'));
  saver.destroy();
  assert.equal(calls.length, 1);
});
