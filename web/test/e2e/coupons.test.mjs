import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  accessible,
  accessibleEverywhere,
  answer,
  call,
  eventually,
  open,
  openGenerator,
  refuse,
  tryAgain,
  useBrowser,
  withPage,
} from './helper.mjs';

useBrowser();

const LIST = '**/api/v1/coupons/checks?*';

/** @param {number} n @param {Record<string, unknown>} [more] */
const checkOf = (n, more = {}) => ({
  id: `01a22b5e-0000-7000-8000-0000000002${String(n).padStart(2, '0')}`,
  code: `CODE${n}`,
  outcome: 'valid',
  reason: '',
  source: 'web',
  subscriber_id: '',
  person: 'Ann',
  checked_at: '2026-11-27T13:00:00Z',
  ...more,
});

test('coupons: a code is tried, and the check is listed at once, with who asked', () =>
  withPage({}, async (page) => {
    await open(page, '#promo/coupons', 'Coupons');
    const trial = page.getByRole('region', { name: 'Try a code' });
    const code = trial.getByLabel('Code');
    await code.fill('GOLD35');
    await page.keyboard.press('Enter');
    await trial.getByText('35 % off', { exact: false }).waitFor();
    const nowhere = `NOSUCH${Date.now()}`; // the program may have been looked at before
    const rows = page.locator('.coupon-check');
    const first = rows.filter({ hasText: 'GOLD35' }).filter({ hasText: 'This page' }).first();
    await first.getByText('Valid', { exact: true }).waitFor();
    await first.getByText('Admin', { exact: true }).waitFor();

    await code.fill(nowhere);
    await trial.getByRole('button', { name: 'Try this code' }).click();
    await trial.getByText('Not valid').waitFor();
    await rows.filter({ hasText: nowhere }).getByText('The CRM does not know it').waitFor();
    await accessibleEverywhere(page, 'coupons');

    // Another's check comes by itself.
    const before = await rows.count();
    await call(page, 'GET', '/api/v1/coupons/check?code=EXPIRED10');
    await eventually('the check of another is listed', async () => (await rows.count()) > before);

    await page.getByLabel('Code begins with').fill(nowhere.toLowerCase());
    await page.waitForURL(/code=nosuch/);
    await eventually('only such codes are listed', async () => (await rows.count()) === 1);
    await page.getByLabel('Source').selectOption('bulk');
    await page.getByRole('heading', { name: 'No check matches' }).waitFor();
    await page.getByRole('button', { name: 'Show all checks' }).click();
    await rows.nth(1).waitFor();
    assert.doesNotMatch(page.url(), /source=/);
  }));

test('coupons: what is not a code, a CRM that is away, and a refusal', () =>
  withPage({}, async (page) => {
    await open(page, '#promo/coupons', 'Coupons');
    const trial = page.getByRole('region', { name: 'Try a code' });
    await trial.getByRole('button', { name: 'Try this code' }).click();
    await trial.getByText('Type the code that you want to try.').waitFor();
    assert.equal(await trial.getByLabel('Code').evaluate((node) => node === document.activeElement), true);
    await accessible(page, 'a code is missing');

    await answer(page, '**/api/v1/coupons/checks', {
      code: 'GOLD35',
      outcome: 'unavailable',
      reason: 'unavailable',
      message: 'We can’t verify this coupon now',
      discount: null,
      expires_at: null,
    });
    await trial.getByLabel('Code').fill('GOLD35');
    await page.keyboard.press('Enter');
    await trial.getByText("Can't verify now").waitFor();
    await accessible(page, 'the CRM is away');
    await page.unroute('**/api/v1/coupons/checks');

    await refuse(page, '**/api/v1/coupons/checks', 429, { code: 'too_many', detail: 'Too many codes', remedy: 'Wait' });
    await trial.getByRole('button', { name: 'Try this code' }).click();
    await trial.getByText('Too many codes. Wait.').waitFor();
  }));

test('coupons: none, broken, each outcome, more on demand', () =>
  withPage({}, async (page) => {
    await answer(page, LIST, { items: [], next: null });
    await open(page, '#promo/coupons', 'Coupons');
    await page.getByRole('heading', { name: 'No codes were checked yet' }).waitFor();
    await accessibleEverywhere(page, 'no checks');
    await page.unroute(LIST);

    await refuse(page, LIST, 500, { code: 'internal', detail: 'Broken', request_id: 'r-1' });
    await page.reload();
    await page.getByText("Can't load the checks", { exact: true }).waitFor();
    await accessible(page, 'checks failed');
    await page.unroute(LIST);

    const items = [
      checkOf(1),
      checkOf(2, {
        outcome: 'invalid',
        reason: 'expired',
        source: 'bot',
        subscriber_id: checkOf(9).id,
        person: 'Bo Li',
      }),
      checkOf(3, { outcome: 'unavailable', reason: 'unavailable', source: 'bulk', person: '' }),
      checkOf(4, { code: 'A-CODE-THAT-IS-AS-LONG-AS-CODES-CAN-BE-SIXTY-FOUR-LETTERS-AT-MOST' }),
    ];
    await page.route(LIST, (route) => {
      const after = new URL(route.request().url()).searchParams.get('after');
      return route.fulfill({ json: after ? { items: [checkOf(5)], next: null } : { items, next: 'more' } });
    });
    await tryAgain(page);
    const rows = page.locator('.coupon-check');
    await rows.nth(3).waitFor();
    await rows.nth(1).getByText('It has expired').waitFor();
    assert.match(String(await rows.nth(1).getByRole('link', { name: 'Bo Li' }).getAttribute('href')), /q=Bo\+Li/);
    await rows.nth(2).getByText('Not verified').waitFor();
    await accessibleEverywhere(page, 'checks');
    await page.getByRole('button', { name: 'Load more' }).click();
    await rows.nth(4).waitFor();
  }));

test('coupons: who may only look is not offered to try a code', () =>
  withPage({}, async (page) => {
    await page.route('**/api/v1/session', async (route) => {
      const json = await (await route.fetch()).json();
      await route.fulfill({ json: { ...json, capabilities: ['promos.read'] } });
    });
    await open(page, '#promo/coupons', 'Coupons');
    await page.getByRole('heading', { name: 'Recent checks' }).waitFor();
    assert.equal(await page.getByRole('region', { name: 'Try a code' }).count(), 0);
  }));

test('“Valid until” is offered from what the CRM says of the code, and a contradiction is told', () =>
  withPage({}, async (page) => {
    await answer(page, '**/api/v1/coupons/check?*', {
      code: 'GOLD35',
      outcome: 'valid',
      reason: '',
      message: 'Coupon GOLD35 is valid',
      discount: { kind: 'percent', value: '35' },
      expires_at: '2030-12-31T23:59:59Z',
    });
    await openGenerator(page);
    await page.getByRole('textbox', { name: 'Coupon code' }).fill('GOLD35');
    const until = page.getByRole('textbox', { name: 'Valid until' });
    await page.getByRole('button', { name: 'Write “31 December 2030”' }).click();
    assert.equal(await until.inputValue(), '31 December 2030');
    assert.equal(await until.evaluate((node) => node === document.activeElement), true);
    await eventually(
      'nothing is offered any more',
      async () => (await page.getByRole('button', { name: /^Write “/ }).count()) === 0,
    );
    await until.fill('15 January 2031');
    await page.getByText('The CRM ends this code on 31 Dec 2030, before what the image says.').waitFor();
    await accessibleEverywhere(page, 'a contradiction');
    await until.fill('Sunday');
    await eventually('nobody knows which Sunday', async () => (await page.getByText('Contradiction').count()) === 0);
  }));
