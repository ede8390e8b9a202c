import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { length, plain, read } from '../../static/js/views/forex/journeys/markup.js';
import {
  destinations,
  nameOf,
  retargeted,
  shares,
  summary,
  ways,
  withWay,
} from '../../static/js/views/forex/journeys/model.js';
import { join, span, split } from '../../static/js/views/forex/journeys/spans.js';

/** @param {any} step @returns {import('../../static/js/views/forex/journeys/types.js').Step} */
const step = (step) => ({ id: 's1', x: 0, y: 0, ...step });

test('ways follow the type and what is set', () => {
  /** @param {any} value */
  const ports = (value) => ways(step(value)).map(({ port }) => port);
  assert.deepEqual(ports({ type: 'end' }), []);
  assert.deepEqual(ports({ type: 'message' }), ['next']);
  assert.deepEqual(ports({ type: 'condition' }), ['true', 'false']);
  assert.deepEqual(ports({ type: 'split', arms: [{ name: 'A' }, { name: 'B' }] }), ['arm:0', 'arm:1']);
  assert.deepEqual(ports({ type: 'question', answer: 'text' }), ['next']);
  assert.deepEqual(
    ports({ type: 'question', answer: 'choice', choices: [{ text: 'a' }], max_attempts: 2, timeout_seconds: 60 }),
    ['choice:0', 'next', 'invalid', 'timeout'],
  );
  assert.deepEqual(ports({ type: 'wait_for_reply' }), ['next']);
  assert.deepEqual(ports({ type: 'wait_for_reply', branch_keyword: 'yes' }), ['true', 'false', 'next']);
  assert.deepEqual(ports({ type: 'wait_for_reply', branch_keyword: 'yes', branch_false_step_id: 'x' }), [
    'true',
    'false',
  ]);
});

test('a way is set and cleared in its own field', () => {
  assert.equal(withWay(step({ type: 'message' }), 'next', 'b').next_step_id, 'b');
  assert.equal('next_step_id' in withWay(step({ type: 'message', next_step_id: 'b' }), 'next', ''), false);
  const split = withWay(step({ type: 'split', arms: [{ name: 'A', weight: 1 }] }), 'arm:0', 'c');
  assert.deepEqual(split.arms, [{ name: 'A', weight: 1, next_step_id: 'c' }]);
  assert.deepEqual(withWay(split, 'arm:0', '').arms, [{ name: 'A', weight: 1 }]);
});

test('targets change everywhere, and a step without them stays the same', () => {
  const old = step({ type: 'question', next_step_id: 'a', choices: [{ text: 'x', next_step_id: 'a' }, { text: 'y' }] });
  const next = retargeted(old, (target) => (target === 'a' ? '' : target));
  assert.equal(next.next_step_id, undefined);
  assert.deepEqual(next.choices, [{ text: 'x' }, { text: 'y' }]);
  assert.equal(
    retargeted(old, (target) => target),
    old,
  );
});

test('steps are told in a line', () => {
  assert.equal(summary(step({ type: 'delay', delay: 'for', seconds: 5400 })), 'For 1 hour 30 minutes');
  assert.equal(
    summary(
      step({
        type: 'split',
        arms: [
          { name: 'A', weight: 1 },
          { name: 'B', weight: 2 },
        ],
      }),
    ),
    'A 33 % · B 67 %',
  );
  assert.equal(
    summary(
      step({
        type: 'condition',
        rules: [
          { variable: 'age', op: 'greater', value: '18' },
          { op: 'has_tag', value: 'vip' },
        ],
      }),
    ),
    'age is more than 18 and has the tag vip',
  );
  assert.equal(nameOf(step({ type: 'message', text: '<b>Hi</b> there' })), 'Hi there');
  assert.equal(nameOf(step({ type: 'delay', seconds: 60 })), 'Delay: for 1 minute');
  assert.equal(
    destinations(step({ type: 'condition', branch_true_step_id: 'b' }), (id) => `Step ${id}`),
    'Yes: leads to Step b. No: leads nowhere yet.',
  );
});

test('weights become per cent that add up', () => {
  assert.deepEqual(shares([{ weight: 1 }, { weight: 1 }, { weight: 1 }]), [34, 33, 33]);
  assert.deepEqual(shares([{ weight: 0 }, { weight: 0 }]), [0, 0]);
});

test('spans keep their unit', () => {
  assert.deepEqual(split(172800), { amount: 2, unit: 'days' });
  assert.deepEqual(split(5400), { amount: 90, unit: 'minutes' });
  assert.equal(join(1.5, 'hours'), 5400);
  assert.equal(span(0), '0 seconds');
  assert.equal(span(90061), '1 day 1 hour');
});

test('texts are read and counted as Telegram does, the same as by the server', async () => {
  const file = new URL('../../../internal/engine/message/testdata/markup.json', import.meta.url);
  for (const { markup, text, entities } of JSON.parse(await readFile(file, 'utf8'))) {
    assert.equal(plain(markup), text, markup);
    assert.equal(length(markup), text.length, markup);
    if (entities) assert.deepEqual(read(markup).entities, entities, markup);
  }
  assert.deepEqual(read('<b>open').entities, [{ type: 'bold', offset: 0, length: 4 }]);
});
