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
  eventually,
  fits,
  phone,
  refuse,
  simulatedBot,
  tryAgain,
  useBrowser,
  withPage,
  writes,
} from './helper.mjs';
import { asking, card, change, choose, clear, JOURNEYS, make, mark, openPage } from './journeys-helper.mjs';

useBrowser();

test('a journey is made, renamed, locked, duplicated, exported, imported and deleted', () =>
  withPage({}, async (page) => {
    const own = mark();
    await page.goto(`${BASE}/#hub/connections`);
    // The address of before leads here, with what stands behind it.
    await page.goto(`${BASE}/#forex/journeys?q=${own}`);
    await page.getByRole('heading', { level: 1, name: 'Support Chat' }).waitFor();
    await page.waitForURL(new RegExp(`#forex/support-chat\\?q=${own}`));
    await page.getByText('No journey matches').waitFor();
    await accessibleEverywhere(page, 'no journey fits');
    await page.getByRole('button', { name: 'Show all journeys' }).click();

    await page.getByRole('button', { name: /^New/ }).click();
    const fresh = page.getByRole('dialog', { name: 'New journey' });
    await fresh.getByRole('radio', { name: /^VIP follow-up/ }).check();
    assert.equal(await fresh.getByLabel('Name').inputValue(), 'VIP follow-up');
    await fresh.getByLabel('Name').fill(' ');
    await fresh.getByRole('button', { name: 'Make it' }).click();
    await fresh.getByText('Give it a name.').waitFor();
    await accessibleEverywhere(page, 'new journey');
    await fresh.getByLabel('Name').fill(`Follow ${own}`);
    await fresh.getByRole('button', { name: 'Make it' }).click();
    await page.getByRole('heading', { level: 1, name: `Follow ${own}` }).waitFor();
    await page.locator('.builder').waitFor();
    await accessibleEverywhere(page, 'build');

    await page.getByRole('button', { name: 'Rename' }).click();
    await page.getByLabel('Name of the journey').fill(`VIP ${own}`);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: `VIP ${own}` }).waitFor();
    await page.getByText('Renamed.').waitFor();
    await choose(page, 'More actions', 'Lock');
    await page.locator('.page-header').getByText('Locked').waitFor();
    await page.getByRole('navigation', { name: 'Journey' }).getByRole('link', { name: 'Settings' }).click();
    await page.locator('.settings:disabled').waitFor();
    await accessibleEverywhere(page, 'locked settings');

    // The copy of a locked journey can be edited.
    await choose(page, 'More actions', 'Duplicate');
    const copy = page.getByRole('dialog', { name: `Duplicate VIP ${own}` });
    await copy.getByLabel('Name').fill(`Copy ${own}`);
    await copy.getByRole('button', { name: 'Duplicate' }).click();
    await page.getByRole('heading', { level: 1, name: `Copy ${own}` }).waitFor();
    assert.equal(await page.locator('.page-header').getByText('Locked').count(), 0);

    await page.getByRole('navigation', { name: 'Breadcrumb' }).getByRole('link', { name: 'Support Chat' }).click();
    await page.getByRole('searchbox', { name: 'Search journeys' }).fill(own);
    await page.getByText('2 journeys', { exact: true }).waitFor();
    await card(page, `VIP ${own}`).getByText('Draft', { exact: true }).waitFor();
    await card(page, `VIP ${own}`).getByText('keyword vip as a word').waitFor();
    await accessibleEverywhere(page, 'journeys');
    const name = `Actions for Copy ${own}`;
    await page.getByRole('button', { name }).click();
    const file = await download(page, () => page.getByRole('menuitem', { name: 'Export' }).click());
    assert.match(file.name, /\.json$/);
    const exported = JSON.parse(file.data.toString());
    assert.equal(exported.promostack, 'journey');

    await choose(page, name, 'Delete');
    const gone = page.getByRole('dialog', { name: `Delete Copy ${own}?` });
    await gone.getByRole('button', { name: 'Delete the journey' }).click();
    await gone.getByText('This is not the journey’s name.').waitFor();
    await accessibleEverywhere(page, 'delete dialog');
    await gone.getByRole('textbox').fill(`Copy ${own}`);
    await gone.getByRole('button', { name: 'Delete the journey' }).click();
    await card(page, `Copy ${own}`).waitFor({ state: 'detached' });

    await page.getByRole('button', { name: 'Import' }).click();
    const bring = page.getByRole('dialog', { name: 'Import a journey' });
    /** @param {string} content */
    const give = (content) =>
      bring.locator('input[type=file]').setInputFiles({
        name: 'journey.json',
        mimeType: 'application/json',
        buffer: Buffer.from(content),
      });
    await give('no JSON at all');
    await bring.getByRole('button', { name: 'Import' }).click();
    await bring.getByText(/This isn’t a JSON file/).waitFor();
    await give(JSON.stringify({ ...exported, definition: { ...exported.definition, timezone: 7 } }));
    await bring.getByRole('button', { name: 'Import' }).click();
    await bring
      .locator('.import-problems')
      .getByText(/timezone/)
      .waitFor();
    await accessibleEverywhere(page, 'import with mistakes');
    await give(JSON.stringify({ ...exported, name: `Back ${own}` }));
    await bring.getByRole('button', { name: 'Import' }).click();
    await page.getByRole('heading', { level: 1, name: `Back ${own}` }).waitFor();
    await change(page, (await call(page, 'GET', `${JOURNEYS}?q=VIP ${own}`)).items[0].id, 'PATCH', '', {
      is_locked: false,
    });
    await clear(page, own);
  }));

test('settings are saved by themselves, published, refused for a taken keyword, and gone back to', () =>
  withPage({ permissions: ['clipboard-read', 'clipboard-write'] }, async (page) => {
    const own = mark();
    await page.goto(`${BASE}/#hub/connections`);
    const other = await make(page, `Other ${own}`, asking(`bonus${own}`));
    await change(page, other.id, 'POST', '/publish', {});
    const { id } = await make(page, `Mine ${own}`, asking(`gold${own}`));
    await openPage(page, `?journey=${id}&tab=settings`, `Mine ${own}`);

    await page.getByLabel('Welcome message').fill('Hi ');
    await page.getByRole('button', { name: 'Insert first name' }).click();
    await page.getByText('15 of 4096').waitFor();
    await page.getByRole('button', { name: 'Link', exact: true }).click();
    await page.keyboard.type('two words');
    await page.getByText(/letters, digits/).waitFor();
    await accessibleEverywhere(page, 'settings with a mistake');
    await page.getByLabel('Text after ?start=').fill(`l${own}`);
    await page.getByLabel('Timezone').fill('new york');
    await page.getByLabel('Timezone').blur();
    assert.equal(await page.getByLabel('Timezone').inputValue(), 'America/New_York');
    await page.getByRole('checkbox', { name: 'Keep quiet hours' }).check();
    await page.getByLabel('From').fill('22:00');
    await page.getByLabel('Until').fill('22:00');
    await page.getByText('Both times are the same.').waitFor();
    await page.getByLabel('Until').fill('07:30');
    await page.getByRole('radio', { name: 'May enter again after some days' }).check();
    await page.getByLabel('Days since they entered').fill('12');
    await page.getByLabel('Priority').fill('4');
    await accessibleEverywhere(page, 'settings');
    await page.locator('.saving-saved').waitFor();
    const saved = (await call(page, 'GET', `${JOURNEYS}/${id}`)).draft;
    assert.equal(saved.welcome_message, 'Hi {first_name}');
    assert.deepEqual(saved.triggers[1], { kind: 'deep_link', value: `l${own}` });
    assert.equal(saved.timezone, 'America/New_York');
    assert.deepEqual(saved.quiet_hours, { from: '22:00', to: '07:30', answer_at_once: true });
    assert.deepEqual(saved.re_entry, { rule: 'after', days: 12 });
    assert.equal(saved.priority_int, 4);

    // What is not saved yet is saved before it is published.
    await page.getByLabel('Word or words').fill(`bonus${own}`);
    await page.getByRole('button', { name: 'Publish' }).click();
    const dialog = page.getByRole('dialog', { name: 'Publish' });
    await dialog.getByLabel('Note').fill('The first one');
    await accessibleEverywhere(page, 'publish');
    await dialog.getByRole('button', { name: 'Publish' }).click();
    await dialog.getByRole('link', { name: `Open Other ${own}` }).waitFor();
    await accessibleEverywhere(page, 'publish with a conflict');
    await page.keyboard.press('Escape');
    await page.getByLabel('Word or words').fill('');
    await page.getByRole('button', { name: 'Publish' }).click();
    await dialog.getByText(/Fix 1 error before/).waitFor();
    await dialog.getByRole('link', { name: /Write the word that people send/ }).click();
    await page.waitForURL(/tab=settings/);
    await page.getByLabel('Word or words').fill(`gold${own}`);
    await page.locator('.saving-saved').waitFor();
    await page.getByRole('button', { name: 'Publish' }).click();
    await dialog.getByLabel('Note').fill('The first one');
    await dialog.getByRole('button', { name: 'Publish' }).click();
    await page.locator('.page-header').getByText('Active', { exact: true }).waitFor();

    // A change, told before it goes live.
    await page.getByLabel('Priority').fill('9');
    await page.locator('.page-header').getByText('Draft has changes').waitFor();
    const tabs = page.getByRole('navigation', { name: 'Journey' });
    await tabs.getByRole('link', { name: 'Versions' }).click();
    const version = (/** @type {number} */ n) => page.locator('li.version').filter({ hasText: `Version ${n}` });
    await version(1).getByText('Live', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Compare' }).click();
    await page.getByRole('dialog').getByText('priority', { exact: true }).waitFor();
    await accessibleEverywhere(page, 'what differs');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /^Publish/ }).click();
    await dialog.getByText('What changes').waitFor();
    await dialog.getByLabel('Note').fill('Goes first');
    await dialog.getByRole('button', { name: 'Publish this version' }).click();
    await version(2).getByText('Live', { exact: true }).waitFor();
    await version(2).getByText('Goes first').waitFor();
    await accessibleEverywhere(page, 'versions');
    await version(1)
      .getByRole('button', { name: /Restore as draft/ })
      .click();
    await page.getByText('Version 1 is the draft now. Publish it to go back to it.').waitFor();
    assert.equal((await call(page, 'GET', `${JOURNEYS}/${id}`)).draft.priority_int, 4);
    await page.getByRole('button', { name: 'Discard the changes' }).click();
    await page.getByRole('button', { name: 'Discard them' }).click();
    await page.getByText('The same as the live version.').waitFor();

    await choose(page, 'More actions', 'Stop');
    await page.getByRole('button', { name: 'Stop it' }).click();
    await page.locator('.page-header').getByText('Stopped', { exact: true }).waitFor();
    await clear(page, own);
  }));

test('people in a journey are seen, taken over, answered and given back', () =>
  withPage({}, async (page) => {
    const own = mark();
    const word = `gold${own}`;
    await page.goto(`${BASE}/#hub/connections`);
    await disconnect(page);
    const bot = await simulatedBot(page, 'talk');
    await connect(page, 'signal_bot', bot.token, []);
    const { id } = await make(page, `Talk ${own}`, asking(word));
    await change(page, id, 'POST', '/publish', {});
    await openPage(page, `?journey=${id}&tab=people`, `Talk ${own}`);
    await page.getByText('Nobody is here yet').waitFor();
    await accessibleEverywhere(page, 'nobody in it');

    // Nobody reloads the page: the person appears.
    const ada = await writes(page, bot.username, { first_name: 'Ada', last_name: own }, word);
    const row = page.locator('.conversation').filter({ hasText: `Ada ${own}` });
    await row.getByText('First question').waitFor();
    await row.getByText('Running').waitFor();
    await accessibleEverywhere(page, 'people');

    await row.getByRole('button', { name: `Ada ${own}` }).click();
    const drawer = page.getByRole('dialog', { name: `Ada ${own}` });
    await drawer.getByText(`keyword`, { exact: false }).first().waitFor();
    await drawer.getByText('Reached First question').waitFor();
    await drawer.getByRole('button', { name: 'Take over' }).click();
    await drawer.getByLabel('Your answer').waitFor();
    await drawer.getByText('With a person').waitFor();
    await accessibleEverywhere(page, 'conversation taken over');
    await drawer.getByLabel('Your answer').fill('Hello Ada, a person here.');
    await page.keyboard.press('Control+Enter');
    await drawer.locator('.log-quote').getByText('Hello Ada, a person here.').waitFor();
    await eventually('the answer reached the chat', async () => {
      const { items } = await call(page, 'GET', `/sandbox/api/telegram/chats/${ada}/messages?bot=${bot.username}`);
      return JSON.stringify(items).includes('Hello Ada, a person here.');
    });

    await drawer.getByRole('button', { name: 'Hand back' }).click();
    await drawer.getByRole('button', { name: 'Take over' }).waitFor();
    await call(page, 'POST', '/sandbox/api/telegram/messages', { bot: bot.username, user: ada, text: 'To retire' });
    await drawer.getByText('Ended', { exact: true }).first().waitFor();
    await drawer.locator('.variables').getByText('To retire').waitFor();
    await accessibleEverywhere(page, 'conversation that ended');
    await page.keyboard.press('Escape');
    await row.getByText('Asked').waitFor();

    // Another one is moved and ended.
    await writes(page, bot.username, { first_name: 'Blaise', last_name: own }, word);
    const second = page.locator('.conversation').filter({ hasText: `Blaise ${own}` });
    await second.getByRole('button', { name: `Blaise ${own}` }).click();
    const other = page.getByRole('dialog', { name: `Blaise ${own}` });
    await other.getByText('Reached First question').waitFor();
    await other.getByRole('button', { name: 'Move to step' }).click();
    const move = page.getByRole('dialog', { name: `Move Blaise ${own} to a step` });
    await move.getByLabel('Step').selectOption({ label: 'Thanks' });
    await accessibleEverywhere(page, 'move dialog');
    await move.getByRole('button', { name: 'Move', exact: true }).click();
    await other.getByText('Ended', { exact: true }).first().waitFor();
    await page.keyboard.press('Escape');

    await page.getByRole('radio', { name: 'Running' }).check({ force: true });
    await page.getByText('Nobody matches').waitFor();
    await page.getByRole('button', { name: 'Show all conversations' }).click();
    await page.getByRole('combobox', { name: 'Step' }).selectOption({ label: 'Done' });
    await page.waitForURL(/step=end/);

    // What triggers nothing says why, at the person.
    await call(page, 'POST', '/sandbox/api/telegram/messages', { bot: bot.username, user: ada, text: 'and now' });
    await page.goto(`${BASE}/#hub/subscribers?q=Ada`);
    await choose(page, `Actions for Ada ${own}`, 'Journeys and messages');
    const history = page.getByRole('dialog', { name: `Ada ${own}` });
    await history.getByText('Triggered nothing').waitFor();
    await history.locator('.log-reasons').first().waitFor();
    await history.locator('.past-journey').getByText(`Talk ${own}`).waitFor();
    await accessibleEverywhere(page, "a person's journeys and messages");
    await history.locator('.past-journey').getByRole('link').click();
    await page.getByRole('heading', { level: 1, name: 'Support Chat' }).waitFor();
    await page
      .getByRole('dialog', { name: `Ada ${own}` })
      .getByText('What happened')
      .waitFor();
    await page.keyboard.press('Escape');
    await page
      .locator('.conversation')
      .filter({ hasText: `Ada ${own}` })
      .waitFor();
    await accessibleEverywhere(page, 'everybody');

    // The figures count them.
    await openPage(page, `?journey=${id}&tab=figures`, `Talk ${own}`);
    const first = page.locator('.figures-table tbody tr').filter({ hasText: 'First question' });
    await first.waitFor();
    assert.equal(await first.locator('td').first().innerText(), '2');
    await accessibleEverywhere(page, 'figures');
    await page.getByRole('combobox', { name: 'Version' }).selectOption({ index: 1 });
    await page.waitForURL(/version=/);
    await first.waitFor();
    const file = await download(page, () => page.getByRole('link', { name: 'Download CSV' }).click());
    assert.match(file.data.toString(), /First question/);
    await disconnect(page);
    await clear(page, own);
  }));

test('loading, failed and empty lists, long names, more of them', () =>
  withPage({ viewport: phone }, async (page) => {
    await page.route('**/api/v1/journeys?*', () => new Promise(() => {}));
    await openPage(page, '', 'Support Chat');
    await page.locator('main .loading .skeleton').first().waitFor();
    await accessible(page, 'journeys loading');
    await page.unroute('**/api/v1/journeys?*');
    const broken = { code: 'internal', detail: 'Something went wrong on our side' };
    await refuse(page, '**/api/v1/journeys?*', 500, broken);
    await openPage(page, '', 'Support Chat');
    await page.getByRole('heading', { name: "Can't load the journeys" }).waitFor();
    await accessible(page, 'journeys failed');
    await page.unroute('**/api/v1/journeys?*');
    await answer(page, '**/api/v1/journeys?*', { items: [], next: null });
    await openPage(page, '', 'Support Chat');
    await page.getByRole('button', { name: 'Make the first journey' }).waitFor();
    await accessible(page, 'no journeys yet');
    await page.unroute('**/api/v1/journeys?*');

    const at = '2026-11-24T08:00:00Z';
    const long = {
      name: 'W'.repeat(80),
      state: 'stopped',
      is_locked: true,
      connections: ['signal_bot', 'promo_bot', 'user_account'],
      triggers: [
        { kind: 'keyword', value: 'x'.repeat(100), match: 'contains' },
        { kind: 'deep_link', value: 'y'.repeat(64) },
        { kind: 'any_message' },
        { kind: 'keyword', value: 'one more' },
      ],
      priority_int: -3,
      version: 1,
      live_version: { id: 'v', number: 1, published_at: at },
      draft_changed: true,
      figures: { sends: 1234567, people: 345678, inside: 4567 },
      created_at: at,
      updated_at: at,
    };
    await page.route('**/api/v1/journeys?*', (route) => {
      const after = new URL(route.request().url()).searchParams.get('after');
      return route.fulfill({ json: { items: [{ ...long, id: after ? 'b' : 'a' }], next: after ? null : 'cursor' } });
    });
    await openPage(page, '', 'Support Chat');
    await page.getByText('1,234,567').waitFor();
    await page.getByText('1 journey so far').waitFor();
    await accessible(page, 'journeys with long names');
    await fits(page, 'journeys with long names');
    await page.getByRole('button', { name: 'Load more' }).click();
    await page.locator('.journey-card').nth(1).waitFor();
    assert.equal(await page.getByRole('button', { name: 'Load more' }).count(), 0);
    await page.unroute('**/api/v1/journeys?*');

    for (const [tab, what, path] of [
      ['people', 'the people', '**/api/v1/conversations?*'],
      ['figures', 'the figures', '**/api/v1/journeys/*/figures**'],
      ['versions', 'the versions', '**/api/v1/journeys/*/versions**'],
    ]) {
      const own = mark();
      const { id } = await make(page, `Empty ${own}`, asking(own));
      await refuse(page, String(path), 500, broken);
      await openPage(page, `?journey=${id}&tab=${tab}`, `Empty ${own}`);
      await page.getByRole('heading', { name: `Can't load ${what}` }).waitFor();
      await accessible(page, `${tab} failed`);
      await page.unroute(String(path));
      await tryAgain(page);
      await page.locator('.blank:not([role=alert])').waitFor();
      await accessible(page, `${tab} empty`);
      await fits(page, `${tab} empty`);
      await clear(page, own);
    }
  }));
