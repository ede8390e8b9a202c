import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BASE, answer, open, openGenerator, refuse, useBrowser, withPage } from './helper.mjs';
import { draft, report } from './fixtures.mjs';

useBrowser();

test('the templates: found by name, by state, used, and kept in the address', () =>
  withPage({}, async (page) => {
    await open(page, '#promo/templates', 'Templates');
    await page.locator('.card').first().waitFor();
    assert.ok((await page.locator('.card').count()) >= 6);
    await page.getByLabel('Search templates').fill('gold c');
    await page.waitForURL(/q=gold/);
    await page.getByText('1 template', { exact: true }).waitFor();
    await page.getByRole('heading', { level: 2, name: 'Gold coupon' }).waitFor();
    await page.getByLabel('Search templates').fill('no such thing');
    await page.getByText('No template matches').waitFor();
    await page.getByRole('button', { name: 'Show all templates' }).click();
    await page.locator('.card').nth(5).waitFor();
    const card = page.locator('.card').filter({ hasText: 'Gold coupon' });
    await card.hover();
    await card.getByRole('link', { name: 'Use Gold coupon' }).click();
    await page.getByRole('heading', { level: 1, name: 'Generate' }).waitFor();
    await page.locator('.template-name').getByText('Gold coupon', { exact: true }).waitFor();
  }));

test('the previews of published templates become ready by themselves', () =>
  withPage({}, async (page) => {
    await open(page, '#promo/templates', 'Templates');
    await page.locator('.card').first().waitFor();
    await page.locator('.card-progress').first().waitFor({ state: 'detached', timeout: 60_000 });
    await page.locator('.card').filter({ hasText: 'Gold coupon' }).locator('img').waitFor();
  }));

test('a template can be taken out of the bot and put back, by keyboard', () =>
  withPage({}, async (page) => {
    await open(page, '#promo/templates', 'Templates');
    const card = page.locator('.card').filter({ hasText: 'Gold coupon' });
    const menu = card.getByRole('button', { name: 'Actions for Gold coupon' });
    for (const checked of ['true', 'false']) {
      await menu.focus();
      await page.keyboard.press('ArrowUp');
      const item = card.getByRole('menuitemcheckbox', { name: 'Offer in the bot' });
      assert.equal(await item.getAttribute('aria-checked'), checked);
      await page.keyboard.press('Enter');
      await card.getByText('Not in the bot').waitFor({ state: checked === 'true' ? 'visible' : 'detached' });
    }
    await menu.focus();
    await page.keyboard.press('Enter');
    await card.getByRole('menu').waitFor();
    await page.keyboard.press('Escape');
    await card.getByRole('menu').waitFor({ state: 'hidden' });
    assert.equal(await menu.evaluate((node) => node === document.activeElement), true);
  }));

test('publishing sends the version that was seen, and a newer one is told', () =>
  withPage({}, async (page) => {
    await answer(page, '**/api/v1/templates?*', { items: [draft], next: null });
    await answer(page, `**/api/v1/templates/${draft.id}`, { ...draft, name: 'Renamed meanwhile', version: 8 });
    let match = '';
    await page.route('**/publish', (route) => {
      match = route.request().headers()['if-match'] ?? '';
      return route.fulfill({
        status: 412,
        contentType: 'application/problem+json',
        json: { status: 412, code: 'precondition', detail: 'Somebody changed this template', remedy: 'Check again' },
      });
    });
    await open(page, '#promo/templates', 'Templates');
    await page.locator('.card').hover();
    await page.getByRole('button', { name: 'Publish draft of New year' }).click();
    await page.getByText('Somebody changed this template. Check again.').waitFor();
    await page.getByRole('heading', { level: 2, name: 'Renamed meanwhile' }).waitFor();
    assert.equal(match, '"7"');
  }));

test('more templates are loaded on demand, with the focus on the first new one', () =>
  withPage({}, async (page) => {
    await page.route('**/api/v1/templates?*', (route) => {
      const after = new URL(route.request().url()).searchParams.get('after');
      const item = { ...draft, id: after ?? 'first', name: after ? 'Second page' : 'First page', published_version: 1 };
      return route.fulfill({ json: { items: [item], next: after ? null : 'cursor' } });
    });
    await open(page, '#promo/templates', 'Templates');
    await page.getByRole('button', { name: 'Load more' }).click();
    await page.getByRole('heading', { name: 'Second page' }).waitFor();
    assert.equal(await page.getByRole('button', { name: 'Load more' }).count(), 0);
    assert.equal(await page.locator('.card').count(), 2);
  }));

test('the system page shows every service and the way to Temporal', () =>
  withPage({}, async (page) => {
    await open(page, '#admin/system', 'System');
    await page.locator('.service').first().waitFor();
    for (const name of ['Database', 'Temporal']) {
      await page.locator('.service').filter({ hasText: name }).getByText('Working').first().waitFor();
    }
    const link = page.getByRole('link', { name: /Open Temporal/ });
    assert.match(String(await link.getAttribute('rel')), /noopener/);

    // The Web UI stands behind the dashboard's sign-in, and decodes what a flow was given without any setting.
    const [temporal] = await Promise.all([page.context().waitForEvent('page'), link.click()]);
    await temporal.waitForURL(/\/temporal\/namespaces\/promostack\/workflows/);
    await temporal
      .getByRole('link', { name: /^templatepreview\./ })
      .first()
      .click();
    await temporal.getByText('"template_id"').first().waitFor();
    await temporal.close();
  }));

test('services that are down are told, with what to do', () =>
  withPage({}, async (page) => {
    await answer(page, '**/api/v1/admin/system', report('down'));
    await open(page, '#admin/system', 'System');
    await page.getByRole('heading', { name: '1 service is down' }).waitFor();
    await page.getByText('Start the object store again.').waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Resume' }).waitFor();
  }));

test('the database goes away: the strip says so, and all goes on by itself', () =>
  withPage({}, async (page) => {
    await open(page, '#admin/system', 'System');
    const problem = {
      code: 'database_unavailable',
      detail: "The database doesn't answer",
      remedy: 'It is tried again',
    };
    await refuse(page, '**/api/v1/templates*', 503, problem, { 'Retry-After': '5' });
    await refuse(page, '**/readyz', 503, problem);
    await page.getByRole('link', { name: 'Promo' }).click();
    await page.locator('.trouble-inner').getByText("The database doesn't answer.").waitFor();
    await page.unroute('**/api/v1/templates*');
    await page.unroute('**/readyz');
    await page.getByText('Everything works again.').waitFor();
    assert.equal(await page.locator('.trouble-inner').count(), 0);
    await page.locator('canvas.picture').waitFor();
  }));

test('away at the first load: the page comes when the server does', () =>
  withPage({}, async (page) => {
    const problem = { code: 'database_unavailable', detail: "The database doesn't answer" };
    await refuse(page, '**/api/v1/session', 503, problem);
    await refuse(page, '**/readyz', 503, problem);
    await page.goto(`${BASE}/#promo/templates`);
    await page.getByRole('heading', { name: "Can't load the dashboard" }).waitFor();
    await page.unroute('**/api/v1/session');
    await page.unroute('**/readyz');
    await page.getByRole('heading', { level: 1, name: 'Templates' }).waitFor();
  }));

test('offline is told, and taken back', () =>
  withPage({}, async (page) => {
    await openGenerator(page);
    await page.context().setOffline(true);
    await page.locator('.trouble-inner').getByText('You are offline.').waitFor();
    await page.context().setOffline(false);
    await page.locator('.trouble-inner').waitFor({ state: 'detached' });
  }));
