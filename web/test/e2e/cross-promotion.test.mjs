import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  accessibleEverywhere,
  call,
  connect,
  disconnect,
  eventually,
  open,
  simulatedBot,
  simulatedChannel,
  useBrowser,
  withPage,
} from './helper.mjs';
import { DAYS, FIRST, PATH, change, focused, onThePhone, row, settingsOf, term } from './cross-promotion-helper.mjs';

useBrowser();

/** Gold trades on each day: the test is the same on a weekend. @param {import('playwright-core').Page} page */
const trading = (page) =>
  page.route(DAYS, async (route) => {
    try {
      const response = await route.fetch();
      const json = await response.json();
      for (const day of json.items ?? []) day.closed = '';
      await route.fulfill({ response, json });
    } catch {
      // The page has gone meanwhile.
    }
  });

test('cross-promotion in the Signal Bot’s card: a channel that is missing, the settings, a preview, a post by hand, one skipped, the week', () =>
  withPage({}, async (page) => {
    await disconnect(page);
    await change(page, FIRST);
    await trading(page);
    const bot = await simulatedBot(page, 'cross');
    const vip = await simulatedChannel(page, 'Gold VIP', bot.username);
    const free = await simulatedChannel(page, 'Gold for everybody', bot.username);
    await connect(page, 'signal_bot', bot.token, [{ role: 'vip', chat: `@${vip.username}` }]);

    await open(page, '#hub/connections?open=signal_bot', 'Connections');
    const card = page.locator('.connection[data-kind=signal_bot]');
    const part = page.getByRole('region', { name: 'Cross-promotion' });
    await part.getByText('Your FREE channel sells your VIP channel by itself').waitFor();
    await part.getByText('The Signal Bot has no FREE channel: nothing can be posted.').waitFor();
    await accessibleEverywhere(page, 'cross-promotion without a FREE channel');
    await part.getByRole('button', { name: 'Add the FREE channel' }).click();
    const field = card.getByLabel('FREE channel');
    assert.ok(await focused(field));
    await field.fill(`@${free.username}`);
    await card.getByRole('button', { name: 'Save' }).click();
    await card.getByText('Saved and tested.').waitFor();
    await part.getByRole('button', { name: 'Add the FREE channel' }).waitFor({ state: 'detached' });

    // What the page knows to be wrong is told at once, the rest by the server, each at its field.
    await part.getByRole('button', { name: 'Change' }).click();
    const dialog = settingsOf(page);
    const save = dialog.getByRole('button', { name: 'Save' });
    const text = dialog.getByRole('textbox', { name: 'Text' });
    const news = dialog.getByLabel('Gold news: time in UTC');
    await dialog.getByRole('checkbox', { name: 'Cross-promotion is on' }).check();
    for (const day of ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday'])
      await dialog.getByRole('checkbox', { name: day }).uncheck();
    await news.fill('');
    await text.fill('<b>Join');
    await dialog.getByLabel('Link of the button').fill('javascript:alert(1)');
    await dialog.getByLabel('How long after the VIP channel, in minutes').fill('2000');
    await save.click();
    await dialog.getByText('Type a time such as 06:42.').waitFor();
    await dialog.getByText('<b> is not closed. Add </b>.').waitFor();
    await dialog.getByText('Type a whole number from 0 to 1440.').waitFor();
    assert.ok(await focused(news), 'the first mistake has the focus');
    await accessibleEverywhere(page, 'settings with mistakes');
    await page.keyboard.press('Escape');
    await dialog.getByText('Your changes are not saved yet').waitFor();

    await news.fill('00:00');
    await text.fill('Join the ');
    await text.press('End');
    await dialog.getByRole('button', { name: 'Bold' }).click();
    await page.keyboard.type('VIP channel');
    assert.equal(await text.inputValue(), 'Join the <b>VIP channel</b>');
    await dialog.getByLabel('How long after the VIP channel, in minutes').fill('15');
    await save.click();
    await dialog.getByText('Choose at least one day').waitFor();
    await dialog.getByText('Must be an address that begins with https://').waitFor();
    assert.ok(await focused(dialog.getByRole('checkbox', { name: 'Monday' })));
    await accessibleEverywhere(page, 'settings that the server refuses');

    for (const day of ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'])
      await dialog.getByRole('checkbox', { name: day }).check();
    await dialog.getByRole('checkbox', { name: 'Weekly recap' }).uncheck();
    await dialog.getByLabel('VIP teaser with the call to action: time in UTC').fill('23:58');
    await dialog.getByLabel('Results of the day: time in UTC').fill('23:59');
    await dialog.getByRole('textbox', { name: /^Button/ }).fill('VIP');
    await dialog.getByLabel('Link of the button').fill('https://t.me/gold_vip_bot');
    await dialog.getByRole('radio', { name: 'Leave it out' }).check();
    await save.click();
    await page.locator('.toast').getByText('Saved. It counts from now on.').waitFor();
    await dialog.waitFor({ state: 'detached' });
    const kept = await call(page, 'GET', PATH);
    assert.deepEqual(
      [kept.on, kept.days, kept.recap, kept.teaser, kept.losing, kept.results.delay_minutes],
      [true, [0, 1, 2, 3, 4, 5, 6], term('07:12', false), term('23:58'), 'skip', 15],
    );

    // The timeline.
    await row(part, 'news').getByText('Skipped', { exact: true }).waitFor();
    await row(part, 'news').getByText('Its time was over when it was set').waitFor();
    await row(part, 'recap').getByText('Not today').waitFor();
    await row(part, 'recap').getByText('It is switched off.').waitFor();
    await row(part, 'teaser')
      .getByText(/^Comes in/)
      .waitFor();
    await part.getByText(/1 skipped\. Next: VIP teaser at 23:58 UTC/).waitFor();
    assert.deepEqual(
      await part.locator('.programme-slot').evaluateAll((rows) => rows.map((item) => item.dataset.slot)),
      ['news', 'recap', 'teaser', 'brag'],
    );
    await accessibleEverywhere(page, 'the programme of today');

    await row(part, 'teaser')
      .getByRole('button', { name: /^Preview/ })
      .click();
    const preview = page.getByRole('dialog', { name: 'Preview: VIP teaser with the call to action' });
    await preview.getByRole('heading', { name: 'Gold for everybody' }).waitFor();
    assert.equal(await preview.locator('.bubble-text').textContent(), 'Join the VIP channel');
    assert.equal(await preview.locator('.bubble-text strong').textContent(), 'VIP channel');
    const key = preview.getByRole('link', { name: 'VIP' });
    assert.equal(await key.getAttribute('href'), 'https://t.me/gold_vip_bot');
    await preview.getByText('Your own words').waitFor();
    await accessibleEverywhere(page, 'a preview');
    await page.keyboard.press('Escape');
    await preview.waitFor({ state: 'detached' });

    // By hand: once more than planned, and it says so before.
    await row(part, 'teaser')
      .getByRole('button', { name: /^Send now/ })
      .click();
    const asked = page.getByRole('dialog', { name: 'Send the VIP teaser now?' });
    await asked.getByText('The planned one still comes at 23:58 UTC').waitFor();
    await accessibleEverywhere(page, 'asking before a post is sent');
    await asked.getByRole('button', { name: 'Send it now' }).click();
    await page.locator('.toast').getByText('The VIP teaser is on the way.').waitFor();
    const message = await eventually('the teaser stands in the FREE channel', async () => {
      const { items } = await call(page, 'GET', `/sandbox/api/telegram/chats/${free.id}/messages`);
      return items.find((/** @type {any} */ item) => item.message.text === 'Join the VIP channel')?.message;
    });
    assert.deepEqual(message.reply_markup.inline_keyboard, [[{ text: 'VIP', url: 'https://t.me/gold_vip_bot' }]]);
    const sent = part.locator('.programme-slot').filter({ hasText: 'Asked for by Admin' });
    await sent.getByText('Sent', { exact: true }).waitFor();
    await sent.getByText('What it says').focus();
    await page.keyboard.press('Enter');
    await sent.getByText('Join the VIP channel').waitFor();
    await row(part, 'teaser')
      .getByText(/^Comes in/)
      .waitFor();
    await accessibleEverywhere(page, 'a post that was asked for');

    await row(part, 'brag')
      .getByRole('button', { name: /^Skip today/ })
      .click();
    await page.getByRole('dialog', { name: 'Skip the results of the day today?' }).waitFor();
    await accessibleEverywhere(page, 'asking before a post is skipped');
    await page.getByRole('button', { name: 'Skip it today' }).click();
    await row(part, 'brag').getByText('Skipped by Admin.').waitFor();
    assert.equal(
      await row(part, 'brag')
        .getByRole('button', { name: /^Skip today/ })
        .count(),
      0,
    );
    assert.equal(
      await row(part, 'brag')
        .getByRole('button', { name: /^Preview/ })
        .count(),
      1,
    );

    await onThePhone(page, free.title, async (log) => {
      const post = log.locator('.bubble').last();
      assert.equal(await post.locator('.bubble-text').textContent(), 'Join the VIP channel');
      await post.getByText('VIP', { exact: true }).waitFor();
    });
    await open(page, '#hub/connections?open=signal_bot', 'Connections');

    // The week, and settings that somebody else has changed meanwhile.
    await part.getByRole('link', { name: 'See the week' }).click();
    await page.getByRole('heading', { level: 1, name: 'Cross-promotion' }).waitFor();
    const week = page.getByRole('region', { name: /^Week of/ });
    await week.locator('.programme-today').getByText('Skipped by Admin.').waitFor();
    assert.equal(await week.locator('.programme-day').count(), 7);
    await week.locator('.programme-today').getByText('Asked for by Admin').waitFor();
    await accessibleEverywhere(page, 'the week');
    await week.getByRole('button', { name: 'The week after' }).click();
    await week.getByText('Planned').nth(20).waitFor();
    await page.waitForURL(/week=\d{4}-\d\d-\d\d/);
    assert.equal(await week.locator('.programme-today').count(), 0);
    await accessibleEverywhere(page, 'the week after');
    await page.reload();
    await week.getByText('Planned').nth(20).waitFor();
    await week.getByRole('button', { name: 'This week' }).click();
    await week.locator('.programme-today').waitFor();

    await page.locator('.page-actions').getByRole('button', { name: 'Settings' }).click();
    await dialog.getByLabel('At most a day').fill('7');
    await change(page, { losing: 'show' });
    await save.click();
    await dialog.getByText('Somebody changed this in the meantime').waitFor();
    await eventually('it is saved over the newer version', async () => {
      await save.click({ timeout: 1000 }).catch(() => {});
      return (await dialog.count()) === 0;
    });
    assert.equal((await call(page, 'GET', PATH)).results.daily_most, 7);

    await page.unroute(DAYS);
    await change(page, FIRST);
    await page.getByRole('heading', { name: 'Cross-promotion is off' }).waitFor();
    await disconnect(page);
  }));
