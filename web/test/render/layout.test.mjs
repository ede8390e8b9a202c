/**
 * The browser's layout equals the server's: every golden vector of internal/engine/render/testdata/golden,
 * exactly. Run by `node --test web/test/render/*.test.mjs`.
 */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { layout, loadFonts } from '../../static/js/render/index.js';
import { EmojiIndex } from '../../static/js/render/emoji.js';
import { codePoints } from '../../static/js/render/text.js';
import { makeServerSide, root } from './server-side.mjs';

const golden = join(root, 'internal', 'engine', 'render', 'testdata', 'golden');

/** @type {ReturnType<typeof makeServerSide>} */
let server;
/** @type {import('../../static/js/render/types.js').Fonts} */
let fonts;

before(async () => {
  server = makeServerSide();
  fonts = await loadFonts(server.fetchJson);
});
after(() => server.remove());

for (const file of readdirSync(golden)) {
  test(`layouts of ${file} equal the server's`, async () => {
    const { template, cases } = JSON.parse(readFileSync(join(golden, file), 'utf8'));
    await fonts.need(template);
    for (const c of cases) {
      const got = JSON.parse(JSON.stringify(layout(template, c.size, c.values, fonts)));
      const name = `${c.name} (${c.size}): ${JSON.stringify(c.values).slice(0, 120)}`;
      assert.deepEqual(got.errors, c.errors ?? [], name);
      assert.deepEqual(got.layout, c.layout ?? null, name);
    }
  });
}

test('defaults that the metadata leaves out are the server’s', async () => {
  const template = JSON.parse(readFileSync(join(golden, 'gold-coupon.json'), 'utf8')).template;
  const values = { headline: 'Save 35%', code: 'GOLD35' };
  const bare = structuredClone(template);
  for (const size of bare.sizes) {
    for (const layer of size.layers) {
      if (layer.opacity === 1) delete layer.opacity;
      if (layer.case === 'none') delete layer.case;
      if (layer.type === 'text' && layer.max_lines === 1) delete layer.max_lines;
      if (layer.type === 'text' && layer.color === '#ffffff') delete layer.color;
    }
  }
  await fonts.need(template);
  assert.deepEqual(layout(bare, 'square', values, fonts), layout(template, 'square', values, fonts));
});

test('a lenient layout shows what it can, with samples for what is wrong', async () => {
  const template = JSON.parse(readFileSync(join(golden, 'gold-coupon.json'), 'utf8')).template;
  await fonts.need(template);
  const values = { headline: 'שלום', valid_until: 'Friday' };
  const strict = layout(template, 'square', values, fonts);
  assert.equal(strict.layout, null);
  assert.deepEqual(
    strict.errors.map((e) => `${e.name} ${e.code}`),
    ['values.code required', 'values.headline unsupported_script'],
  );
  const lenient = layout(template, 'square', values, fonts, { lenient: true });
  assert.deepEqual(lenient.errors, strict.errors);
  const shown = lenient.layout?.layers.map((l) => l.field ?? l.id);
  assert.deepEqual(shown, ['logo', 'use_code', 'valid_until']);
  const samples = layout(template, 'square', values, fonts, { lenient: true, samples: true });
  assert.deepEqual(samples.errors, strict.errors);
  assert.equal(samples.layout?.layers.length, 5);
});

test('emoji sequences are the clusters that the browser sees', async () => {
  const manifest = await server.fetchJson('/fonts/emoji.json');
  const index = new EmojiIndex(manifest);
  const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
  for (const key of manifest.keys) {
    const text = String.fromCodePoint(...key.split('-').map((/** @type {string} */ h) => parseInt(h, 16)));
    const found = index.match(codePoints(text), 0);
    assert.equal(found?.node.key, key);
    assert.equal(found?.length, codePoints(text).length);
    assert.equal([...segmenter.segment(text)].length, 1, key);
  }
});
