import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  BASE,
  accessible,
  accessibleEverywhere,
  answer,
  call,
  changeConnection,
  disconnect,
  eventually,
  fits,
  open,
  phone,
  refuse,
  simulatedBot,
  simulatedChannel,
  tryAgain,
  useBrowser,
  withPage,
} from './helper.mjs';

useBrowser();

/**
 * @param {import('playwright-core').Page} page
 * @param {string} kind
 */
const card = (page, kind) => page.locator(`.connection[data-kind=${kind}]`);

/** @param {import('playwright-core').Page} page */
async function openPage(page) {
  await page.goto(`${BASE}/#promo/templates`);
  await open(page, '#hub/connections', 'Connections');
  await card(page, 'promo_bot').waitFor();
}

test('a promo bot of the sandbox is made, connected, broken, mended and removed', () =>
  withPage({}, async (page) => {
    await disconnect(page);
    await openPage(page);
    const bot = card(page, 'promo_bot');
    await bot.getByText('Not connected').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Promo Bot' }).getAttribute('aria-expanded'), 'true');
    assert.equal(await page.getByRole('button', { name: 'Signal Bot' }).getAttribute('aria-expanded'), 'false');
    await accessibleEverywhere(page, 'connections, none');

    await bot.getByRole('button', { name: 'Connect' }).click();
    await bot.getByText('Paste the bot’s token first.').waitFor();
    await bot.getByRole('button', { name: 'Use a simulated bot' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Username' }).fill('nobody');
    await dialog.getByRole('button', { name: 'Make the bot' }).click();
    await dialog.getByText(/ends in bot/).waitFor();
    await accessibleEverywhere(page, 'simulated bot refused');
    const username = `e2e_${crypto.randomUUID().slice(0, 8)}_bot`;
    await dialog.getByRole('textbox', { name: 'Username' }).fill(username);
    await dialog.getByRole('checkbox', { name: 'Sandbox Channel' }).check();
    await dialog.getByRole('button', { name: 'Make the bot' }).click();
    await bot.getByText('Connect it now.').waitFor();
    const token = bot.getByLabel('Token');
    assert.equal(await token.getAttribute('type'), 'password');
    await bot.getByRole('button', { name: 'Connect', exact: true }).click();
    await bot.getByText('Connected and tested.').waitFor();
    await bot.getByText('Working', { exact: true }).waitFor();
    await bot.getByRole('link', { name: `@${username}` }).waitFor();
    assert.equal(await token.inputValue(), '', 'the token is not kept in the page');
    assert.equal(await token.isVisible(), false);
    await accessibleEverywhere(page, 'connections, working');

    // The sandbox takes its right away; a test finds out, and says what to do.
    const { items } = await call(page, 'GET', '/sandbox/api/telegram/chats');
    const channel = items.find((/** @type {any} */ item) => item.username === 'sandbox_channel');
    const members = `/sandbox/api/telegram/channels/${channel.id}/members`;
    await call(page, 'POST', members, { bot: username, status: 'administrator', can_post: false });
    await bot.getByRole('button', { name: 'Test' }).click();
    await bot.getByText('Broken', { exact: true }).waitFor();
    await bot.locator('.callout').getByText('The bot is not allowed to post to Sandbox Channel.').waitFor();
    await bot.locator('.check-bad').getByText('the right to post messages').waitFor();
    await accessibleEverywhere(page, 'connections, broken');
    await bot.getByRole('button', { name: 'Make it an administrator in the sandbox' }).click();
    await bot.getByText('Working', { exact: true }).waitFor();

    await bot.getByRole('button', { name: 'Add a channel' }).click();
    await bot.getByRole('textbox', { name: 'Channel 2' }).fill('two words');
    await bot.getByRole('button', { name: 'Save' }).click();
    const wrong = bot.locator('.channel-row').nth(1);
    await wrong.getByText(/Write @name, or the number/).waitFor();
    assert.equal(await wrong.getByRole('textbox').getAttribute('aria-invalid'), 'true');
    assert.equal(await wrong.getByRole('textbox').evaluate((node) => node === document.activeElement), true);
    await accessibleEverywhere(page, 'connections, a wrong channel');
    await bot.getByRole('button', { name: 'Discard changes' }).click();
    await wrong.waitFor({ state: 'detached' });

    await bot.getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByRole('dialog').getByText('everybody who wrote to it').waitFor();
    await accessibleEverywhere(page, 'remove dialog');
    await page.getByRole('button', { name: 'Remove the bot' }).click();
    await bot.getByText('Not connected').waitFor();
    assert.deepEqual((await call(page, 'GET', '/api/v1/connections')).items, []);
  }));

test('a signal bot has one VIP and one FREE channel; other browsers see it at once', () =>
  withPage({}, async (page) => {
    await disconnect(page);
    const made = await simulatedBot(page, 'sig');
    const vip = await simulatedChannel(page, 'Gold VIP', made.username);
    const free = await simulatedChannel(page, 'Gold for everybody', made.username);
    await openPage(page);
    await withPage({}, async (other) => {
      await openPage(other);
      await page.getByRole('button', { name: 'Signal Bot' }).focus();
      await page.keyboard.press('Enter');
      const bot = card(page, 'signal_bot');
      await bot.getByLabel('Token').fill(made.token);
      await bot.getByLabel('VIP channel').fill(`https://t.me/${vip.username}`);
      await bot.getByLabel('FREE channel').fill(free.username);
      await page.keyboard.press('Enter');
      await bot.getByText('Connected and tested.').waitFor();
      await bot.getByText(`VIP @${vip.username}`).waitFor();
      await bot.locator('.channel-known').getByText('Gold for everybody').waitFor();
      assert.equal(await bot.getByLabel('VIP channel').inputValue(), `@${vip.username}`);
      await accessible(page, 'signal bot');
      await card(other, 'signal_bot').getByText('Working', { exact: true }).waitFor();
    });
  }));

test('a token that looks like a real bot’s is asked about where Telegram is simulated', () =>
  withPage({}, async (page) => {
    await disconnect(page);
    await openPage(page);
    const bot = card(page, 'promo_bot');
    const token = bot.getByLabel('Token');
    const real = `${Date.now() % 10_000_000_000}:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0`.padStart(46, '1');
    await token.fill(real);
    await bot.getByRole('button', { name: 'Connect' }).click();
    await bot.getByText('the real bot would hear of nothing').waitFor();
    const anyway = bot.getByRole('button', { name: 'Simulate this bot' });
    await eventually('the question has the focus', () => anyway.evaluate((node) => node === document.activeElement));
    await accessibleEverywhere(page, 'a real token');
    await bot.getByRole('button', { name: 'Take the token out' }).click();
    assert.equal(await token.inputValue(), '');
    assert.equal(await anyway.count(), 0);

    await token.fill(real);
    await page.keyboard.press('Enter');
    await anyway.click();
    await bot.getByText('Connected and tested.').waitFor();
    await bot.locator('.connection-made').getByText('Simulated').waitFor();
    await disconnect(page);
  }));

test('a token that Telegram refuses is told at its field, and what is typed stays when others change it', () =>
  withPage({}, async (page) => {
    await disconnect(page);
    const made = await simulatedBot(page, 'tok');
    await openPage(page);
    const bot = card(page, 'promo_bot');
    await bot.getByLabel('Token').fill('1:short');
    await bot.getByRole('button', { name: 'Connect' }).click();
    await bot.getByText(/This is not a bot token/).waitFor();
    await bot.getByLabel('Token').fill(`${made.id}:${'A'.repeat(35)}`);
    await bot.getByRole('button', { name: 'Connect' }).click();
    await bot
      .locator('.field-error')
      .getByText(/Ask @BotFather/)
      .waitFor();
    await bot.getByLabel('Token').fill(made.token);
    await bot.getByRole('button', { name: 'Connect' }).click();
    await bot.getByText('Connected and tested.').waitFor();

    await bot.getByRole('textbox', { name: 'Channel 1' }).fill('@mine_mine');
    await changeConnection(page, 'promo_bot', { channels: [{ role: 'post', chat: '@theirs_theirs' }] });
    await bot.getByText('Broken', { exact: true }).waitFor();
    assert.equal(await bot.getByRole('textbox', { name: 'Channel 1' }).inputValue(), '@mine_mine');
    await bot.getByRole('button', { name: 'Save' }).click();
    await bot.getByRole('button', { name: 'Show the current version' }).click();
    await page.waitForFunction(
      () =>
        /** @type {HTMLInputElement} */ (document.querySelector('[data-kind=promo_bot] .channel-row input')).value ===
        '@theirs_theirs',
    );

    await bot.getByRole('button', { name: 'Replace token' }).click();
    await bot.getByLabel('Token').fill((await simulatedBot(page, 'other')).token);
    await bot.getByRole('button', { name: 'Save' }).click();
    await bot.getByText(/This token belongs to another bot/).waitFor();
    await accessible(page, 'token of another bot');

    // What is not saved is not lost by a slip.
    await page.getByRole('link', { name: 'Promo', exact: true }).click();
    await page.getByRole('dialog').getByText('not saved yet').waitFor();
    await accessible(page, 'leave dialog');
    await page.getByRole('button', { name: 'Stay here' }).click();
    assert.match(page.url(), /#hub\/connections/);
    await bot.getByRole('button', { name: 'Keep the current one' }).click();
    await page.getByRole('link', { name: 'Promo', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Generate' }).waitFor();
    await disconnect(page);
  }));

test('loading, failed, long names, an account that is signed out, no sandbox', () =>
  withPage({ viewport: phone }, async (page) => {
    await page.route('**/api/v1/connections', () => new Promise(() => {}));
    await page.goto(`${BASE}/#hub/connections`);
    await page.locator('main .loading .skeleton').first().waitFor();
    await accessible(page, 'connections loading');
    await page.unroute('**/api/v1/connections');
    await refuse(page, '**/api/v1/connections', 500, { code: 'internal', detail: 'Something went wrong on our side' });
    await page.reload();
    await page.getByRole('heading', { name: "Can't load the connections" }).waitFor();
    await accessible(page, 'connections failed');
    await page.unroute('**/api/v1/connections');
    const long = 'Aurum Markets International Gold Promotions and Signals of the Whole Wide World, Limited';
    const at = '2026-11-24T08:00:00Z';
    const base = {
      display_name: long,
      channels: [],
      checks: [],
      checked_at: at,
      last_seen_at: at,
      created_at: at,
      version: 3,
    };
    const problem = { code: 'x', message: `The bot is not an administrator of ${long}`, remedy: 'Make it one' };
    await answer(page, '**/api/v1/connections', {
      items: [
        {
          ...base,
          id: 'c1',
          kind: 'promo_bot',
          username: 'a_bot_with_the_longest_name_bot',
          state: 'broken',
          problem,
          channels: [{ role: 'post', chat: '@' + 'x'.repeat(32), id: 0, title: '', username: '' }],
          checks: [
            { name: `channel:post:@${'x'.repeat(32)}`, ok: false, message: problem.message, remedy: problem.remedy },
          ],
        },
        { ...base, id: 'c3', kind: 'user_account', username: '', state: 'signed_out', problem },
      ],
      next: null,
    });
    await page.route('**/sandbox/**', (route) => route.fulfill({ status: 404, json: { status: 404 } }));
    await tryAgain(page);
    await card(page, 'promo_bot').locator('.callout').getByText('Make it one.').waitFor();
    await page.getByRole('button', { name: 'User Account' }).click();
    await card(page, 'user_account').getByText('Signed out').waitFor();
    await page.getByRole('button', { name: 'Signal Bot' }).click();
    assert.equal(await page.getByRole('button', { name: 'Use a simulated bot' }).count(), 0);
    await fits(page, 'connections with long names');
    await accessible(page, 'connections with long names');
  }));
