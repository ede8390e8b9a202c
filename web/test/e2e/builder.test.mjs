import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  BASE,
  accessible,
  call,
  connect,
  disconnect,
  eventually,
  open,
  simulatedBot,
  useBrowser,
  wide,
  withPage,
  writes,
} from './helper.mjs';
import {
  asking,
  change,
  clear,
  every,
  fieldOf,
  form,
  JOURNEYS,
  keyboard,
  make,
  mark,
  node,
  openPage,
  saved,
} from './journeys-helper.mjs';

useBrowser();

/** @typedef {import('playwright-core').Page} Page */

test('a journey with every type of step is built by keyboard, published, played, and counted', () =>
  withPage({ viewport: wide }, async (page) => {
    const own = mark();
    await page.goto(`${BASE}/#hub/connections`);
    await disconnect(page);
    const bot = await simulatedBot(page, 'built');
    await connect(page, 'signal_bot', bot.token, []);
    const rival = await make(page, `Rival ${own}`, asking(`word${own}`));
    await change(page, rival.id, 'POST', '/publish', {});

    const keys = keyboard(page);
    await open(page, '#forex/support-chat', 'Support Chat');
    await keys.enter(page.getByRole('button', { name: /^New/ }));
    await keys.write(page.getByRole('dialog').getByLabel('Name'), `Built ${own}`);
    await keys.press('Enter');
    await page.getByRole('heading', { level: 1, name: `Built ${own}` }).waitFor();
    await page.locator('.node').first().waitFor();
    const step = form(page);
    /** @param {string} label */
    const field = (label) => fieldOf(page, label);
    /** Opens the form of the step that has the focus. @param {string} title */
    const called = async (title) => {
      await keys.press('Enter');
      await keys.write(field('Title'), title);
    };
    /** Back to the map, and from there along a way. @param {string} title @param {string} way @param {string} to */
    const lead = async (title, way, to) => {
      const port = node(page, title)
        .locator('.node-ports')
        .getByRole('button', { name: `${way}:` });
      await keys.to(node(page, title).locator('.node-face'));
      await keys.enter(port);
      await keys.pick(to);
    };

    await keys.to(page.locator('.node-face').first());
    await called('Hello');
    await keys.write(field('Text'), 'Hello {first_name|there}.');
    await keys.enter(step.getByRole('button', { name: 'Add button' }));
    await keys.type('Our page');
    await keys.press('Tab');
    await keys.type('https://example.com/page');
    await keys.press('Escape');

    await keys.to(page.locator('.node-end .node-face'));
    await called('Done');
    await keys.write(field('Outcome'), 'bought');
    await keys.press('Escape');

    await keys.to(node(page, 'Hello').locator('.node-face'));
    await keys.press('a');
    await keys.pick('Question');
    await called('Metal');
    await keys.write(field('Question'), 'Gold or silver?');
    await keys.set(field('Answer'), 'choice');
    await keys.write(field('Text of choice 1'), 'Gold');
    await keys.write(field('Text of choice 2'), 'Silver');
    await keys.write(field('Save the answer as'), 'metal');
    await keys.press('Escape');
    await lead('Metal', 'Any other', 'Delay');
    await called('Pause');
    await keys.write(field('How long'), '1');
    await keys.set(field('Unit of How long'), 'seconds');
    await keys.press('Escape');
    await lead('Pause', 'Then', 'Condition');
    await called('Is gold');
    await keys.write(field('What rule 1 looks at'), 'metal');
    await keys.set(field('Comparison of rule 1'), 'equals');
    await keys.write(field('Value of rule 1'), 'Gold');
    await keys.press('Escape');
    await lead('Is gold', 'Yes', 'Adds tags');
    await called('Gold tag');
    await keys.to(field('Add tags'));
    await keys.type(`gold${own}`);
    await keys.press('Enter');
    await keys.press('Escape');
    await lead('Is gold', 'No', 'split');
    await called('Two ways');
    await keys.press('Escape');
    await lead('Gold tag', 'Then', 'Wait for reply');
    await called('Listens');
    await keys.write(field('Keyword'), 'yes');
    await keys.write(field('Wait at most'), '1');
    await keys.set(field('Unit of Wait at most'), 'days');
    await keys.press('Escape');
    await lead('Two ways', 'A', 'Jump');
    await called('Over');
    await keys.press('Escape');
    await lead('Over', 'Goes to', 'Listens');
    await lead('Two ways', 'B', 'Over');
    await lead('Listens', 'Says “yes”', 'Calls someone from your team');
    await called('Team');
    await keys.write(field('Note for the team'), 'Said yes');
    await keys.press('Escape');
    await lead('Team', 'Then', 'Done');
    await lead('Listens', 'Any reply', 'Done');
    await lead('Listens', 'No reply', 'Done');
    // Arrows move a step on the map.
    const done = node(page, 'Done');
    await keys.to(done.locator('.node-face'));
    const before = await done.getAttribute('data-at');
    await keys.press('Shift+ArrowUp', 2);
    assert.notEqual(await done.getAttribute('data-at'), before);
    await page.getByRole('button', { name: '1 error' }).waitFor();
    await saved(page);

    // What lets people in; then it goes live, once the keyword is free.
    const tabs = page.getByRole('navigation', { name: 'Journey' });
    await keys.enter(tabs.getByRole('link', { name: 'Settings' }));
    await keys.enter(page.getByRole('button', { name: 'Link', exact: true }));
    await keys.type(`link${own}`);
    await keys.enter(page.getByRole('button', { name: 'Keyword', exact: true }));
    await keys.type(`word${own}`);
    const publish = page.getByRole('dialog', { name: 'Publish' });
    await keys.enter(page.getByRole('button', { name: 'Publish', exact: true }));
    await keys.enter(publish.getByRole('button', { name: 'Publish', exact: true }));
    await publish.getByText(`The active journey “Rival ${own}” has the keyword “word${own}”`).waitFor();
    await accessible(page, 'a keyword that another journey has');
    await keys.press('Escape');
    await keys.write(page.getByLabel('Word or words'), `metal${own}`);
    await keys.enter(page.getByRole('button', { name: 'Publish', exact: true }));
    await keys.enter(publish.getByRole('button', { name: 'Publish', exact: true }));
    await page.locator('.page-header').getByText('Active', { exact: true }).waitFor();
    const [made] = (await call(page, 'GET', `${JOURNEYS}?q=Built ${own}`)).items;
    const { draft } = await call(page, 'GET', `${JOURNEYS}/${made.id}`);
    assert.equal(new Set(draft.steps.map((/** @type {any} */ { type }) => type)).size, 10, 'every type');

    // Ada comes by the link and says yes: a person of the team answers her.
    const log = page.getByRole('log');
    const ada = await call(page, 'POST', '/sandbox/api/telegram/users', { first_name: 'Ada', last_name: own });
    await open(page, `#hub/sandbox?user=${ada.id}`, 'Sandbox');
    await page.getByRole('button', { name: 'Open a t.me link' }).click();
    await page.getByRole('dialog').getByRole('textbox', { name: 'Link' }).fill(`t.me/${bot.username}?start=link${own}`);
    await page.getByRole('button', { name: 'Open', exact: true }).click();
    await page.getByRole('button', { name: `Start with link${own}` }).click();
    await log.getByText('Hello Ada.').waitFor();
    assert.match((await log.getByRole('link', { name: 'Our page' }).getAttribute('href')) ?? '', /\/l\//);
    await log.getByRole('button', { name: 'Gold' }).waitFor();
    await counted(page, made.id, `Built ${own}`, { Hello: '1 0 1 0', Metal: '1 1 0 0', Pause: '0 0 0 0' });
    await open(page, `#hub/sandbox?user=${ada.id}&chat=${bot.username}`, 'Sandbox');
    await log.getByRole('button', { name: 'Gold' }).click();
    await inStep(page, `Ada ${own}`, 'Listens');
    await say(page, 'yes');
    await openPage(page, `?journey=${made.id}&tab=people`, `Built ${own}`);
    const row = page.locator('.conversation').filter({ hasText: `Ada ${own}` });
    await row.getByText('Needs a person').waitFor();
    await row.getByRole('button', { name: `Ada ${own}` }).click();
    const drawer = page.getByRole('dialog', { name: `Ada ${own}` });
    await drawer.getByText('Needs a person').waitFor();
    await drawer.getByLabel('Your answer').fill('Hello Ada, I am Grace.');
    await page.keyboard.press('Control+Enter');
    await drawer.locator('.log-quote').getByText('Hello Ada, I am Grace.').waitFor();
    await drawer.getByRole('button', { name: 'Hand back' }).click();
    await drawer.getByText('Ended', { exact: true }).first().waitFor();
    await open(page, `#hub/sandbox?user=${ada.id}&chat=${bot.username}`, 'Sandbox');
    await log.getByText('Hello Ada, I am Grace.').waitFor();

    // Bob writes the keyword and goes the other way; Cleo stays at the question until she is let go.
    const bob = await writes(page, bot.username, { first_name: 'Bob', last_name: own }, `METAL${own}`);
    await open(page, `#hub/sandbox?user=${bob}&chat=${bot.username}`, 'Sandbox');
    await log.getByRole('button', { name: 'Silver' }).click();
    await inStep(page, `Bob ${own}`, 'Listens');
    await say(page, 'no thanks');
    await inStep(page, `Bob ${own}`, '');
    await writes(page, bot.username, { first_name: 'Cleo', last_name: own }, `metal${own}`);
    const cleo = await inStep(page, `Cleo ${own}`, 'Metal');
    await call(page, 'POST', `/api/v1/conversations/${cleo}/end`);
    await inStep(page, `Cleo ${own}`, '');
    await counted(page, made.id, `Built ${own}`, {
      Hello: '3 0 3 0',
      Metal: '3 0 2 1',
      Pause: '2 0 2 0',
      'Is gold': '2 0 2 0',
      'Gold tag': '1 0 1 0',
      'Two ways': '1 0 1 0',
      Over: '1 0 1 0',
      Listens: '2 0 2 0',
      Team: '1 0 1 0',
      Done: '2 0 2 0',
    });
    await accessible(page, 'figures on the map');
    await disconnect(page);
    await clear(page, own);
  }));

test('a draft is walked with simulated time, and says what the live journey says', () =>
  withPage({ viewport: wide }, async (page) => {
    const own = mark();
    await page.goto(`${BASE}/#hub/connections`);
    await disconnect(page);
    const bot = await simulatedBot(page, 'walked');
    await connect(page, 'signal_bot', bot.token, []);
    const definition = every(`walk${own}`);
    const { id } = await make(page, `Walked ${own}`, { ...definition, welcome_message: 'Welcome, {first_name}.' });
    await openPage(page, `?journey=${id}&tab=build`, `Walked ${own}`);
    await page.getByRole('button', { name: 'Test', exact: true }).click();
    const panel = page.getByRole('region', { name: 'Test', exact: true });
    const log = page.getByRole('log');
    /** @param {string} title */
    const stands = (title) =>
      page
        .locator('.node-current .node-title')
        .getByText(title, { exact: true })
        .waitFor({ state: title ? 'visible' : 'detached' });
    await panel.getByRole('textbox', { name: /^Message of/ }).fill('something else');
    await page.keyboard.press('Enter');
    await panel.getByText(/No journey begins/).waitFor();
    await panel.getByRole('button', { name: 'Start again' }).click();
    await panel.getByRole('button', { name: `Write “walk${own}”` }).click();
    await stands('Metal');
    await log.getByRole('button', { name: 'Gold' }).click();
    await stands('Pause');
    await panel.getByRole('button', { name: 'Skip to the next event' }).click();
    await stands('Listens');
    await panel.getByRole('tab', { name: 'Variables' }).click();
    await panel.getByRole('row', { name: 'metal Gold' }).waitFor();
    await panel.getByText(`walk${own}`).last().waitFor();
    const tested = await log.locator('.bubble-theirs .bubble-text').allTextContents();
    await panel.getByRole('button', { name: '+1 day' }).click();
    await log.getByText('Another time.').waitFor();
    await panel.getByText('ended: bought').waitFor();
    await panel.getByRole('tab', { name: 'Log' }).click();
    await panel.getByText('No answer in time').waitFor();
    assert.equal(await page.locator('.node-current').count(), 0);

    await change(page, id, 'POST', '/publish', {});
    const anna = await writes(page, bot.username, { first_name: 'Anna', last_name: own }, `walk${own}`);
    await inStep(page, `Anna ${own}`, 'Metal');
    await call(page, 'POST', '/sandbox/api/telegram/messages', { bot: bot.username, user: anna, text: 'Gold' });
    await inStep(page, `Anna ${own}`, 'Listens');
    await open(page, `#hub/sandbox?user=${anna}&chat=${bot.username}`, 'Sandbox');
    await log.getByText('Gold or silver?').waitFor();
    assert.deepEqual(await log.locator('.bubble-theirs .bubble-text').allTextContents(), tested);
    assert.equal(tested.length, 3);
    await disconnect(page);
    await clear(page, own);
  }));

/** Writes in the chat that is open. @param {Page} page @param {string} text */
async function say(page, text) {
  await page.getByRole('textbox', { name: /Message to/ }).fill(text);
  await page.keyboard.press('Enter');
  await page.getByRole('log').getByText(text, { exact: true }).waitFor();
}

/**
 * Waits until somebody waits at a step; '' for the end.
 *
 * @param {Page} page
 * @param {string} name
 * @param {string} title
 */
async function inStep(page, name, title) {
  const [first, last] = name.split(' ');
  return eventually(`${name} is at “${title}”`, async () => {
    const { items } = await call(page, 'GET', `/api/v1/conversations?q=${last}`);
    const one = items.find((/** @type {any} */ { subscriber }) => subscriber.first_name === first);
    const there = title === '' ? one?.state === 'ended' : one?.phase === 'waiting' && one.step.title === title;
    return there && one.id;
  });
}

/**
 * The figures that stand on the map: entered, waiting, passed, dropped.
 *
 * @param {Page} page
 * @param {string} id
 * @param {string} name
 * @param {Record<string, string>} wanted
 */
async function counted(page, id, name, wanted) {
  await openPage(page, `?journey=${id}&tab=build`, name);
  /** @type {Record<string, string>} */
  const seen = {};
  for (const title of Object.keys(wanted)) {
    const row = node(page, title).locator('.node-figures dd');
    await row.first().waitFor();
    seen[title] = (await row.allTextContents()).join(' ');
  }
  assert.deepEqual(seen, wanted);
}
