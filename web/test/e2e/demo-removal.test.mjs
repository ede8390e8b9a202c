/** Removes the demo: the last file of its program. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BASE, accessibleEverywhere, call, eventually, open, useBrowser, withPage } from './helper.mjs';

useBrowser();

test('the demo is removed once there is another brand, and whoever was in it lands there', () =>
  withPage({}, async (page) => {
    const demo = (await call(page, 'GET', '/api/v1/session')).tenant;
    assert.equal(demo.kind, 'demo');
    await open(page, '#hub/brand', 'Your brand');
    await page.getByText('The demo can be removed as soon as you have a brand of your own.').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Remove the demo' }).count(), 0);

    const answer = await page.request.post(`${BASE}/api/v1/admin/tenants`, {
      multipart: { name: 'Heirs' },
      headers: { Origin: BASE },
    });
    assert.equal(answer.status(), 201, await answer.text());
    await page.reload();
    await page.getByRole('button', { name: 'Remove the demo' }).click();
    const dialog = page.getByRole('dialog', { name: `Remove “${demo.name}”?` });
    await dialog.getByText('You go on in Heirs.').waitFor();
    await dialog.getByText('the market of the demo is made up, so nothing of it is kept').waitFor();
    await accessibleEverywhere(page, 'the question whether the demo goes');
    await dialog.getByRole('button', { name: 'Keep it' }).click();
    await page.getByRole('button', { name: 'Remove the demo' }).click();
    await dialog.getByRole('button', { name: 'Remove the demo' }).click();
    await page.getByText('The brand that you worked in was removed. You are in Heirs now.').waitFor();
    await page.locator('.features .tenant-name').getByText('Heirs').waitFor();
    await eventually(
      'the demo is gone',
      async () => {
        const { items } = await call(page, 'GET', '/api/v1/admin/tenants');
        return items.length === 1;
      },
      120_000,
    );
    await open(page, '#hub/brand', 'Your brand'); // whichever page they landed on
    await page.getByRole('heading', { level: 2, name: 'Heirs' }).waitFor();
    assert.equal(await page.getByRole('button', { name: 'Remove the demo' }).count(), 0);
  }));
