import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  accessible,
  accessibleEverywhere,
  answer,
  call,
  changeConnection,
  connect,
  disconnect,
  fits,
  openGenerator,
  phone,
  refuse,
  simulatedBot,
  simulatedChannel,
  useBrowser,
  withPage,
} from './helper.mjs';

useBrowser();

/**
 * @param {import('playwright-core').Page} page
 * @param {string} [code]
 */
async function fill(page, code = 'GOLD35') {
  await page.getByRole('textbox', { name: 'Headline' }).fill('Save 35%');
  await page.getByRole('textbox', { name: 'Coupon code' }).fill(code);
  await page.getByRole('textbox', { name: 'Valid until' }).fill('31 December 2026');
}

/** @param {import('playwright-core').Page} page */
const opener = (page) => page.locator('.page-actions').getByRole('button', { name: /^Send/ });

/** @param {import('playwright-core').Page} page */
const dialogOf = (page) => page.getByRole('dialog', { name: 'Send to channel' });

/** @param {import('playwright-core').Page} page */
const send = (page) => dialogOf(page).getByRole('button', { name: 'Send', exact: true });

test('an image is sent to a channel, fails, and is sent again', () =>
  withPage({}, async (page) => {
    await disconnect(page);
    await openGenerator(page);
    await page.getByText('connect a promo bot').waitFor();
    assert.equal(await opener(page).count(), 0);
    await accessibleEverywhere(page, 'generator without a bot');

    // The button comes by itself when there is a channel.
    const bot = await simulatedBot(page, 'post');
    const news = await simulatedChannel(page, 'News', bot.username);
    await connect(page, 'promo_bot', bot.token, [{ role: 'post', chat: `@${news.username}` }]);
    await opener(page).waitFor();
    await page.getByText('connect a promo bot').waitFor({ state: 'hidden' });
    await opener(page).click();
    await page.locator('.field-bad').first().waitFor();
    assert.equal(await dialogOf(page).count(), 0, 'what is missing is told before anything is asked');
    await fill(page);
    await fits(page, 'generator');
    await opener(page).click();
    await dialogOf(page).getByText(`News · @${news.username}`).waitFor();
    await dialogOf(page).getByRole('textbox', { name: 'Caption' }).fill('Gold <week> & more');
    await accessibleEverywhere(page, 'send dialog');
    await send(page).click();
    await dialogOf(page).getByText('It is in News.').waitFor();
    await accessibleEverywhere(page, 'sent');
    const { items } = await call(page, 'GET', `/sandbox/api/telegram/chats/${news.id}/messages`);
    const [message] = items.filter((/** @type {any} */ item) => JSON.stringify(item).includes('photo'));
    assert.match(JSON.stringify(message), /Gold <week> & more/);
    await dialogOf(page).getByRole('button', { name: 'Close', exact: true }).last().click();
    await page.locator('.output').getByText('It is in News.').waitFor();

    // Two channels, one of which has thrown the bot out since it was tested.
    const other = await simulatedChannel(page, 'Other news', bot.username);
    const channels = [news, other].map(({ username }) => ({ role: 'post', chat: `@${username}` }));
    const heard = page.waitForResponse(
      async (response) =>
        response.url().endsWith('/api/v1/connections') && (await response.text()).includes(other.username),
    );
    await changeConnection(page, 'promo_bot', { channels });
    await heard;
    const members = `/sandbox/api/telegram/channels/${other.id}/members`;
    await call(page, 'POST', members, { bot: bot.username, status: 'left' });
    const choice = dialogOf(page).getByRole('combobox', { name: 'Channel' });
    await opener(page).click();
    await choice.selectOption({ label: `Other news · @${other.username} (simulated)` });
    await send(page).click();
    await dialogOf(page)
      .getByText(/It did not reach Other news/)
      .waitFor();
    await accessibleEverywhere(page, 'not sent');
    await page.keyboard.press('Escape');
    await call(page, 'POST', members, { bot: bot.username, status: 'administrator' });
    await page.locator('.output').getByRole('button', { name: 'Send again' }).click();
    await page.locator('.output').getByText('It is in Other news').waitFor();
    await page.locator('.toast').getByText('It is in Other news').waitFor();
    await disconnect(page);
  }));

test('what is wrong is told where it belongs: coupon, CRM, caption, channel', () =>
  withPage({}, async (page) => {
    await disconnect(page);
    const bot = await simulatedBot(page, 'wrong');
    const news = await simulatedChannel(page, 'News', bot.username);
    await connect(page, 'promo_bot', bot.token, [{ role: 'post', chat: `@${news.username}` }]);
    await openGenerator(page);
    await fill(page, 'EXPIRED10');
    await opener(page).click();
    await send(page).click();
    await page.locator('.field-bad .field-error').getByText('Coupon EXPIRED10 has expired.').waitFor();
    assert.equal(await dialogOf(page).count(), 0);
    const code = page.getByRole('textbox', { name: 'Coupon code' });
    assert.equal(await code.evaluate((node) => node === document.activeElement), true);

    await code.fill('GOLD35');
    const posts = '**/api/v1/promos/posts';
    await refuse(page, posts, 503, {
      code: 'coupon_unverified',
      detail: "Can't verify this coupon now",
      fields: [{ name: 'values.code', code: 'coupon_unverified', message: "Can't verify this coupon now" }],
    });
    await opener(page).click();
    await send(page).click();
    await page.locator('.field-bad .field-error').getByText("Can't verify this coupon now.").waitFor();
    assert.equal(await page.locator('.trouble-inner').count(), 0);
    await page.unroute(posts);

    await code.fill('GOLD35 ');
    await opener(page).click();
    await dialogOf(page).getByRole('textbox', { name: 'Caption' }).fill('x'.repeat(1025));
    await dialogOf(page).getByText('1025 / 1024').waitFor();
    await send(page).click();
    await dialogOf(page).locator('.field-bad').getByText('Shorten it.').waitFor();
    await accessible(page, 'caption too long');
    await dialogOf(page).getByRole('textbox', { name: 'Caption' }).fill('');
    await refuse(page, posts, 409, {
      code: 'channel_missing',
      detail: 'Promo Bot has no channel to post to',
      remedy: 'Open Connections and add it',
    });
    /** @type {(string | undefined)[]} */
    const keys = [];
    page.on('request', (request) => {
      if (request.method() === 'POST' && request.url().endsWith('/posts'))
        keys.push(request.headers()['idempotency-key']);
    });
    await send(page).click();
    await dialogOf(page).getByText('Promo Bot has no channel to post to. Open Connections and add it.').waitFor();
    await accessible(page, 'send refused');
    await page.unroute(posts);
    await page.route(posts, (route) => route.abort());
    await send(page).click();
    await dialogOf(page).getByText("PromoStack isn't responding.").waitFor();
    await page.unroute(posts);
    await send(page).click();
    await dialogOf(page).getByText('It is in News.').waitFor();
    assert.equal(keys.length, 3);
    assert.notEqual(keys[0], keys[1], 'a refused post is another one the next time');
    assert.equal(keys[1], keys[2], 'a try without an answer is the same post');
    await disconnect(page);
  }));

test('a broken bot, a post that may have arrived, long names', () =>
  withPage({ viewport: phone }, async (page) => {
    const long = 'Aurum Markets International Gold Promotions and Signals of the Whole Wide World, Limited';
    const username = 'w'.repeat(32);
    const channel = { role: 'post', chat: `@${username}`, id: -1001, title: long, username };
    await answer(page, '**/api/v1/connections', {
      items: [
        {
          id: 'c1',
          kind: 'promo_bot',
          state: 'broken',
          problem: { code: 'x', message: `The bot is not an administrator of ${long}`, remedy: 'Make it one' },
          channels: [channel, { ...channel, id: -1002, username: '' }],
          checks: [],
          version: 1,
        },
      ],
      next: null,
    });
    const post = {
      id: 'p1',
      channel: long,
      chat_id: -1001,
      state: 'queued',
      message_id: 0,
      resent: false,
      problem: null,
      created_at: '2026-11-24T08:00:00Z',
      sent_at: null,
      version: 1,
    };
    await page.route('**/api/v1/promos/posts', (route) => route.fulfill({ status: 202, json: post }));
    await answer(page, '**/api/v1/promos/posts/p1', post);
    await openGenerator(page);
    await fill(page);
    await opener(page).click();
    await dialogOf(page).getByText('Make it one.').waitFor();
    await accessible(page, 'send with a broken bot');
    await fits(page, 'send dialog');
    await send(page).click();
    await dialogOf(page).getByText('Waiting').waitFor();
    await accessible(page, 'post waits');
    await page.unroute('**/api/v1/promos/posts/p1');
    await answer(page, '**/api/v1/promos/posts/p1', { ...post, state: 'unknown', version: 4 });
    // No event tells of it: it is looked at all the same.
    await dialogOf(page).getByText('Unknown', { exact: true }).waitFor();
    await dialogOf(page).getByRole('button', { name: 'Send again' }).waitFor();
    await accessible(page, 'post unknown');
    await fits(page, 'post with a long channel');
  }));
