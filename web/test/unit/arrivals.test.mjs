import assert from 'node:assert/strict';
import { test } from 'node:test';
import { arrivals } from '../../static/js/views/promo/generator/arrivals.js';

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('what fails is asked for once, and again after a retry only', async () => {
  let asked = 0;
  let away = true;
  let ready = 0;
  /** @type {string[]} */
  const failures = [];
  const pictures = arrivals({
    load: async (url) => {
      asked += 1;
      if (away) throw new Error(`no ${url}`);
      return `picture of ${url}`;
    },
    onready: () => {
      ready += 1;
    },
    onfailed: (error) => failures.push(String(error)),
  });
  assert.equal(pictures.want('a'), null);
  assert.equal(pictures.pending('a'), true);
  await settled();
  assert.equal(pictures.pending('a'), false);
  for (let frame = 0; frame < 60; frame += 1) assert.equal(pictures.want('a'), null);
  await settled();
  assert.equal(asked, 1);
  assert.equal(ready, 0);
  assert.deepEqual(failures, ['Error: no a']);

  away = false;
  assert.equal(pictures.retry(), true);
  assert.equal(pictures.retry(), false);
  assert.equal(pictures.want('a'), null);
  await settled();
  assert.equal(ready, 1);
  assert.equal(pictures.want('a'), 'picture of a');
  assert.equal(asked, 2);
});
