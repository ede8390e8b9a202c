import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessible, eventually, open, openGenerator, phone, refuse, useBrowser, withPage } from './helper.mjs';

useBrowser();

/**
 * Whether what has the focus is in sight: nothing stands over its middle, and it ends above any bar.
 *
 * @param {import('playwright-core').Page} page
 */
const inSight = (page) =>
  page.evaluate(() => {
    const held = document.activeElement;
    if (!held || held === document.body) return 'nothing has the focus';
    const box = held.getBoundingClientRect();
    for (const y of [box.top + 2, (box.top + box.bottom) / 2, box.bottom - 2]) {
      const on = document.elementFromPoint((box.left + box.right) / 2, y);
      if (!on || !(held.contains(on) || on.contains(held)))
        return `${held.outerHTML.slice(0, 80)} is under ${on?.outerHTML.slice(0, 80)}`;
    }
    return '';
  });

const long = {
  code: 'unavailable_here',
  detail: 'This can’t be done at this moment',
  remedy: 'Wait a little, then try it again',
};

for (const viewport of [phone, { width: 700, height: 700 }]) {
  test(`a refusal has the focus and is seen, whatever stands over the page, at ${viewport.width}`, () =>
    withPage({ viewport }, async (page) => {
      // The bar of what is not saved yet.
      await open(page, '#forex/strategies?tab=settings', 'Strategies');
      const form = page.locator('.saved-form');
      const minutes = form.getByRole('checkbox').first();
      await minutes.click();
      await page.locator('.save-bar-dirty').waitFor();
      await refuse(page, '**/api/v1/signal-settings', 409, long);
      await page.evaluate(() => scrollTo(0, 0));
      await form.getByRole('button', { name: 'Save' }).click();
      await form
        .getByRole('alert')
        .getByText(/can’t be done/)
        .waitFor();
      const alert = form.locator('.refusal');
      await eventually('the refusal has the focus', () => alert.evaluate((node) => node === document.activeElement));
      assert.equal(await inSight(page), '');
      await accessible(page, 'a refused form');
      await page.unroute('**/api/v1/signal-settings');

      // A field far above is wrong.
      const number = form.locator('input[inputmode=decimal], input[type=number]').first();
      await number.fill('abc');
      await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
      await form.getByRole('button', { name: 'Save' }).click();
      await eventually('the field has the focus', () => number.evaluate((node) => node === document.activeElement));
      assert.equal(await inSight(page), '');
      await form.getByRole('button', { name: 'Discard' }).click();
    }));
}

test('a download that is refused is seen above the bar of a phone', () =>
  withPage({ viewport: phone }, async (page) => {
    await openGenerator(page);
    await page.getByRole('button', { name: 'Fill in examples' }).click();
    await page.getByRole('textbox', { name: 'Coupon code' }).fill('GOLD35');
    await refuse(page, '**/api/v1/promos/render', 422, long);
    await page.getByRole('button', { name: /^Download/ }).click();
    await page
      .locator('.output .refusal')
      .getByText(/can’t be done/)
      .waitFor();
    assert.equal(await inSight(page), '');
    await page.unroute('**/api/v1/promos/render');

    // A value that is refused, under the picture that stands over the form.
    await refuse(page, '**/api/v1/promos/render', 422, {
      code: 'invalid',
      detail: 'Wrong',
      fields: [{ name: 'values.headline', code: 'too_long', message: 'is too long here' }],
    });
    await page.getByRole('button', { name: /^Download/ }).click();
    await page.getByText('is too long here').waitFor();
    assert.equal(await inSight(page), '');
  }));
