import { test } from 'node:test';
import { accessibleEverywhere, open, useBrowser, withPage } from './helper.mjs';

useBrowser();

test('the simulated language model: orders, a text to say, and orders dropped', () =>
  withPage({}, async (page) => {
    await open(page, '#hub/sandbox', 'Sandbox');
    await page.getByRole('tab', { name: 'Model' }).click();
    await page.getByText('The model writes what is true.').waitFor();
    await page.getByRole('combobox', { name: 'What' }).selectOption('wrong_price');
    await page.getByRole('spinbutton', { name: 'Calls' }).fill('3');
    await page.getByRole('button', { name: 'Order', exact: true }).click();
    await page.getByText('Say a wrong price, 3 calls').waitFor();
    await page.getByRole('spinbutton', { name: 'Calls' }).fill('0');
    await page.getByRole('button', { name: 'Order', exact: true }).click();
    await page.getByText(/from 1 to 10000/).waitFor();
    await page.getByRole('textbox', { name: 'Text' }).fill('TP1 hit');
    await page.getByRole('button', { name: 'Say it' }).click();
    await page.getByText('Say given texts, 1 call').waitFor();
    await accessibleEverywhere(page, 'simulated model');
    await page.getByRole('button', { name: 'Drop the orders' }).click();
    await page.getByText('The model writes what is true.').waitFor();
  }));
