import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  BASE,
  answer,
  decode,
  download,
  eventually,
  open,
  openGenerator,
  painted,
  refuse,
  tryAgain,
  useBrowser,
  withPage,
} from './helper.mjs';

useBrowser();

/** @param {import('playwright-core').Page} page */
async function fill(page) {
  await page.getByRole('textbox', { name: 'Headline' }).fill('Save 35%');
  await page.getByRole('textbox', { name: 'Coupon code' }).fill('GOLD35');
  await page.getByRole('textbox', { name: 'Valid until' }).fill('31 December 2026');
}

/** @param {import('playwright-core').Page} page */
const press = (page) => () => page.getByRole('button', { name: 'Download' }).click();

test('type, see the picture change, download a JPEG of 1080 × 1080', () =>
  withPage({}, async (page) => {
    await openGenerator(page);
    const before = await painted(page);
    await page.getByRole('textbox', { name: 'Headline' }).pressSequentially('Half');
    const typed = await painted(page);
    assert.notEqual(typed, before);
    await fill(page);
    assert.notEqual(await painted(page), typed);
    assert.match(String(await page.locator('canvas.picture').getAttribute('aria-label')), /Headline: Save 35%/);

    const file = await download(page, press(page));
    assert.match(file.name, /^[\w.-]*gold-coupon[\w.-]*\.jpe?g$/);
    assert.deepEqual(await decode(page, file.data), { kind: 'jpeg', width: 1080, height: 1080 });
    await page.getByRole('status').getByText(`${file.name} downloaded`).waitFor();
  }));

test('a key stroke is seen within a frame', () =>
  withPage({}, async (page) => {
    await openGenerator(page);
    await fill(page);
    await painted(page);
    const frames = await page.evaluate(async () => {
      const canvas = /** @type {HTMLCanvasElement} */ (document.querySelector('canvas.picture'));
      const input = /** @type {HTMLInputElement} */ (document.querySelector('[name=headline]'));
      const label = canvas.getAttribute('aria-label');
      input.value = 'Save 36%';
      input.dispatchEvent(new Event('input', { bubbles: true }));
      for (let n = 1; n < 10; n += 1) {
        await new Promise((resolve) => requestAnimationFrame(resolve));
        if (canvas.getAttribute('aria-label') !== label) return n;
      }
      return 99;
    });
    assert.equal(frames, 1);
  }));

test('size, scale, PNG', () =>
  withPage({}, async (page) => {
    await openGenerator(page);
    await fill(page);
    await page.getByRole('radio', { name: 'Story' }).check({ force: true });
    await page.getByRole('radio', { name: 'PNG' }).check({ force: true });
    await page.getByRole('radio', { name: '2×' }).check({ force: true });
    await page.getByText('2160 × 3840 px', { exact: true }).waitFor();
    assert.match(page.url(), /size=story/);
    const story = await download(page, press(page));
    assert.deepEqual(await decode(page, story.data), { kind: 'png', width: 2160, height: 3840 });

    await page.getByRole('radio', { name: 'Wide' }).check({ force: true });
    await page.getByRole('radio', { name: '1×' }).check({ force: true });
    const wide = await download(page, press(page));
    assert.deepEqual(await decode(page, wide.data), { kind: 'png', width: 1200, height: 628 });
  }));

test('the coupon is checked as one types, and a wrong one is refused at its field', () =>
  withPage({}, async (page) => {
    await openGenerator(page);
    await fill(page);
    const note = page.locator('.coupon-state');
    await note.getByText('Valid', { exact: true }).waitFor();
    await page.getByRole('textbox', { name: 'Coupon code' }).fill('NOSUCHCODE');
    await note.getByText('Not valid').waitFor();
    await page.getByRole('button', { name: 'Download' }).click();
    const code = page.getByRole('textbox', { name: 'Coupon code' });
    await page.locator('.field-bad .field-error').waitFor();
    assert.equal(await code.getAttribute('aria-invalid'), 'true');
    assert.equal(await code.evaluate((node) => node === document.activeElement), true);
    assert.notEqual((await page.locator('.field-bad .field-error').textContent())?.trim(), '');

    await code.fill('GOLD35');
    await page.locator('.field-bad').waitFor({ state: 'detached' });
    const file = await download(page, press(page));
    assert.equal((await decode(page, file.data)).width, 1080);
  }));

test('a coupon service that is away is told at the field, and nothing is downloaded', () =>
  withPage({}, async (page) => {
    await answer(page, '**/api/v1/coupons/check*', { code: 'GOLD35', outcome: 'unavailable', reason: '' });
    await refuse(page, '**/api/v1/promos/render', 503, {
      code: 'coupon_unverified',
      detail: "Can't verify this coupon now",
      fields: [{ name: 'values.code', code: 'coupon_unverified', message: "Can't verify this coupon now" }],
    });
    await openGenerator(page);
    await fill(page);
    await page.locator('.coupon-state').getByText("Can't verify now").waitFor();
    await page.getByRole('button', { name: 'Download' }).click();
    await page.locator('.field-bad').getByText("Can't verify this coupon now.").waitFor();
    assert.equal(await page.locator('.trouble-inner').count(), 0);
  }));

test('what is missing is said at its field, before anything is sent', () =>
  withPage({}, async (page) => {
    await openGenerator(page);
    let asked = 0;
    await page.route('**/api/v1/promos/render', (route) => {
      asked += 1;
      return route.continue();
    });
    await page.getByText('Missing values are shown as examples').waitFor();
    await page.getByRole('button', { name: 'Download' }).click();
    await page.locator('.field-bad').first().waitFor();
    assert.equal(asked, 0);
    assert.equal(
      await page.getByRole('textbox', { name: 'Headline' }).evaluate((node) => node === document.activeElement),
      true,
    );
    await page.getByRole('button', { name: 'Fill in examples' }).click();
    await page.locator('.field-bad').first().waitFor({ state: 'detached' });
    await page.getByText('Missing values are shown as examples').waitFor({ state: 'hidden' });
  }));

test('text that is too long for its place is told in words', () =>
  withPage({}, async (page) => {
    await openGenerator(page);
    const most = Number(/(\d+)$/.exec((await page.locator('.count').first().textContent()) ?? '')?.[1] ?? 60);
    await page.getByRole('textbox', { name: 'Headline' }).fill('W'.repeat(most));
    await page.locator('.warnings').getByText('has been cut off').waitFor();
    await page.getByRole('textbox', { name: 'Headline' }).fill(`${'W'.repeat(most)}W`);
    await page.locator('.field-bad').waitFor();
  }));

test('the brand logo can be left out, or another one uploaded; a wrong file is refused', () =>
  withPage({}, async (page) => {
    await openGenerator(page);
    await fill(page);
    const branded = await painted(page);
    await page.getByRole('radio', { name: 'None' }).check({ force: true });
    assert.notEqual(await painted(page), branded);
    await page.getByRole('radio', { name: 'Other' }).check({ force: true });
    const input = page.locator('.own-logo input[type=file]');
    await input.setInputFiles({ name: 'a.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF') });
    await page.getByText("This kind of file can't be used.").waitFor();
    await input.setInputFiles({ name: 'broken.png', mimeType: 'image/png', buffer: Buffer.from('not a picture') });
    await page.locator('.own-logo .field-error').filter({ hasNotText: 'This kind' }).waitFor();
    const icon = await page.request.get(`${BASE}/static/icons/app-icon.png`);
    await input.setInputFiles({ name: 'logo.png', mimeType: 'image/png', buffer: await icon.body() });
    await page.locator('.upload-thumb').waitFor();
    await page.getByText('512 × 512 px').waitFor();
    const file = await download(page, press(page));
    assert.equal((await decode(page, file.data)).width, 1080);
  }));

test('a template with a place for a photo takes one, and shows it', () =>
  withPage({}, async (page) => {
    await openGenerator(page, '?template=testimonial&size=square');
    await page.getByRole('button', { name: 'Fill in examples' }).click();
    const before = await painted(page);
    const icon = await page.request.get(`${BASE}/static/icons/app-icon.png`);
    const input = page.locator('.value-form input[type=file]');
    await input.setInputFiles({ name: 'me.png', mimeType: 'image/png', buffer: await icon.body() });
    await page.locator('.value-form .upload-thumb').waitFor();
    await eventually('the photo is in the picture', async () => (await painted(page)) !== before);
    const file = await download(page, press(page));
    assert.deepEqual(await decode(page, file.data), { kind: 'jpeg', width: 1080, height: 1080 });
    await page
      .locator('.value-form')
      .getByRole('button', { name: /^Remove/ })
      .click();
    await eventually('the photo is gone', async () => (await painted(page)) === before);
  }));

test('Cyrillic and emoji are painted; a script that needs shaping is refused at its field', () =>
  withPage({}, async (page) => {
    await openGenerator(page);
    const headline = page.getByRole('textbox', { name: 'Headline' });
    await headline.fill('Скидка');
    const plain = await painted(page);
    await headline.fill('Скидка 🎉');
    await page.waitForFunction(() =>
      performance.getEntriesByType('resource').some((entry) => entry.name.includes('/fonts/emoji/')),
    );
    assert.notEqual(await painted(page), plain);
    assert.equal(await page.locator('.field-bad').count(), 0);
    await headline.fill('خصم');
    await page.locator('.field-bad .field-error').waitFor();
  }));

test('the link is copied, and leads to the picture', () =>
  withPage({ permissions: ['clipboard-read', 'clipboard-write'] }, async (page) => {
    await openGenerator(page);
    await fill(page);
    await page.getByRole('button', { name: 'Copy link' }).click();
    await page.getByText('Link copied.').waitFor();
    const url = await page.evaluate(() => navigator.clipboard.readText());
    assert.match(url, /\/i\//);
    const picture = await page.request.get(url);
    assert.equal(picture.status(), 200);
    assert.equal((await decode(page, await picture.body())).width, 1080);
  }));

test('without a clipboard the link is shown to be copied by hand', () =>
  withPage({}, async (page) => {
    await page.addInitScript(() => {
      Object.defineProperty(navigator, 'clipboard', { value: undefined });
    });
    await openGenerator(page);
    await fill(page);
    await page.getByRole('button', { name: 'Copy link' }).click();
    const input = page.getByRole('dialog').getByLabel('Link to the image');
    assert.match(await input.inputValue(), /\/i\//);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  }));

test('sharing hands over the file where the browser can', () =>
  withPage({}, async (page) => {
    await page.addInitScript(() => {
      const box = /** @type {any} */ (globalThis);
      Object.defineProperty(navigator, 'canShare', { value: () => true });
      Object.defineProperty(navigator, 'share', {
        value: (/** @type {{ files: File[] }} */ data) => {
          box.shared = `${data.files[0]?.name} ${data.files[0]?.type}`;
          return Promise.resolve();
        },
      });
    });
    await openGenerator(page);
    await fill(page);
    await page.getByRole('button', { name: 'Share' }).click();
    await page.waitForFunction(() => /** @type {any} */ (globalThis).shared);
    assert.match(await page.evaluate(() => /** @type {any} */ (globalThis).shared), /\.jpe?g image\/jpeg$/);
  }));

test('what was typed survives a reload and a look at another template', () =>
  withPage({}, async (page) => {
    await openGenerator(page);
    await fill(page);
    await page.reload();
    await page.locator('canvas.picture').waitFor();
    assert.equal(await page.getByRole('textbox', { name: 'Headline' }).inputValue(), 'Save 35%');

    await page.getByRole('button', { name: /Change template/ }).click();
    const dialog = page.getByRole('dialog', { name: 'Choose a template' });
    const other = dialog.locator('.tile:not([aria-current])').first();
    const name = (await other.locator('.tile-name').textContent()) ?? '';
    await other.click();
    await page.locator('.template-name').getByText(name, { exact: true }).waitFor();
    assert.doesNotMatch(page.url(), /gold-coupon/);
    await page.getByRole('button', { name: /Change template/ }).click();
    await dialog.getByRole('button', { name: /Gold coupon/ }).click();
    await page.locator('.template-name').getByText('Gold coupon', { exact: true }).waitFor();
    assert.equal(await page.getByRole('textbox', { name: 'Headline' }).inputValue(), 'Save 35%');
  }));

test('a template that is not there: another one can be chosen', () =>
  withPage({}, async (page) => {
    await page.goto(`${BASE}/#promo/generate?template=no-such-template`);
    await page.getByText("This template doesn't exist").waitFor();
    await page.getByRole('button', { name: 'Choose another template' }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /Gold coupon/ })
      .click();
    await page.locator('canvas.picture').waitFor();
  }));

test('sharp on a dense screen', () =>
  withPage({ dpr: 2 }, async (page) => {
    await openGenerator(page);
    // Two device pixels for each CSS pixel, once the picture is drawn.
    await page.waitForFunction(() => {
      const canvas = document.querySelector('canvas.picture');
      return (
        canvas instanceof HTMLCanvasElement && Math.abs(canvas.width / canvas.getBoundingClientRect().width - 2) < 0.02
      );
    });
  }));

test('by keyboard alone: template, values, size, download', () =>
  withPage({}, async (page) => {
    await openGenerator(page);
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Skip to content');
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'H1');
    /** @param {string} text */
    const tabTo = async (text) => {
      for (let n = 0; n < 40; n += 1) {
        await page.keyboard.press('Tab');
        const found = await page.evaluate(() => {
          const node = /** @type {HTMLInputElement | null} */ (document.activeElement);
          return `${node?.labels?.[0]?.textContent ?? ''} ${node?.textContent ?? ''} ${node?.getAttribute('aria-label') ?? ''}`;
        });
        if (found.includes(text)) return;
      }
      assert.fail(`Tab never reached ${text}`);
    };
    await tabTo('Change template');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').locator('.tile[aria-current]').waitFor();
    await page.keyboard.press('Escape');
    await tabTo('Headline');
    await page.keyboard.type('Save 35%');
    await tabTo('Coupon code');
    await page.keyboard.type('GOLD35');
    await tabTo('Valid until');
    await page.keyboard.type('Sunday');
    await tabTo('Square');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.waitForURL(/size=wide/);
    await page.getByRole('textbox', { name: 'Headline' }).focus();
    const file = await download(page, () => page.keyboard.press('Enter'));
    assert.deepEqual(await decode(page, file.data), { kind: 'jpeg', width: 1200, height: 628 });
  }));

test('on a phone the picture stays in sight, nothing sticks out, and the actions are at hand', () =>
  withPage({ viewport: { width: 390, height: 844 }, touch: true, dpr: 2 }, async (page) => {
    await openGenerator(page);
    await fill(page);
    const canvas = await page.locator('canvas.picture').boundingBox();
    assert.ok(canvas && canvas.y >= 0 && canvas.y + canvas.height < 500, JSON.stringify(canvas));
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390);
    const button = await page.getByRole('button', { name: 'Download' }).boundingBox();
    assert.ok(
      button && button.y > 600 && button.y + button.height <= 844 && button.height >= 44,
      JSON.stringify(button),
    );
    const file = await download(page, () => page.getByRole('button', { name: 'Download' }).tap());
    assert.equal((await decode(page, file.data)).width, 1080);
    await page.getByRole('button', { name: 'Show features' }).tap();
    await page.getByRole('dialog').getByRole('link', { name: 'Templates' }).tap();
    await page.getByRole('heading', { level: 1, name: 'Templates' }).waitFor();
    assert.equal(await page.getByRole('dialog').count(), 0);
  }));

test('an emoji that does not come is asked for once, and again when the server is back', () =>
  withPage({}, async (page) => {
    let asked = 0;
    await page.route('**/fonts/emoji/**', (route) => {
      asked += 1;
      return route.abort();
    });
    await openGenerator(page);
    await page.getByRole('textbox', { name: 'Headline' }).fill('Save 🎉');
    await painted(page);
    await page.getByRole('textbox', { name: 'Headline' }).fill('Save 🎉 now');
    const without = await painted(page);
    assert.equal(asked, 1);
    await page.unroute('**/fonts/emoji/**');
    await page.context().setOffline(true);
    await page.locator('.trouble-inner').waitFor();
    await page.context().setOffline(false);
    await page.locator('.trouble-inner').waitFor({ state: 'detached' });
    await page.waitForFunction(() =>
      performance.getEntriesByType('resource').some((entry) => entry.name.includes('/fonts/emoji/')),
    );
    await eventually('it is painted', async () => (await painted(page)) !== without);
  }));

test('a file that is refused for an optional photo holds up no download', () =>
  withPage({}, async (page) => {
    await openGenerator(page, '?template=testimonial&size=square');
    await page.getByRole('button', { name: 'Fill in examples' }).click();
    const input = page.locator('.value-form input[type=file]');
    assert.equal(await input.evaluate((/** @type {HTMLInputElement} */ node) => node.labels?.length), 1);
    await input.setInputFiles({ name: 'a.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF') });
    await page.locator('.field-bad').getByText("This kind of file can't be used.").waitFor();
    const file = await download(page, press(page));
    assert.equal((await decode(page, file.data)).width, 1080);
  }));

test('an upload can be stopped, and leaves nothing behind', () =>
  withPage({}, async (page) => {
    await openGenerator(page, '?template=testimonial&size=square');
    const icon = await page.request.get(`${BASE}/static/icons/app-icon.png`);
    const photo = { name: 'me.png', mimeType: 'image/png', buffer: await icon.body() };
    const part = page.locator('.value-form .upload');
    const remove = part.getByRole('button', { name: /^Remove/ });
    await part.locator('input').setInputFiles(photo);
    await part.locator('.upload-thumb').waitFor();
    const stopped = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/uploads'));
    await page.route('**/api/v1/uploads', () => {}); // never answered
    await part.locator('input').setInputFiles(photo);
    await part.getByText('Uploading').waitFor();
    await remove.click();
    await stopped;
    await part.getByText('Choose a picture').waitFor();
    await page.unroute('**/api/v1/uploads');
    await part.locator('input').setInputFiles({ name: 'x.png', mimeType: 'image/png', buffer: Buffer.from('no') });
    await page.locator('.field-bad').waitFor();
    assert.equal(await part.locator('.upload-thumb').count(), 0);
  }));

test('a coupon that could not be checked is asked for again, without typing it anew', () =>
  withPage({}, async (page) => {
    await answer(page, '**/api/v1/coupons/check*', { code: 'GOLD35', outcome: 'unavailable', reason: '' });
    await refuse(page, '**/api/v1/promos/render', 503, {
      code: 'coupon_unverified',
      detail: "Can't verify this coupon now",
      fields: [{ name: 'values.code', code: 'coupon_unverified', message: "Can't verify this coupon now" }],
    });
    await openGenerator(page);
    await fill(page);
    await page.locator('.coupon-state').getByText("Can't verify now").waitFor();
    await page.getByRole('button', { name: 'Download' }).click();
    await page.locator('.field-bad').waitFor();
    await page.unroute('**/api/v1/coupons/check*');
    await page.unroute('**/api/v1/promos/render');
    const file = await download(page, press(page));
    assert.equal((await decode(page, file.data)).width, 1080);
    await page.locator('.coupon-state').getByText('Valid', { exact: true }).waitFor();
    assert.equal(await page.locator('.field-bad').count(), 0);
  }));

test('a font that is gone is trouble, not a missing template', () =>
  withPage({}, async (page) => {
    await refuse(page, /\/fonts\/[0-9a-f]{16,}\.json$/, 404, { code: 'not_found' });
    let lists = 0;
    page.on('request', (request) => {
      if (request.url().endsWith('/api/v1/fonts')) lists += 1;
    });
    await page.goto(`${BASE}/#promo/generate?template=gold-coupon`);
    await page.getByText("Can't load the generator").waitFor();
    assert.equal(await page.getByText("This template doesn't exist").count(), 0);
    assert.equal(lists, 2);
    await page.unroute(/\/fonts\/[0-9a-f]{16,}\.json$/);
    await tryAgain(page);
    await page.locator('canvas.picture').waitFor();
  }));

test('a dialog goes with its page', () =>
  withPage({}, async (page) => {
    await open(page, '#promo/templates', 'Templates');
    await openGenerator(page);
    await page.getByRole('button', { name: /Change template/ }).click();
    await page.getByRole('dialog').locator('.tile').first().waitFor();
    await page.goBack();
    await page.getByRole('heading', { level: 1, name: 'Templates' }).waitFor();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    assert.equal(await page.locator('main h1').evaluate((node) => node === document.activeElement), true);
  }));

test('only the outlines are loaded that the template and its texts need', () =>
  withPage({}, async (page) => {
    await openGenerator(page);
    await painted(page);
    const outlines = () =>
      page.evaluate(() =>
        performance
          .getEntriesByType('resource')
          .map((entry) => new URL(entry.name).pathname)
          .filter((path) => /^\/fonts\/[0-9a-f]+\.json$/.test(path)),
      );
    /** @type {{ fonts: { family: string, weight: number, url: string }[] }} */
    const { fonts } = await page.evaluate(async () => (await fetch('/api/v1/fonts')).json());
    const known = (await outlines()).map((path) => fonts.find((font) => font.url === path));
    const names = known.map((font) => `${font?.family} ${font?.weight}`).sort();
    assert.deepEqual(names, ['inter 500', 'montserrat 700', 'montserrat 800', 'montserrat 900']);
    // What the font lacks comes when it is typed.
    await page.getByRole('textbox', { name: 'Headline' }).fill('Έκπτωση τώρα');
    await eventually('the letters are there', async () => (await outlines()).length > names.length);
    await page
      .getByText(/stands in/)
      .first()
      .waitFor();
  }));
