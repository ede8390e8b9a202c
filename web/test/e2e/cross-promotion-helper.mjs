/** What the tests of cross-promotion share. */
import { call, eventually, open } from './helper.mjs';

/**
 * @typedef {import('playwright-core').Page} Page
 * @typedef {import('playwright-core').Locator} Locator
 */

export const PATH = '/api/v1/cross-promotion';
export const SETTINGS = `**${PATH}`;
export const DAYS = `**${PATH}/days*`;

/** When a post comes, and whether. @param {string} at @param {boolean} [on] */
export const term = (at, on = true) => ({ on, at });

/** The settings as they are before the first change. */
export const FIRST = {
  on: false,
  days: [1, 2, 3, 4, 5],
  news: term('06:42'),
  recap: term('07:12'),
  teaser: term('07:51'),
  brag: term('20:00'),
  action: { text: '', button: '', link: '' },
  losing: 'soften',
  results: { targets: false, full_signals: false, daily_best: false, delay_minutes: 30, daily_most: 5 },
};

/** Changes the settings as somebody else does. @param {Page} page @param {unknown} data */
export async function change(page, data) {
  const { version } = await call(page, 'GET', PATH);
  await call(page, 'PATCH', PATH, data, { 'If-Match': `"${version}"` });
}

/** A post of today. @param {Locator} part @param {string} slot */
export const row = (part, slot) => part.locator(`.programme-slot[data-slot=${slot}]`);

/** @param {Page} page */
export const settingsOf = (page) => page.getByRole('dialog', { name: 'Settings of cross-promotion' });

/** Waits until something has the focus. @param {Locator} element */
export const focused = (element) =>
  eventually('it has the focus', () => element.evaluate((node) => node === document.activeElement));

/**
 * Opens a channel on the phone of the Sandbox page.
 *
 * @param {Page} page
 * @param {string} title
 * @param {(log: Locator) => Promise<void>} look What is read there.
 */
export async function onThePhone(page, title, look) {
  await open(page, '#hub/sandbox', 'Sandbox');
  const phone = page.getByRole('region', { name: 'Phone' });
  const start = phone.getByRole('button', { name: 'All chats' }); // who has talked with nobody sees a first chat
  await start
    .or(phone.getByText(title, { exact: true }))
    .first()
    .waitFor();
  if (await start.isVisible()) await start.click();
  await page.locator('.chat-row-name').getByText(title, { exact: true }).first().click(); // the newest message is on top
  await look(page.getByRole('log'));
}
