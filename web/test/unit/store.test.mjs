import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileProblem, LARGEST } from '../../static/js/components/upload.js';
import { forgetKept, keptUnder } from '../../static/js/kept.js';
import { previewed, sent, store, whole } from '../../static/js/views/promo/generator/store.js';

function memory(/** @type {Record<string, string>} */ data = {}) {
  return {
    data,
    getItem: (/** @type {string} */ key) => data[key] ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => {
      data[key] = value;
    },
    removeItem: (/** @type {string} */ key) => {
      delete data[key];
    },
    key: (/** @type {number} */ n) => Object.keys(data)[n] ?? null,
    get length() {
      return Object.keys(data).length;
    },
  };
}

/** @type {import('../../static/js/types.js').Session} */
const session = {
  signed_in: true,
  methods: [],
  sandbox: false,
  simulated: [],
  role: 'admin',
  name: 'Ann',
  tenant: { id: 't1', name: 'One', slug: 'one', kind: 'client' },
};

const meta = /** @type {import('../../static/js/types.js').Template} */ ({
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

const under = keptUnder('generator', session);

/** As it comes out of JSON: records without a prototype become plain objects. @param {unknown} value */
const bare = (value) => JSON.parse(JSON.stringify(value));

test('a draft is kept for each template and comes back', () => {
  const kept = store(memory(), session);
  assert.deepEqual(bare(kept.draft('a')), { values: {}, uploads: {}, logo: 'brand', size: '' });
  kept.keep('a', { values: { headline: 'x' }, uploads: {}, logo: 'none', size: 'story' });
  assert.deepEqual(bare(kept.draft('a').values), { headline: 'x' });
  assert.equal(kept.draft('a').size, 'story');
  assert.deepEqual(bare(kept.draft('b').values), {});
  assert.equal(kept.last(), 'a');
  kept.keepOutput({ format: 'png', scale: 2 });
  assert.deepEqual(kept.output(), { format: 'png', scale: 2 });
});

test('what another version wrote, or a full storage, breaks nothing', () => {
  for (const junk of ['', '{', '[]', 'null', '7', '{"values":{"a":1,"b":"x"},"logo":4}']) {
    const kept = store(memory({ [`${under}.draft.a`]: junk, [`${under}.last`]: junk }), session);
    const { values, logo } = kept.draft('a');
    assert.equal(logo, 'brand');
    assert.ok(Object.values(values).every((value) => typeof value === 'string'));
    assert.equal(kept.last(), '');
  }
  const full = store(
    {
      getItem: () => {
        throw new Error('denied');
      },
      setItem: () => {
        throw new Error('full');
      },
    },
    session,
  );
  full.keep('a', full.draft('a'));
  assert.deepEqual(full.output(), { format: 'jpeg', scale: 1 });
});

test('only real values are sent', () => {
  assert.deepEqual(bare(sent(meta, { headline: 'x', code: '  ', gone: 'y' })), { headline: 'x' });
});

test('what is sent and shown is clean, and a code is what the CRM is asked about', () => {
  const coupon = {
    ...meta,
    fields: [
      ...meta.fields.filter((f) => f.name !== 'code'),
      { name: 'code', label: 'Code', kind: 'text', coupon: true },
    ],
  };
  const typed = { headline: '\ufeff Save\r\nnow \u200b', code: ' \ufeffgold\u00b3\u2075' };
  assert.deepEqual(bare(sent(coupon, typed)), { headline: 'Save\nnow', code: 'GOLD35' });
  assert.deepEqual(bare(sent(coupon, { headline: '\u200b\u00ad', code: '\ufeff' })), {});
});

test('examples stand in for required texts only', () => {
  assert.deepEqual(bare(previewed(meta, { headline: 'Mine' })), {
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

test('drafts belong to one person in one tenant, and go when they leave', () => {
  const storage = memory();
  const draft = { values: { headline: 'secret' }, uploads: {}, logo: 'none', size: '' };
  store(storage, session).keep('a', draft);
  assert.equal(store(storage, session).draft('a').values.headline, 'secret');
  /** @type {(typeof session)[]} */
  const others = [
    { ...session, tenant: { id: 't2', name: 'Two', slug: 'two', kind: 'client' } },
    { ...session, role: 'viewer' },
    { ...session, name: 'Ben' },
    { signed_in: true, methods: [], sandbox: false, simulated: [] },
  ];
  for (const other of others) {
    assert.equal(store(storage, other).draft('a').values.headline, undefined);
    assert.equal(store(storage, other).last(), '');
  }
  storage.setItem('somebody.else', '1');
  forgetKept(() => /** @type {Storage} */ (/** @type {unknown} */ (storage)));
  assert.deepEqual(Object.keys(storage.data), ['somebody.else']);
  forgetKept(() => {
    throw new Error('denied');
  });
});

test('a field may be called like something that objects inherit', () => {
  for (const name of ['constructor', '__proto__', 'toString']) {
    const odd = { ...meta, fields: [{ name, label: 'Odd', kind: 'text', required: true, sample: 'Example' }] };
    const kept = store(memory(), session);
    const draft = kept.draft('a');
    assert.equal(draft.values[name], undefined);
    assert.deepEqual(Object.keys(sent(odd, draft.values)), []);
    assert.deepEqual(Object.keys(sent(odd, {})), []);
    assert.equal(previewed(odd, draft.values).values[name], 'Example');
    assert.equal({ ...whole(odd, draft.values) }[name], '');
    draft.values[name] = 'Mine';
    kept.keep('a', draft);
    assert.equal(kept.draft('a').values[name], 'Mine');
    assert.equal(JSON.stringify(sent(odd, kept.draft('a').values)), `{"${name}":"Mine"}`);
  }
});
