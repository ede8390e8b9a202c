import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import {
  API_PID_FILE,
  BASE,
  accessible,
  accessibleEverywhere,
  answer,
  eventually,
  open,
  refuse,
  useBrowser,
  withPage,
} from './helper.mjs';

useBrowser();

/** @param {number} rows */
function csv(rows) {
  const lines = ['headline;code;valid_until'];
  for (let i = 1; i <= rows; i++) {
    const code = i === 3 ? 'EXPIRED10' : 'GOLD35';
    lines.push(`${i === 5 ? '' : `Save ${i} now`};${code};31 Dec 2026`);
  }
  return Buffer.from(`\ufeff${lines.join('\r\n')}\r\n`);
}

/** @param {import('playwright-core').Page} page */
const templateOf = (page) => page.getByLabel('Template').selectOption('gold-coupon');

/**
 * @param {import('playwright-core').Page} page
 * @param {Buffer} buffer
 */
async function send(page, buffer) {
  await open(page, '#promo/bulk?new=1', 'New bulk job');
  await templateOf(page);
  await page.locator('input[type=file]').setInputFiles({ name: 'values.csv', mimeType: 'text/csv', buffer });
  await page.getByRole('button', { name: 'Check the file' }).click();
}

/**
 * A job of many images that stands still in the middle.
 *
 * @param {import('playwright-core').Page} page
 */
async function pausedJob(page) {
  await send(page, csv(1500));
  await page.getByRole('button', { name: 'Make 1,498 images' }).click();
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByText('Paused. Nothing is lost.').waitFor();
}

test('a file is checked, made and fetched', () =>
  withPage({}, async (page) => {
    await open(page, '#promo/bulk?new=1', 'New bulk job');
    await templateOf(page);
    await page.getByRole('button', { name: 'Check the file' }).click();
    await page.getByText('Choose a file first.').waitFor();
    await accessibleEverywhere(page, 'new bulk job');
    await page.locator('input[type=file]').setInputFiles({ name: 'values.csv', mimeType: 'text/csv', buffer: csv(12) });
    await page.getByRole('button', { name: 'Check the file' }).click();
    await page.getByText('10 rows are valid, 2 are not.').waitFor();
    const wrong = page.getByRole('region', { name: 'Rows that can’t be made' });
    await wrong.getByRole('row', { name: /4 2 code Coupon EXPIRED10 has expired/ }).waitFor();
    await wrong.getByRole('row', { name: /6 1 headline/ }).waitFor();
    await accessibleEverywhere(page, 'bulk report');
    await page.getByRole('button', { name: 'Make 10 images' }).click();
    await page.getByText('10 images in the ZIP.').waitFor();
    await accessibleEverywhere(page, 'bulk done');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: /Download ZIP/ }).click(),
    ]);
    assert.equal(download.suggestedFilename(), 'gold-coupon-square.zip');
    const file = await readFile(/** @type {string} */ (await download.path()));
    assert.equal(file.subarray(0, 4).toString('latin1'), 'PK\u0003\u0004');
    await page.getByRole('link', { name: 'All jobs' }).click();
    await page.getByRole('link', { name: 'values.csv' }).first().waitFor();
    await accessibleEverywhere(page, 'bulk list');
  }));

test('a job is cancelled after a question', () =>
  withPage({}, async (page) => {
    // A paused one: another could be done before the question is answered.
    await pausedJob(page);
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await accessible(page, 'cancel dialog');
    await page.getByRole('button', { name: 'Keep it' }).click();
    await page.getByText('Paused. Nothing is lost.').waitFor();
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await page.getByRole('button', { name: 'Cancel the job' }).click();
    await page.getByText('Cancelled. Nothing was kept.').waitFor();
  }));

/** The id of the process that is the API now, 0 while there is none. */
async function apiProcess() {
  const text = await readFile(API_PID_FILE, 'utf8').catch(() => '');
  return Number(text.split(' ')[0]);
}

test('progress is seen in two browsers, survives a reload, a pause and a killed API', () =>
  withPage({}, async (page) => {
    await pausedJob(page);
    await withPage({}, async (other) => {
      await other.goto(page.url());
      await other.getByText('Paused. Nothing is lost.').waitFor();
      await page.reload();
      await page.getByRole('button', { name: 'Resume' }).click();
      // The other browser has done nothing: the event stream tells it.
      await other.getByText('Paused. Nothing is lost.').waitFor({ state: 'detached' });
      const before = await apiProcess();
      process.kill(before, 'SIGKILL');
      await eventually('another process was started', async () => ![0, before].includes(await apiProcess()), 60_000);
      // Neither is touched: both come back by themselves, and tell the same.
      for (const each of [page, other]) {
        await each.getByText('1,498 images in the ZIP.').waitFor({ timeout: 60_000 });
        await each.getByText('Coupon EXPIRED10 has expired').waitFor();
        await each.getByText('A value is required').waitFor();
      }
      assert.equal(await other.getByRole('main').innerText(), await page.getByRole('main').innerText());
      await other.reload();
      await other.getByText('1,498 images in the ZIP.').waitFor();
    });
  }));

test('a file with mistakes is refused in words', () =>
  withPage({}, async (page) => {
    await send(page, Buffer.from('headline,colour\nx,red\n'));
    await page
      .getByText('“colour”')
      .or(page.getByText(/"colour", is not a field/))
      .first()
      .waitFor();
    await page.getByText(/column "code" is missing/).waitFor();
    await accessible(page, 'bulk file refused');
  }));

test('a file is seen before it is checked: encoding, columns, first rows', () =>
  withPage({}, async (page) => {
    await open(page, '#promo/bulk?new=1', 'New bulk job');
    await templateOf(page);
    const text = 'sep=;\r\nTitel;Coupon code;Note\r\nGr\u00f6\u00dfte Rabatte f\u00fcr alle;GOLD35;#N/A\r\n';
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'values.csv', mimeType: 'text/csv', buffer: Buffer.from(text, 'latin1') });
    await page.getByText('Where do the words look right?').waitFor();
    await accessible(page, 'encodings of a bulk file');
    await page.getByRole('button', { name: 'Check the file' }).click();
    await page.getByText('Choose how the file is written first').waitFor();
    await page.getByRole('radio', { name: /Western \(Windows-1252\)/ }).click();
    await page.getByText('No column fills Headline.').waitFor();
    await page.getByLabel('Field of Titel').selectOption('headline');
    await page.getByText('No column fills Headline.').waitFor({ state: 'hidden' });
    await page.getByRole('img', { name: /Headline: Gr\u00f6\u00dfte Rabatte f\u00fcr alle/ }).waitFor();
    await accessibleEverywhere(page, 'columns of a bulk file');
    await page.getByRole('button', { name: 'Check the file' }).click();
    await page.getByText('1 row is valid.').waitFor();
  }));

/** @param {object} changes */
const job = (changes) => ({
  id: 'j1',
  template: { id: 't1', slug: 'gold-coupon', name: 'Gold coupon' },
  size: 'square',
  format: 'jpeg',
  scale: 1,
  logo: 'brand',
  file_name: 'values.csv',
  state: 'running',
  total: 100,
  checked: 100,
  invalid: 2,
  done: 40,
  failed: 0,
  rate: 12.5,
  seconds_left: 5,
  columns: ['headline'],
  filename_column: false,
  created_at: '2026-11-23T01:00:00Z',
  started_at: null,
  finished_at: null,
  expires_at: null,
  archive: null,
  report_url: '/api/v1/promos/bulk/j1/report.csv',
  notice: null,
  problem: null,
  version: 7,
  ...changes,
});

test('what could not be loaded comes by itself when the server is back', () =>
  withPage({}, async (page) => {
    const problem = { code: 'database_unavailable', detail: "The database doesn't answer" };
    const rows = '**/api/v1/promos/bulk/j1/rows?*';
    await answer(page, '**/api/v1/promos/bulk/j1', job({ state: 'done', done: 98 }));
    await refuse(page, rows, 503, problem);
    await refuse(page, '**/readyz', 503, problem);
    await page.goto(`${BASE}/#promo/bulk?job=j1`);
    await page.getByRole('heading', { name: "Can't load the rows" }).waitFor();
    await page.unroute(rows);
    await answer(page, rows, {
      items: [
        { line: 4, state: 'invalid', values: {}, problems: [{ column: 2, field: 'code', code: 'x', message: 'Gone' }] },
      ],
      next: null,
    });
    await page.unroute('**/readyz');
    await page.getByRole('row', { name: '4 2 code Gone' }).waitFor();
    assert.equal(await page.getByRole('heading', { name: "Can't load the rows" }).count(), 0);
  }));

test('states that are rare', () =>
  withPage({}, async (page) => {
    await answer(page, '**/api/v1/promos/bulk/j1/rows?*', { items: [], next: null });
    for (const [changes, says] of /** @type {[object, string][]} */ ([
      [{ notice: { code: 'x', message: "We can't verify coupons now", remedy: '' } }, 'The job continues by itself.'],
      [
        {
          state: 'failed',
          problem: { code: 'x', message: 'No row of the file can be rendered', remedy: 'Mend the rows' },
        },
        'Mend the rows',
      ],
      [{ state: 'expired' }, 'removed after seven days'],
      [{ state: 'finishing', done: 98 }, 'Packing the ZIP'],
      [{ state: 'checking', checked: 20 }, 'Checking 100 rows'],
    ])) {
      await answer(page, '**/api/v1/promos/bulk/j1', job(changes));
      await page.goto(`${BASE}/#promo/bulk`);
      await page.goto(`${BASE}/#promo/bulk?job=j1`);
      await page.getByText(says).waitFor();
      await accessible(page, `bulk: ${says}`);
      await page.unroute('**/api/v1/promos/bulk/j1');
    }
    await refuse(page, '**/api/v1/promos/bulk/j1', 404, {
      code: 'bulk_not_found',
      detail: 'There is no such bulk job',
    });
    await page.goto(`${BASE}/#promo/bulk`);
    await page.goto(`${BASE}/#promo/bulk?job=j1`);
    await page.getByRole('heading', { name: "Can't load the job" }).waitFor();
    await answer(page, '**/api/v1/promos/bulk?*', { items: [], next: null });
    await page.goto(`${BASE}/#promo/bulk`);
    await page.getByText('No bulk jobs yet').waitFor();
    await accessible(page, 'no bulk jobs');
  }));
