/** What the tests of journeys share: making them, going to their pages, and a keyboard that finds its way. */
import assert from 'node:assert/strict';
import { BASE, call, eventually, open } from './helper.mjs';

/**
 * @typedef {import('playwright-core').Page} Page
 * @typedef {import('playwright-core').Locator} Locator
 */

export const JOURNEYS = '/api/v1/journeys';

export const mark = () => crypto.randomUUID().slice(0, 6);

/**
 * Asks for a word by a keyword, thanks for it, and ends.
 *
 * @param {string} keyword
 * @param {object} [changes]
 */
export const asking = (keyword, changes = {}) => ({
  format: 1,
  connections: ['signal_bot'],
  triggers: [{ kind: 'keyword', value: keyword }],
  priority_int: 0,
  inactivity_timeout_days: 7,
  re_entry: { rule: 'always' },
  timezone: 'UTC',
  start_step_id: 'ask',
  steps: [
    {
      id: 'ask',
      type: 'question',
      title: 'First question',
      x: 0,
      y: 0,
      text: 'What is your goal, {first_name}?',
      answer: 'text',
      variable: 'goal',
      next_step_id: 'thanks',
    },
    { id: 'thanks', type: 'message', title: 'Thanks', x: 336, y: 0, text: 'Thank you.', next_step_id: 'end' },
    { id: 'end', type: 'end', title: 'Done', x: 672, y: 0, outcome: 'asked' },
  ],
  ...changes,
});

/**
 * Has a step of every type; the same things are called by the same names.
 *
 * @param {string} own Its keyword, and its tag.
 */
export const every = (own) => ({
  ...asking(own),
  start_step_id: 'hello',
  steps: [
    {
      id: 'hello',
      type: 'message',
      title: 'Hello',
      x: 80,
      y: 160,
      text: 'Hello {first_name|there}.',
      buttons: [[{ text: 'Our page', url: 'https://example.com/page' }]],
      next_step_id: 'ask',
    },
    {
      id: 'ask',
      type: 'question',
      title: 'Metal',
      x: 416,
      y: 160,
      text: 'Gold or silver?',
      answer: 'choice',
      choices: [{ text: 'Gold' }, { text: 'Silver' }],
      variable: 'metal',
      next_step_id: 'pause',
    },
    { id: 'pause', type: 'delay', title: 'Pause', x: 752, y: 160, delay: 'for', seconds: 1, next_step_id: 'check' },
    {
      id: 'check',
      type: 'condition',
      title: 'Is gold',
      x: 1088,
      y: 160,
      rules: [{ variable: 'metal', op: 'equals', value: 'Gold' }],
      branch_true_step_id: 'mark',
      branch_false_step_id: 'ways',
    },
    { id: 'mark', type: 'tag', title: 'Gold tag', x: 1424, y: 16, add_tags: [own], next_step_id: 'wait' },
    {
      id: 'ways',
      type: 'split',
      title: 'Two ways',
      x: 1424,
      y: 304,
      arms: [
        { name: 'A', weight: 50, next_step_id: 'over' },
        { name: 'B', weight: 50, next_step_id: 'over' },
      ],
    },
    { id: 'over', type: 'jump', title: 'Over', x: 1760, y: 416, next_step_id: 'wait' },
    {
      id: 'wait',
      type: 'wait_for_reply',
      title: 'Listens',
      x: 1760,
      y: 112,
      branch_keyword: 'yes',
      branch_true_step_id: 'team',
      next_step_id: 'end',
      timeout_seconds: 86400,
      timeout_step_id: 'late',
    },
    { id: 'team', type: 'handover', title: 'Team', x: 2096, y: 16, note: 'Said yes', next_step_id: 'end' },
    { id: 'late', type: 'message', title: 'Late', x: 2096, y: 368, text: 'Another time.', next_step_id: 'end' },
    { id: 'end', type: 'end', title: 'Done', x: 2432, y: 192, outcome: 'bought' },
  ],
});

/**
 * @param {Page} page
 * @param {string} name
 * @param {unknown} definition
 */
export const make = (page, name, definition) => call(page, 'POST', JOURNEYS, { name, definition });

/**
 * Does something with a journey as it is now.
 *
 * @param {Page} page
 * @param {string} id
 * @param {string} method
 * @param {string} path
 * @param {unknown} [data]
 */
export async function change(page, id, method, path, data) {
  const { version } = await call(page, 'GET', `${JOURNEYS}/${id}`);
  return call(page, method, `${JOURNEYS}/${id}${path}`, data, { 'If-Match': `"${version}"` });
}

/**
 * Stops and removes the journeys that a test has made, with whoever is in them.
 *
 * @param {Page} page
 * @param {string} name What their names hold.
 */
export async function clear(page, name) {
  const talks = await call(page, 'GET', '/api/v1/conversations?state=running');
  const paused = await call(page, 'GET', '/api/v1/conversations?state=paused');
  for (const { id, journey } of [...talks.items, ...paused.items])
    if (journey.name.includes(name)) await call(page, 'POST', `/api/v1/conversations/${id}/end`);
  const { items } = await call(page, 'GET', `${JOURNEYS}?q=${name}`);
  for (const { id, state } of items) {
    if (state === 'active') await change(page, id, 'POST', '/stop');
    const { version } = await eventually('the conversations ended', async () => {
      const now = await call(page, 'GET', `${JOURNEYS}/${id}`);
      return now.figures.inside === 0 && now;
    });
    await call(page, 'DELETE', `${JOURNEYS}/${id}`, undefined, { 'If-Match': `"${version}"` });
  }
}

/**
 * Goes to a page from another one, so that it is drawn anew.
 *
 * @param {Page} page
 * @param {string} query
 * @param {string} title
 */
export async function openPage(page, query, title) {
  await page.goto(`${BASE}/#hub/connections`);
  await page.getByRole('heading', { level: 1, name: 'Connections' }).waitFor();
  await open(page, `#forex/support-chat${query}`, title);
}

/** @param {Page} page @param {string} name */
export const card = (page, name) =>
  page.locator('.journey-card').filter({ has: page.getByRole('link', { name, exact: true }) });

/** @param {Page} page @param {string} name @param {string} item */
export async function choose(page, name, item) {
  await page.getByRole('button', { name, exact: true }).click();
  await page.getByRole('menuitem', { name: new RegExp(`^${item}`) }).click();
}

/**
 * Works a page without a mouse.
 *
 * @param {Page} page
 */
export function keyboard(page) {
  /** @param {string} key @param {number} [times] */
  const press = async (key, times = 1) => {
    for (let i = 0; i < times; i += 1) await page.keyboard.press(key);
  };
  /** @param {Locator} target */
  const to = async (target) => {
    for (let tries = 0; tries < 300; tries += 1) {
      const where = await target.evaluate((element) => {
        const active = document.activeElement ?? document.body;
        if (element === active) return '';
        return active.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_PRECEDING ? 'Shift+Tab' : 'Tab';
      });
      if (where === '') return;
      await press(where);
    }
    assert.fail(`Tab does not come to ${target}`);
  };
  /** @param {string} text */
  const type = (text) => page.keyboard.insertText(text);
  return {
    press,
    /** Presses Tab, or with Shift, until something has the focus. */
    to,
    type,
    /** @param {Locator} target */
    enter: async (target) => {
      await to(target);
      await press('Enter');
    },
    /** @param {Locator} target @param {string} text */
    write: async (target, text) => {
      await to(target);
      await press('ControlOrMeta+a');
      await type(text);
    },
    /** Arrows in a list until it has a value. @param {Locator} target @param {string} value */
    set: async (target, value) => {
      await to(target);
      await press('Home');
      for (let i = 0; i < 20 && (await target.inputValue()) !== value; i += 1) await press('ArrowDown');
      assert.equal(await target.inputValue(), value);
    },
    /** Looks something up in the list that is open, and takes it. @param {string} words */
    pick: async (words) => {
      const found = page.getByRole('dialog').getByRole('combobox');
      await found.waitFor();
      await type(words);
      await press('Enter');
      await found.waitFor({ state: 'detached' });
    },
  };
}

/** A step on the map. @param {Page} page @param {string} title */
export const node = (page, title) =>
  page.locator('.node').filter({ has: page.locator('.node-title').getByText(title, { exact: true }) });

/** @param {Page} page */
export const form = (page) => page.getByRole('region', { name: 'Selected step' });

/** A field of the step's form. @param {Page} page @param {string} label */
export const fieldOf = (page, label) => form(page).getByLabel(new RegExp(`^${label}( optional)?$`));

/** The draft is saved. @param {Page} page */
export const saved = (page) => page.locator('.saving-saved').waitFor();
