import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BASE, OUTPUT, browserVersion, open, openGenerator, painted, useBrowser, wide, withPage } from './helper.mjs';

useBrowser();

test('the first load is small', (t) =>
  withPage({}, async (page) => {
    const client = await page.context().newCDPSession(page);
    await client.send('Network.enable');
    /** @type {Map<string, string>} */
    const urls = new Map();
    let code = 0;
    let data = 0;
    let type = 0;
    client.on('Network.responseReceived', (event) => urls.set(event.requestId, event.response.url));
    client.on('Network.loadingFinished', (event) => {
      const { pathname } = new URL(urls.get(event.requestId) ?? BASE);
      if (pathname.endsWith('.woff2')) type += event.encodedDataLength;
      else if (pathname === '/' || pathname.startsWith('/static/')) code += event.encodedDataLength;
      else if (/^\/fonts\/[0-9a-f]{16,}\.json$/.test(pathname)) type += event.encodedDataLength;
      else if (!pathname.startsWith('/files/')) data += event.encodedDataLength;
    });
    await open(page, '#home', 'Home');
    await page.getByRole('heading', { name: 'What works' }).waitFor();
    t.diagnostic(`Chromium ${browserVersion()}`);
    t.diagnostic(`first load: ${(code / 1024).toFixed(1)} KB with headers, compressed, without fonts (budget 150 KB)`);
    t.diagnostic(
      `answers of the API ${(data / 1024).toFixed(1)} KB, fonts and outlines ${(type / 1024).toFixed(1)} KB`,
    );
    assert.ok(code > 0 && code < 150 * 1024, `${code} bytes`);
  }));

test('the page is served with a strict policy, and its files for ever', () =>
  withPage({ signedIn: false, violates: true }, async (page) => {
    const response = await page.goto(BASE);
    const policy = response?.headers()['content-security-policy'] ?? '';
    assert.match(policy, /require-trusted-types-for 'script'/);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.doesNotMatch(policy, /unsafe-/);
    const script = await page.locator('script[type=module]').getAttribute('src');
    const file = await page.request.get(new URL(String(script), BASE).href);
    assert.match(file.headers()['cache-control'] ?? '', /immutable/);
    const outcome = await page.evaluate(() => {
      try {
        document.createElement('div').innerHTML = '<b>x</b>';
        return 'accepted';
      } catch {
        return 'refused';
      }
    });
    assert.equal(outcome, 'refused', 'markup from text');
  }));

test('the picture for the README', () =>
  withPage({ viewport: wide }, async (page) => {
    await openGenerator(page);
    await page.getByRole('textbox', { name: 'Headline' }).fill('Save 35%');
    await page.getByRole('textbox', { name: 'Coupon code' }).fill('GOLD35');
    await page.getByRole('textbox', { name: 'Valid until' }).fill('31 December 2026');
    await page.locator('.coupon-state').getByText('Valid', { exact: true }).waitFor();
    await painted(page);
    await page.evaluate(() => /** @type {HTMLElement} */ (document.activeElement)?.blur());
    const path = process.env.UPDATE_SCREENSHOT
      ? fileURLToPath(new URL('../../../docs/images/generator.png', import.meta.url))
      : join(OUTPUT, 'generator.png');
    await mkdir(dirname(path), { recursive: true });
    await page.screenshot({ path });
  }));
