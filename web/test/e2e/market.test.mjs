import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessibleEverywhere, open, useBrowser, withPage } from './helper.mjs';

useBrowser();

test('the market: its price, its chart by keyboard and as a table, and a provider that fails', () =>
  withPage({}, async (page) => {
    await open(page, '#forex/overview', 'Overview');
    await page.locator('.market-price').getByText('Simulated').waitFor();
    assert.match((await page.locator('.market-figure').textContent()) ?? '', /^\d{4}\.\d\d/);
    const chart = page.getByRole('img', { name: /^Price of XAU\/USD/ });
    await chart.focus();
    const last = await page.locator('.chart-readout').textContent();
    await page.keyboard.press('Home');
    assert.notEqual(await page.locator('.chart-readout').textContent(), last);
    await accessibleEverywhere(page, 'overview');
    await page.getByRole('radio', { name: 'Week' }).check();
    await page.getByRole('radio', { name: 'Table' }).check();
    await page.getByRole('columnheader', { name: 'Close' }).waitFor();
    await accessibleEverywhere(page, 'overview as a table');

    await open(page, '#hub/sandbox', 'Sandbox');
    await page.getByRole('tab', { name: 'Market' }).click();
    await page.getByRole('button', { name: '600×' }).click();
    await page.getByText('600 times its real pace').waitFor();
    await page.getByRole('button', { name: /^Key refused/ }).click();
    await page.getByRole('button', { name: 'End it' }).waitFor();
    await accessibleEverywhere(page, 'simulated market');
    await page.getByLabel('Market’s time').fill('2020-01-02T13:30:00Z');
    await page.getByRole('button', { name: 'Go', exact: true }).click();
    await page.getByText(/The market's time is/).waitFor();

    await open(page, '#forex/overview', 'Overview');
    const price = page.locator('.market-price');
    await price.getByText('Broken').waitFor({ timeout: 30_000 });
    await price.getByText('Set TWELVE_DATA_API_KEY').waitFor();
    await accessibleEverywhere(page, 'overview of a broken feed');

    await open(page, '#hub/sandbox', 'Sandbox');
    await page.getByRole('tab', { name: 'Market' }).click();
    await page.getByRole('button', { name: 'End it' }).click();
    await page.getByText('The provider answers every call.').waitFor();
    await page.getByRole('button', { name: '1×', exact: true }).click();
    await open(page, '#forex/overview', 'Overview');
    await price.getByText(/Live|Market closed/).waitFor({ timeout: 30_000 });
  }));
