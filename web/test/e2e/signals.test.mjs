import assert from 'node:assert/strict';
import { test } from 'node:test';
import { marketNow } from '../../static/js/views/forex/signals/words.js';
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
import { eventOf, postOf, signalOf } from './signals-helper.mjs';

useBrowser();

const LIST = '**/api/v1/signals?*';
/** @param {{ id: string }} item */
const one = (item) => `**/api/v1/signals/${item.id}`;

/** @type {Record<string, any>} */
const never = { entry: null, opened_at: null, left: '0', message_id: 0, chat: '' };

/** Ten minutes from now, in the market's time. @param {import('playwright-core').Page} page */
async function soon(page) {
  const market = await call(page, 'GET', '/api/v1/market');
  return new Date(marketNow(market, Date.now()) + 10 * 60_000).toISOString();
}

const noneHit = signalOf(0).targets.map((target) => ({ ...target, hit: false }));

test('the list: empty, broken, and a signal of each state', () =>
  withPage({}, async (page) => {
    await answer(page, LIST, { items: [], next: null });
    await open(page, '#forex/signals', 'Signals');
    await page.getByRole('heading', { name: 'No signals yet' }).waitFor();
    await page.getByRole('link', { name: 'Open strategies' }).waitFor();
    await accessibleEverywhere(page, 'no signals');
    await page.unroute(LIST);

    await refuse(page, LIST, 500, { code: 'internal', detail: 'Broken', request_id: 'r-1' });
    await page.reload();
    await page
      .getByRole('heading', { name: 'Can’t load the signals' })
      .or(page.getByText("Can't load the signals"))
      .waitFor();
    await accessible(page, 'signals failed');
    await page.unroute(LIST);

    const items = [
      signalOf(8, { state: 'proposed', ...never, targets: noneHit, approve_until: await soon(page), number: 0 }),
      signalOf(7, { state: 'waiting', ...never, targets: noneHit }),
      signalOf(6),
      signalOf(5, { state: 'closed', closed_at: '2026-11-27T15:00:00Z', pips: '66.81', r: '0.66', money_cents: 6681 }),
      signalOf(4, {
        state: 'closed',
        side: 'sell',
        closed_at: '2026-11-27T15:00:00Z',
        pips: '-84.9',
        r: '-1.00',
        practice: true,
      }),
      signalOf(3, { state: 'rejected', ...never, reason: 'News in ten minutes' }),
      signalOf(2, { state: 'lapsed', ...never }),
      signalOf(1, { state: 'cancelled', ...never, reason: 'beyond' }),
    ];
    await answer(page, LIST, { items, next: 'more' });
    await tryAgain(page);
    const rows = page.locator('.signal-row');
    await rows.nth(7).waitFor();
    await rows
      .nth(0)
      .getByText(/^Lapses in \d+ min$/)
      .waitFor();
    await rows
      .nth(0)
      .getByRole('button', { name: /^Approve/ })
      .waitFor();
    await rows.nth(3).getByText('+66.8').waitFor();
    await rows.nth(4).getByText('−1.00 R').waitFor();
    await rows.nth(4).getByText('Practice').waitFor();
    await rows.nth(5).getByText('News in ten minutes').waitFor();
    await rows.nth(7).getByText('The price was beyond its stop or first target').waitFor();
    await page.getByRole('button', { name: 'Load more' }).waitFor();
    await accessibleEverywhere(page, 'signals');

    // By keyboard: the exact time, and the menu.
    await rows.nth(2).locator('time').focus();
    assert.match((await rows.nth(2).locator('time').getAttribute('data-exact')) ?? '', /UTC$/);
    await rows.nth(2).getByRole('button', { name: 'Actions for Buy by Breakout' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: 'Edit levels' }).waitFor();
    await page.keyboard.press('Escape');

    let asked = '';
    await page.route(LIST, (route) => {
      asked = route.request().url();
      return route.fulfill({ json: { items: [], next: null } });
    });
    await page.getByRole('radio', { name: 'Open', exact: true }).check();
    await page.getByText('No signal matches').waitFor();
    assert.match(asked, /state=waiting%2Copen/);
    await page.getByRole('combobox', { name: 'Strategy' }).selectOption('breakout');
    await eventually('the list is asked by strategy', async () => /strategy=breakout/.test(asked));
    await page.getByRole('checkbox', { name: 'Practice only' }).check();
    await eventually('the list is asked for practice', async () => /practice=true/.test(asked));
    assert.match(page.url(), /#forex\/signals\?state=open&strategy=breakout&practice=true$/);
    await page.getByRole('button', { name: 'Show all signals' }).click();
    await page.getByRole('heading', { name: 'No signals yet' }).waitFor();
  }));

test('one signal: what happened, what was told, and its levels on a chart', () =>
  withPage({}, async (page) => {
    const { items } = await call(page, 'GET', '/api/v1/market/candles?timeframe=15m&limit=20');
    const at = (/** @type {number} */ i) => items[i]?.time;
    const price = Number(items[0].close);
    const of = (/** @type {number} */ by) => (price + by).toFixed(2);
    const levels = {
      old: { stop: of(-10), targets: [{ price: of(10), percent: '50', hit: false }] },
      new: { stop: of(-8), targets: [{ price: of(12), percent: '50', hit: false }] },
    };
    const item = signalOf(5, {
      state: 'closed',
      entry: of(0),
      first_stop: of(-10),
      stop: of(0),
      targets: [
        { price: of(12), percent: '50', hit: true },
        { price: of(20), percent: '50', hit: false },
      ],
      left: '0',
      decided_at: at(1),
      opened_at: at(1),
      closed_at: at(9),
      pips: '60',
      r: '0.6',
      money_cents: 6000,
      decided_by: 'Ada',
      events: [
        eventOf({ at: at(2), price: of(3), stop: of(-10) }),
        eventOf({ seq: 2, kind: 'edited', at: at(3), price: null, pips: null, stop: of(-8), by: 'Ada', ...levels }),
        eventOf({
          seq: 3,
          kind: 'target',
          target: 1,
          at: at(6),
          price: of(12),
          percent: '50',
          pips: '120',
          stop: of(0),
          stop_moved: true,
          left: '50',
        }),
        eventOf({
          seq: 4,
          kind: 'closed_by_hand',
          at: at(9),
          price: of(0),
          percent: '50',
          pips: '0',
          stop: of(0),
          by: 'Ada',
          left: '0',
        }),
      ],
      posts: [
        postOf({ kind: 'signal', text: '<b>XAUUSD BUY</b>' }),
        postOf({ event: 1, text: 'Thirty pips', source: 'ai' }),
        postOf({ event: 2, kind: 'edit', text: 'New levels', resent: true }),
        postOf({ event: 3, text: 'TP1', source: 'template', reason: 'invented' }),
        postOf({
          event: 4,
          state: 'skipped',
          problem: { code: 'no_channel', message: 'Signal Bot has no VIP channel', remedy: 'Open Connections' },
        }),
      ],
    });
    await answer(page, one(item), item);
    await open(page, `#forex/signals/${item.id}`, 'Buy XAU/USD');
    const story = page.locator('.signal-story');
    await story.getByText('Closed by Ada').waitFor();
    await story.getByText('Signal Bot has no VIP channel').waitFor();
    await story.getByText('Written by AI').waitFor();
    await story.getByText('Written from a template: a figure was not among the facts').waitFor();
    await story.getByText('Sent again: the first one may have arrived').waitFor();
    await story.getByText('XAUUSD BUY', { exact: true }).waitFor();
    assert.deepEqual(await story.locator('.signal-change dt').allTextContents(), ['Stop', 'Targets']);
    const summary = page.getByRole('region', { name: 'Summary' });
    await summary.getByText('+60.0 pips').waitFor();
    await summary.getByText('+0.60 R · +$60.00').waitFor();
    await page.getByRole('listitem').filter({ hasText: 'Target 1, hit' }).waitFor();
    assert.equal(await page.locator('.page-actions button').count(), 0, 'nothing can be done with a closed one');
    const chart = page.getByRole('img', { name: /^Price of XAU\/USD around the signal/ });
    await chart.focus();
    await page.keyboard.press('Home');
    await accessibleEverywhere(page, 'a closed signal');
    await page.getByRole('radio', { name: 'Table' }).check();
    const named = await page.locator('.chart-levels dt').allTextContents();
    assert.deepEqual(named, ['Entry, stop', 'First stop', 'Stop 2', 'Target 1 ✓', 'Target 2']);
    await accessibleEverywhere(page, 'a closed signal as a table');

    await refuse(page, one(signalOf(9)), 404, { code: 'signal_not_found', detail: 'There is no such signal' });
    await page.goto(`${BASE}/#forex/signals/${signalOf(9).id}`);
    await page.getByText("Can't load the signal").waitFor();
    await accessible(page, 'a signal that is not there');
  }));

test('one signal: reject, withdraw, close and edit ask first and say what is wrong', () =>
  withPage({}, async (page) => {
    const proposed = signalOf(8, { state: 'proposed', ...never, targets: noneHit, approve_until: await soon(page) });
    await answer(page, one(proposed), proposed);
    await open(page, `#forex/signals/${proposed.id}`, 'Buy XAU/USD');
    await page.getByText(/^Lapses in/).waitFor();
    await page.getByRole('button', { name: 'Reject' }).click();
    await page.getByLabel('Reason').fill('News');
    await accessibleEverywhere(page, 'rejecting');
    /** @type {unknown} */
    let sent = null;
    await page.route(`${one(proposed)}/reject`, (route) => {
      sent = route.request().postDataJSON();
      return route.fulfill({ json: { ...proposed, state: 'rejected', reason: 'News', version: 9 } });
    });
    await page.keyboard.press('Enter');
    await page.locator('.page-title').getByText('Rejected').waitFor();
    assert.deepEqual(sent, { reason: 'News' });
    assert.equal(await page.locator('.page-actions button').count(), 0);

    const waiting = signalOf(7, { state: 'waiting', ...never, targets: noneHit });
    await answer(page, one(waiting), waiting);
    await open(page, `#forex/signals/${waiting.id}`, 'Buy XAU/USD');
    await page.getByRole('button', { name: 'Withdraw' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Keep it' }).click();

    const live = signalOf(6);
    await answer(page, one(live), live);
    await open(page, `#forex/signals/${live.id}`, 'Buy XAU/USD');
    await page.getByRole('button', { name: 'Close at the market' }).click();
    await page.getByRole('dialog').getByText('it can’t be opened again').waitFor();
    await accessibleEverywhere(page, 'closing');
    await page.keyboard.press('Escape');

    await page.getByRole('button', { name: 'Edit levels' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Target 2', { exact: true }).waitFor();
    await dialog.getByLabel('Stop').fill('up');
    await dialog.getByRole('button', { name: 'Change the levels' }).click();
    await dialog.getByText('Type a figure, like 2650.10.').waitFor();
    await dialog.getByLabel('Stop').fill('2505');
    await dialog.getByLabel('Closes, in percent').first().fill('10');
    await dialog.getByText(/They close 30\s%/).waitFor();
    await page.route(one(live), (route) =>
      route.request().method() === 'PATCH'
        ? route.fulfill({
            status: 422,
            contentType: 'application/problem+json',
            json: {
              title: 'Invalid',
              status: 422,
              code: 'invalid',
              fields: [
                { name: 'stop', code: 'stop', message: 'The stop is beyond the price' },
                { name: 'targets[1].price', code: 'target_price', message: 'Target 2 is nearer than the one before' },
                { name: 'targets', code: 'target_shares', message: 'The parts must make up 50 %' },
              ],
            },
          })
        : route.fallback(),
    );
    await dialog.getByRole('button', { name: 'Change the levels' }).click();
    await dialog.getByText('The stop is beyond the price.').waitFor();
    await dialog.getByText('The parts must make up 50 %.').waitFor();
    await accessibleEverywhere(page, 'levels with mistakes');

    const moved = { ...live, stop: '2502.50', version: 10 };
    await answer(page, one(live), moved);
    await page.route(one(live), (route) =>
      route.request().method() === 'PATCH'
        ? route.fulfill({
            status: 412,
            contentType: 'application/problem+json',
            json: { status: 412, code: 'precondition', title: 'Changed' },
          })
        : route.fallback(),
    );
    await dialog.getByRole('button', { name: 'Change the levels' }).click();
    await dialog.getByText('The signal changed meanwhile').waitFor();
    assert.equal(await dialog.getByLabel('Stop').inputValue(), '2502.50');
    await dialog.getByRole('button', { name: 'Remove this target' }).first().click();
    await page.keyboard.press('Escape');
  }));
