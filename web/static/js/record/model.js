/**
 * A record's signals as the page shows them. It is made of whatever can be read, so that a record which does not hold is
 * seen too. Pure.
 *
 * @typedef {import('./entry.js').Entry} Entry
 *
 * @typedef {object} Shown
 * @property {number} number
 * @property {string} state proposed, rejected, lapsed, cancelled, open or closed
 * @property {Entry} first Its proposal or its opening: side and levels.
 * @property {Entry | null} opened
 * @property {number} until When the last thing happened, Unix seconds.
 * @property {Entry[]} entries All of them, the first one first.
 * @property {bigint | null} pips Of a closed one, as far as the record holds.
 * @property {bigint | null} r
 */
import { ratio, result } from './position.js';
import { readEntry } from './entry.js';

/** @type {Record<string, string>} */
const STATES = {
  proposed: 'proposed',
  rejected: 'rejected',
  lapsed: 'lapsed',
  cancelled: 'cancelled',
  opened: 'open',
};

/**
 * @param {string[]} texts
 * @param {import('./book.js').Book | null} book
 * @returns {Shown[]} The newest first.
 */
export function signalsOf(texts, book) {
  /** @type {Map<number, Shown>} */
  const all = new Map();
  for (const text of texts) {
    const e = readEntry(text);
    if (!e || e.signal < 1) continue;
    let one = all.get(e.signal);
    if (!one) {
      one = {
        number: e.signal,
        state: 'proposed',
        first: e,
        opened: null,
        until: e.at,
        entries: [],
        pips: null,
        r: null,
      };
      all.set(e.signal, one);
    }
    one.entries.push(e);
    if (e.kind !== 'posted') one.until = e.milestone?.at ?? e.at;
    if (e.kind === 'opened') one.opened = e;
    one.state = STATES[e.kind] ?? one.state;
    if (e.milestone?.left === 0) one.state = 'closed';
  }
  for (const one of all.values()) {
    const line = book?.signals.get(one.number);
    if (one.state !== 'closed' || !line?.position || line.position.left > 0) continue;
    one.pips = result(line.position, line.size);
    one.r = ratio(line.position);
  }
  return [...all.values()].reverse();
}

/** Where a message stands for everybody: '' when its channel is not public. @param {Entry} e */
export function messageAddress(e) {
  const name = /^@(\w{4,32})$/.exec(e.chat)?.[1];
  return name && e.message > 0 ? `https://t.me/${name}/${e.message}` : '';
}
