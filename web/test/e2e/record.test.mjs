import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hash } from '../../static/js/record/chain.js';
import { accessible, accessibleEverywhere, BASE, call, open, useBrowser, withPage } from './helper.mjs';

useBrowser();

const PAGE = `${BASE}/t/demo`;

/** @typedef {{ format: number, entries: string[], head: string, figures: Record<string, any> }} Published */

/** Lets the page read another record than the one that is published. @param {import('./helper.mjs').Page} page @param {(record: Published) => void | Promise<void>} change */
async function tamper(page, change) {
  await page.unroute('**/record.json');
  await page.route('**/record.json', async (route) => {
    const answer = await route.fetch();
    const record = await answer.json();
    await change(record);
    await route.fulfill({ json: record });
  });
}

/** Presses the button and reads what was found. @param {import('./helper.mjs').Page} page @param {string} [kept] */
async function verdict(page, kept = '') {
  await page.getByLabel(/^Head from a recap/).fill(kept);
  await page.getByRole('button', { name: 'Check in this browser' }).click();
  const found = page.locator('#found');
  await found.getByText(/in order|does not hold|can’t be read/).waitFor();
  return (await found.textContent()) ?? '';
}

test('a track record: read by anybody, checked in the browser, and what was tampered with is found', () =>
  withPage({ signedIn: false, permissions: ['clipboard-read', 'clipboard-write'] }, async (page) => {
    let bytes = 0;
    const session = await page.context().newCDPSession(page);
    await session.send('Network.enable');
    /** @type {Set<string>} */
    const record = new Set();
    session.on('Network.requestWillBeSent', (e) => e.request.url.endsWith('record.json') && record.add(e.requestId));
    session.on('Network.loadingFinished', (e) => {
      if (!record.has(e.requestId)) bytes += e.encodedDataLength;
    });
    await page.goto(PAGE);
    await page.locator('.record-card').first().waitFor();
    assert.ok(bytes > 0 && bytes < 60_000, `the page takes ${bytes} bytes besides its record`);
    await accessible(page, 'record');

    const published = /** @type {Published} */ (await (await page.request.get(`${PAGE}/record.json`)).json());
    const numbers = published.entries.map((text) => JSON.parse(text).signal ?? 0);
    const shown = await page.locator('.record-card').first().getAttribute('data-number');
    assert.equal(Number(shown), Math.max(...numbers), 'the newest comes first');
    await page.locator('#simulated').getByText('on a made-up market').waitFor();
    await page.locator('.record-card summary').first().click();
    await page.locator('.record-timeline li').first().waitFor();
    await page.getByRole('button', { name: 'Copy' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    const head = await page.evaluate(() => navigator.clipboard.readText());
    assert.match(head, /^[0-9a-f]{64}$/);

    assert.match(await verdict(page), /All [\d,]+ entries are in order/);
    assert.match(await verdict(page, head.slice(0, 16)), /The head is that of entry/);
    await accessible(page, 'record that was checked');

    const middle = Math.floor(published.entries.length / 2);
    await tamper(page, ({ entries }) => {
      entries[middle] = (entries[middle] ?? '').replace(/"at":"20\d\d/, '"at":"2019');
    });
    assert.match(await verdict(page), /does not hold.*Entry/);
    await tamper(page, ({ entries }) => void entries.splice(middle, 1));
    assert.match(
      await verdict(page),
      new RegExp(`does not hold.*Entry ${middle + 1}:.*removed, inserted or reordered`),
    );
    await tamper(page, ({ entries }) => void entries.splice(middle, 0, entries[middle] ?? ''));
    assert.match(await verdict(page), new RegExp(`does not hold.*Entry ${middle + 2}:`));
    await tamper(page, ({ entries }) => {
      [entries[middle], entries[middle - 1]] = [entries[middle - 1] ?? '', entries[middle] ?? ''];
    });
    assert.match(await verdict(page), new RegExp(`does not hold.*Entry ${middle}:`));
    await tamper(page, ({ figures }) => {
      figures.wins = 99;
    });
    assert.match(await verdict(page), /does not hold.*figures are not those/);
    await accessible(page, 'record that does not hold');

    // Cut at its end, with a head and figures that fit: in order, but without the head of a recap.
    await tamper(page, async (cut) => {
      cut.entries = cut.entries.slice(0, 1);
      cut.head = await hash(cut.entries[0] ?? '');
      cut.figures = { ...cut.figures, simulated: 0, unused: 0 };
    });
    assert.match(await verdict(page), /All 1 entries are in order/);
    assert.match(await verdict(page, head), /No entry of the record has this head/);

    await page.unroute('**/record.json');
    await page.route('**/record.json', (route) => route.fulfill({ json: {} }));
    assert.match(await verdict(page), /can’t be read/);
  }));

test('a track record on a phone, and where there is none', () =>
  withPage({ signedIn: false, viewport: { width: 390, height: 844 }, touch: true }, async (page) => {
    await page.goto(PAGE);
    await page.locator('.record-card').first().waitFor();
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    assert.equal(wide, false, 'nothing is cut off at the side');
    await accessible(page, 'record on a phone');
    const answer = await page.goto(`${BASE}/t/nobody`);
    assert.equal(answer?.status(), 404);
    await page.getByRole('heading', { name: 'There is no track record here' }).waitFor();
  }));

test('a record is ended: asked for by typing its name, and said to everybody when all is closed', () =>
  withPage({}, async (page) => {
    await open(page, '#forex/performance', 'Performance');
    await page.getByRole('button', { name: 'End the record' }).click();
    const dialog = page.getByRole('dialog', { name: 'End the track record' });
    await dialog.getByLabel('Type “demo” to confirm').fill('end');
    await dialog.getByRole('button', { name: 'End the record' }).click();
    await dialog.getByText('Type “demo”, without the quotes.').waitFor();
    await accessibleEverywhere(page, 'end of the record');
    await dialog.getByLabel('Type “demo” to confirm').fill('demo');
    await dialog.getByRole('button', { name: 'End the record' }).click();
    await dialog.waitFor({ state: 'detached' });
    await call(page, 'POST', '/sandbox/api/market/clock', { speed: 3600 }); // over a weekend, too
    await page.getByText('The record has ended.').waitFor({ timeout: 120_000 });
    assert.equal(await page.getByRole('button', { name: 'End the record' }).count(), 0);
    await accessibleEverywhere(page, 'performance after the end of the record');
    await page.goto(PAGE);
    await page.getByText('This record ended on').waitFor();
    assert.match(await verdict(page), /All [\d,]+ entries are in order/);
    await accessibleEverywhere(page, 'record that has ended');
  }));
