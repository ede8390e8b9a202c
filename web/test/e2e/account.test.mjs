import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BASE, accessible, accessibleEverywhere, call, disconnect, open, useBrowser, withPage } from './helper.mjs';

useBrowser();

/** @param {import('playwright-core').Page} page */
const card = (page) => page.locator('.connection[data-kind=user_account]');

/**
 * Opens the page with the account's card open.
 *
 * @param {import('playwright-core').Page} page
 */
async function openCard(page) {
  await page.goto(`${BASE}/#promo/templates`);
  await open(page, '#hub/connections?open=user_account', 'Connections');
  await card(page).waitFor();
}

test('an account signs in by code and password, and out', () =>
  withPage({}, async (page) => {
    await disconnect(page);
    await openCard(page);
    const account = card(page);
    await account.getByRole('button', { name: 'Send code' }).click();
    await account.getByText('country').first().waitFor();
    await accessibleEverywhere(page, 'account, no number');
    await account.getByLabel('Phone number').fill('+1 555 000 0042');
    await account.getByRole('button', { name: 'Send code' }).click();

    const code = account.getByLabel('Code', { exact: true });
    await code.waitFor();
    await account.getByText('expires at once').waitFor();
    await accessibleEverywhere(page, 'account, code');
    await code.fill('99999');
    await account.getByRole('button', { name: 'Continue' }).click();
    await account.getByText('The code is wrong').waitFor();
    assert.equal(await account.getByLabel('Code', { exact: true }).inputValue(), '', 'a wrong code is not kept');
    await account.getByLabel('Code', { exact: true }).fill('12345');
    await account.getByRole('button', { name: 'Continue' }).click();

    const password = account.getByLabel('Two-step verification password');
    await password.waitFor();
    assert.equal(await password.getAttribute('type'), 'password');
    await password.fill('guess');
    await account.getByRole('button', { name: 'Sign in', exact: true }).click();
    await account.getByText('The password is wrong').waitFor();
    await accessibleEverywhere(page, 'account, wrong password');
    await account.getByLabel('Two-step verification password').fill('sandbox');
    await account.getByRole('button', { name: 'Sign in', exact: true }).click();
    await account.getByText('Working', { exact: true }).waitFor();
    await account.getByText('Account 0042').first().waitFor();
    await accessibleEverywhere(page, 'account, working');

    await account.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click();
    await account.getByText('Signed out', { exact: true }).waitFor();
    await account.getByRole('button', { name: 'Send code' }).waitFor();
  }));

test('an account signs in by a QR code; a session that ends on the phone is told with what to do', () =>
  withPage({}, async (page) => {
    await disconnect(page);
    await openCard(page);
    const account = card(page);
    await account.getByRole('radio', { name: 'QR code' }).check();
    await account.getByRole('button', { name: 'Show QR code' }).click();
    await account.getByRole('img', { name: 'QR code to sign in' }).waitFor();
    await accessible(page, 'account, QR code');
    await account.getByRole('button', { name: 'Cancel' }).click();
    await account.getByRole('button', { name: 'Show QR code' }).click();
    await account.getByRole('button', { name: 'Accept as the simulated phone' }).click();
    await account.getByText('Working', { exact: true }).waitFor();

    const { items } = await call(page, 'GET', '/sandbox/api/telegram/accounts');
    const phone = items.find((/** @type {any} */ item) => item.phone === '+15550000001');
    await call(page, 'POST', `/sandbox/api/telegram/accounts/${phone.id}/revoke`, {});
    await account.getByText('Broken', { exact: true }).waitFor();
    await account.locator('.callout').getByText('Telegram ended this account').waitFor();
    await accessible(page, 'account, broken');

    // A Telethon session takes its place.
    await account.getByRole('radio', { name: 'Telethon session' }).check();
    await account.getByLabel('String session').fill('1nonsense');
    await account.getByRole('button', { name: 'Import session' }).click();
    await account.getByText('353 characters').waitFor();
    const { session } = await call(page, 'POST', '/sandbox/api/telegram/accounts/telethon', { phone: '+15550000001' });
    await account.getByLabel('String session').fill(session);
    await account.getByRole('button', { name: 'Import session' }).click();
    await account.getByText('Working', { exact: true }).waitFor();
    await disconnect(page);
  }));
