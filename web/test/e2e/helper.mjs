/**
 * What all browser tests share: one browser, a signed-in state, and a watch that fails a test on
 * console errors and violations of the page's policy.
 *
 * BASE_URL and ADMIN_PASSWORD name the running PromoStack, API_PID_FILE its API's process; CHROMIUM the
 * browser.
 */
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import axe from 'axe-core';
import { chromium } from 'playwright-core';
import { CHROMIUM } from '../browser.mjs';

/**
 * @typedef {import('playwright-core').Page} Page
 * @typedef {import('playwright-core').Browser} Browser
 */

export const BASE = (process.env.BASE_URL ?? '').replace(/\/$/, '');
export const PASSWORD = process.env.ADMIN_PASSWORD ?? '';
/** Where the supervisor notes which process the API is, for the test that kills it. */
export const API_PID_FILE = process.env.API_PID_FILE ?? '';
/** Where pictures and the session are kept; each of several programs has a folder of its own. */
export const OUTPUT = process.env.TEST_OUTPUT ?? join(dirname(fileURLToPath(import.meta.url)), '..', 'output');
const STATE = join(OUTPUT, 'session.json');

/** @type {Browser} */
let browser;

/** Starts the browser before a file's tests and ends it after them. */
export function useBrowser() {
  before(async () => {
    assert.ok(BASE, 'BASE_URL names the running PromoStack, for instance http://127.0.0.1:8080');
    assert.ok(PASSWORD, 'ADMIN_PASSWORD is the password that it printed');
    await mkdir(OUTPUT, { recursive: true });
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    });
  });
  after(async () => {
    await browser?.close();
  });
}

export function browserVersion() {
  return browser.version();
}

/** The state of a signed-in browser: made once for all files, since tries to sign in are limited. */
async function signedInState() {
  try {
    const kept = JSON.parse(await readFile(STATE, 'utf8'));
    const context = await browser.newContext({ storageState: kept.state });
    const answer = await context.request.get(`${BASE}/api/v1/session`);
    const session = await answer.json();
    await context.close();
    if (kept.base === BASE && session.signed_in) return kept.state;
  } catch {
    // None yet, or from another server: a new one is made below.
  }
  const context = await browser.newContext();
  const answer = await context.request.post(`${BASE}/api/v1/admin/session`, { data: { password: PASSWORD } });
  assert.equal(answer.status(), 200, `signing in: ${await answer.text()}`);
  const state = await context.storageState();
  await writeFile(STATE, JSON.stringify({ base: BASE, state }), { mode: 0o600 });
  await context.close();
  return state;
}

/**
 * @typedef {object} Options
 * @property {boolean} [signedIn]
 * @property {{ width: number, height: number }} [viewport]
 * @property {boolean} [touch]
 * @property {number} [dpr]
 * @property {string[]} [permissions]
 * @property {boolean} [violates] The test breaks the page's policy on purpose.
 */

/**
 * Runs a test with a page of its own, and fails it for errors in the console.
 *
 * @param {Options} options
 * @param {(page: Page) => Promise<void>} run
 */
export async function withPage(options, run) {
  const { signedIn = true, viewport = wide, touch = false, dpr = 1, permissions, violates } = options;
  const context = await browser.newContext({
    storageState: signedIn ? await signedInState() : undefined,
    viewport,
    hasTouch: touch,
    deviceScaleFactor: dpr,
    reducedMotion: 'reduce',
    acceptDownloads: true,
  });
  if (permissions) await context.grantPermissions(permissions, { origin: BASE });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  /** @type {string[]} */
  const troubles = [];
  page.on('console', (message) => {
    // The browser notes each answer ≥ 400 and each aborted call; tests check those themselves.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
      troubles.push(message.text());
    }
  });
  page.on('pageerror', (error) => troubles.push(String(error)));
  await page.exposeFunction('noteViolation', (/** @type {string} */ text) => troubles.push(`policy: ${text}`));
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) =>
      /** @type {any} */ (globalThis).noteViolation(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`),
    );
  });
  try {
    await run(page);
    if (!violates) assert.deepEqual(troubles, [], 'errors in the console');
  } catch (error) {
    await page.screenshot({ path: join(OUTPUT, 'failed.png') }).catch(() => {});
    throw error;
  } finally {
    await context.close();
  }
}

/**
 * Opens a route and waits for its title.
 *
 * @param {Page} page
 * @param {string} hash
 * @param {string} title
 */
export async function open(page, hash, title) {
  await page.goto(`${BASE}/${hash}`);
  await page.getByRole('heading', { level: 1, name: title }).waitFor();
}

/**
 * Opens the generator and waits until its picture is painted.
 *
 * @param {Page} page
 * @param {string} [query]
 */
export async function openGenerator(page, query = '?template=gold-coupon&size=square') {
  await open(page, `#promo/generate${query}`, 'Generate');
  await page.locator('canvas.picture').waitFor();
  await painted(page);
}

/**
 * Waits until the picture stays the same for a few frames, and gives a digest of its pixels.
 *
 * @param {Page} page
 * @returns {Promise<string>}
 */
export function painted(page) {
  return page.evaluate(async () => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const digest = async () => {
      const canvas = /** @type {HTMLCanvasElement} */ (document.querySelector('canvas.picture'));
      const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
      const pixels = new Uint32Array(context.getImageData(0, 0, canvas.width, canvas.height).data.buffer);
      let hash = 2166136261;
      for (let i = 0; i < pixels.length; i += 1) hash = Math.imul(hash ^ (pixels[i] ?? 0), 16777619);
      return `${canvas.width}x${canvas.height}:${hash >>> 0}`;
    };
    let last = '';
    let same = 0;
    for (let tries = 0; tries < 200 && same < 4; tries += 1) {
      await frame();
      const now = await digest();
      same = now === last ? same + 1 : 0;
      last = now;
    }
    return last;
  });
}

/**
 * Size and kind of a picture's bytes, as the browser decodes them.
 *
 * @param {Page} page
 * @param {Buffer} data
 */
export async function decode(page, data) {
  const kind = data[0] === 0xff && data[1] === 0xd8 ? 'jpeg' : data.subarray(1, 4).toString('latin1').toLowerCase();
  const size = await page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes]));
    return { width: bitmap.width, height: bitmap.height };
  }, data.toString('base64'));
  return { kind, ...size };
}

/**
 * Presses something that downloads, and reads what came.
 *
 * @param {Page} page
 * @param {() => Promise<unknown>} press
 */
export async function download(page, press) {
  const [item] = await Promise.all([page.waitForEvent('download', { timeout: 60_000 }), press()]);
  return { name: item.suggestedFilename(), data: await readFile(/** @type {string} */ (await item.path())) };
}

/**
 * Answers a call with a problem.
 *
 * @param {Page} page
 * @param {string | RegExp} url
 * @param {number} status
 * @param {Record<string, unknown>} problem
 * @param {Record<string, string>} [headers]
 */
export function refuse(page, url, status, problem, headers = {}) {
  return page.route(url, (route) =>
    route.fulfill({
      status,
      headers,
      contentType: 'application/problem+json',
      body: JSON.stringify({ type: 'about:blank', title: 'Problem', status, ...problem }),
    }),
  );
}

/**
 * @param {Page} page
 * @param {string | RegExp} url
 * @param {unknown} json
 */
export function answer(page, url, json) {
  return page.route(url, (route) => route.fulfill({ json }));
}

/**
 * No violation of WCAG 2.2 A and AA that axe can find.
 *
 * @param {Page} page
 * @param {string} where
 * @param {string} [part] What alone is looked at, where the rest was already.
 */
export async function accessible(page, where, part) {
  // Once for each document: reading axe in takes three times as long as a look at a page.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source);
  const found = await page.evaluate(async (within) => {
    const { violations } = await /** @type {any} */ (globalThis).axe.run(within ?? document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
      resultTypes: ['violations'],
    });
    return /** @type {import('axe-core').Result[]} */ (violations).map(({ id, help, nodes }) => {
      const places = nodes.map(({ html, any }) => `${html} ${any[0]?.message ?? ''}`);
      return `${id}: ${help}\n    ${places.join('\n    ')}`;
    });
  }, part);
  assert.deepEqual(found, [], `axe on ${where}`);
}

export const wide = { width: 1440, height: 900 };
export const phone = { width: 390, height: 844 };

/**
 * A state that was reached on a wide screen is accessible there and on a phone, and nothing sticks out
 * on either. The flow that led to it is played once.
 *
 * @param {Page} page
 * @param {string} where
 */
export async function accessibleEverywhere(page, where) {
  for (const size of [phone, wide]) {
    await page.setViewportSize(size);
    // Two frames: what listens to the width has drawn.
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    await fits(page, `${where}, at ${size.width}`);
    await accessible(page, `${where}, at ${size.width}`);
  }
}

/**
 * Looks again and again until there is what is wanted, and returns it.
 *
 * @template T
 * @param {string} what In a sentence: "the message reached the chat".
 * @param {() => Promise<T | null | undefined | false>} look
 * @param {number} [within] ms
 * @returns {Promise<T>}
 */
export async function eventually(what, look, within = 30_000) {
  const deadline = Date.now() + within;
  for (;;) {
    const found = await look();
    if (found) return found;
    assert.ok(Date.now() < deadline, `not within ${within / 1000} s: ${what}`);
    await pause(100);
  }
}

/**
 * Presses "Try again". What could not be loaded comes by itself, too, when something changes: then there
 * is no button any more, and that is as well.
 *
 * @param {Page | import('playwright-core').Locator} part
 */
export async function tryAgain(part) {
  const button = part.getByRole('button', { name: 'Try again' });
  await button.click({ timeout: 2000 }).catch(async (error) => {
    if ((await button.count()) > 0) throw error;
  });
}

/**
 * Calls the API or the sandbox as the page's session would.
 *
 * @param {Page} page
 * @param {string} method
 * @param {string} path
 * @param {unknown} [data]
 * @param {Record<string, string>} [headers]
 */
export async function call(page, method, path, data, headers = {}) {
  const answer = await page.request.fetch(`${BASE}${path}`, { method, data, headers: { Origin: BASE, ...headers } });
  assert.ok(answer.ok(), `${method} ${path}: ${answer.status()} ${await answer.text()}`);
  return answer.status() === 204 ? null : answer.json();
}

/**
 * Reads the connections and lets change write one, again when the program has changed it meanwhile.
 *
 * @param {Page} page
 * @param {(row: { id: string, kind: string, version: number }) => { method: string, data?: unknown } | null} change Null leaves it.
 */
async function onConnections(page, change) {
  for (let tries = 0; ; tries += 1) {
    let stale = false;
    const { items } = await call(page, 'GET', '/api/v1/connections');
    for (const row of items) {
      const wanted = change(row);
      if (!wanted) continue;
      const headers = { Origin: BASE, 'If-Match': `"${row.version}"` };
      const answer = await page.request.fetch(`${BASE}/api/v1/connections/${row.id}`, { ...wanted, headers });
      stale ||= answer.status() === 412;
      assert.ok(answer.ok() || answer.status() === 412, `${wanted.method} ${row.kind}: ${await answer.text()}`);
    }
    if (!stale) return;
    assert.ok(tries < 10, 'the connections change all the time');
  }
}

/**
 * Takes all connections away, so that a test begins where a new tenant does.
 *
 * @param {Page} page
 */
export function disconnect(page) {
  return onConnections(page, () => ({ method: 'DELETE' }));
}

/**
 * Changes the connection of a kind, as somebody else does.
 *
 * @param {Page} page
 * @param {string} kind
 * @param {unknown} data
 */
export function changeConnection(page, kind, data) {
  return onConnections(page, (row) => (row.kind === kind ? { method: 'PATCH', data } : null));
}

/**
 * Makes a simulated bot.
 *
 * @param {Page} page
 * @param {string} name Its username begins with it.
 * @returns {Promise<{ id: number, username: string, token: string }>}
 */
export function simulatedBot(page, name) {
  const username = `${name}_${crypto.randomUUID().slice(0, 8)}_bot`;
  return call(page, 'POST', '/sandbox/api/telegram/bots', { username, first_name: `The ${name}` });
}

/**
 * Makes a simulated channel with a bot as an administrator who may post.
 *
 * @param {Page} page
 * @param {string} title
 * @param {string} bot
 * @returns {Promise<{ id: number, title: string, username: string }>}
 */
export async function simulatedChannel(page, title, bot) {
  const username = `c_${crypto.randomUUID().replaceAll('-', '').slice(0, 12)}`;
  const channel = { title, username, bot, status: 'administrator' };
  const { id } = await call(page, 'POST', '/sandbox/api/telegram/channels', channel);
  return { id, title, username };
}

/**
 * Connects a bot.
 *
 * @param {Page} page
 * @param {'promo_bot' | 'signal_bot'} kind
 * @param {string} token
 * @param {{ role: string, chat: string }[]} channels
 */
export function connect(page, kind, token, channels) {
  return call(page, 'POST', '/api/v1/connections', { kind, token, channels });
}

/**
 * Lets a simulated person write to a bot.
 *
 * @param {Page} page
 * @param {string} bot Its username.
 * @param {{ first_name: string, last_name?: string, username?: string }} person
 * @param {string} text
 * @returns {Promise<number>} The person's number.
 */
export async function writes(page, bot, person, text) {
  const { id } = await call(page, 'POST', '/sandbox/api/telegram/users', person);
  await call(page, 'POST', '/sandbox/api/telegram/messages', { bot, user: id, text });
  return id;
}

/**
 * Nothing is wider than the screen.
 *
 * @param {Page} page
 * @param {string} where
 */
export async function fits(page, where) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.equal(wide, 0, `${where} is wider than the screen`);
}
