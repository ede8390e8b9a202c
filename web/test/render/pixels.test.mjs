/**
 * The browser's pixels equal the server's within the budget: at most 6 % of the ink pixels differ
 * by more than a tenth, and the mean difference is at most 8/255. Run by
 * `node --test web/test/render/*.test.mjs` with Debian's chromium; PARITY_OUTPUT=folder keeps what
 * the browser painted for a look.
 */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { CHROMIUM } from '../browser.mjs';
import { makeServerSide, root } from './server-side.mjs';

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const site = 'http://render.test';

/** @type {ReturnType<typeof makeServerSide>} */
let server;
/** @type {import('playwright-core').Browser} */
let browser;
/** @type {import('playwright-core').Page} */
let page;

before(async () => {
  server = makeServerSide({ pictures: true });
  browser = await chromium.launch({ executablePath: CHROMIUM, args: flags });
  page = await browser.newPage();
  await page.route('**/*', (route) => {
    const path = new URL(route.request().url()).pathname;
    const type = path.endsWith('.js') ? 'text/javascript' : path.endsWith('.png') ? 'image/png' : 'application/json';
    if (path === '/') return route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>parity</title>' });
    try {
      const body = path.startsWith('/static/') ? readFileSync(join(root, 'web', path)) : server.read(path);
      return route.fulfill({ contentType: type, body });
    } catch {
      return route.fulfill({ status: 404, body: '' });
    }
  });
  await page.goto(site + '/');
});
after(async () => {
  await browser?.close();
  server?.remove();
});

test('pictures of the browser and the server agree', { timeout: 300_000 }, async (t) => {
  const rows = JSON.parse(server.read('pictures.json').toString('utf8'));
  t.diagnostic(`Chromium ${browser.version()}, ${rows.length} pictures`);
  let worst = { share: 0, mean: 0, file: '' };
  for (const row of rows) {
    const result = await page.evaluate(compare, { ...row, keep: Boolean(process.env.PARITY_OUTPUT) });
    if (process.env.PARITY_OUTPUT && result.png) {
      mkdirSync(process.env.PARITY_OUTPUT, { recursive: true });
      const data = Buffer.from(result.png.slice(result.png.indexOf(',') + 1), 'base64');
      writeFileSync(join(process.env.PARITY_OUTPUT, row.file.replace('.server.', '.browser.')), data);
      writeFileSync(join(process.env.PARITY_OUTPUT, row.file), server.read(row.file));
    }
    assert.deepEqual(result.errors, [], row.file);
    assert.ok(result.ink > 1000, `${row.file}: only ${result.ink} ink pixels`);
    t.diagnostic(
      `${row.file} ${row.scale}×: ${(100 * result.share).toFixed(2)} % differ, mean ${result.mean.toFixed(2)}`,
    );
    assert.ok(result.share <= 0.06, `${row.file}: ${(100 * result.share).toFixed(2)} % of the ink differs`);
    assert.ok(result.mean <= 8, `${row.file}: mean difference ${result.mean.toFixed(2)}`);
    if (result.share > worst.share) worst = { share: result.share, mean: result.mean, file: row.file };
  }
  t.diagnostic(`worst: ${worst.file} with ${(100 * worst.share).toFixed(2)} %`);
});

/**
 * Runs in the page: lays out, paints, and compares with the server's picture.
 * @param {any} row
 */
async function compare(row) {
  const door = '/static/js/render/index.js';
  const { layout, loadEmoji, loadFonts, paint } = await import(door);
  const fetchJson = async (/** @type {string} */ url) =>
    (await fetch(url === '/api/v1/fonts' ? '/fonts.json' : url)).json();
  const picture = async (/** @type {string} */ url) => createImageBitmap(await (await fetch(url)).blob());
  const store = /** @type {any} */ (globalThis);
  store.fonts ??= await loadFonts(fetchJson);
  await store.fonts.need(row.template);
  const { layout: lay, errors } = layout(row.template, row.size, row.values, store.fonts);
  if (!lay) return { errors, ink: 0, share: 0, mean: 0, png: '' };
  await loadEmoji(lay, store.fonts, picture);
  const photo = row.kind === 'outlined' ? null : await picture('/photo.png');
  /** @type {Record<string, ImageBitmap | null>} */
  const images = {};
  for (const f of row.template.fields) if (f.kind === 'image') images[f.name] = photo;
  const scene = {
    background: await picture('/' + row.background),
    images,
    logo: await picture('/logo.png'),
    scale: row.scale,
    fonts: store.fonts,
  };
  const width = lay.width * row.scale;
  const height = lay.height * row.scale;
  const surface = () => {
    const canvas = document.createElement('canvas');
    canvas.width = width;
    canvas.height = height;
    return /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d', { willReadFrequently: true }));
  };
  const mine = surface();
  paint(mine, lay, scene);
  const empty = surface();
  paint(empty, { ...lay, layers: [] }, scene);
  const theirs = surface();
  theirs.drawImage(await picture('/' + row.file), 0, 0);
  const a = mine.getImageData(0, 0, width, height).data;
  const b = theirs.getImageData(0, 0, width, height).data;
  const ground = empty.getImageData(0, 0, width, height).data;
  let ink = 0;
  let off = 0;
  let sum = 0;
  for (let i = 0; i < a.length; i += 4) {
    let mineInk = 0;
    let theirInk = 0;
    let difference = 0;
    for (let j = i; j < i + 3; j++) {
      mineInk = Math.max(mineInk, Math.abs((a[j] ?? 0) - (ground[j] ?? 0)));
      theirInk = Math.max(theirInk, Math.abs((b[j] ?? 0) - (ground[j] ?? 0)));
      difference = Math.max(difference, Math.abs((a[j] ?? 0) - (b[j] ?? 0)));
    }
    if (mineInk <= 8 && theirInk <= 25) continue;
    ink++;
    sum += difference;
    if (difference > 25.5) off++;
  }
  return { errors, ink, share: off / ink, mean: sum / ink, png: row.keep ? mine.canvas.toDataURL() : '' };
}
