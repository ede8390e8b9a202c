import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  BASE,
  accessible,
  accessibleEverywhere,
  answer,
  call,
  eventually,
  open,
  refuse,
  tryAgain,
  useBrowser,
  withPage,
} from './helper.mjs';
import { FIRST, SETTINGS, focused, term } from './cross-promotion-helper.mjs';
import { BOT, FLOWS, PROMPTS, clear, figuresOf, flowOf, promptOf } from './hype-helper.mjs';

useBrowser();

/** @param {import('playwright-core').Page} page @param {string} name */
const cardOf = (page, name) =>
  page
    .getByRole('list', { name: 'Flows' })
    .locator('.hype-flow')
    .filter({ has: page.getByRole('heading', { name }) });

test('hype bot: loading, failed, empty, data, preview, figures, mistakes, and who may only look', () =>
  withPage({}, async (page) => {
    /** @type {ReturnType<typeof promptOf>[]} */
    let prompts = [];
    /** @type {ReturnType<typeof flowOf>[]} */
    let flows = [];
    let promotion = { ...FIRST, on: true, teaser: term('07:51'), version: 4 };
    await answer(page, '**/api/v1/connections', { items: [BOT], next: null });
    await page.route(SETTINGS, (route) => route.fulfill({ json: promotion }));
    await page.route(`**${PROMPTS}`, (route) => route.fulfill({ json: { items: prompts, next: null } }));
    const serveFlows = () => page.route(`**${FLOWS}`, (route) => route.fulfill({ json: { items: flows, next: null } }));

    await page.route(`**${FLOWS}`, () => new Promise(() => {}));
    await page.goto(`${BASE}/#forex/hype-bot`);
    await page.locator('main .loading .skeleton').first().waitFor();
    await accessible(page, 'hype bot loading');
    await page.unroute(`**${FLOWS}`);
    await refuse(page, `**${FLOWS}`, 500, { code: 'internal', detail: 'Something went wrong on our side' });
    await page.reload();
    await page.getByRole('heading', { name: "Can't load the hype bot" }).waitFor();
    await accessible(page, 'hype bot failed');
    await page.unroute(`**${FLOWS}`);
    await serveFlows();
    await tryAgain(page);

    // First a prompt, then a flow.
    await page.getByRole('heading', { name: 'Nothing to say yet' }).waitFor();
    assert.equal(await page.getByRole('button', { name: 'New flow' }).count(), 0, 'a flow needs a prompt');
    await accessibleEverywhere(page, 'hype bot with nothing');
    prompts = [promptOf('p1', 'Discipline', { style: 'Calm and dry' }), promptOf('p2', 'The record')];
    await page.reload();
    await page.getByRole('heading', { name: 'No flow yet' }).waitFor();
    await page.getByText('No flow uses it yet.').first().waitFor();
    await accessibleEverywhere(page, 'prompts without a flow');

    flows = [
      flowOf('f1', 'Morning'),
      flowOf('f2', 'Evening', { position: 2, enabled: false, prompts: ['p2'], messages: 1 }),
    ];
    await page.reload();
    const morning = cardOf(page, 'Morning');
    await morning.getByText('3 messages, 20 min apart, from 10 min after the call to action, Mon–Fri.').waitFor();
    assert.deepEqual(
      await morning.getByRole('list', { name: 'Prompts of “Morning”' }).getByRole('listitem').allTextContents(),
      ['Discipline', 'The record'],
    );
    await page.getByText('Used by “Morning”, “Evening”.').waitFor();
    assert.equal(await cardOf(page, 'Evening').getByRole('button', { name: 'Run now' }).count(), 0, 'it is off');
    assert.equal(await page.getByText('no flow starts by itself').count(), 0);
    await accessibleEverywhere(page, 'flows and prompts');

    // What would go out: by the model, by the program, and one that would repeat another.
    const PREVIEW = `**${FLOWS}/f1/preview`;
    const button = [{ text: 'Join VIP', url: 'https://t.me/gold_vip_bot' }];
    const skip = { code: 'repeats', message: 'Whatever there is to say repeats one of the last messages', remedy: '' };
    const made = { buttons: button, reason: '', skip: null };
    await answer(page, PREVIEW, {
      messages: [
        { ...made, text: 'Gold sleeps &amp; we read.', source: 'ai', prompt: 'Discipline' },
        { ...made, text: 'Members know the stop.', source: 'template', reason: 'invented', prompt: 'The record' },
        { ...made, text: '', buttons: [], source: '', prompt: 'Discipline', skip },
      ],
    });
    const opener = morning.getByRole('button', { name: 'Preview “Morning”' });
    await opener.click();
    const preview = page.getByRole('dialog', { name: 'Preview: Morning' });
    await preview.getByText('Gold sleeps & we read.').waitFor();
    await preview.getByRole('heading', { name: 'Gold for everybody' }).waitFor();
    await preview.getByText('“Discipline” · Written by AI').waitFor();
    await preview.getByText('“The record” · Written from a template: a figure was not among the facts').waitFor();
    await preview.getByText('It would be skipped.').waitFor();
    await preview.getByText('Whatever there is to say repeats one of the last messages.').waitFor();
    await preview.getByText('3. 50 min after the call to action').waitFor();
    assert.equal(await preview.getByRole('link', { name: 'Join VIP' }).count(), 2);
    await accessibleEverywhere(page, 'the preview of a flow');
    await page.unroute(PREVIEW);
    await refuse(page, PREVIEW, 500, { code: 'internal', detail: 'Something went wrong on our side' });
    await preview.getByRole('button', { name: 'Make them again' }).click();
    await preview.getByRole('heading', { name: "Can't load the preview" }).waitFor();
    await accessibleEverywhere(page, 'a preview of a flow that failed');
    await page.keyboard.press('Escape');
    await eventually('the focus is back', () => focused(opener));

    // What became of its messages.
    const FIGURES = `**${FLOWS}/f1/figures`;
    await refuse(page, FIGURES, 500, { code: 'internal', detail: 'Something went wrong on our side' });
    await morning.getByRole('button', { name: 'Figures “Morning”' }).click();
    const figures = page.getByRole('dialog', { name: 'Figures of “Morning”' });
    await figures.getByRole('heading', { name: "Can't load the figures" }).waitFor();
    await accessibleEverywhere(page, 'figures that failed');
    await page.unroute(FIGURES);
    await answer(page, FIGURES, figuresOf());
    await tryAgain(figures);
    await figures.getByText('2: they would have repeated one of the last messages').waitFor();
    await figures.getByText('2: the model was late').waitFor();
    await figures.getByText('12, 9 of them unique').waitFor();
    await figures.getByText('1,204 then, 1,240 now (+36)').waitFor();
    await figures.getByText('1 of them by hand').waitFor();
    const decide = figures.getByRole('link', { name: 'Decide under Posts' });
    assert.equal(await decide.getAttribute('href'), '#promo/posts?state=unknown&kind=hype');
    assert.equal(await figures.locator('tbody tr').count(), 2, 'days on which nothing happened are left out');
    await accessibleEverywhere(page, 'the figures of a flow');
    await page.keyboard.press('Escape');

    // What cannot be done is told where somebody looks.
    await refuse(page, `**${PROMPTS}/p2`, 409, {
      code: 'prompt_in_use',
      detail: 'It is used by “Morning”, “Evening”',
      remedy: 'Take it out there first',
    });
    await page.getByRole('button', { name: 'Delete “The record”' }).click();
    const gone = page.getByRole('dialog', { name: 'Delete “The record”?' });
    await gone.getByRole('button', { name: 'Delete the prompt' }).click();
    await gone.getByText('Take it out there first.').waitFor();
    await accessibleEverywhere(page, 'a prompt that is in use');
    await gone.getByRole('button', { name: 'Keep it' }).click();

    const PATCH = `**${FLOWS}/f1`;
    await refuse(page, PATCH, 412, { code: 'version_changed', detail: 'This was changed in the meantime' });
    await morning.getByRole('button', { name: 'Edit “Morning”' }).click();
    const edit = page.getByRole('dialog', { name: 'Flow “Morning”' });
    const messages = edit.getByRole('textbox', { name: 'Messages', exact: true });
    await messages.fill('5');
    await edit.getByRole('button', { name: 'Save' }).click();
    await edit.getByText('This was changed in the meantime.').waitFor();
    assert.equal(await messages.inputValue(), '5', 'what is typed stays');
    /** @type {string | undefined} */
    let based;
    await page.unroute(PATCH);
    flows = flows.map((one) => (one.id === 'f1' ? { ...one, version: 7 } : one));
    await refuse(page, PATCH, 412, { code: 'version_changed', detail: 'This was changed again' });
    const reread = page.waitForResponse((response) => response.url().endsWith(FLOWS));
    await edit.getByRole('button', { name: 'Save' }).click();
    await edit.getByText('This was changed again.').waitFor();
    await reread;
    await page.unroute(PATCH);
    await page.route(PATCH, (route) => {
      based = route.request().headers()['if-match'];
      return route.fulfill({ json: { ...flows[0], ...route.request().postDataJSON() } });
    });
    await edit.getByRole('button', { name: 'Save' }).click();
    await edit.waitFor({ state: 'detached' });
    assert.equal(based, '"7"', 'the next try is based on what is there');

    // By itself nothing starts without a call to action; whoever may only look has nothing to press.
    promotion = { ...promotion, teaser: term('07:51', false) };
    await page.route('**/api/v1/session', async (route) => {
      const response = await route.fetch();
      const session = await response.json();
      const capabilities = session.capabilities.filter((/** @type {string} */ one) => !one.endsWith('.write'));
      await route.fulfill({ response, json: { ...session, capabilities } });
    });
    await page.reload();
    await page.getByText('The VIP teaser is off: no call to action goes out, so no flow starts by itself.').waitFor();
    assert.deepEqual(await page.locator('.hype-page').first().getByRole('button').allTextContents(), [
      'Figures “Morning”',
      'Figures “Evening”',
    ]);
    assert.equal(await morning.getByRole('radio', { name: 'On' }).isDisabled(), true);
    await accessibleEverywhere(page, 'hype bot to look at');
  }));

test('hype bot: a prompt and flows are made, switched, put in order, previewed and deleted through the page', () =>
  withPage({}, async (page) => {
    await clear(page);
    await open(page, '#forex/hype-bot', 'Hype Bot');
    await page.getByRole('button', { name: 'Write the first prompt' }).click();
    const prompt = page.getByRole('dialog', { name: 'New prompt' });
    await prompt.getByRole('button', { name: 'Save' }).click();
    await prompt.getByText('Give it a name.').waitFor();
    await prompt.getByText('Say what its messages are about.').waitFor();
    assert.ok(await focused(prompt.getByRole('textbox', { name: 'Name' })), 'the first mistake has the focus');
    await prompt.getByRole('textbox', { name: 'Name' }).fill('Discipline');
    await prompt.getByRole('textbox', { name: 'Angle' }).fill('See t.me/other');
    await prompt.getByRole('button', { name: 'Save' }).click();
    await prompt.getByText("Can't have an address").waitFor();
    await accessibleEverywhere(page, 'a prompt that the server refuses');
    await page.keyboard.press('Escape');
    await prompt.getByText('Your changes are not saved yet').waitFor();
    await prompt.getByRole('textbox', { name: 'Angle' }).fill('Patience');
    await prompt.getByRole('button', { name: 'Save' }).click();
    await prompt.waitFor({ state: 'detached' });
    await eventually('the focus is on what comes next', () =>
      focused(page.getByRole('button', { name: 'New prompt' })),
    );

    // The page's mistakes first, then the server's, each at its field.
    await page.getByRole('button', { name: 'Make the first flow' }).click();
    const flow = page.getByRole('dialog', { name: 'New flow' });
    const save = flow.getByRole('button', { name: 'Save' });
    await flow.getByRole('button', { name: 'Take “Discipline” out' }).click();
    await flow.getByRole('textbox', { name: 'Messages', exact: true }).fill('11');
    await save.click();
    await flow.getByText('Give it a name.').waitFor();
    await flow.getByText('Add at least one prompt.').waitFor();
    await flow.getByText('Type a whole number from 1 to 10.').waitFor();
    await accessibleEverywhere(page, 'a flow with mistakes');
    await flow.getByRole('textbox', { name: 'Name' }).fill('Morning');
    await flow.getByRole('button', { name: 'Add', exact: true }).click();
    await flow.getByRole('textbox', { name: 'Messages', exact: true }).fill('2');
    await flow.getByRole('checkbox', { name: 'This flow is on' }).check();
    for (const day of ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday'])
      await flow.getByRole('checkbox', { name: day }).uncheck();
    await save.click();
    await flow.getByText('Choose at least one day').waitFor();
    await accessibleEverywhere(page, 'a flow that the server refuses');
    await flow.getByRole('checkbox', { name: 'Monday' }).check();
    await save.click();
    await flow.waitFor({ state: 'detached' });
    const morning = cardOf(page, 'Morning');
    await morning.getByText('2 messages, 30 min apart, from 10 min after the call to action, Mon.').waitFor();

    // A name that is taken; then another one.
    await page.getByRole('button', { name: 'New flow' }).click();
    await flow.getByRole('textbox', { name: 'Name' }).fill('Morning');
    await save.click();
    await flow.getByText('Another flow has this name').waitFor();
    await flow.getByRole('textbox', { name: 'Name' }).fill('Evening');
    await save.click();
    await flow.waitFor({ state: 'detached' });
    const evening = cardOf(page, 'Evening');
    await evening.waitFor();

    // The switch, by the keyboard.
    const on = evening.getByRole('radio', { name: 'On' });
    await evening.getByRole('radio', { name: 'Off' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.locator('.toast').getByText('“Evening” is on.').waitFor();
    await evening.getByRole('button', { name: 'Run now “Evening”' }).waitFor();
    assert.ok(await focused(on), 'the focus stays');
    await page.keyboard.press('ArrowLeft');
    await page.locator('.toast').getByText('“Evening” is off.').waitFor();
    await evening.getByRole('button', { name: 'Run now “Evening”' }).waitFor({ state: 'detached' });

    // The order.
    const names = () => page.locator('.hype-flow h3').allTextContents();
    assert.deepEqual(await names(), ['Morning', 'Evening']);
    await evening.getByRole('button', { name: 'Move “Evening” up' }).press('Enter');
    await eventually('the order is another one', async () => (await names()).join() === 'Evening,Morning');
    await eventually('the focus goes with it', () =>
      focused(evening.getByRole('button', { name: 'Move “Evening” down' })),
    );
    const { items } = await call(page, 'GET', FLOWS);
    assert.deepEqual(
      items.map((/** @type {{ name: string }} */ one) => one.name),
      ['Evening', 'Morning'],
    );

    await morning.getByRole('button', { name: 'Preview “Morning”' }).click();
    const preview = page.getByRole('dialog', { name: 'Preview: Morning' });
    await preview
      .getByText(/“Discipline” · Written/)
      .first()
      .waitFor();
    assert.equal(await preview.locator('.bubble').count(), 2);
    await page.keyboard.press('Escape');

    await morning.getByRole('button', { name: 'Run now “Morning”' }).click();
    const run = page.getByRole('dialog', { name: 'Run “Morning” now?' });
    await run.getByText('This is besides today’s run').waitFor();
    await accessibleEverywhere(page, 'before a run by hand');
    await run.getByRole('button', { name: 'Not now' }).click();

    // A prompt that flows use stays, until they are gone.
    const remove = async (/** @type {string} */ name, /** @type {string} */ verb) => {
      await page.getByRole('button', { name: `Delete “${name}”` }).click();
      const dialog = page.getByRole('dialog', { name: `Delete “${name}”?` });
      await dialog.getByRole('button', { name: verb }).click();
      return dialog;
    };
    const used = await remove('Discipline', 'Delete the prompt');
    await used.getByText('It is used by “Evening”, “Morning”.').waitFor();
    await used.getByRole('button', { name: 'Keep it' }).click();
    for (const name of ['Morning', 'Evening'])
      await (await remove(name, 'Delete the flow')).waitFor({ state: 'detached' });
    await page.getByRole('heading', { name: 'No flow yet' }).waitFor();
    await (await remove('Discipline', 'Delete the prompt')).waitFor({ state: 'detached' });
    await page.getByRole('heading', { name: 'Nothing to say yet' }).waitFor();
    await eventually('the focus is on what comes first', () =>
      focused(page.getByRole('button', { name: 'Write the first prompt' })),
    );
    assert.deepEqual((await call(page, 'GET', PROMPTS)).items, []);
  }));
