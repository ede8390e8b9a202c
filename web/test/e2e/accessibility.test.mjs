import { test } from 'node:test';
import {
  BASE,
  accessible,
  accessibleEverywhere,
  answer,
  open,
  openGenerator,
  phone,
  refuse,
  tryAgain,
  useBrowser,
  withPage,
} from './helper.mjs';
import { draft, pending, report } from './fixtures.mjs';

useBrowser();

const PROBLEM = { code: 'internal', detail: 'Something went wrong on our side', request_id: 'r-1' };
/**
 * Keeps a call waiting for good, so that the loading state stays.
 *
 * @param {import('playwright-core').Page} page
 * @param {string} url
 */
const hang = (page, url) => page.route(url, () => new Promise(() => {}));

test('sign-in, empty and refused', () =>
  withPage({ signedIn: false }, async (page) => {
    await page.goto(BASE);
    await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
    await accessible(page, 'sign-in');
    await refuse(page, '**/api/v1/admin/session', 401, { code: 'wrong_password' });
    await page.getByLabel('Admin password').fill('x');
    await page.keyboard.press('Enter');
    await page.getByText('This is not the admin password.').waitFor();
    await accessible(page, 'sign-in refused');
    await page.unroute('**/api/v1/admin/session');
    await refuse(page, '**/api/v1/admin/session', 429, { code: 'rate_limited' }, { 'Retry-After': '60' });
    await page.getByLabel('Admin password').press('Enter');
    await page.getByText('Too many attempts.').waitFor();
    await accessible(page, 'sign-in limited');
  }));

test('generator with data, errors and warnings', () =>
  withPage({}, async (page) => {
    await openGenerator(page);
    await accessibleEverywhere(page, 'generator');
    await page.getByRole('button', { name: 'Download' }).click();
    await page.locator('.field-bad').first().waitFor();
    await page.getByRole('textbox', { name: 'Coupon code' }).fill('NOSUCHCODE');
    await page.locator('.coupon-state').getByText('Not valid').waitFor();
    await page.getByRole('radio', { name: 'Other' }).check({ force: true });
    await accessibleEverywhere(page, 'generator with errors');
    await page.getByRole('button', { name: /Change template/ }).click();
    await page.locator('.tile').first().waitFor();
    await accessibleEverywhere(page, 'template chooser');
  }));

test('templates with data and an open menu', () =>
  withPage({}, async (page) => {
    await open(page, '#promo/templates', 'Templates');
    await page.locator('.card').first().waitFor();
    await accessibleEverywhere(page, 'templates');
    await page.locator('.card .menu-root button').first().click();
    await page.getByRole('menu').waitFor();
    await accessibleEverywhere(page, 'templates menu');
  }));

test('system with data and with services down', () =>
  withPage({}, async (page) => {
    await open(page, '#admin/system', 'System');
    await page.locator('.service').first().waitFor();
    await accessibleEverywhere(page, 'system');
    await answer(page, '**/api/v1/admin/system', report('down'));
    await page.reload();
    await page.locator('.service-down').waitFor();
    await accessibleEverywhere(page, 'system down');
  }));

test('loading states', () =>
  withPage({}, async (page) => {
    for (const [url, hash] of [
      ['**/api/v1/templates?*', '#promo/templates'],
      ['**/api/v1/templates/gold-coupon', '#promo/generate?template=gold-coupon'],
      ['**/api/v1/admin/system', '#admin/system'],
    ]) {
      await hang(page, String(url));
      await page.goto(`${BASE}/${hash}`);
      await page.locator('main .loading .skeleton').first().waitFor();
      await accessible(page, `${hash} loading`);
      await page.unroute(String(url));
    }
  }));

test('error states', () =>
  withPage({}, async (page) => {
    for (const [url, hash, what] of [
      ['**/api/v1/templates?*', '#promo/templates', 'the templates'],
      ['**/api/v1/templates/gold-coupon', '#promo/generate?template=gold-coupon', 'the generator'],
      ['**/api/v1/admin/system', '#admin/system', 'the state of the services'],
    ]) {
      await refuse(page, String(url), 500, PROBLEM);
      await page.goto(`${BASE}/${hash}`);
      await page.getByRole('heading', { name: `Can't load ${what}` }).waitFor();
      await page.getByText('Request r-1').waitFor();
      await accessible(page, `${hash} failed`);
      await page.unroute(String(url));
      await tryAgain(page);
      await page.getByRole('heading', { name: `Can't load ${what}` }).waitFor({ state: 'detached' });
    }
  }));

test('empty states', () =>
  withPage({}, async (page) => {
    await answer(page, '**/api/v1/templates?*', { items: [], next: null });
    await open(page, '#promo/templates', 'Templates');
    await page.getByText('No templates yet').waitFor();
    await accessible(page, 'no templates');
    await page.goto(`${BASE}/#promo/generate`);
    await page.getByText('No template is published yet').waitFor();
    await accessible(page, 'nothing to generate from');
    await page.goto(`${BASE}/#nowhere`);
    await page.getByRole('heading', { level: 1, name: 'Page not found' }).waitFor();
    await accessible(page, 'not found');
  }));

test('drafts, pending previews, trouble strip, toasts', () =>
  withPage({}, async (page) => {
    await answer(page, '**/api/v1/templates?*', { items: [draft, pending], next: 'more' });
    await answer(page, `**/api/v1/templates/${pending.id}`, pending);
    await refuse(page, '**/publish', 409, { code: 'conflict', detail: 'This draft is not complete' });
    await open(page, '#promo/templates', 'Templates');
    await page.getByText('Previews are being rendered').first().waitFor();
    await page.locator('.card').first().hover();
    await page.getByRole('button', { name: 'Publish draft of New year' }).click();
    await page.getByText('This draft is not complete.').waitFor();
    await accessible(page, 'draft, pending, toast');
    await refuse(page, '**/readyz', 503, {});
    await refuse(page, '**/api/v1/admin/system', 503, { code: 'database_unavailable', detail: 'The database is away' });
    await page.getByRole('link', { name: 'Admin' }).click();
    await page.locator('.trouble-inner').waitFor();
    await accessible(page, 'trouble strip');
  }));

test('the drawer', () =>
  withPage({ viewport: phone }, async (page) => {
    await open(page, '#promo/templates', 'Templates');
    await page.getByRole('button', { name: 'Show features' }).click();
    await page.getByRole('dialog').getByRole('link', { name: 'Generate' }).waitFor();
    await accessible(page, 'drawer');
  }));
