/** The page's check of a record finds what the program's own check finds: both are held against the same file. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { check, hash, read } from '../../static/js/record/chain.js';

const vectors = JSON.parse(
  readFileSync(new URL('../../../internal/engine/forex/track/testdata/records.json', import.meta.url), 'utf8'),
);

/** The record of a case, after what is done to it. @param {any} v */
async function made(v) {
  const record = structuredClone(vectors.records[v.record]);
  const { entries } = record;
  const at = v.at ?? 0;
  if (v.op === 'set') entries[at] = v.text;
  if (v.op === 'remove') entries.splice(at, 1);
  if (v.op === 'insert') entries.splice(at, 0, v.text);
  if (v.op === 'swap') [entries[at], entries[at + 1]] = [entries[at + 1], entries[at]];
  if (v.again) {
    for (let i = at + 1; i < entries.length; i += 1)
      entries[i] = entries[i].replace(/"prev":"[0-9a-f]{64}"}$/, `"prev":"${await hash(entries[i - 1])}"}`);
    record.head = await hash(entries.at(-1));
  }
  record.head = v.head ?? record.head;
  record.figures = v.figures ?? record.figures;
  return record;
}

test('finds what the program finds', async () => {
  for (const v of vectors.cases) assert.equal((await check(await made(v))).wrong, v.wrong, v.name);
});

test('knows the entry of a head that was kept, until the chain is cut before it', async () => {
  const record = structuredClone(vectors.records[0]);
  const kept = await hash(record.entries[5]);
  assert.equal((await check(record, ` ${kept.toUpperCase()}\n`)).seq, 6);
  assert.equal((await check(record, kept.slice(0, 16))).seq, 6);
  assert.equal((await check(record, kept.slice(0, 15))).seq, 0);
  assert.equal((await check(record)).seq, 0);

  const cut = { ...record, entries: record.entries.slice(0, 4) };
  cut.head = await hash(cut.entries[3]);
  cut.figures = { signals: 1, open: 1 };
  const found = await check(cut, kept);
  assert.equal(found.seq, 0);
});

test('counts signals on a made-up market apart', async () => {
  const { wrong, book } = await read(vectors.records[1].entries);
  assert.equal(wrong, '');
  assert.equal(book?.figures.signals, 0);
  assert.equal(book?.madeUp.signals, book?.figures.simulated);
  assert.ok((book?.madeUp.wins ?? 0) + (book?.madeUp.losses ?? 0) > 0);
});

test('reads no record of another form', async () => {
  assert.match((await check({ ...vectors.records[0], format: 2 })).wrong, /form 2/);
  assert.match((await check({ ...vectors.records[0], entries: [] })).wrong, /missing/);
});
