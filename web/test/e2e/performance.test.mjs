import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessibleEverywhere, BASE, download, open, useBrowser, withPage } from './helper.mjs';

useBrowser();

test('performance: figures, equity, days and groups, filters, a table to keep, and the record', () =>
  withPage({ permissions: ['clipboard-read', 'clipboard-write'] }, async (page) => {
    await open(page, '#forex/performance', 'Performance');
    await page.getByText('On a made-up market.').waitFor();
    const pips = page.locator('.performance-total').first();
    assert.match((await pips.textContent()) ?? '', /^[+−]?\d+\.\d$/);
    const chart = page.getByRole('img', { name: /^Equity/ });
    await chart.focus();
    const last = await page.locator('.chart-readout').textContent();
    await page.keyboard.press('Home');
    assert.notEqual(await page.locator('.chart-readout').textContent(), last);
    await accessibleEverywhere(page, 'performance');

    const days = page.locator('section', { has: page.getByRole('heading', { name: 'By day of closing, UTC' }) });
    await days.getByRole('radio', { name: 'Table' }).check();
    const day = (await days.locator('tbody th').first().textContent()) ?? '';
    assert.match(day, /^\d+ \w+ \d{4}$/);
    await page.getByRole('radio', { name: 'R', exact: true }).check();
    await page.getByRole('table', { name: 'By weekday of opening' }).waitFor();
    await accessibleEverywhere(page, 'performance as tables');

    const file = await download(page, () => page.getByRole('link', { name: 'Download CSV' }).click());
    assert.equal(file.name, 'performance.csv');
    assert.match(file.data.toString('utf8'), /number,market,symbol,strategy,side[\s\S]*simulated,XAU\/USD/);

    await page.getByRole('button', { name: 'Copy the head' }).click();
    const head = await page.evaluate(() => navigator.clipboard.readText());
    const record = await (await page.request.get(`${BASE}/t/demo/record.json`)).json();
    assert.match(head, /^[0-9a-f]{64}$/);
    assert.ok(record.entries.length > 1);
    assert.equal(await page.getByRole('link', { name: 'Open the public page' }).getAttribute('target'), '_blank');

    await page.getByLabel('From').fill('2020-01-01');
    await page.getByLabel('To').fill('2020-01-02');
    await page.getByText('No closed signal matches').waitFor();
    assert.match(page.url(), /from=2020-01-01/);
    await accessibleEverywhere(page, 'performance of no signal');
  }));
