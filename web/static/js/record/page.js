/** The public page of a track record: it shows every signal, and checks the record in the visitor's browser. */
import { getJSON } from '../api.js';
import { h, replace } from '../dom.js';
import { dateTime, whole } from '../format.js';
import { ApiError } from '../problem.js';
import { check, read } from './chain.js';
import { pips, price } from './decimal.js';
import { readEntry } from './entry.js';
import { showSignals } from './list.js';
import { signalsOf } from './model.js';
import { signed } from './words.js';
import { isBlank } from '../typed.js';

/** @typedef {import('./chain.js').Published} Published */

/** @param {string} id @returns {HTMLElement} */
function part(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`record: the page has no part ${id}`);
  return found;
}

const file = part('record').dataset.file ?? '';
const form = /** @type {HTMLFormElement} */ (part('check'));
const kept = /** @type {HTMLInputElement} */ (part('kept'));
const found = part('found');
const list = part('signals');

/** @param {'good' | 'bad' | 'info'} tone @param {string} title @param {...import('../dom.js').Child} text */
const note = (tone, title, ...text) =>
  h('div', { class: `record-note record-note-${tone}` }, h('p', null, h('strong', null, title)), h('p', null, text));

/** @param {unknown} error */
const reason = (error) => (error instanceof ApiError ? error.message : 'Its file is no record.');

/** @returns {Promise<Published>} */
async function load() {
  const record = await getJSON(file);
  if (!Array.isArray(record?.entries)) throw new Error('record: the file has no entries');
  return record;
}

/** Draws the signals, and what those on a made-up market come to. @param {Published} record */
async function show(record) {
  const { book } = await read(record.entries);
  showSignals(list, signalsOf(record.entries, book));
  part('head').textContent = record.head;
  const madeUp = document.getElementById('simulated');
  if (!madeUp || !book || book.madeUp.signals === 0) return;
  const f = book.madeUp;
  madeUp.querySelector('dl')?.remove();
  madeUp.append(
    h(
      'dl',
      { class: 'record-figures record-figures-small', 'aria-label': 'On a made-up market' },
      /** @type {[string, string][]} */ ([
        ['Won', whole(f.wins)],
        ['Lost', whole(f.losses)],
        ['Neither', whole(f.draws)],
        ['Open', whole(f.open)],
        ['Pips', signed(f.pips, pips)],
        ['R', signed(f.r, price)],
      ]).map(([term, value]) => h('div', null, h('dt', null, term), h('dd', null, value))),
    ),
  );
}

/** What a head that was kept says of the record. @param {Published} record @param {number} seq */
function keptNote(record, seq) {
  if (seq === 0)
    return note(
      'bad',
      'No entry of the record has this head.',
      'Entries were cut off at its end, or all of it was rewritten since then. Make sure that the head is complete.',
    );
  const at = readEntry(record.entries[seq - 1] ?? '')?.at ?? 0;
  return note(
    'good',
    `The head is that of entry ${whole(seq)}, of ${dateTime(at * 1000)}.`,
    'The record still holds everything that it held then.',
  );
}

/** Checks the record as it is published now. */
async function verify() {
  if (!globalThis.crypto?.subtle) {
    replace(
      found,
      note(
        'info',
        'This browser can’t check here.',
        'It computes hashes on https pages alone. The command below does it anywhere.',
      ),
    );
    return;
  }
  const button = form.querySelector('button');
  button?.setAttribute('aria-busy', 'true');
  replace(found, note('info', 'Checking', 'Reading the record.'));
  const says = found.querySelector('p + p');
  try {
    const record = await load();
    const all = whole(record.entries.length);
    const { wrong, seq } = await check(record, kept.value, (done) => {
      if (says) says.textContent = `${whole(done)} of ${all} entries.`;
    });
    const good = note(
      'good',
      `All ${all} entries are in order.`,
      'Nothing was changed, removed, inserted or reordered, each result follows from its levels, and the figures are those of the entries.',
    );
    replace(
      found,
      wrong ? note('bad', 'The record does not hold.', wrong) : good,
      isBlank(kept.value) ? null : keptNote(record, seq),
    );
    await show(record);
  } catch (error) {
    replace(found, note('bad', 'The record can’t be read.', reason(error)));
  } finally {
    button?.removeAttribute('aria-busy');
  }
}

function copying() {
  const button = part('copy');
  button.hidden = false;
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(part('head').textContent ?? '');
      button.textContent = 'Copied';
    } catch {
      getSelection()?.selectAllChildren(part('head'));
      button.textContent = 'Selected';
    }
  });
}

form.hidden = false;
form.addEventListener('submit', (event) => {
  event.preventDefault();
  void verify();
});
copying();
replace(list, h('p', { class: 'muted', role: 'status' }, 'Reading the record …'));
load()
  .then(show)
  .catch((error) => {
    replace(list, note('bad', 'The signals can’t be shown.', reason(error)));
  });
