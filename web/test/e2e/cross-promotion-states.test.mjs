import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  BASE,
  accessible,
  accessibleEverywhere,
  answer,
  eventually,
  refuse,
  tryAgain,
  useBrowser,
  withPage,
} from './helper.mjs';
import { DAYS, FIRST, PATH, SETTINGS, focused, row, settingsOf } from './cross-promotion-helper.mjs';
import { postOf } from './signals-helper.mjs';

useBrowser();

const today = () => new Date().toISOString().slice(0, 10);
const from = (/** @type {number} */ minutes) => new Date(Date.now() + minutes * 60_000).toISOString();

/**
 * @param {string} name
 * @param {string | null} at
 * @param {Partial<import('../../static/js/types.js').SignalPost> | null} [post]
 */
const slotOf = (name, at, post = null) => ({
  slot: name,
  at,
  on: at !== null,
  manual: false,
  asked_by: '',
  post: post && postOf({ planned_at: String(at), ...post }),
});

test('cross-promotion: loading, failed, off and switched on, each state of a post, what Telegram would show, and who may only look', () =>
  withPage({}, async (page) => {
    let settings = { ...FIRST, version: 4 };
    let closed = '';
    /** @type {ReturnType<typeof slotOf>[]} */
    /** @type {import('../../static/js/types.js').SignalPost[]} */
    let others = [];
    let slots = ['news', 'recap', 'teaser', 'brag'].map((name) => slotOf(name, null));
    await answer(page, '**/api/v1/connections', {
      items: [
        {
          id: 'c1',
          kind: 'signal_bot',
          username: 'gold_bot',
          display_name: 'Gold',
          state: 'working',
          problem: null,
          channels: [
            { role: 'vip', chat: '@vip', id: -1001, title: 'Gold VIP', username: 'vip' },
            { role: 'free', chat: '@free', id: -1002, title: 'Gold for everybody', username: 'free' },
          ],
          checks: [],
          checked_at: from(-5),
          last_seen_at: from(-1),
          created_at: from(-500),
          version: 3,
        },
      ],
      next: null,
    });
    const serve = async () => {
      await page.route(SETTINGS, (route) => {
        if (route.request().method() === 'PATCH')
          settings = { ...settings, ...route.request().postDataJSON(), version: settings.version + 1 };
        return route.fulfill({ json: settings });
      });
      await page.route(DAYS, (route) => {
        const params = new URL(route.request().url()).searchParams;
        const first = params.get('from') ?? today();
        const items = Array.from({ length: Number(params.get('days') ?? 1) }, (_, i) => {
          const date = new Date(Date.parse(first) + i * 86_400_000).toISOString().slice(0, 10);
          return {
            date,
            closed: date === today() ? closed : '',
            slots: date === today() ? slots : [],
            others: date === today() ? others : [],
          };
        });
        return route.fulfill({ json: { items, next: null } });
      });
    };

    await page.route(SETTINGS, () => new Promise(() => {}));
    await page.goto(`${BASE}/#forex/cross-promotion`);
    await page.locator('main .loading .skeleton').first().waitFor();
    await accessible(page, 'cross-promotion loading');
    await page.unroute(SETTINGS);
    await refuse(page, SETTINGS, 500, { code: 'internal', detail: 'Something went wrong on our side' });
    await page.reload();
    await page.getByRole('heading', { name: "Can't load cross-promotion" }).waitFor();
    await accessible(page, 'cross-promotion failed');
    await page.unroute(SETTINGS);
    await serve();
    await tryAgain(page);

    await page.getByRole('heading', { name: 'Cross-promotion is off' }).waitFor();
    await accessibleEverywhere(page, 'cross-promotion, off');
    await page.getByRole('button', { name: 'Switch it on' }).click();
    await page.getByRole('heading', { name: 'Cross-promotion is off' }).waitFor({ state: 'detached' });
    const button = page.locator('.page-actions').getByRole('button', { name: 'Settings' });
    await eventually('the focus has gone on', () => focused(button));

    slots = [
      slotOf('news', from(-200), { kind: 'news', text: '<b>Gold</b> rises', source: 'ai', sent_at: from(-199) }),
      slotOf('recap', from(-150), {
        kind: 'forward',
        state: 'failed',
        sent_at: null,
        problem: {
          code: 'chat_forbidden',
          message: 'The bot may not post to Gold',
          remedy: 'Make it an administrator',
        },
      }),
      slotOf('teaser', from(-100), {
        kind: 'teaser',
        state: 'unknown',
        source: 'template',
        reason: 'late',
        sent_at: null,
      }),
      slotOf('brag', from(-50)),
    ];
    others = [postOf({ id: 'r1', kind: 'result', text: 'TP1 hit', planned_at: from(-120), sent_at: from(-120) })];
    await page.reload();
    const part = page.getByRole('region', { name: 'Today' });
    await row(part, 'news').getByText('Written by AI').waitFor();
    await row(part, 'recap').getByText('The bot may not post to Gold. Make it an administrator.').waitFor();
    await row(part, 'recap')
      .getByRole('button', { name: /^Send it again/ })
      .waitFor();
    await row(part, 'teaser').getByText('May have arrived').waitFor();
    await row(part, 'teaser').getByText('Written from a template: the model was late').waitFor();
    await row(part, 'brag').getByText('Overdue').waitFor();
    await part.getByText('2 sent, 1 not sent, 1 may have arrived. Nothing more comes today.').waitFor();
    await row(part, 'result').getByText('Target of a VIP signal').waitFor();
    assert.equal(await row(part, 'result').getByRole('button').count(), 0, 'it comes by rule');
    await accessibleEverywhere(page, 'each state of a post');

    // What Telegram would show: a forward, nothing, and a model that does not answer.
    const PREVIEW = `**${PATH}/slots/recap/preview`;
    const forward = { text: '<b>The week</b>', buttons: [], forwarded: true, source: '', reason: '', skip: null };
    await answer(page, PREVIEW, forward);
    const preview = page.getByRole('dialog', { name: 'Preview: Weekly recap, forwarded' });
    await row(part, 'recap')
      .getByRole('button', { name: /^Preview/ })
      .click();
    await preview.getByText('Forwarded from Gold VIP').waitFor();
    await accessibleEverywhere(page, 'the preview of a forward');
    await page.unroute(PREVIEW);
    const skip = { code: 'no_recap', message: 'No weekly recap reached the VIP channel', remedy: '' };
    await answer(page, PREVIEW, { ...forward, forwarded: false, text: '', skip });
    await preview.getByRole('button', { name: 'Make it again' }).click();
    await preview.getByText('Nothing would be sent now.').waitFor();
    await preview.getByText('No weekly recap reached the VIP channel.').waitFor();
    await accessibleEverywhere(page, 'the preview of nothing');
    await page.unroute(PREVIEW);
    await refuse(page, PREVIEW, 500, { code: 'internal', detail: 'Something went wrong on our side' });
    await preview.getByRole('button', { name: 'Make it again' }).click();
    await preview.getByRole('heading', { name: "Can't load the preview" }).waitFor();
    await accessibleEverywhere(page, 'a preview that failed');
    await page.keyboard.press('Escape');

    // On a closed day it is said once; whoever may only look has nothing to press.
    closed = 'weekend';
    slots = [slotOf('news', from(60)), slotOf('brag', from(90))];
    await page.route('**/api/v1/session', async (route) => {
      const response = await route.fetch();
      const session = await response.json();
      const capabilities = session.capabilities.filter((/** @type {string} */ one) => !one.endsWith('.write'));
      await route.fulfill({ response, json: { ...session, capabilities } });
    });
    await page.reload();
    await part.getByText('Gold does not trade today (it is the weekend)').waitFor();
    await row(part, 'brag').getByText('Market closed').waitFor();
    assert.equal(await part.getByRole('button').count(), 0);
    await page.getByRole('button', { name: 'See the settings' }).click();
    await settingsOf(page).getByRole('textbox', { name: 'Text' }).waitFor();
    assert.equal(await settingsOf(page).getByRole('textbox', { name: 'Text' }).isDisabled(), true);
    assert.equal(await settingsOf(page).getByRole('button', { name: 'Save' }).count(), 0);
    await accessibleEverywhere(page, 'settings to look at');
    await settingsOf(page).getByRole('button', { name: 'Close' }).last().click();
    await accessibleEverywhere(page, 'a closed day');
  }));
