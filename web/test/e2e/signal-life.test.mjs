import assert from 'node:assert/strict';
import { test } from 'node:test';
import { read } from '../../static/js/views/forex/journeys/markup.js';
import { signed } from '../../static/js/views/forex/signals/words.js';
import {
  accessibleEverywhere,
  call,
  connect,
  disconnect,
  eventually,
  fits,
  open,
  phone,
  simulatedBot,
  simulatedChannel,
  useBrowser,
  withPage,
} from './helper.mjs';
import { passed, until } from './signals-helper.mjs';

/**
 * @typedef {import('../../static/js/types.js').Signal} Signal
 * @typedef {import('../../static/js/types.js').SignalEvent} SignalEvent
 * @typedef {import('../../static/js/types.js').SignalPost} SignalPost
 */

useBrowser();

/**
 * What stands in a simulated channel, the oldest first.
 *
 * @param {import('playwright-core').Page} page
 * @param {number} id
 * @returns {Promise<import('../../static/js/views/hub/sandbox/types.js').Message[]>}
 */
async function messagesOf(page, id) {
  const { items } = await call(page, 'GET', `/sandbox/api/telegram/chats/${id}/messages`);
  return items.map((/** @type {{ message: unknown }} */ { message }) => message);
}

/**
 * Of the signals' settings, which stand above those of the language model.
 *
 * @param {import('playwright-core').Page} page
 */
const save = (page) => page.getByRole('button', { name: 'Save' }).first();

test('a signal lives from its proposal to its close on the pages and in its VIP channel, and its recap adds up', () =>
  withPage({}, async (page) => {
    await disconnect(page);
    const bot = await simulatedBot(page, 'life');
    const vip = await simulatedChannel(page, 'Gold VIP', bot.username);
    await connect(page, 'signal_bot', bot.token, [{ role: 'vip', chat: `@${vip.username}` }]);

    await open(page, '#forex/strategies?tab=settings', 'Strategies');
    await page.getByRole('checkbox', { name: 'A person approves each signal' }).check();
    await page.getByLabel('Lapses after, in minutes').fill('1440');
    await page.getByLabel('Target 1, percent').fill('60');
    await page.getByText('Together 110 %').waitFor();
    await save(page).click();
    await page.getByText('Type parts above 0 that make up 100 % together.').waitFor();
    await accessibleEverywhere(page, 'settings with a mistake');
    await page.getByRole('link', { name: 'Strategies', exact: true }).first().click();
    await page.getByRole('heading', { name: 'Leave without saving?' }).waitFor();
    await page.getByRole('button', { name: 'Stay here' }).click();
    await page.getByLabel('Target 1, percent').fill('50');
    await page.getByLabel('Disclaimer').fill('x'.repeat(401));
    await page.getByText('Shorten it by 1.').waitFor();
    await page.getByLabel('Disclaimer').fill('Trading gold is risky.');
    // A recap comes once a day: its time is set when there is something to add up.
    await page.getByLabel('Daily recap at').fill('');
    await page.getByLabel('Weekly recap at').fill('');
    await save(page).click();
    await page.getByText('Saved.').waitFor();
    await accessibleEverywhere(page, 'settings');

    // One that decides often, so that the market needs not be moved far.
    await open(page, '#forex/strategies/breakout', 'Breakout');
    await page.getByLabel('Channel', { exact: true }).fill('1000');
    await page.getByLabel('Channel', { exact: true }).blur();
    await page.getByText('Type a whole number from 5 to 200.').waitFor();
    await page.getByRole('button', { name: 'Reset Channel to 48' }).click();
    assert.equal(await page.getByLabel('Channel', { exact: true }).inputValue(), '48');
    for (const [label, value] of [
      ['Channel', '5'],
      ['Narrow channel', '50'],
      ['Lively candle', '0'],
      ['Trend EMA', '5'],
      ['Nearest stop', '5'],
      ['Farthest stop', '4'],
    ])
      await page.getByLabel(String(label), { exact: true }).fill(String(value));
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText(/^Must be below stop_max|Must be below/).waitFor();
    await accessibleEverywhere(page, 'a strategy with a mistake');
    await page.getByLabel('Farthest stop', { exact: true }).fill('6');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved.').waitFor();

    await open(page, '#forex/strategies', 'Strategies');
    const card = page.locator('.strategy').filter({ hasText: 'Breakout' });
    await card.getByText('6 parameters of your own').waitFor();
    await card.getByRole('radio', { name: 'Live' }).check();
    await page.getByRole('dialog').getByText('0 of 100 trades out of sample').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Not yet' }).click();
    await eventually('it stays off', () => card.getByRole('radio', { name: 'Off' }).isChecked());
    await card.getByRole('radio', { name: 'Live' }).check();
    await accessibleEverywhere(page, 'going live');
    await page.getByRole('dialog').getByRole('button', { name: 'Go live anyway' }).click();
    await page.getByText('Type “go live anyway”, without the quotes.').waitFor();
    await page.getByRole('dialog').getByLabel('Type “go live anyway” to confirm').fill('Go live anyway');
    await page.keyboard.press('Enter');
    await card.getByText('Its signals go to your VIP channel').waitFor();
    await card.getByText('It went live without proof').waitFor();
    await accessibleEverywhere(page, 'strategies');

    await open(page, '#forex/signals', 'Signals');
    const found = await until(page, 'proposed', 600);
    const row = page.locator('.signal-row').first();
    await row.getByText('Proposed').waitFor();
    await accessibleEverywhere(page, 'a proposed signal');
    await page.setViewportSize(phone);
    await fits(page, 'a proposed signal, on a phone');
    await row.getByRole('button', { name: /^Approve/ }).click();
    await row.getByText('Waiting', { exact: true }).waitFor();
    await until(page, 'open', 60, found.id);
    await row.getByText('Open', { exact: true }).waitFor();
    await row.getByText('now, still running').waitFor();

    await row.getByRole('link').click();
    const side = found.side === 'buy' ? 'Buy' : 'Sell';
    await page.getByRole('heading', { level: 1, name: `${side} XAU/USD` }).waitFor();
    await page.getByText('Still running').waitFor();
    await accessibleEverywhere(page, 'an open signal');
    await page.getByRole('button', { name: 'Edit levels' }).click();
    const dialog = page.getByRole('dialog');
    const far = found.side === 'buy' ? 9000 : 1;
    const first = await dialog.getByLabel('Price').first().inputValue();
    await dialog.getByLabel('Price').first().fill(String(far));
    await dialog.getByRole('button', { name: 'Change the levels' }).click();
    await dialog.locator('.field-error:visible').first().waitFor();
    await dialog.getByLabel('Price').first().fill(first);
    const stop = Number(await dialog.getByLabel('Stop').inputValue());
    const wider = (stop + (found.side === 'buy' ? -1 : 1)).toFixed(2);
    await dialog.getByLabel('Stop').fill(wider);
    await dialog.getByRole('button', { name: 'Change the levels' }).click();
    await page.getByText('Its new levels count from the next minute').waitFor();
    await accessibleEverywhere(page, 'levels that change');
    await call(page, 'POST', '/sandbox/api/market/clock', { speed: 60 });
    await page.getByText('Levels changed by Admin').waitFor({ timeout: 40_000 }); // the feed looks within 15 s
    await call(page, 'POST', '/sandbox/api/market/clock', { speed: 1 });
    await page.getByRole('region', { name: 'Summary' }).getByText(wider).waitFor();

    await page.getByRole('link', { name: 'Overview' }).click();
    await page.getByText('pips now').waitFor();
    await accessibleEverywhere(page, 'overview with an open signal');
    await page.goBack();

    await call(page, 'POST', '/sandbox/api/market/jump', { amount: found.side === 'buy' ? '400' : '-400' });
    await until(page, 'closed', 60, found.id);
    await page.getByText('Target 3 hit').waitFor();
    await page.locator('.signal-figure.pips-up').waitFor();
    await accessibleEverywhere(page, 'a signal that was won');

    const told = await eventually('everything was told to the channel', async () => {
      const item = await call(page, 'GET', `/api/v1/signals/${found.id}`);
      return item.posts.every((/** @type {SignalPost} */ { state }) => state === 'sent') && item;
    });
    const [announced, ...answers] = await messagesOf(page, vip.id);
    assert.ok(announced?.photo, 'the signal has its picture');
    assert.match(announced?.caption ?? '', new RegExp(found.side, 'i'));
    assert.match(announced?.caption ?? '', /Trading gold is risky/);
    assert.deepEqual(
      answers.map(({ text, reply_to_message: to }) => [text, to?.message_id]),
      told.posts.slice(1).map((/** @type {SignalPost} */ { text }) => [read(text).text, announced?.message_id]),
      'each milestone answers the signal, in order',
    );
    assert.deepEqual(
      told.posts.map((/** @type {SignalPost} */ { kind }) => kind),
      [
        'signal',
        ...told.events.map((/** @type {SignalEvent} */ { kind }) => (kind === 'edited' ? 'edit' : 'milestone')),
      ],
    );

    await open(page, '#forex/strategies', 'Strategies');
    await card.getByRole('radio', { name: 'Off' }).check();
    await card.getByText('It makes no signals').waitFor();

    const { now } = await call(page, 'GET', '/sandbox/api/market');
    const due = new Date(Date.parse(now) + 3 * 60_000).toISOString();
    await open(page, '#forex/strategies?tab=settings', 'Strategies');
    await page.getByLabel('Daily recap at').fill(due.slice(11, 16));
    await save(page).click();
    await page.getByText('Saved.').waitFor();
    await open(page, '#forex/recaps', 'Recaps');
    const recap = await passed(page, due.slice(0, 10));
    const { items } = await call(page, 'GET', '/api/v1/signals?state=closed&limit=100');
    const counted = items.filter(
      (/** @type {Signal} */ { practice, closed_at: at }) => !practice && at && recap.from <= at && at < recap.to,
    );
    assert.ok(counted.some((/** @type {Signal} */ { id }) => id === found.id));
    const sum = counted.reduce((/** @type {number} */ all, /** @type {Signal} */ { pips }) => all + Number(pips), 0);
    assert.equal(Number(recap.pips).toFixed(4), sum.toFixed(4), 'the recap adds up');
    const inChannel = (await messagesOf(page, vip.id)).at(-1);
    const text = inChannel?.caption ?? inChannel?.text ?? '';
    assert.equal(text, read(recap.post.text).text);
    for (const { number, pips } of counted)
      assert.ok(text.includes(`#${number} ${Number(pips) < 0 ? '−' : '+'}${pips.replace('-', '')} `), text);
    const shown = page.locator('.recap').first();
    await shown.getByText(`${signed(sum)} pips`, { exact: true }).waitFor();
    await shown.getByText('Sent', { exact: true }).waitFor();
    await accessibleEverywhere(page, 'a recap');
    await disconnect(page);
  }));
