import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessible, accessibleEverywhere, answer, open, refuse, tryAgain, useBrowser, withPage } from './helper.mjs';
import { postOf, recapOf } from './signals-helper.mjs';

useBrowser();

const LIST = '**/api/v1/recaps?*';
const HEAD = '37437063436083d81e4964f367b50eeabc1e86ab30e7da97eea15939f0268a22';
const long = Array.from({ length: 30 }, (_, i) => `Line ${i + 1}`).join('\n');

test('recaps: none, broken, each state of their posts, a long text by keyboard, the head copied, and more', () =>
  withPage({ permissions: ['clipboard-read', 'clipboard-write'] }, async (page) => {
    await answer(page, LIST, { items: [], next: null });
    await open(page, '#forex/recaps', 'Recaps');
    await page.getByRole('heading', { name: 'No recaps yet' }).waitFor();
    const link = page.getByRole('link', { name: 'Choose when recaps come' });
    assert.equal(await link.getAttribute('href'), '#forex/strategies?tab=settings');
    await accessibleEverywhere(page, 'no recaps');
    await page.unroute(LIST);

    await refuse(page, LIST, 500, { code: 'internal', detail: 'Broken', request_id: 'r-1' });
    await page.reload();
    await page.getByText("Can't load the recaps").waitFor();
    await accessible(page, 'recaps failed');
    await page.unroute(LIST);

    const post = postOf({ kind: 'recap', text: long, source: 'template', reason: 'invented' });
    const items = [
      recapOf(9, { kind: 'weekly', period: '20 Nov 2026 – 27 Nov 2026', closed: 4, head: HEAD, post }),
      recapOf(8, { post: postOf({ kind: 'recap', state: 'planned', sent_at: null }) }),
      recapOf(7, {
        pips: '-12.5',
        r: '-0.2',
        simulated: false,
        post: postOf({
          kind: 'recap',
          state: 'skipped',
          sent_at: null,
          problem: { code: 'channel_missing', message: 'Signal Bot has no VIP channel', remedy: 'Open Connections' },
        }),
      }),
      recapOf(6, { post: postOf({ kind: 'recap', text: '<b>The &lt;day&gt;</b>', source: 'ai' }) }),
    ];
    await answer(page, LIST, { items, next: 'more' });
    await tryAgain(page);
    const cards = page.locator('.recap');
    await cards.nth(3).waitFor();
    const weekly = cards.nth(0);
    await weekly.getByRole('heading', { level: 2, name: 'Weekly recap 20 Nov 2026 – 27 Nov 2026' }).waitFor();
    await weekly.getByText('+65.2 pips').waitFor();
    await weekly.getByText('+0.61 R').waitFor();
    await weekly.getByText('Simulated').waitFor();
    assert.deepEqual(await weekly.locator('dt').allTextContents(), ['Won', 'Lost', 'Even', 'Open']);
    assert.deepEqual(await weekly.locator('dd').allTextContents(), ['2', '1', '1', '0']);
    await weekly.getByText('Written from a template: a figure was not among the facts').waitFor();
    await cards.nth(1).getByText('Waits to be sent').waitFor();
    await cards.nth(2).getByText('−12.5 pips').waitFor();
    await cards.nth(2).getByText('Signal Bot has no VIP channel').waitFor();
    assert.equal(await cards.nth(2).getByText('Simulated').count(), 0);
    assert.equal(await cards.nth(3).locator('blockquote').textContent(), 'The <day>');
    await cards.nth(3).getByText('Written by AI').waitFor();
    await accessibleEverywhere(page, 'recaps');

    const all = weekly.getByRole('button', { name: /^Show all of it/ });
    await all.focus();
    await page.keyboard.press('Enter');
    const less = weekly.getByRole('button', { name: /^Show less/, expanded: true });
    await less.waitFor();
    assert.ok(await less.evaluate((node) => node === document.activeElement));
    await accessibleEverywhere(page, 'a long recap');
    await weekly.getByRole('button', { name: 'Copy the record’s head' }).click();
    await page.locator('.toast').getByText('Copied').waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), HEAD);

    await page.unroute(LIST);
    await answer(page, LIST, { items: [recapOf(5)], next: null });
    await page.getByRole('button', { name: 'Load more' }).click();
    await cards.nth(4).waitFor();
    assert.ok(
      await cards
        .nth(4)
        .locator('h2')
        .evaluate((node) => node === document.activeElement),
    );
  }));
