import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessibleEverywhere, BASE, open, useBrowser, withPage } from './helper.mjs';

useBrowser();

/** @typedef {import('../../static/js/types.js').BacktestDetail} Detail */

test('a backtest is asked for, runs, and tells what it found', () =>
  withPage({}, async (page) => {
    await open(page, '#forex/backtests?new=1', 'Run a backtest');
    await page.getByLabel('Strategy', { exact: true }).selectOption('breakout');
    await page.getByText('Parameters', { exact: true }).click();
    const channel = page.getByLabel('Channel', { exact: true });
    await channel.fill('900');
    await accessibleEverywhere(page, 'form of a backtest');
    await page.getByRole('button', { name: 'Run the backtest' }).click();
    await page.locator('.field-error', { hasText: '200' }).waitFor();
    assert.equal(await channel.evaluate((input) => input === document.activeElement), true);
    await channel.fill('40');
    await page.getByRole('button', { name: 'Run the backtest' }).click();

    await page.getByRole('heading', { level: 1, name: 'Backtest', exact: true }).waitFor();
    await page.getByText('Can it be trusted?').waitFor({ timeout: 60_000 });
    await page.getByText('40 (usually 48)').waitFor();
    await page.getByText('Passed').first().waitFor();
    const account = page.getByRole('img', { name: /^Account in dollars/ });
    await account.focus();
    await page.keyboard.press('Home');
    await page.getByRole('img', { name: /^Price of XAU\/USD with the trades/ }).waitFor();
    await accessibleEverywhere(page, 'report of a backtest');
    const trades = page.getByRole('region', { name: 'Trades', exact: true });
    assert.ok((await trades.locator('tbody tr').count()) > 0, 'there are trades');
    const [view] = [page.getByRole('group', { name: /^Price of XAU\/USD with the trades/ })];
    await view.getByRole('radio', { name: 'Table' }).check();
    await page.getByRole('columnheader', { name: 'Bought' }).waitFor();

    await page.getByRole('link', { name: 'Run again' }).click();
    await page.getByRole('heading', { level: 1, name: 'Run a backtest' }).waitFor();
    assert.equal(await page.getByLabel('Channel', { exact: true }).inputValue(), '40');
    await page.getByRole('button', { name: 'Set all to usual' }).click();
    assert.equal(await page.getByLabel('Channel', { exact: true }).inputValue(), '48');
    await page.getByRole('button', { name: 'Run the backtest' }).click();
    await page.getByText('Can it be trusted?').waitFor({ timeout: 60_000 });

    await page.getByLabel('Compare with another backtest').selectOption({ index: 1 });
    await page.getByRole('heading', { level: 1, name: 'Two backtests' }).waitFor();
    await page.getByRole('img', { name: /^Change of both accounts/ }).waitFor();
    const apart = page.getByRole('region', { name: 'Where they differ' });
    await apart.getByRole('rowheader', { name: 'Channel', exact: true }).waitFor();
    await accessibleEverywhere(page, 'two backtests');

    await open(page, '#forex/backtests', 'Backtests');
    await page.locator('.backtest-name').first().waitFor();
    await accessibleEverywhere(page, 'backtests');
    const before = await page.locator('.card-row').count();
    await page.locator('.backtest-name').first().click();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByRole('button', { name: 'Delete it' }).click();
    await page.getByRole('heading', { level: 1, name: 'Backtests' }).waitFor();
    await page.waitForFunction((n) => document.querySelectorAll('.card-row').length === n, before - 1);
  }));

// One that runs is over too soon to be looked at: here the server tells of one in each state.
test('a backtest under way, cancelled, and one that failed', () =>
  withPage({}, async (page) => {
    const { items } = await (await page.request.get(`${BASE}/api/v1/backtests?state=finished&limit=1`)).json();
    const id = items[0].id;
    /** @type {Detail} */
    const known = await (await page.request.get(`${BASE}/api/v1/backtests/${id}`)).json();
    const blank = { figures: null, checks: null, sha256: '', trades: [], equity: [], finished_at: null };
    /** @type {any} */
    let shown = { ...known, ...blank, state: 'running', done: 60_000, total: 240_000, rate: 12_000, seconds_left: 15 };
    /** @type {string[]} */
    const asked = [];
    await page.route(`**/api/v1/backtests/${id}**`, async (route) => {
      const request = route.request();
      if (request.method() === 'POST') {
        asked.push(new URL(request.url()).pathname);
        shown = { ...shown, state: 'cancelled', version: shown.version + 1, rate: null, seconds_left: null };
      }
      await route.fulfill({ json: shown });
    });
    await open(page, `#forex/backtests/${id}`, 'Backtest');
    await page.getByText('60,000 of 240,000 candles · 12,000 candles/s · 15 s left').waitFor();
    assert.equal(await page.getByRole('progressbar').getAttribute('aria-valuenow'), '25');
    await page.getByText('It goes on when you close this page.').waitFor();
    await accessibleEverywhere(page, 'a backtest under way');
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await page.getByText('It was cancelled.').waitFor();
    assert.deepEqual(asked, [`/api/v1/backtests/${id}/cancel`]);

    shown = {
      ...shown,
      state: 'failed',
      version: shown.version + 1,
      problem: { code: 'backtest_died', message: 'The worker died 5 times', remedy: 'Take a shorter period' },
    };
    await page.reload();
    await page.getByText('The worker died 5 times. Take a shorter period.').waitFor();
    await accessibleEverywhere(page, 'a backtest that failed');
  }));
