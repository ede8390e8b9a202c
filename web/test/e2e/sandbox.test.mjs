import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateSync } from 'node:zlib';
import {
  BASE,
  accessible,
  accessibleEverywhere,
  answer,
  connect,
  disconnect,
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

const CONTROL = `${BASE}/sandbox/api/telegram`;
let made = 0;

/**
 * @param {string} path
 * @param {unknown} [body]
 * @returns {Promise<any>}
 */
async function control(path, body) {
  const answered = await fetch(`${CONTROL}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  assert.ok(answered.ok, `${path}: ${await answered.clone().text()}`);
  return answered.status === 204 ? null : answered.json();
}

/** A bot of a test's own, as its program sees it. */
async function newBot() {
  const number = (made += 1);
  const username = `test_${process.pid}_${number}_bot`;
  const name = `Tester ${process.pid}-${number}`;
  const bot = await control('/bots', { username, first_name: name });
  await control('/limits', { bot: username, per_second: 0, per_chat_per_second: 0 });
  const address = `${BASE}/sandbox/telegram/bot${bot.token}`;
  /**
   * @param {string} method
   * @param {Record<string, unknown> | FormData} params
   * @returns {Promise<any>}
   */
  const call = async (method, params = {}) => {
    const form = params instanceof FormData;
    const answered = await fetch(`${address}/${method}`, {
      method: 'POST',
      headers: form ? {} : { 'Content-Type': 'application/json' },
      body: form ? params : JSON.stringify(params),
    });
    return answered.json();
  };
  /** The next update that fits; it is confirmed. */
  const heard = async (/** @type {(update: any) => boolean} */ fits) => {
    for (let offset = 0, tries = 0; tries < 20; tries += 1) {
      const { result } = await call('getUpdates', { offset, timeout: 2 });
      for (const update of result) {
        offset = update.update_id + 1;
        if (fits(update)) {
          await call('getUpdates', { offset });
          return update;
        }
      }
    }
    throw new Error('the bot heard nothing');
  };
  return { username, name, token: bot.token, call, heard };
}

async function newPerson() {
  made += 1;
  return control('/users', { first_name: `Visitor ${made}` });
}

/** A grey PNG. */
function png(/** @type {number} */ width, /** @type {number} */ height) {
  const crcTable = Array.from({ length: 256 }, (_, n) => {
    let c = n;
    for (let k = 0; k < 8; k += 1) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
    return c >>> 0;
  });
  const chunk = (/** @type {string} */ type, /** @type {Buffer} */ data) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    let crc = 0xffffffff;
    for (const byte of body) crc = (crcTable[(crc ^ byte) & 255] ?? 0) ^ (crc >>> 8);
    const out = Buffer.alloc(body.length + 8);
    out.writeUInt32BE(data.length, 0);
    body.copy(out, 4);
    out.writeUInt32BE((crc ^ 0xffffffff) >>> 0, body.length + 4);
    return out;
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head[8] = 8;
  const rows = Buffer.alloc((width + 1) * height, 120);
  for (let y = 0; y < height; y += 1) rows[y * (width + 1)] = 0;
  return Buffer.concat([
    Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/**
 * @param {{ id: number }} person
 * @param {{ username: string } | null} [bot]
 */
const route = (person, bot = null) => `#hub/sandbox?user=${person.id}${bot ? `&chat=${bot.username}` : ''}`;

test('a person starts a bot, gets a photo, and presses its button', () =>
  withPage({}, async (page) => {
    const [bot, person] = await Promise.all([newBot(), newPerson()]);
    await bot.call('setMyCommands', { commands: [{ command: 'help', description: 'What this bot can do' }] });
    await open(page, route(person), 'Sandbox');
    await page.getByRole('button', { name: new RegExp(bot.name) }).click();
    await page.getByRole('heading', { level: 2, name: bot.name }).waitFor();
    await page.getByText('Nothing here yet').waitFor();
    await accessibleEverywhere(page, 'an empty chat');
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    const update = await bot.heard((u) => u.message?.text === '/start');
    assert.equal(update.message.from.id, person.id);
    await bot.call('sendChatAction', { chat_id: person.id, action: 'typing' });
    await page.getByText('typing…').waitFor();
    const form = new FormData();
    form.append('chat_id', String(person.id));
    form.append('photo', new Blob([png(640, 400)]), 'promo.png');
    form.append('caption', '<b>Gold</b> for <tg-spoiler>you</tg-spoiler>: /help https://example.com/x');
    form.append('parse_mode', 'HTML');
    form.append(
      'reply_markup',
      JSON.stringify({
        inline_keyboard: [
          [
            { text: 'Use it', callback_data: 'use' },
            { text: 'Site', url: 'https://example.com/' },
          ],
        ],
      }),
    );
    const sent = await bot.call('sendPhoto', form);
    assert.equal(sent.ok, true, sent.description);
    const log = page.getByRole('log');
    await log.locator('img').waitFor();
    assert.equal(
      await log
        .locator('img')
        .evaluate((/** @type {HTMLImageElement} */ img) => img.decode().then(() => img.naturalWidth)),
      640,
    );
    await log.locator('strong').getByText('Gold').waitFor();
    await page.getByText('typing…').waitFor({ state: 'detached' });
    await accessibleEverywhere(page, 'a chat');
    await log.getByRole('button', { name: 'Show what is hidden' }).click();
    await log.getByText('you', { exact: true }).waitFor();

    await log.getByRole('button', { name: 'Use it' }).click();
    const press = await bot.heard((u) => u.callback_query?.data === 'use');
    await bot.call('answerCallbackQuery', { callback_query_id: press.callback_query.id, text: 'Taken' });
    await page.getByRole('status').getByText('Taken').waitFor();
    await bot.call('editMessageCaption', {
      chat_id: person.id,
      message_id: sent.result.message_id,
      caption: 'Used up',
    });
    await log.getByText('Used up').waitFor();
    await log.getByText('edited').waitFor();
    await log.getByRole('button', { name: 'Use it' }).waitFor({ state: 'detached' });

    await page.getByRole('button', { name: 'Commands of the bot' }).click();
    await page.getByRole('button', { name: '/help What this bot can do' }).click();
    await bot.heard((u) => u.message?.text === '/help');
    await page.getByRole('textbox', { name: `Message to ${bot.name}` }).fill('By hand');
    await page.keyboard.press('Enter');
    await bot.heard((u) => u.message?.text === 'By hand');
    await log.getByText('By hand').waitFor();
    await bot.call('deleteMessage', { chat_id: person.id, message_id: sent.result.message_id });
    await log.locator('img').waitFor({ state: 'detached' });
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'me.png', mimeType: 'image/png', buffer: png(40, 40) });
    const photo = await bot.heard((u) => u.message?.photo);
    assert.equal(photo.message.photo.at(-1).width, 40);
    await page.getByRole('button', { name: 'All chats' }).click();
    await page
      .getByRole('list', { name: /Chats of Visitor/ })
      .getByText('You: Photo')
      .waitFor();
    await accessibleEverywhere(page, 'the list of chats');
  }));

test('links with a parameter, a keyboard, an alert, and a block, by keyboard', () =>
  withPage({}, async (page) => {
    const [bot, person] = await Promise.all([newBot(), newPerson()]);
    await open(page, route(person), 'Sandbox');
    await page.getByRole('button', { name: 'Open a t.me link' }).focus();
    await page.keyboard.press('Enter');
    await page.getByLabel('Link', { exact: true }).fill(`https://t.me/${bot.username}?start=from_ad-1`);
    await page.keyboard.press('Enter');
    const start = page.getByRole('button', { name: 'Start with from_ad-1' });
    await start.waitFor();
    await start.focus();
    await page.keyboard.press('Enter');
    await bot.heard((u) => u.message?.text === '/start from_ad-1');
    await bot.call('sendMessage', {
      chat_id: person.id,
      text: 'Choose',
      reply_markup: { keyboard: [['Gold', { text: 'Silver' }]] },
    });
    await page
      .getByRole('group', { name: 'Keyboard of the bot' })
      .getByRole('button', { name: 'Silver' })
      .press('Enter');
    await bot.heard((u) => u.message?.text === 'Silver');
    await bot.call('sendMessage', {
      chat_id: person.id,
      text: '1 < 2',
      reply_markup: { inline_keyboard: [[{ text: 'Alert', callback_data: 'a' }]] },
    });
    await page.getByRole('button', { name: 'Alert' }).press('Enter');
    const press = await bot.heard((u) => u.callback_query);
    await bot.call('answerCallbackQuery', {
      callback_query_id: press.callback_query.id,
      text: 'Read me',
      show_alert: true,
    });
    await page.getByRole('dialog').getByText('Read me').waitFor();
    await page.keyboard.press('Escape');

    await page.getByRole('button', { name: `Actions for ${bot.name}` }).press('Enter');
    await page.getByRole('menuitem', { name: 'Block the bot' }).click();
    await page.getByText('blocked', { exact: true }).waitFor();
    assert.equal((await bot.heard((u) => u.my_chat_member)).my_chat_member.new_chat_member.status, 'kicked');
    const refused = await bot.call('sendMessage', { chat_id: person.id, text: 'x' });
    assert.equal(refused.description, 'Forbidden: bot was blocked by the user');
    await page.reload();
    await page.getByRole('button', { name: 'Restart' }).click();
    await bot.heard((u) => u.message?.text === '/start');
    await bot.call('sendMessage', { chat_id: person.id, text: 'Back again' });
    await page.getByRole('log').getByText('Back again').waitFor();
  }));

test('a channel shows its posts', () =>
  withPage({}, async (page) => {
    const [bot, person] = await Promise.all([newBot(), newPerson()]);
    const title = `Channel of ${bot.name}`;
    const { id } = await control('/channels', { title, bot: bot.username, members: 42 });
    await bot.call('sendMessage', { chat_id: id, text: 'First post' });
    await open(page, route(person), 'Sandbox');
    await page.getByRole('button', { name: new RegExp(title) }).click();
    await page.getByRole('log').getByText('First post').waitFor();
    await page.getByRole('log').getByText('42 views').waitFor();
    await accessible(page, 'a channel');
  }));

test('the log of calls comes live, is filtered, and shows what was asked', () =>
  withPage({}, async (page) => {
    const [bot, person] = await Promise.all([newBot(), newPerson()]);
    await control('/messages', { bot: bot.username, user: person.id, text: '/start' });
    await open(page, route(person), 'Sandbox');
    await page.getByLabel('Bot', { exact: true }).selectOption(bot.username);
    await page.getByText('No calls yet').or(page.locator('.calls')).first().waitFor();
    await bot.call('sendMessage', {
      chat_id: person.id,
      text: 'Hello',
      reply_markup: JSON.stringify({ inline_keyboard: [] }),
    });
    const row = page
      .locator('.call')
      .filter({ hasText: 'sendMessage' })
      .filter({ hasText: `@${bot.username}` });
    await row.waitFor();
    await row.locator('summary').click();
    await row.getByText('"text": "Hello"').waitFor();
    await bot.call('sendMessage', { chat_id: 1, text: 'Nobody' });
    await page.getByText('Bad Request: chat not found').waitFor();
    await accessible(page, 'the log of calls');
    await page.getByLabel('Refused only').check();
    await page.locator('.call').filter({ hasText: '"Hello"' }).waitFor({ state: 'detached' });
    assert.equal(await page.locator('.call').count(), 1);
    await page.getByLabel('Refused only').uncheck();
    await page.getByLabel('Method').selectOption('getMe');
    await page.getByText('No calls yet').waitFor();
  }));

test('a fault is ordered at a click, seen, and dropped; limits are set', () =>
  withPage({}, async (page) => {
    await fetch(`${CONTROL}/faults`, { method: 'DELETE' });
    const [bot, person] = await Promise.all([newBot(), newPerson()]);
    await control('/messages', { bot: bot.username, user: person.id, text: '/start' });
    await open(page, route(person), 'Sandbox');
    await page.getByRole('tab', { name: 'Calls' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.getByRole('heading', { name: 'Make the next calls fail' }).waitFor();
    await page.getByLabel('Bot', { exact: true }).selectOption(bot.username);
    await page.getByLabel('Seconds', { exact: true }).fill('9');
    await page.getByRole('button', { name: /Too many requests/ }).click();
    await page.getByText('Too many requests, 1 call').waitFor();
    await accessible(page, 'faults');
    const answered = await bot.call('sendMessage', { chat_id: person.id, text: 'x' });
    assert.equal(answered.parameters.retry_after, 9);
    await page.getByText('No fault is set').waitFor();
    await page.getByRole('button', { name: /Server error/ }).click();
    await page.getByRole('button', { name: 'Remove the fault Server error' }).click();
    await page.getByText('No fault is set').waitFor();
    const limits = page.getByRole('form', { name: `Limits of @${bot.username}` });
    await limits.getByLabel('Per second').fill('-1');
    await limits.getByRole('button', { name: 'Save' }).click();
    await limits.getByText(/A limit is from/).waitFor();
    await limits.getByLabel('Per second').fill('1');
    await limits.getByRole('button', { name: 'Save' }).click();
    await page.getByText('has new limits').waitFor();
    await bot.call('sendMessage', { chat_id: person.id, text: 'one' });
    assert.equal((await bot.call('sendMessage', { chat_id: person.id, text: 'two' })).error_code, 429);
  }));

test('a crowd comes and is stopped', () =>
  withPage({}, async (page) => {
    const bot = await newBot();
    await open(page, '#hub/sandbox', 'Sandbox');
    await page.getByRole('tab', { name: 'Crowd' }).click();
    const form = page.getByRole('form', { name: 'A crowd' });
    await form.getByLabel('Bot', { exact: true }).selectOption(bot.username);
    await form.getByLabel('People', { exact: true }).fill('0');
    await form.getByRole('button', { name: 'Start the crowd' }).click();
    await form.getByText('A crowd has 1 to 20000 people').waitFor();
    await form.getByLabel('People', { exact: true }).fill('12');
    await form.getByLabel('Start parameter').fill('ad');
    await form.getByRole('button', { name: 'Start the crowd' }).click();
    const row = page.locator('.crowd').filter({ hasText: bot.username });
    await row.getByText('12 of 12').waitFor();
    await accessible(page, 'a crowd');
    await bot.heard((u) => u.message?.text === '/start ad');
    await row.getByRole('button', { name: 'Stop' }).click();
    await row.getByText('Stopped').waitFor();
  }));

test('bots, channels and people are made, and a bot’s place is changed', () =>
  withPage({}, async (page) => {
    const bot = await newBot();
    await open(page, '#hub/sandbox', 'Sandbox');
    await page.getByRole('tab', { name: 'Setup' }).click();
    await page.getByRole('button', { name: 'New bot' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Made by hand');
    await page.getByLabel('Username', { exact: false }).fill('wrong');
    await page.getByRole('button', { name: 'Make', exact: true }).click();
    await page.getByText('ends in bot', { exact: false }).last().waitFor();
    await accessible(page, 'a new bot');
    const username = `hand_${process.pid}_bot`;
    await page.getByLabel('Username', { exact: false }).fill(username);
    await page.getByRole('button', { name: 'Make', exact: true }).click();
    const token = await page.getByLabel('Token', { exact: true }).inputValue();
    assert.match(token, /^\d+:[\w-]{35}$/);
    await accessible(page, 'a token');
    await page.keyboard.press('Escape');
    await page.getByText(`@${username}`).first().waitFor();
    await page.getByRole('button', { name: 'New channel' }).click();
    await page.getByLabel('Title', { exact: true }).fill(`Made ${process.pid}`);
    await page.getByRole('button', { name: 'Make', exact: true }).click();
    const channel = page.locator('.limit').filter({ hasText: `Made ${process.pid}` });
    await channel.getByLabel(`@${bot.username}`).selectOption('administrator');
    const { items } = await control('/chats');
    const made = items.find((/** @type {any} */ chat) => chat.title === `Made ${process.pid}`);
    await bot.heard((u) => u.my_chat_member?.chat.id === made.id);
    assert.equal((await bot.call('sendMessage', { chat_id: made.id, text: 'Hi' })).ok, true);
    await accessible(page, 'setup');
    const start = page.getByRole('button', { name: 'All chats' }); // who has talked with nobody sees a first chat
    if (await start.isVisible()) await start.click();
    await page.getByRole('button', { name: 'Make a new person' }).click();
    await page.getByLabel('First name').fill(`Hand ${process.pid}`);
    await page.getByRole('button', { name: 'Make', exact: true }).click();
    await page.getByRole('list', { name: `Chats of Hand` }).waitFor();
  }));

test('the sandbox is not listed where it is off, and says when it is away', () =>
  withPage({}, async (page) => {
    await page.route('**/api/v1/session', async (intercepted) => {
      const answered = await intercepted.fetch();
      await intercepted.fulfill({ response: answered, json: { ...(await answered.json()), sandbox: false } });
    });
    await page.goto(`${BASE}/#hub/sandbox`);
    await page.getByRole('heading', { level: 1, name: 'Page not found' }).waitFor();
    await page.unroute('**/api/v1/session');
    await refuse(page, '**/sandbox/api/telegram/users', 503, {
      code: 'sandbox_away',
      detail: 'The sandbox does not answer',
    });
    await answer(page, '**/sandbox/api/telegram/calls?*', { items: [], next: null });
    await page.goto(BASE);
    await open(page, '#hub/sandbox', 'Sandbox');
    await page.getByRole('heading', { name: "Can't load the sandbox" }).waitFor();
    await accessible(page, 'a sandbox that is away');
  }));

test('the page comes back after the sandbox was away', () =>
  withPage({}, async (page) => {
    const [bot, person] = await Promise.all([newBot(), newPerson()]);
    await control('/messages', { bot: bot.username, user: person.id, text: '/start' });
    let away = true;
    await page.route('**/sandbox/api/telegram/stream', (intercepted) =>
      away
        ? intercepted.fulfill({ status: 503, contentType: 'application/problem+json', body: '{"code":"sandbox_away"}' })
        : intercepted.continue(),
    );
    await open(page, route(person, bot), 'Sandbox');
    await page.getByRole('log').getByText('/start').waitFor();
    await bot.call('sendMessage', { chat_id: person.id, text: 'Said meanwhile' });
    away = false;
    await page.getByRole('log').getByText('Said meanwhile').waitFor();
  }));

test('the promo bot is played from its start to a post in a channel', () =>
  withPage({}, async (page) => {
    const person = await newPerson();
    await disconnect(page);
    const bot = await simulatedBot(page, 'played');
    const channel = await simulatedChannel(page, `Played ${process.pid}`, bot.username);
    await connect(page, 'promo_bot', bot.token, [{ role: 'post', chat: `@${channel.username}` }]);

    // Only people who were linked may post: the link is made on Connections and opened in the chat.
    await open(page, '#hub/connections?open=promo_bot', 'Connections');
    await page.getByRole('button', { name: 'Add a person' }).click();
    const link = await page.locator('.link-shown').innerText();
    await accessible(page, 'a link for somebody who may post');
    await page.keyboard.press('Escape');
    await page.getByText('A link that nobody has opened yet').waitFor();
    await open(page, route(person, bot), 'Sandbox');
    const log = page.getByRole('log');
    /** @param {string | RegExp} name */
    const press = (name) => log.getByRole('button', { name }).last().click();
    /** @param {string} text */
    const say = async (text) => {
      await page.getByRole('textbox', { name: /Message to/ }).fill(text);
      await page.keyboard.press('Enter');
    };
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await log.getByRole('button', { name: 'Choose a template' }).waitFor();
    await say(`/start ${new URL(link).searchParams.get('start')}`);
    await log.getByText('You may now post').last().waitFor();
    await press('Choose a template');
    await press(/Gold coupon/);
    await press('Square');
    await log.getByText('Headline').last().waitFor();
    await say('Save 35%');
    await log.getByText('Coupon code').last().waitFor();
    await say('GOLD35');
    await log.getByText('Valid until').last().waitFor();
    await say('31 Dec 2026');
    await log.getByText('Coupon GOLD35 is valid').last().waitFor();
    await log.locator('.bubble-media').last().getByText('Gold coupon').waitFor();
    await accessible(page, 'the promo bot');
    await press(/Post/);
    await log.getByText(`Posted to ${channel.title}.`).waitFor();
    await page.getByRole('button', { name: 'All chats' }).click();
    await page.locator('.chat-row-name').getByText(channel.title, { exact: true }).click();
    await page.getByRole('log').locator('img').waitFor();
  }));

test('each tool fits a phone, loads, and says when it can’t', () =>
  withPage({ viewport: phone, touch: true }, async (page) => {
    const bot = await newBot();
    await control('/faults', { bot: bot.username, kind: '500', method: 'getMe' });
    await open(page, '#hub/sandbox', 'Sandbox');
    for (const [name, path, what] of [
      ['Calls', 'calls', 'the calls'],
      ['Faults', 'faults', 'the faults'],
      ['Crowd', 'crowd', 'the crowds'],
      ['Accounts', 'accounts', 'the accounts'],
      ['Setup', 'chats', 'the bots'],
    ]) {
      await page.getByRole('tab', { name }).click();
      await page.getByRole('tabpanel', { name }).locator('li, form, .chat-note, .limit').first().waitFor();
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(wide <= 0, `${name} is ${wide} px too wide`);
      await accessible(page, `${name} on a phone`);
      await refuse(page, `**/sandbox/api/telegram/${path}**`, 500, { code: 'internal', detail: 'It is broken' });
      await page.getByRole('tab', { name: name === 'Calls' ? 'Crowd' : 'Calls' }).click();
      await page.getByRole('tab', { name }).click();
      await page.getByRole('heading', { name: `Can't load ${what}` }).waitFor();
      await accessible(page, `${name} that can't be loaded`);
      await page.unroute(`**/sandbox/api/telegram/${path}**`);
      await tryAgain(page.getByRole('tabpanel'));
      await page.getByRole('heading', { name: `Can't load ${what}` }).waitFor({ state: 'detached' });
    }
    await bot.call('getMe');
  }));

test('a user account is written to, loses its line and its sessions', () =>
  withPage({}, async (page) => {
    const digits = String(process.pid).padStart(6, '0').slice(-6);
    const number = `+1555${digits}1`;
    const person = await control('/users', { first_name: `Writer ${digits}` });
    await open(page, '#hub/sandbox', 'Sandbox');
    await page.getByRole('tab', { name: 'Accounts' }).click();
    const telethon = page.getByRole('form', { name: 'Make a Telethon session' });
    await telethon.getByLabel('Phone').fill(number);
    await telethon.getByRole('button', { name: 'Make it' }).click();
    assert.match(await page.getByLabel('Session', { exact: true }).inputValue(), /^1[\w=-]{300,}$/);
    await accessible(page, 'a session');
    await page.keyboard.press('Escape');
    const row = page.locator('.order').filter({ hasText: number });
    await row.getByText('Signed in, offline').waitFor();
    await accessible(page, 'accounts');
    await row.getByRole('button', { name: 'Messages' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Nobody has written yet').waitFor();
    await dialog.getByLabel('From').selectOption(String(person.id));
    await dialog.getByLabel('Message', { exact: true }).fill('Hello to you');
    await dialog.getByRole('button', { name: 'Send' }).click();
    await dialog.getByRole('log').getByText('Hello to you').waitFor();
    await accessible(page, 'messages of an account');
    await page.keyboard.press('Escape');
    await row.getByRole('button', { name: 'End its sessions' }).click();
    await row.getByText('Signed out').waitFor();
  }));
