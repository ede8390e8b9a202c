/**
 * The check of a whole record, the same as `promostack verify` does it: the chain of hashes, what happened to each
 * signal, and the figures.
 *
 * @typedef {import('./book.js').Figures} Figures
 *
 * @typedef {object} Published A record as it is published.
 * @property {number} format
 * @property {string[]} entries
 * @property {string} head
 * @property {Record<string, number | string>} figures
 *
 * @typedef {object} Found
 * @property {string} wrong What is wrong; '' for nothing.
 * @property {Book | null} book As far as the record holds.
 */
import { Book } from './book.js';
import { parse, pips, price } from './decimal.js';
import { readEntry, writeEntry } from './entry.js';
import { Refused } from './position.js';
import { clean, lower } from '../typed.js';

/** The form of records that this reads. */
const FORMAT = 1;

/** Stands for the hash before the first entry. */
const ORIGIN = '0'.repeat(64);

/** How much of a head is enough to be sure, in hex digits. */
const SHORTEST = 16;

/** After so many entries the page may draw. */
const PAUSE = 200;

/** SHA-256 in hex. @param {string} text */
export async function hash(text) {
  const sum = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(sum), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** @param {number} seq @param {string} why */
const broken = (seq, why) => `Entry ${seq}: ${why}`;

/**
 * Goes through the entries and counts them in the book.
 *
 * @param {string[]} entries
 * @param {(book: Book, text: string, i: number, wrong: string) => string | void | Promise<string | void>} [before]
 *   Looks at each entry that could be read before it is counted; what it answers is wrong.
 * @returns {AsyncGenerator<number, Found>} Yields now and then how far it is.
 */
async function* follow(entries, before) {
  const book = new Book();
  for (let i = 0; i < entries.length; i += 1) {
    const text = (entries[i] ?? '').toWellFormed();
    const seq = i + 1;
    const e = readEntry(text);
    if (!e) return { wrong: broken(seq, "it can't be read"), book };
    if (writeEntry(e) !== text) return { wrong: broken(seq, 'it is not written as entries are'), book };
    if (e.seq !== seq)
      return {
        wrong: broken(seq, `it says that it is number ${e.seq}: entries were removed, inserted or reordered`),
        book,
      };
    const wrong = await before?.(book, text, i, e.prev);
    if (wrong) return { wrong, book };
    try {
      book.add(e);
    } catch (error) {
      if (error instanceof Refused) return { wrong: broken(seq, error.message), book };
      throw error;
    }
    if (seq % PAUSE === 0) yield seq;
  }
  if (entries.length === 0) return { wrong: broken(1, 'it is missing: a record has a beginning'), book };
  return { wrong: '', book };
}

/** @param {AsyncGenerator<number, Found>} steps @param {(done: number) => void} [progress] */
async function run(steps, progress) {
  for (;;) {
    const step = await steps.next();
    if (step.done) return step.value;
    progress?.(step.value);
    await new Promise((resolve) => {
      setTimeout(resolve);
    });
  }
}

/** Counts a record without its hashes, to show it. @param {string[]} entries */
export const read = (entries) => run(follow(entries));

/** @param {Figures} f */
const inWords = (f) => {
  const more = f.simulated > 0 ? `; ${f.simulated} more on a simulated market` : '';
  return `${f.signals} signals, ${f.wins} won, ${f.losses} lost, ${f.open} open, ${pips(f.pips)} pips, ${price(f.r)} R${more}`;
};

/** @param {Record<string, number | string>} said @returns {Figures} */
function figuresOf(said) {
  const n = (/** @type {string} */ name) => Number(said[name] ?? 0);
  return {
    signals: n('signals'),
    open: n('open'),
    wins: n('wins'),
    draws: n('draws'),
    losses: n('losses'),
    unused: n('unused'),
    pips: parse(said.pips ?? '0') ?? 0n,
    r: parse(said.r ?? '0') ?? 0n,
    simulated: n('simulated'),
  };
}

/** @param {Figures} a @param {Figures} b */
const sameFigures = (a, b) => /** @type {(keyof Figures)[]} */ (Object.keys(a)).every((name) => a[name] === b[name]);

/**
 * @param {Published} record
 * @param {string} [kept] A head that somebody kept.
 * @param {(done: number) => void} [progress]
 * @returns {Promise<Found & { seq: number }>} seq is the entry that the kept head belongs to; 0 for none.
 */
export async function check(record, kept = '', progress) {
  if (record.format !== FORMAT)
    return { wrong: `The record has the form ${record.format}, and this program reads ${FORMAT}`, book: null, seq: 0 };
  const wanted = lower(clean(kept));
  let last = ORIGIN;
  let seq = 0;
  const found = await run(
    follow(record.entries, async (_book, text, i, prev) => {
      if (prev !== last && i > 0)
        return broken(i, 'it was changed, or stands in a wrong place: the entry after it names another hash');
      if (prev !== last) return broken(1, 'entries before it are missing');
      last = await hash(text);
      if (seq === 0 && (last === wanted || (wanted.length >= SHORTEST && last.startsWith(wanted)))) seq = i + 1;
    }),
    progress,
  );
  if (found.wrong || !found.book) return { ...found, seq };
  if (last !== record.head)
    return {
      ...found,
      seq,
      wrong: broken(record.entries.length, 'it was changed, or entries after it are missing: the head is another one'),
    };
  const said = figuresOf(record.figures);
  if (!sameFigures(found.book.figures, said))
    return {
      ...found,
      seq,
      wrong: `The figures are not those of the entries: ${inWords(found.book.figures)}, not ${inWords(said)}`,
    };
  return { ...found, seq };
}
