import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileProblem, LARGEST } from '../../static/js/components/upload.js';
import { previewed, sent, store } from '../../static/js/views/promo/generator/store.js';

function memory(/** @type {Record<string, string>} */ data = {}) {
  return {
    data,
    getItem: (/** @type {string} */ key) => data[key] ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => {
      data[key] = value;
    },
  };
}

const meta = /** @type {import('../../static/js/types.js').TemplateMeta} */ ({
  schema: 1,
  slug: 'gold-coupon',
  name: 'Gold coupon',
  fields: [
    { name: 'headline', label: 'Headline', kind: 'text', required: true, sample: 'Save 35%' },
    { name: 'code', label: 'Code', kind: 'text', required: true, coupon: true, sample: 'GOLD35' },
    { name: 'valid_until', label: 'Valid until', kind: 'text', sample: '31 Dec' },
    { name: 'photo', label: 'Photo', kind: 'image', required: true, sample: 'x' },
  ],
  sizes: [],
});

test('a draft is kept for each template and comes back', () => {
  const kept = store(memory());
  assert.deepEqual(kept.draft('a'), { values: {}, uploads: {}, logo: 'brand', size: '' });
  kept.keep('a', { values: { headline: 'x' }, uploads: {}, logo: 'none', size: 'story' });
  assert.deepEqual(kept.draft('a').values, { headline: 'x' });
  assert.equal(kept.draft('a').size, 'story');
  assert.deepEqual(kept.draft('b').values, {});
  assert.equal(kept.last(), 'a');
  kept.keepOutput({ format: 'png', scale: 2 });
  assert.deepEqual(kept.output(), { format: 'png', scale: 2 });
});

test('what another version wrote, or a full storage, breaks nothing', () => {
  for (const junk of ['', '{', '[]', 'null', '7', '{"values":{"a":1,"b":"x"},"logo":4}']) {
    const kept = store(memory({ 'promostack.generator.draft.a': junk, 'promostack.generator.last': junk }));
    const { values, logo } = kept.draft('a');
    assert.equal(logo, 'brand');
    assert.ok(Object.values(values).every((value) => typeof value === 'string'));
    assert.equal(kept.last(), '');
  }
  const full = store({
    getItem: () => {
      throw new Error('denied');
    },
    setItem: () => {
      throw new Error('full');
    },
  });
  full.keep('a', full.draft('a'));
  assert.deepEqual(full.output(), { format: 'jpeg', scale: 1 });
});

test('only real values are sent', () => {
  assert.deepEqual(sent(meta, { headline: 'x', code: '  ', gone: 'y' }), { headline: 'x' });
});

test('examples stand in for required texts only', () => {
  assert.deepEqual(previewed(meta, { headline: 'Mine' }), {
    values: { headline: 'Mine', code: 'GOLD35' },
    examples: 1,
  });
  assert.equal(previewed(meta, { headline: 'a', code: 'b' }).examples, 0);
});

test('files are refused before they are sent, in words', () => {
  assert.equal(fileProblem({ type: 'image/png', size: 10 }), '');
  assert.match(fileProblem({ type: 'application/pdf', size: 10 }), /JPEG, PNG, GIF or WebP/);
  assert.match(fileProblem({ type: 'image/svg+xml', size: 10 }), /JPEG/);
  assert.match(fileProblem({ type: 'image/png', size: LARGEST + 1 }), /limit is 20 MB/);
  assert.match(fileProblem({ type: 'image/png', size: 0 }), /empty/);
});
