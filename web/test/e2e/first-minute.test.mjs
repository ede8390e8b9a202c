import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessible, open, phone as small, useBrowser, withPage } from './helper.mjs';

useBrowser();

test('the first minute: the phone opens with what to press, and the demo’s bot makes a picture', () =>
  withPage({}, async (page) => {
    const begun = Date.now();
    await open(page, '#hub/sandbox', 'Sandbox');
    const log = page.getByRole('log');
    /** @param {string | RegExp} name */
    const press = (name) => log.getByRole('button', { name }).last().click();
    /** @param {string} text */
    const say = async (text) => {
      await page.getByRole('textbox', { name: /Message to/ }).fill(text);
      await page.keyboard.press('Enter');
    };
    await accessible(page, 'the phone as it opens');
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await press('Choose a template');
    await press(/Gold coupon/);
    await press('Square');
    await log.getByText('Headline').last().waitFor();
    await say('Save 35%');
    await log.getByText('Coupon code').last().waitFor();
    await say('GOLD35');
    await log.getByText('Valid until').last().waitFor();
    await say('31 Dec');
    await log.locator('.bubble-media').last().waitFor();
    assert.ok(Date.now() - begun < 60_000, 'a picture within a minute');
  }));

test('the first minute: no list that the demo fills is empty', () =>
  withPage({}, async (page) => {
    for (const [route, title, row] of [
      ['#promo/templates', 'Templates', 'li.card'],
      ['#promo/posts', 'Posts', '.post-card'],
      ['#hub/connections', 'Connections', '.connection'],
      ['#hub/subscribers', 'Subscribers', '.person'],
      ['#forex/signals', 'Signals', '.signal-row'],
      ['#forex/strategies', 'Strategies', '.strategy'],
      ['#forex/recaps', 'Recaps', '.recap'],
      ['#forex/cross-promotion', 'Cross-promotion', '.programme-slot, .programme-day'],
      ['#forex/hype-bot', 'Hype Bot', '.hype-flow'],
      ['#forex/support-chat', 'Support Chat', '.journey-card'],
    ]) {
      await open(page, /** @type {string} */ (route), /** @type {string} */ (title));
      await page
        .locator(/** @type {string} */ (row))
        .first()
        .waitFor();
    }
    await open(page, '#forex/support-chat?tab=people', 'Support Chat');
    await page.getByText('Maria Keller').waitFor();
    await page.setViewportSize(small);
    await accessible(page, 'people who talked');
  }));
