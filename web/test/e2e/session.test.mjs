import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BASE, PASSWORD, open, openGenerator, refuse, useBrowser, withPage } from './helper.mjs';

useBrowser();

test('a wrong password is refused with words, the right one opens the dashboard, signing out closes it', () =>
  withPage({ signedIn: false }, async (page) => {
    await page.goto(`${BASE}/#promo/templates`);
    await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
    const password = page.getByLabel('Admin password');
    assert.equal(await password.evaluate((node) => node === document.activeElement), true);

    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Type the admin password.').waitFor();

    await password.fill('not the password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('This is not the admin password.').waitFor();
    assert.equal(await password.getAttribute('aria-invalid'), 'true');

    await password.fill(PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Templates' }).waitFor();
    assert.equal(await page.locator('main h1').evaluate((node) => node === document.activeElement), true);

    await openGenerator(page);
    await page.getByRole('textbox', { name: 'Headline' }).fill('Not for the next person');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
    await page.waitForFunction(() => !Object.keys(sessionStorage).some((name) => name.startsWith('promostack.')));
    assert.equal(await page.getByText('Your session has ended').count(), 0);
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
  }));

test('under the clients’ address no password is asked for', () =>
  withPage({ signedIn: false }, async (page) => {
    await page.goto(BASE.replace(/\/\/[^:/]+/, '//dash.localhost'));
    await page.getByText('Nobody can sign in at this address.').waitFor();
    assert.equal(await page.getByLabel('Admin password').count(), 0);
  }));

test('too many tries: the button counts down', () =>
  withPage({ signedIn: false }, async (page) => {
    await refuse(page, '**/api/v1/admin/session', 429, { code: 'rate_limited' }, { 'Retry-After': '2' });
    await page.goto(BASE);
    await page.getByLabel('Admin password').fill('x');
    await page.keyboard.press('Enter');
    await page.getByText('Too many attempts.').waitFor();
    await page.getByRole('button', { name: /Try again in/ }).waitFor();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
  }));

test('no network: said so, and signing in works when it is back', () =>
  withPage({ signedIn: false }, async (page) => {
    await page.goto(BASE);
    await page.route('**/api/v1/admin/session', (route) => route.abort());
    await page.getByLabel('Admin password').fill(PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText("PromoStack isn't responding").waitFor();
    await page.unroute('**/api/v1/admin/session');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
  }));

test('a session that ends: sign in again, and the page and its form are as they were', () =>
  withPage({}, async (page) => {
    await openGenerator(page, '?template=gold-coupon&size=story');
    await page.getByRole('textbox', { name: 'Headline' }).fill('Half price till Sunday');
    await refuse(page, '**/api/v1/promos/links', 401, { code: 'unauthorized', detail: 'Sign in first' });
    await page.getByRole('textbox', { name: 'Coupon code' }).fill('GOLD35');
    await page.getByRole('textbox', { name: 'Valid until' }).fill('Sunday');
    await page.getByRole('button', { name: 'Copy link' }).click();
    await page.getByText('Your session has ended').waitFor();
    await page.getByLabel('Admin password').fill(PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Generate' }).waitFor();
    assert.equal(await page.getByRole('textbox', { name: 'Headline' }).inputValue(), 'Half price till Sunday');
    assert.match(page.url(), /template=gold-coupon&size=story/);
  }));

test('an unknown address leads somewhere', () =>
  withPage({}, async (page) => {
    await open(page, '#forex/nothing', 'Page not found');
    await page.getByText('#forex/nothing').waitFor();
    await page.getByRole('link', { name: 'Go to the home page' }).click();
    await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
  }));
