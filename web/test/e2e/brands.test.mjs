import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  BASE,
  accessible,
  accessibleEverywhere,
  call,
  eventually,
  fits,
  open,
  phone,
  useBrowser,
  withPage,
} from './helper.mjs';

useBrowser();

/** A picture of one pixel. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);

/** @param {import('playwright-core').Page} page */
const switcher = (page) => page.locator('.features').getByRole('button', { name: /switch the brand$/ });

/** @param {import('playwright-core').Page} page @param {string} name */
const shows = (page, name) => page.locator('.features .tenant-name').getByText(name, { exact: true }).waitFor();

/**
 * Makes a brand by the API.
 *
 * @param {import('playwright-core').Page} page
 * @param {string} name
 * @returns {Promise<{ id: string, name: string, slug: string, state: string }>}
 */
async function brand(page, name) {
  const answer = await page.request.post(`${BASE}/api/v1/admin/tenants`, {
    multipart: { name },
    headers: { Origin: BASE },
  });
  assert.equal(answer.status(), 201, await answer.text());
  return answer.json();
}

test('the sidebar says whose brand it is; its menu is worked by keys, on a wide screen and on a phone', () =>
  withPage({}, async (page) => {
    const session = await call(page, 'GET', '/api/v1/session');
    await open(page, '#promo/templates', 'Templates');
    await shows(page, session.tenant.name);
    await switcher(page).focus();
    await page.keyboard.press('Enter');
    const menu = page.locator('.features').getByRole('menu');
    await menu.getByRole('menuitem', { name: 'New brand…' }).waitFor();
    assert.equal(
      await menu.getByRole('menuitemcheckbox', { name: session.tenant.name }).getAttribute('aria-checked'),
      'true',
    );
    await accessible(page, 'the menu of brands');
    await page.keyboard.press('Escape');
    assert.equal(await switcher(page).evaluate((node) => node === document.activeElement), true);
    await page.keyboard.press('ArrowUp'); // opens at the end
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 2, name: 'New brand' }).waitFor();

    await page.setViewportSize(phone);
    await page.getByRole('button', { name: 'Show features' }).click();
    const drawer = page.getByRole('dialog', { name: 'PromoStack' });
    await drawer.getByRole('button', { name: /switch the brand$/ }).click();
    await drawer.getByRole('menuitem', { name: 'Your brand' }).waitFor();
    await accessible(page, 'the menu of brands in the drawer');
    await fits(page, 'the menu of brands in the drawer');
  }));

test('a brand of one’s own is made, gets a simulated bot at a click, and is left again', () =>
  withPage({}, async (page) => {
    const session = await call(page, 'GET', '/api/v1/session');
    const name = `Gold & Sons ${crypto.randomUUID().slice(0, 6)}`;
    await open(page, '#hub/brand', 'Your brand');
    await page.getByRole('heading', { level: 2, name: session.tenant.name }).waitFor();
    await accessibleEverywhere(page, 'the demo’s brand');
    await page.getByRole('button', { name: 'New brand' }).click();
    await page.getByRole('button', { name: 'Make the brand' }).click();
    await page.getByText('Give the brand a name.').waitFor();
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
    await page.getByRole('textbox', { name: 'Short name' }).fill('Not Small');
    await page.getByRole('button', { name: 'Make the brand' }).click();
    await page.getByText('Use 2 to 40 small letters').waitFor();
    await accessibleEverywhere(page, 'a new brand with mistakes');
    await page.getByRole('textbox', { name: 'Short name' }).fill('');
    await page.setInputFiles('input[type=file]', { name: 'logo.png', mimeType: 'image/png', buffer: PNG });
    await page.getByText('logo.png').waitFor();
    await page.getByRole('button', { name: 'Make the brand' }).click();

    await page.getByText(`You are in ${name} now.`).waitFor();
    await page.getByRole('heading', { level: 2, name: 'Next: a promo bot' }).waitFor();
    await shows(page, name);
    await page.getByRole('img', { name: `Logo of ${name}` }).waitFor();
    await accessibleEverywhere(page, 'a brand of one’s own');
    await page.getByRole('button', { name: 'Get a promo bot (Simulated)' }).click();
    await page.waitForURL(/#home$/);
    const { items } = await call(page, 'GET', '/api/v1/connections');
    assert.deepEqual(
      items.map((/** @type {any} */ { kind }) => kind),
      ['promo_bot'],
    );

    await open(page, '#promo/templates', 'Templates');
    await page.getByRole('heading', { level: 2, name: 'Gold coupon' }).waitFor({ timeout: 60_000 });
    const journeys = await call(page, 'GET', '/api/v1/journeys');
    assert.deepEqual(
      journeys.items.map((/** @type {any} */ { state }) => state),
      ['draft'],
    );

    await switcher(page).click();
    await page.locator('.features').getByRole('menuitemcheckbox', { name: session.tenant.name }).click();
    await page.getByText(`You are in ${session.tenant.name} now.`).waitFor();
    await shows(page, session.tenant.name);
  }));

test('a page that stays open while another tab goes to another brand follows with a word, and writes nothing there', () =>
  withPage({}, async (page) => {
    const made = await brand(page, `Other ${crypto.randomUUID().slice(0, 6)}`);
    await eventually('the brand is ready', async () => {
      const { items } = await call(page, 'GET', '/api/v1/admin/tenants');
      return items.find((/** @type {any} */ { id, state }) => id === made.id && state === 'active');
    });
    await open(page, '#hub/brand', 'Your brand');
    await call(page, 'POST', '/api/v1/admin/session/tenant', { tenant_id: made.id }); // as another tab of this browser does
    await page.evaluate(() => (location.hash = '#promo/templates'));
    await page.getByText(`You are in ${made.name} now.`).waitFor();
    await shows(page, made.name);
  }));
