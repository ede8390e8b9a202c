import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessible, call, open, useBrowser, withPage } from './helper.mjs';
import { onThePhone, row } from './cross-promotion-helper.mjs';

useBrowser();

/** The demo's past goes out at Telegram's pace, its first weekly recap after some minutes. */
const PAST = 8 * 60_000;

test('the demo’s weekly recap is sent by hand, and the phone shows it as a forward', () =>
  withPage({}, async (page) => {
    const { items } = await call(page, 'GET', '/api/v1/connections');
    const bot = items.find((/** @type {any} */ connection) => connection.kind === 'signal_bot');
    const title = (/** @type {string} */ role) =>
      bot.channels.find((/** @type {any} */ channel) => channel.role === role).title;
    await open(page, '#forex/recaps', 'Recaps');
    const weekly = page.locator('.recap', { has: page.getByRole('heading', { name: /^Weekly recap/ }) });
    const told = weekly.filter({ has: page.locator('.chip').getByText('Sent', { exact: true }) });
    await told.first().waitFor({ timeout: PAST });

    await open(page, '#hub/connections?open=signal_bot', 'Connections');
    const part = page.getByRole('region', { name: 'Cross-promotion' });
    await row(part, 'recap')
      .getByRole('button', { name: /^Preview/ })
      .click();
    const preview = page.getByRole('dialog', { name: /^Preview/ });
    await preview.getByText(`Forwarded from ${title('vip')}`).waitFor();
    await page.keyboard.press('Escape');
    await row(part, 'recap')
      .getByRole('button', { name: /^Send now/ })
      .click();
    await page.getByRole('button', { name: 'Send it now' }).click();
    const sent = part.locator('.programme-slot[data-slot=recap]').filter({ hasText: 'Asked for by Admin' });
    await sent.getByText('Sent', { exact: true }).waitFor();

    await onThePhone(page, title('free'), async (log) => {
      const post = log.locator('.bubble').last();
      assert.equal(await post.locator('.bubble-origin').textContent(), `Forwarded from ${title('vip')}`);
      await post.locator('.bubble-text').waitFor();
      await accessible(page, 'a forward on the phone');
    });
  }));
