import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BASE, accessible, call, fits, phone, useBrowser, wide, withPage } from './helper.mjs';
import {
  asking,
  change,
  choose,
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

test('steps are undone, copied into another journey and deleted; somebody else’s change is not written over', () =>
  withPage({ viewport: wide, permissions: ['clipboard-read', 'clipboard-write'] }, async (page) => {
    const own = mark();
    await page.goto(`${BASE}/#hub/connections`);
    const { id } = await make(page, `From ${own}`, asking(`from${own}`));
    const other = await make(page, `Into ${own}`, { ...asking(`into${own}`), steps: [], start_step_id: '' });
    const draft = async () => (await call(page, 'GET', `${JOURNEYS}/${id}`)).draft;
    const title = async () => (await draft()).steps[1].title;
    const keys = keyboard(page);
    await openPage(page, `?journey=${id}&tab=build`, `From ${own}`);
    await node(page, 'Thanks').locator('.node-face').click();
    await keys.write(fieldOf(page, 'Title'), 'Thank them');
    await page.getByText('Saving…').waitFor();
    await saved(page);
    assert.equal(await title(), 'Thank them');
    await keys.press('ControlOrMeta+z');
    await node(page, 'Thanks').waitFor();
    await keys.press('ControlOrMeta+Shift+z');
    await node(page, 'Thank them').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await node(page, 'Thanks').waitFor();
    await page.getByRole('button', { name: 'Redo' }).click();
    await keys.to(node(page, 'Thank them').locator('.node-face'));
    await keys.press('ControlOrMeta+a');
    await form(page).getByRole('heading', { name: '3 steps' }).waitFor();
    await keys.press('ControlOrMeta+c');

    await openPage(page, `?journey=${other.id}&tab=build`, `Into ${own}`);
    await page.getByRole('button', { name: 'Paste steps' }).click();
    for (const name of ['First question', 'Thank them', 'Done']) await node(page, name).waitFor();
    await keys.to(node(page, 'Thank them').locator('.node-face'));
    await keys.press('Escape');
    await keys.press('Delete');
    await node(page, 'Thank them').waitFor({ state: 'detached' });
    await page.getByText('1 step deleted.').waitFor();
    await keys.press('ControlOrMeta+z');
    await node(page, 'Thank them').waitFor();
    await saved(page);
    const pasted = (await call(page, 'GET', `${JOURNEYS}/${other.id}`)).draft;
    assert.equal(pasted.steps.length, 3);
    assert.equal(pasted.steps[0].next_step_id, pasted.steps[1].id, 'what was copied together leads to each other');

    /** Lets somebody else save just before the page does. @param {string} theirs */
    const meanwhile = (theirs) =>
      page.route(
        '**/draft',
        async (route) => {
          const definition = await draft();
          definition.steps[1].title = theirs;
          await change(page, id, 'PUT', '/draft', { definition });
          await route.continue();
        },
        { times: 1 },
      );
    await openPage(page, `?journey=${id}&tab=build`, `From ${own}`);
    await node(page, 'Thank them').locator('.node-face').click();
    await meanwhile('Theirs');
    await keys.write(fieldOf(page, 'Title'), 'Mine');
    const dialog = page.getByRole('dialog', { name: 'Someone else changed this journey' });
    await dialog.getByText('Nothing is lost until you choose.').waitFor();
    await accessible(page, 'a conflict');
    await keys.press('Escape');
    await node(page, 'Mine').waitFor();
    assert.equal(await title(), 'Theirs', 'nothing is written over it unasked');
    await page.getByText('Not saved: someone else changed this journey.').waitFor();
    await accessible(page, 'a conflict that waits');
    await page.getByRole('button', { name: 'Choose', exact: true }).click();
    await dialog.getByRole('button', { name: 'Take theirs' }).click();
    await node(page, 'Theirs').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await node(page, 'Mine').waitFor();
    await saved(page);
    assert.equal(await title(), 'Mine');
    await meanwhile('Theirs again');
    await keys.write(fieldOf(page, 'Title'), 'Mine again');
    await dialog.getByRole('button', { name: 'Keep mine' }).click();
    await saved(page);
    assert.equal(await title(), 'Mine again');
    await clear(page, own);
  }));

test('what is wrong stands at its field and on its step as one types, and goes', () =>
  withPage({ viewport: wide }, async (page) => {
    const own = mark();
    await page.goto(`${BASE}/#hub/connections`);
    const { id } = await make(page, `Wrong ${own}`, every(own));
    await openPage(page, `?journey=${id}&tab=build`, `Wrong ${own}`);
    const keys = keyboard(page);
    /** @param {string} title @param {import('playwright-core').Locator} field @param {[string, string, RegExp]} values */
    const wrong = async (title, field, [bad, good, message]) => {
      await node(page, title).locator('.node-face').press('Enter');
      await keys.write(field, bad);
      if (bad === '') await keys.press('Backspace');
      await form(page).locator('.field-error').getByText(message).waitFor();
      await node(page, title).locator('.node-issues-bad').waitFor();
      await page.getByRole('button', { name: '1 error', exact: true }).waitFor();
      await accessible(page, `a mistake at ${title}`, '.builder');
      await keys.write(field, good);
      await page.getByText('No problems').waitFor();
      assert.equal(await node(page, title).locator('.node-issues').count(), 0);
      assert.equal(await form(page).locator('.field-error:visible').count(), 0);
    };
    await wrong('Metal', fieldOf(page, 'Question'), ['', 'Gold or silver?', /Write what is sent/]);
    await wrong('Hello', form(page).getByLabel('Address of button 1 of row 1'), [
      'example',
      'https://example.com',
      /must begin with https/,
    ]);
    await wrong('Metal', form(page).getByLabel('Text of choice 2'), ['', 'Silver', /Write what the choice shows/]);
    await clear(page, own);
  }));

for (const viewport of [{ width: 1280, height: 900 }, phone]) {
  test(`the builder is accessible in every form, at ${viewport.width}`, () =>
    withPage({ viewport }, async (page) => {
      const own = mark();
      const narrow = viewport === phone;
      await page.goto(`${BASE}/#hub/connections`);
      const rival = await make(page, `Rival ${own}`, asking(own));
      await change(page, rival.id, 'POST', '/publish', {});
      const definition = every(own);
      const { id } = await make(page, `Forms ${own}`, definition);
      await openPage(page, `?journey=${id}&tab=build`, `Forms ${own}`);
      const shown = page.locator('.builder');
      for (const { title, type } of definition.steps) {
        if (narrow) await page.locator('.step-row .node-title').getByText(title, { exact: true }).click();
        else {
          // The first press selects it, the second one opens its form.
          await node(page, title).locator('.node-face').press('Enter');
          await node(page, title).locator('.node-face').press('Enter');
        }
        await form(page)
          .getByLabel(/^Title/)
          .waitFor();
        await accessible(
          page,
          `the form of a ${type}, at ${viewport.width}`,
          type === 'message' ? undefined : '.inspector',
        );
        await fits(page, `the form of a ${type}`);
        if (narrow) await page.keyboard.press('Escape');
      }
      await page.getByRole('button', { name: 'Add step' }).click();
      await page.getByRole('dialog').getByRole('listbox').waitFor();
      await accessible(page, `types of steps, at ${viewport.width}`);
      await page.keyboard.press('Escape');
      await shown.getByRole('button', { name: narrow ? 'Map' : 'List', exact: true }).click();
      await accessible(page, `the other view, at ${viewport.width}`);
      await fits(page, 'the other view');
      if (narrow) await shown.getByRole('button', { name: 'List', exact: true }).click();
      await page.locator('.step-to').first().click();
      await page.getByRole('dialog').getByRole('listbox').waitFor();
      await accessible(page, `where a way leads, at ${viewport.width}`);
      await page.keyboard.press('Escape');
      await shown.getByRole('button', { name: 'Test', exact: true }).click();
      await page.getByRole('button', { name: `Write “${own}”` }).click();
      await page.getByRole('log').getByRole('button', { name: 'Gold' }).waitFor();
      for (const tab of ['Log', 'Variables', 'Person']) {
        await page.getByRole('tab', { name: tab }).click();
        await accessible(page, `the test’s ${tab}, at ${viewport.width}`, tab === 'Log' ? undefined : '.journey-test');
      }
      await page
        .getByRole('button', { name: 'Close the test' })
        .or(page.getByRole('dialog').getByLabel('Close'))
        .first()
        .click();
      await page.getByRole('button', { name: 'Publish', exact: true }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Publish', exact: true }).click();
      await page.getByRole('link', { name: `Open Rival ${own}` }).waitFor();
      await accessible(page, `publish refused, at ${viewport.width}`);
      await fits(page, 'publish refused');

      await change(page, id, 'PATCH', '', { is_locked: true });
      await openPage(page, `?journey=${id}&tab=build`, `Forms ${own}`);
      await page.getByText(/This journey is locked/).waitFor();
      if (!narrow) await shown.getByRole('button', { name: 'Map', exact: true }).click();
      await page
        .locator(narrow ? '.step-row' : '.node')
        .first()
        .getByText('Hello', { exact: true })
        .click();
      assert.ok(await fieldOf(page, 'Title').isDisabled());
      assert.equal(await form(page).getByRole('button', { name: 'Delete' }).count(), 0);
      await accessible(page, `a locked journey, at ${viewport.width}`);
      await page.keyboard.press('Escape');
      await page.keyboard.press('Delete');
      await page.keyboard.press('a');
      assert.equal(await page.getByRole('dialog').count(), 0);
      assert.ok(await page.getByRole('button', { name: 'Add step' }).isDisabled());
      await change(page, id, 'PATCH', '', { is_locked: false });
      await clear(page, own);
    }));
}

test('on a phone steps are added, connected, edited and deleted in the list', () =>
  withPage({ viewport: phone, touch: true }, async (page) => {
    const own = mark();
    await page.goto(`${BASE}/#hub/connections`);
    const { id } = await make(page, `Phone ${own}`, asking(own));
    await openPage(page, `?journey=${id}&tab=build`, `Phone ${own}`);
    /** @param {string} title */
    const row = (title) =>
      page.locator('.step-row').filter({ has: page.locator('.node-title').getByText(title, { exact: true }) });
    await choose(page, 'Actions for Thanks', 'Add a step after this one');
    await page.getByRole('option', { name: /^Message/ }).click();
    await page.locator('.step-row').getByText('Nothing to say yet').click();
    await fieldOf(page, 'Title').fill('One more');
    await fieldOf(page, 'Text').fill('One more thing.');
    await accessible(page, 'the form on a phone');
    await page.keyboard.press('Escape');
    await row('Thanks').getByRole('button', { name: 'Then: leads to One more. Connect to…' }).click();
    await page.getByRole('option', { name: /^First question/ }).click();
    await row('Thanks').getByRole('button', { name: 'Then: leads to First question. Connect to…' }).waitFor();
    await page.getByRole('heading', { name: 'Not reachable yet' }).waitFor();
    await row('First question')
      .getByRole('button', { name: /^Answered: leads to Thanks/ })
      .click();
    await page.getByRole('option', { name: /^One more/ }).click();
    await choose(page, 'Actions for Thanks', 'Delete');
    await row('Thanks').waitFor({ state: 'detached' });
    await saved(page);
    await fits(page, 'the list');
    const { draft } = await call(page, 'GET', `${JOURNEYS}/${id}`);
    const [ask, more] = [draft.steps[0], draft.steps.find((/** @type {any} */ { text }) => text === 'One more thing.')];
    assert.equal(draft.steps.length, 3);
    assert.equal(ask.next_step_id, more.id);
    assert.equal(more.next_step_id, 'end');
    await clear(page, own);
  }));
