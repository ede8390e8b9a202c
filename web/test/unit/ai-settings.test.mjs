import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  budgetProblem,
  reasonText,
  stateOf,
  usageText,
  voiceProblem,
} from '../../static/js/components/ai/ai-settings.js';

/**
 * @param {object} today
 * @param {number} [budget]
 * @returns {any}
 */
const ai = (today, budget = 100) => ({
  daily_budget: budget,
  today: { used: 0, written: 0, refused: 0, failed: 0, last_reason: '', ...today },
});

test('today’s use is told with what became of it', () => {
  assert.equal(usageText(ai({})), '0 of 100 messages used today.');
  assert.equal(usageText(ai({ used: 1, written: 1 }, 1)), '1 of 1 message used today.');
  assert.equal(
    usageText(ai({ used: 3, written: 2, refused: 1, last_reason: 'invented' })),
    '3 of 100 messages used today. The written text went out once instead, the last time because a figure was not among the facts.',
  );
  assert.equal(
    usageText(ai({ used: 3, refused: 1, failed: 2 })),
    '3 of 100 messages used today. The written text went out 3 times instead.',
  );
});

test('each reason and each state has words, unknown ones too', () => {
  for (const reason of ['no_provider', 'switched_off', 'over_budget', 'late', 'away', 'limited', 'broken', 'declined'])
    assert.notEqual(reasonText(reason), reasonText('new'), reason);
  for (const reason of ['empty', 'too_long', 'markup', 'invented', 'in_words', 'odd_digits', 'repeats'])
    assert.notEqual(reasonText(reason), reasonText('new'), reason);
  assert.match(reasonText('new'), /could not be used/);
  for (const state of ['off', 'untried', 'working', 'waiting', 'broken']) {
    assert.equal(stateOf(/** @type {any} */ ({ state })).length, 2, state);
  }
});

test('a budget is a whole number, a voice is short', () => {
  for (const good of ['0', '1', '5000', ' 7 ']) assert.equal(budgetProblem(good), '', good);
  for (const bad of ['', ' ', '-1', '1.5', '5001', 'many', '1e9']) assert.notEqual(budgetProblem(bad), '', bad);
  assert.equal(voiceProblem('x'.repeat(400)), '');
  assert.equal(voiceProblem('😀'.repeat(400)), '');
  assert.match(voiceProblem('x'.repeat(401)), /401/);
});
