// What a person typed: the twin of internal/base/text, by the vectors that both read and by random texts.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { clean, code, fold, isBlank, lower, running, same } from '../../static/js/typed.js';

/** @type {{same: string[][], different: string[][], texts: Record<string, string>[]}} */
const vectors = JSON.parse(
  readFileSync(new URL('../../../internal/base/text/testdata/vectors.json', import.meta.url), 'utf8'),
);

test('both languages make the same of each text', () => {
  assert.ok(vectors.texts.length > 50);
  for (const want of vectors.texts) {
    const text = want.text ?? '';
    assert.deepEqual(
      { text, clean: clean(text), running: running(text), code: code(text), lower: lower(text), fold: fold(text) },
      want,
      JSON.stringify(text),
    );
  }
});

test('what people take for the same is the same, and the rest is not', () => {
  for (const [first = '', ...rest] of vectors.same) {
    for (const other of rest) assert.ok(same(first, other), `${first} ${other}`);
  }
  for (const group of vectors.different) {
    group.forEach((a, i) => group.slice(0, i).forEach((b) => assert.ok(!same(a, b), `${a} ${b}`)));
  }
});

test('a lone half of a character is seen', () => {
  assert.equal(clean('a\ud800b'), 'a\ufffdb');
  assert.equal(running('\udc00'), '\ufffd');
  assert.equal(fold('A\ud83d'), 'a\ufffd');
});

/** A random number below n, the same in each run.
 * @param {number} seed
 */
function random(seed) {
  let state = BigInt(seed);
  return (/** @type {number} */ n) => {
    state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
    return Number(state >> 33n) % n;
  };
}

test('random texts keep the properties', () => {
  const next = random(42);
  const pools = [
    ['a', 'B', 'ı', 'İ', 'i', 'ς', 'Σ', 'ё', 'ß', 'ŉ', 'ΐ', 'ᾳ', 'e', 'я', '7', '³', '\u{1f469}', '❤'],
    [
      '\u0301',
      '\u0307',
      '\u0308',
      '\u0345',
      '\ufe0f',
      '\u200d',
      '\u200b',
      '\ufeff',
      '\xad',
      '\u202e',
      '\u2069',
      '\u{e0067}',
    ],
    [' ', '\n', '\r', '\t', '\xa0', '\u2028', '\u2800', '\0', '\x9b', '\ufffc', "'", '’', '“', '—', '\ud800'],
  ];
  const invisible = /[\p{Default_Ignorable_Code_Point}\p{Cc}\ufff9-\ufffb]/u;
  for (let round = 0; round < 20000; round++) {
    let text = '';
    for (let i = next(12); i >= 0; i--) {
      const pool = pools[next(4) % 3] ?? [];
      text += next(8) === 0 ? String.fromCodePoint(next(0x30000)) : pool[next(pool.length)];
    }
    const shown = JSON.stringify(text);
    for (const make of [clean, running, fold, code]) {
      const once = make(text);
      assert.equal(make(once), once, `${make.name} again changes nothing: ${shown}`);
      assert.ok(once.isWellFormed(), shown);
      assert.equal(once, once.normalize('NFC'), shown);
    }
    assert.equal(fold(clean(text)), fold(text), shown);
    assert.equal(fold(running(text)), fold(text), shown);
    assert.equal(clean(running(text)), clean(text), shown);
    assert.equal(isBlank(text), running(text) === '', shown);
    for (const out of [clean(text), fold(text), code(text)]) {
      assert.ok(!invisible.test(out), `${shown} holds what isn't seen`);
    }
  }
});
