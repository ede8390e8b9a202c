import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  call,
  BASE,
  accessible,
  accessibleEverywhere,
  answer,
  eventually,
  fits,
  open,
  phone,
  refuse,
  tryAgain,
  useBrowser,
  withPage,
} from './helper.mjs';

useBrowser();

const HOME = '**/api/v1/home';
const ID = '01a22b5e-0000-7000-8000-00000000030';
const soon = (/** @type {number} */ minutes) => new Date(Date.now() + minutes * 60_000).toISOString();

/** @param {Partial<import('../../static/js/types.js').Home>} [more] */
const homeOf = (more = {}) => ({
  attention: { connections: 0, posts: 0, conversations: 0, signals: 0 },
  waiting: { posts: [], conversations: [], signals: [] },
  connections: [
    { kind: 'promo_bot', name: '@gold_promo_bot', state: 'working', problem: null },
    { kind: 'signal_bot', name: '@gold_signal_bot', state: 'untested', problem: null },
  ],
  works: {
    market: 'live',
    simulated: true,
    journeys: 2,
    inside: 14,
    people: 1280,
    strategies: 1,
    practice: 2,
    promotion: true,
  },
  next: [],
  steps: ['connect', 'image', 'post', 'journey', 'person', 'signals', 'promotion'].map((name) => ({
    name,
    done: false,
  })),
  ...more,
});

const busy = homeOf({
  attention: { connections: 1, posts: 7, conversations: 1, signals: 1 },
  connections: [
    {
      kind: 'signal_bot',
      name: '@gold_signal_bot',
      state: 'broken',
      problem: {
        code: 'telegram_no_access',
        message: 'It can’t post to your VIP channel',
        remedy: 'Make it an administrator',
      },
    },
  ],
  waiting: {
    posts: [1, 2, 3, 4, 5].map((n) => ({ id: `${ID}${n}`, kind: 'recap', channel: 'Gold VIP', created_at: soon(-n) })),
    conversations: [
      {
        id: `${ID}6`,
        first_name: 'Mary',
        last_name: 'Ann',
        username: 'mary',
        user_id: 7,
        journey: 'Welcome',
        since: soon(-2),
      },
    ],
    signals: [{ id: `${ID}7`, strategy: 'breakout', side: 'buy', created_at: soon(-1), simulated: true }],
  },
  next: [
    { at: soon(30), kind: 'teaser', name: '', post_id: '' },
    {
      at: soon(40),
      kind: 'hype',
      name: 'A flow with a name that is as long as the names of flows can be, to see it wrap',
      post_id: '',
    },
    { at: soon(3000), kind: 'result', name: '', post_id: `${ID}8` },
  ],
  steps: /** @type {any} */ (homeOf().steps.map((step, i) => ({ ...step, done: i < 3 }))),
});

test('home: the first page, with nothing to do, all that waits, and what can’t be read', () =>
  withPage({}, async (page) => {
    await answer(page, HOME, homeOf());
    await page.goto(BASE);
    await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
    await page.getByText('Nothing waits for you.').waitFor();
    await page.getByText('Nothing is planned.').waitFor();
    await page.getByText('0 of 7 are taken.').waitFor();
    await page.getByRole('link', { name: /Subscribers.*1,280 active/ }).waitFor();
    await accessibleEverywhere(page, 'home with nothing to do');
    await page.unroute(HOME);

    await answer(page, HOME, busy);
    await page.reload();
    await page.getByRole('heading', { name: '1 connection does not work' }).waitFor();
    await page.getByText('Make it an administrator.').waitFor();
    await page.getByRole('heading', { name: '7 posts may not have arrived' }).waitFor();
    await page.getByText('2 more').waitFor();
    await page.getByRole('link', { name: 'Mary Ann' }).waitFor();
    await page.getByRole('link', { name: /VIP teaser/ }).waitFor();
    await page.getByText('3 of 7 are taken.').waitFor();
    assert.equal(await page.getByRole('link', { name: 'Connect a bot' }).count(), 0, 'what is done leads nowhere');
    await accessibleEverywhere(page, 'home with much to do');
    await page.getByRole('link', { name: 'Decide' }).click();
    await page.waitForURL(/#promo\/posts\?state=unknown/);
    await page.unroute(HOME);

    await refuse(page, HOME, 500, { code: 'internal', detail: 'Broken', request_id: 'r-1' });
    await page.getByRole('link', { name: 'Home' }).first().click();
    await page.getByText("Can't load the home page", { exact: true }).waitFor();
    await accessible(page, 'home failed');
    await page.unroute(HOME);
    await tryAgain(page);
    await page.getByRole('heading', { name: 'What works' }).waitFor();
  }));

test('marks in both sidebars tell where somebody is needed, and follow what happens', () =>
  withPage({}, async (page) => {
    let now = { connections: 0, posts: 2, conversations: 0, signals: 0 };
    await page.route('**/api/v1/attention', (route) => route.fulfill({ json: now }));
    await answer(page, '**/api/v1/coupons/checks?*', { items: [], next: null });
    await open(page, '#promo/coupons', 'Coupons');
    const posts = page.locator('.features').getByRole('link', { name: 'Posts' });
    await posts.getByText('2 to decide').waitFor();
    const promo = page.locator('.rail').getByRole('link', { name: 'Promo' });
    await promo.getByText('2', { exact: true }).waitFor();
    assert.equal(await promo.getAttribute('aria-description'), '2 matters wait for somebody');
    await accessibleEverywhere(page, 'marks');
    now = { connections: 1, posts: 0, conversations: 0, signals: 0 };
    // A change of any post is a reason to look again.
    const { tenant } = await call(page, 'GET', '/api/v1/session');
    await page.evaluate(
      (id) => new BroadcastChannel(`promostack-live.${id}`).postMessage({ kind: 'reset' }),
      tenant.id,
    );
    await page.locator('.rail').getByRole('link', { name: 'Hub' }).getByText('1', { exact: true }).waitFor();
    await eventually('nothing waits in Promo', async () => (await promo.getAttribute('aria-description')) === null);
    assert.equal(await posts.innerText(), 'Posts');
  }));

test('Ctrl+K finds pages, actions, templates, journeys and people, by keyboard alone', () =>
  withPage({}, async (page) => {
    await open(page, '#promo/coupons', 'Coupons');
    await page.keyboard.press('Control+k');
    const finder = page.getByRole('dialog', { name: 'Find' });
    const field = finder.getByRole('combobox');
    await eventually('the field has the focus', () => field.evaluate((node) => node === document.activeElement));
    await finder.getByRole('option', { name: 'Home' }).waitFor();
    await accessibleEverywhere(page, 'the finder');

    await field.fill('gold coupon');
    await finder.getByRole('group', { name: 'Templates' }).getByRole('option', { name: 'Gold coupon' }).waitFor();
    await accessible(page, 'a template was found');
    await page.keyboard.press('Enter');
    await page.waitForURL(/#promo\/generate\?template=gold-coupon/);

    await page.keyboard.press('Control+k');
    await field.fill('hub');
    await finder.getByRole('option', { name: 'Connections Hub' }).waitFor();
    await page.keyboard.press('ArrowDown');
    const chosen = finder.locator('[aria-selected=true]');
    const second = await chosen.innerText();
    assert.equal(await field.getAttribute('aria-activedescendant'), await chosen.getAttribute('id'));
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    assert.notEqual(await chosen.innerText(), second, 'it goes round');
    await page.keyboard.press('Escape');
    await finder.waitFor({ state: 'detached' });

    await page.keyboard.press('Control+k');
    await field.fill('zzz nothing at all');
    await finder.getByText('Nothing found.').waitFor();
    await refuse(page, '**/api/v1/templates?*', 500, { code: 'internal', detail: 'Broken' });
    await field.fill('backtest');
    await finder.getByText('Not everything could be searched').waitFor();
    await finder.getByRole('option', { name: 'Run a backtest' }).click();
    await page.getByRole('heading', { level: 1, name: 'Run a backtest' }).waitFor();
  }));

test('the finder on a phone is opened from the drawer; a link in a text keeps its own Ctrl+K', () =>
  withPage({ viewport: phone }, async (page) => {
    await open(page, '#home', 'Home');
    await page.getByRole('button', { name: 'Show features' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Find' }).click();
    const finder = page.getByRole('dialog', { name: 'Find' });
    await finder.getByRole('option', { name: 'Bulk' }).click();
    await page.getByRole('heading', { level: 1, name: 'Bulk' }).waitFor();
    await fits(page, 'after the finder');
  }));
