import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  accessible,
  accessibleEverywhere,
  eventually,
  answer,
  fits,
  open,
  phone,
  refuse,
  tryAgain,
  useBrowser,
  withPage,
} from './helper.mjs';

useBrowser();

const LIST = '**/api/v1/channel-posts?*';
const ID = '01a22b5e-0000-7000-8000-0000000001';
const PICTURE =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** @typedef {import('../../static/js/types.js').ChannelPost} ChannelPost */

/**
 * A post as the API tells it.
 *
 * @param {number} n
 * @param {Partial<ChannelPost>} [more]
 * @returns {ChannelPost}
 */
const postOf = (n, more = {}) => ({
  id: `${ID}${String(n).padStart(2, '0')}`,
  kind: 'generator',
  state: 'sent',
  signal_id: '',
  role: 'post',
  channel: 'Gold News',
  chat_id: -1001234,
  text: '',
  plain: '',
  source: '',
  reason: '',
  sent_by: 'Ann',
  template: 'gold-coupon',
  picture_url: PICTURE,
  message_id: 7,
  message_url: 'https://t.me/gold_news/7',
  resent: false,
  attempt: 0,
  problem: null,
  decided_by: '',
  deletable: true,
  planned_at: '2026-11-27T13:00:00Z',
  sent_at: '2026-11-27T13:00:01Z',
  deleted_at: null,
  created_at: '2026-11-27T13:00:00Z',
  version: 1,
  ...more,
});

const lost = (/** @type {number} */ n, /** @type {Partial<ChannelPost>} */ more = {}) =>
  postOf(n, {
    state: 'unknown',
    sent_at: null,
    message_id: 0,
    message_url: '',
    deletable: false,
    problem: {
      code: 'telegram_ambiguous',
      message: 'The connection broke during the call to Telegram, so it may or may not have arrived',
      remedy: 'Look in the chat, and send it again if it is not there',
    },
    ...more,
  });

/**
 * Answers the list: what waits for a decision, and the others.
 *
 * @param {import('playwright-core').Page} page
 * @param {() => { unknown: ChannelPost[], rest: ChannelPost[] }} now
 */
const serve = (page, now) =>
  page.route(LIST, (route) => {
    const query = new URL(route.request().url()).searchParams;
    const { unknown, rest } = now();
    return route.fulfill({ json: { items: query.get('state') === 'unknown' ? unknown : rest, next: null } });
  });

test('posts: none, broken, each state, days, a long text, filters', () =>
  withPage({}, async (page) => {
    await answer(page, LIST, { items: [], next: null });
    await open(page, '#promo/posts', 'Posts');
    await page.getByRole('heading', { name: 'No posts yet' }).waitFor();
    await accessibleEverywhere(page, 'no posts');
    await page.unroute(LIST);

    await refuse(page, LIST, 500, { code: 'internal', detail: 'Broken', request_id: 'r-1' });
    await page.reload();
    await page.getByText("Can't load the posts", { exact: true }).waitFor();
    await accessible(page, 'posts failed');

    const rest = [
      postOf(9, { created_at: new Date().toISOString() }),
      postOf(8, {
        created_at: new Date().toISOString(),
        state: 'failed',
        sent_at: null,
        problem: { code: 'telegram_no_access', message: 'The bot is not allowed to post there', remedy: 'Make it one' },
      }),
      postOf(7, {
        kind: 'signal',
        role: 'vip',
        channel: '',
        sent_by: '',
        template: '',
        picture_url: '',
        signal_id: `${ID}77`,
        text: '<b>BUY</b> GOLD &lt;now&gt;\nat 2650',
        plain: 'BUY GOLD <now>\nat 2650',
        deletable: false,
      }),
      postOf(6, { kind: 'recap', state: 'planned', sent_at: null, plain: '', template: '', picture_url: '' }),
      postOf(5, { kind: 'promo_chat', state: 'deleted', deleted_at: '2026-11-27T14:00:00Z', decided_by: 'Ann' }),
      postOf(4, { state: 'skipped', channel: 'A very long name of a channel that nobody can read at once' }),
    ];
    const channel = (/** @type {string} */ role, /** @type {number} */ id) => {
      return {
        role,
        chat: `@${role}`,
        id,
        title: `The ${role} channel, whose name is longer than a phone is wide`,
        username: role,
      };
    };
    await answer(page, '**/api/v1/connections', {
      items: [
        {
          id: 'c1',
          kind: 'signal_bot',
          state: 'working',
          username: 'gold_bot',
          display_name: 'Gold',
          simulated: true,
          problem: null,
          checks: [],
          channels: [channel('vip', -1), channel('free', -2)],
        },
      ],
    });
    await page.reload();
    await page.getByText("Can't load the posts", { exact: true }).waitFor();
    await page.unroute(LIST);
    await serve(page, () => ({ unknown: [], rest }));
    await tryAgain(page);
    await page.getByLabel('Channel', { exact: true }).waitFor();
    const cards = page.locator('.post-card');
    await cards.nth(5).waitFor();
    assert.equal(await page.locator('.post-decisions').isVisible(), false);
    assert.deepEqual(await page.locator('.post-day:not([hidden])').allTextContents(), ['Today', '27 Nov 2026']);
    for (const [i, word] of ['Sent', 'Not sent', 'Sent', 'Waits to be sent', 'Deleted', 'Skipped'].entries())
      await cards.nth(i).locator('.chip').getByText(word, { exact: true }).waitFor();
    await cards.nth(0).getByText('Promo image · Gold News').waitFor();
    await cards.nth(0).locator('img').waitFor();
    await cards.nth(1).getByText('The bot is not allowed to post there.').waitFor();
    await cards.nth(2).getByRole('button', { name: 'BUY GOLD <now>' }).waitFor();
    await cards.nth(2).getByText('Signal · VIP channel').waitFor();
    await accessibleEverywhere(page, 'posts');

    await page.getByLabel('State').selectOption('deleted');
    await page.waitForURL(/state=deleted/);
    const request = page.waitForRequest(/kind=signal%2Cmilestone/);
    await page.getByLabel('Kind').selectOption('signals');
    await page.waitForURL(/kind=signals/);
    assert.equal(new URL((await request).url()).searchParams.get('state'), 'deleting,deleted');
  }));

test('a post of which nobody knows stands on top until somebody decides', () =>
  withPage({}, async (page) => {
    let unknown = [lost(3), lost(2, { kind: 'recap', plain: 'The day', template: '', picture_url: '' })];
    /** @type {ChannelPost[]} */
    let rest = [postOf(1)];
    /** @type {unknown[]} */
    const said = [];
    await serve(page, () => ({ unknown, rest }));
    await page.route('**/api/v1/channel-posts/*/settle', (route) => {
      const body = route.request().postDataJSON();
      said.push(body);
      const post = /** @type {ChannelPost} */ (unknown[0]);
      unknown = unknown.slice(1);
      rest = [{ ...post, state: body.arrived ? 'sent' : 'failed', decided_by: 'Ann', version: 2 }, ...rest];
      return route.fulfill({ json: rest[0] });
    });
    await open(page, '#promo/posts', 'Posts');
    const section = page.locator('.post-decisions');
    await section.getByRole('heading', { name: 'Needs a decision' }).waitFor();
    assert.equal(await section.locator('.post-card').count(), 2);
    await section.getByText('may or may not have arrived').first().waitFor();
    await accessibleEverywhere(page, 'posts to decide');

    await section.getByRole('button', { name: /^It arrived ?: Picture from gold-coupon$/ }).click();
    await page.locator('.toast').getByText('It counts as sent.').waitFor();
    await section.locator('.post-card').nth(1).waitFor({ state: 'detached' });
    await section.getByRole('button', { name: /^It did not arrive ?: The day$/ }).focus();
    await page.keyboard.press('Enter');
    await section.waitFor({ state: 'hidden' });
    assert.deepEqual(said, [{ arrived: true }, { arrived: false }]);
    const title = page.getByRole('heading', { level: 1, name: 'Posts' });
    await eventually('the title has the focus', () => title.evaluate((node) => node === document.activeElement));
    await page.locator('.posts .post-card').nth(2).waitFor();
    await page.locator('.posts .chip').getByText('Not sent').waitFor();
  }));

test('one post: its text as Telegram shows it, sent again, deleted, and what Telegram refuses', () =>
  withPage({}, async (page) => {
    let post = postOf(1, {
      state: 'failed',
      sent_at: null,
      deletable: false,
      text: '<b>35 %</b> off &amp; more',
      plain: '35 % off & more',
      problem: { code: 'telegram_no_access', message: 'The bot is not allowed to post there', remedy: 'Make it one' },
    });
    const one = `**/api/v1/channel-posts/${post.id}`;
    await serve(page, () => ({ unknown: [], rest: [post] }));
    await page.route(one, (route) => {
      if (route.request().method() === 'DELETE')
        post = { ...post, state: 'deleting', deletable: false, version: post.version + 1 };
      return route.fulfill({ status: route.request().method() === 'DELETE' ? 202 : 200, json: post });
    });
    await page.route(`${one}/again`, (route) => {
      post = { ...post, state: 'planned', problem: null, attempt: 1, version: post.version + 1 };
      return route.fulfill({ status: 202, json: post });
    });
    await open(page, '#promo/posts', 'Posts');
    await page.getByRole('button', { name: '35 % off & more' }).click();
    await page.waitForURL(/post=/);
    const drawer = page.getByRole('dialog', { name: 'Promo image' });
    await drawer.getByText('The bot is not allowed to post there. Make it one.').waitFor();
    assert.equal(await drawer.locator('.bubble-text strong').textContent(), '35 %');
    assert.equal(await drawer.locator('.bubble-text').textContent(), '35 % off & more');
    await drawer.locator('img').waitFor();
    await accessibleEverywhere(page, 'a post that was not sent');

    await drawer.getByRole('button', { name: /^Send it again/ }).click();
    await page.locator('.toast').getByText('It is sent again.').waitFor();
    await drawer.locator('.chip').getByText('Waits to be sent').waitFor();
    await drawer.getByText('Sent again.').waitFor();

    post = { ...post, state: 'sent', sent_at: '2026-11-27T13:00:01Z', deletable: true, version: post.version + 1 };
    await page.reload(); // its address is the post's
    await drawer.getByRole('button', { name: /^Delete…/ }).click();
    const question = page.getByRole('dialog', { name: 'Delete this post?' });
    await question.getByText('It is deleted from Gold News (simulated):').waitFor();
    await accessible(page, 'a post to delete');
    await question.getByRole('button', { name: 'Keep it' }).click();
    await drawer.getByRole('button', { name: /^Delete…/ }).click();
    await question.getByRole('button', { name: 'Delete it' }).click();
    await page.locator('.toast').getByText('It is being deleted.').waitFor();
    await drawer.locator('.chip').getByText('Being deleted').waitFor();

    post = {
      ...post,
      state: 'sent',
      deletable: true,
      version: post.version + 1,
      problem: {
        code: 'telegram_undeletable',
        message: 'Telegram lets a bot delete a message for 48 hours only',
        remedy: 'Delete it in Telegram, or let the bot delete messages of the channel and try again',
      },
    };
    await page.setViewportSize(phone);
    await page.reload();
    await drawer.getByText('Telegram lets a bot delete a message for 48 hours only.').waitFor();
    await fits(page, 'a post on a phone');
    await accessible(page, 'a post that stays');
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'detached' });
    await page.waitForURL((address) => !address.href.includes('post='));
  }));
