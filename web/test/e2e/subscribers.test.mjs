import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  BASE,
  accessible,
  accessibleEverywhere,
  answer,
  call,
  connect,
  disconnect,
  download,
  fits,
  open,
  phone,
  refuse,
  simulatedBot,
  useBrowser,
  withPage,
  writes,
} from './helper.mjs';

useBrowser();

/** @param {import('playwright-core').Page} page */
async function openPage(page, query = '') {
  await page.goto(`${BASE}/#promo/templates`);
  await open(page, `#hub/subscribers${query}`, 'Subscribers');
}

/**
 * @param {import('playwright-core').Page} page
 * @param {string} name
 */
const person = (page, name) => page.locator('.person').filter({ hasText: name });

test('people come by themselves, are tagged, found, exported and erased', () =>
  withPage({}, async (page) => {
    await disconnect(page);
    await openPage(page);
    await page.getByText('Nobody can write to you yet').waitFor();
    await accessibleEverywhere(page, 'subscribers without a bot');
    const bot = await simulatedBot(page, 'subs');
    await connect(page, 'promo_bot', bot.token, []);
    await openPage(page);
    await page.getByRole('link', { name: `t.me/${bot.username}` }).waitFor();
    await accessibleEverywhere(page, 'nobody yet');

    // Nobody reloads the page: the first person fills it.
    const mark = crypto.randomUUID().slice(0, 6);
    await writes(
      page,
      bot.username,
      { first_name: 'Ada', last_name: 'Lovelace', username: `ada_${mark}` },
      '/start spring',
    );
    await person(page, 'Ada Lovelace').waitFor();
    await person(page, 'Ada Lovelace').getByText(`@ada_${mark}`).waitFor();
    const blaise = await writes(page, bot.username, { first_name: 'Blaise', last_name: 'Pascal' }, '/start');
    await person(page, 'Blaise Pascal').getByText('Active').waitFor();
    await call(page, 'POST', '/sandbox/api/telegram/block', { bot: bot.username, user: blaise, blocked: true });
    await person(page, 'Blaise Pascal').getByText('Blocked the bot').waitFor();
    await page.locator('.tally').filter({ hasText: 'Blocked' }).getByText('1', { exact: true }).waitFor();

    const ada = person(page, 'Ada Lovelace');
    await ada.getByRole('button', { name: 'Add a tag to Ada Lovelace' }).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.type('VIP, asked for a call');
    await page.keyboard.press('Enter');
    await ada.getByRole('button', { name: 'Remove tag vip of Ada Lovelace' }).waitFor();
    await page.keyboard.type('x'.repeat(100));
    await page.keyboard.press('Enter');
    await ada.getByText(/A tag has at most/).waitFor();
    await page.keyboard.press('Escape');
    assert.match(String(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))), /^Add a tag/);
    await accessibleEverywhere(page, 'subscribers');

    // Somebody else tags the same person at the same moment: both changes stay.
    const { items } = await call(page, 'GET', '/api/v1/subscribers?q=lovelace');
    const [row] = items;
    const path = `/api/v1/subscribers/${row.id}`;
    /** @type {number[]} */
    const answers = [];
    page.on('response', (response) => {
      if (response.request().method() === 'PATCH') answers.push(response.status());
    });
    await page.route(`**${path}`, async (route) => {
      if (route.request().method() === 'PATCH' && answers.length === 0) {
        await call(page, 'PATCH', path, { tags: [...row.tags, 'gold'] }, { 'If-Match': `"${row.version}"` });
      }
      await route.continue();
    });
    await ada.getByRole('button', { name: 'Remove tag asked for a call' }).click();
    await ada.getByText('gold', { exact: true }).waitFor();
    await ada.getByText('asked for a call', { exact: true }).waitFor({ state: 'detached' });
    assert.deepEqual((await call(page, 'GET', path)).tags, ['gold', 'vip']);
    assert.deepEqual(answers, [412, 200]);
    await page.unroute(`**${path}`);

    await ada.getByRole('button', { name: 'spring' }).click();
    await page.waitForURL(/source=spring/);
    await person(page, 'Blaise Pascal').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: /^Source: spring/ }).click();
    await person(page, 'Blaise Pascal').waitFor();
    await page.getByRole('radio', { name: 'Blocked' }).check({ force: true });
    await ada.waitFor({ state: 'detached' });
    const file = await download(page, () => page.getByRole('link', { name: /^Export/ }).click());
    assert.equal(file.name, 'subscribers.csv');
    assert.match(file.data.toString(), /Pascal/);
    assert.doesNotMatch(file.data.toString(), /Lovelace/);
    await page.getByRole('searchbox', { name: 'Search name or username' }).fill('nobody at all');
    await page.getByRole('heading', { name: 'Nobody matches' }).waitFor();
    await accessibleEverywhere(page, 'nobody fits');
    await page.getByRole('button', { name: 'Show everybody' }).click();
    await page.getByLabel('Tag', { exact: true }).fill('gold');
    await page.getByText('1 person', { exact: true }).waitFor();
    await page.getByLabel('Tag', { exact: true }).fill('');

    const menu = person(page, 'Blaise Pascal').getByRole('button', { name: 'Actions for Blaise Pascal' });
    await menu.focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Erase Blaise Pascal?' });
    await dialog.getByText('what they wrote').waitFor();
    await accessibleEverywhere(page, 'erase dialog');
    await dialog.getByRole('button', { name: 'Keep them' }).click();
    await menu.click();
    await page.getByRole('menuitem', { name: 'Erase this person' }).click();
    await dialog.getByRole('button', { name: 'Erase this person' }).click();
    await person(page, 'Blaise Pascal').waitFor({ state: 'detached' });
    await page.locator('.tally').filter({ hasText: 'Blocked' }).getByText('0', { exact: true }).waitFor();
    assert.equal((await call(page, 'GET', '/api/v1/subscribers')).items.length, 1);
    await disconnect(page);
  }));

test('how long people are kept is changed, and a wrong number is told', () =>
  withPage({}, async (page) => {
    await openPage(page);
    const change = page.getByRole('button', { name: 'Change how long people are kept' });
    for (const [pick, days, says] of [
      ['Erase people who', '90', 'People who are inactive for 90 days are erased'],
      ['Until you erase', '', 'People are kept until you erase them'],
    ]) {
      await change.click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('radio', { name: pick }).check();
      if (days) {
        await dialog.getByLabel('Days').fill('3');
        await dialog.getByRole('button', { name: 'Save' }).click();
        await dialog.getByText('Type a number of days from 30 to 3650.').waitFor();
        await accessible(page, 'retention dialog');
        await dialog.getByLabel('Days').fill(String(days));
      }
      await dialog.getByRole('button', { name: 'Save' }).click();
      await page.locator('.retention').getByText(String(says)).waitFor();
    }
  }));

test('loading, failed, long names, more people, two connections', () =>
  withPage({ viewport: phone }, async (page) => {
    await page.route('**/api/v1/subscribers?*', () => new Promise(() => {}));
    await openPage(page);
    await page.locator('main .loading .skeleton').first().waitFor();
    await accessible(page, 'subscribers loading');
    await page.unroute('**/api/v1/subscribers?*');
    await refuse(page, '**/api/v1/subscribers?*', 500, {
      code: 'internal',
      detail: 'Something went wrong on our side',
    });
    await openPage(page);
    await page.getByRole('heading', { name: "Can't load the people" }).waitFor();
    await accessible(page, 'subscribers failed');
    await page.unroute('**/api/v1/subscribers?*');

    const at = '2026-11-24T08:00:00Z';
    const one = {
      connection_id: 'c1',
      user_id: 1,
      first_name: 'W'.repeat(64),
      last_name: 'Maria-Magdalena Konstantina Alexandra von Hohenzollern-Sigmaringen',
      username: 'w'.repeat(32),
      language: 'en',
      source: 's'.repeat(64),
      tags: Array.from({ length: 20 }, (_, i) => `${i} ${'t'.repeat(37)}`),
      state: 'unsubscribed',
      created_at: at,
      last_seen_at: at,
      blocked_at: null,
      version: 1,
    };
    await page.route('**/api/v1/subscribers?*', (route) => {
      const after = new URL(route.request().url()).searchParams.get('after');
      const id = after ? 'second' : 'first';
      return route.fulfill({ json: { items: [{ ...one, id }], next: after ? null : 'cursor' } });
    });
    const bot = {
      kind: 'promo_bot',
      username: 'one_bot',
      display_name: 'One',
      channels: [],
      checks: [],
      state: 'working',
    };
    await answer(page, '**/api/v1/connections', {
      items: [
        { ...bot, id: 'c1' },
        { ...bot, id: 'c2', kind: 'signal_bot', username: 'two_bot' },
      ],
      next: null,
    });
    await openPage(page);
    await page.getByText('wrote to @one_bot').waitFor();
    await page.getByText('1 person so far').waitFor();
    await accessible(page, 'subscribers with long names');
    await fits(page, 'subscribers with long names');
    await page.getByRole('button', { name: 'Load more' }).click();
    await page.locator('.person').nth(1).waitFor();
    assert.equal(await page.getByRole('button', { name: 'Load more' }).count(), 0);
    await page.getByRole('combobox', { name: 'Connection' }).selectOption('c2');
    await page.waitForURL(/connection=c2/);
    await page.setViewportSize({ width: 1440, height: 900 });
    await accessible(page, 'subscribers with long names, wide');
    await fits(page, 'subscribers with long names, wide');
  }));

test('a list longer than the API answers at once is brought up to date', () =>
  withPage({}, async (page) => {
    await disconnect(page);
    const bot = await simulatedBot(page, 'many');
    await connect(page, 'promo_bot', bot.token, []);
    await openPage(page);
    await writes(page, bot.username, { first_name: 'Emmy' }, '/start');
    await person(page, 'Emmy').waitFor();
    const [row] = (await call(page, 'GET', '/api/v1/subscribers')).items;
    let name = 'Before';
    await page.route('**/api/v1/subscribers?*', (route) => {
      const query = new URL(route.request().url()).searchParams;
      const limit = Number(query.get('limit'));
      if (limit > 100) return route.fulfill({ status: 422, json: { code: 'invalid' } });
      const from = Number(query.get('after') ?? 0);
      const items = Array.from({ length: limit }, (_, i) => ({
        ...row,
        id: `person-${from + i}`,
        first_name: `${name} ${from + i}`,
      }));
      return route.fulfill({ json: { items, next: String(from + limit) } });
    });
    await openPage(page);
    for (const shown of [100, 150]) {
      await page.getByRole('button', { name: 'Load more' }).click();
      await page.getByText(`${shown} people so far`).waitFor();
    }
    name = 'After';
    await writes(page, bot.username, { first_name: 'Sofia' }, '/start');
    await person(page, 'After 0').waitFor();
    await person(page, 'Before 149').waitFor();
    await page.unroute('**/api/v1/subscribers?*');
    await disconnect(page);
  }));
