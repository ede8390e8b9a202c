/**
 * Entries of a record: what their texts say, and the one form in which they are written. Pure.
 *
 * @typedef {{ price: bigint, share: number }} Target
 * @typedef {{ stop: bigint, targets: Target[] }} Levels
 * @typedef {{ side: string, stop: bigint, targets: Target[], rule: string, every: bigint, expires: number }} Plan
 * @typedef {{ kind: string, at: number, target: number, price: bigint, share: number, gain: bigint, left: number,
 *   stop: bigint, moved: boolean }} Milestone
 *
 * @typedef {object} Entry
 * @property {number} seq
 * @property {number} at Unix seconds.
 * @property {string} kind
 * @property {number} signal
 * @property {string} strategy
 * @property {boolean} simulated
 * @property {string} symbol
 * @property {bigint | null} entry
 * @property {number} openedAt
 * @property {Plan | null} plan
 * @property {Milestone | null} milestone
 * @property {Levels | null} old
 * @property {Levels | null} new
 * @property {string} chat
 * @property {number} message
 * @property {string} by
 * @property {string} reason
 * @property {bigint | null} pipSize
 * @property {string} name
 * @property {string} prev
 */
import { parsePrice, parseSize, price } from './decimal.js';

/** What is no entry. */
class Unreadable extends Error {}

/**
 * @param {unknown} value
 * @param {string} type
 * @param {any} none What stands for nothing.
 */
function plain(value, type, none) {
  if (value === undefined || value === null) return none;
  if (typeof value !== type) throw new Unreadable();
  return value;
}

/** @param {unknown} value @returns {string} */
const text = (value) => plain(value, 'string', '');

/** @param {unknown} value @returns {number} */
function int(value) {
  const n = plain(value, 'number', 0);
  if (!Number.isInteger(n)) throw new Unreadable();
  return n;
}

/** @param {unknown} value @param {(text: unknown) => bigint | null} parse @returns {bigint | null} */
function amount(value, parse = parsePrice) {
  if (value === undefined || value === null) return null;
  const n = parse(value);
  if (n === null) throw new Unreadable();
  return n;
}

/**
 * @template T
 * @param {any} value
 * @param {(fields: any) => T} read
 * @returns {T | null}
 */
function object(value, read) {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'object' || Array.isArray(value)) throw new Unreadable();
  return read(value);
}

/** Targets that are null, which is another form than an empty list. @type {Target[]} */
const NONE = [];

/** @param {any} value @returns {Target[]} */
function targets(value) {
  if (value === undefined || value === null) return NONE;
  if (!Array.isArray(value)) throw new Unreadable();
  return value.map(
    (one) => object(one, (t) => ({ price: amount(t.price) ?? 0n, share: int(t.share) })) ?? { price: 0n, share: 0 },
  );
}

/** @param {any} l @returns {Levels} */
const levels = (l) => ({ stop: amount(l.stop) ?? 0n, targets: targets(l.targets) });

/** @param {any} p @returns {Plan} */
const plan = (p) => ({
  side: text(p.side),
  stop: amount(p.stop) ?? 0n,
  targets: targets(p.targets),
  rule: text(p.stop_rule),
  every: amount(p.progress_every) ?? 0n,
  expires: int(p.expires_at),
});

/** @param {any} m @returns {Milestone} */
const milestone = (m) => ({
  kind: text(m.kind),
  at: int(m.at),
  target: int(m.target),
  price: amount(m.price) ?? 0n,
  share: int(m.share),
  gain: amount(m.gain) ?? 0n,
  left: int(m.left),
  stop: amount(m.stop) ?? 0n,
  moved: plain(m.stop_moved, 'boolean', false),
});

/** Unix seconds. @param {unknown} value */
function moment(value) {
  const at = Date.parse(text(value));
  if (Number.isNaN(at)) throw new Unreadable();
  return Math.floor(at / 1000);
}

/**
 * @param {string} written
 * @returns {Entry | null} null when it can't be read.
 */
export function readEntry(written) {
  try {
    return object(JSON.parse(written), (e) => ({
      seq: int(e.seq),
      at: moment(e.at),
      kind: text(e.kind),
      signal: int(e.signal),
      strategy: text(e.strategy),
      simulated: plain(e.simulated, 'boolean', false),
      symbol: text(e.symbol),
      entry: amount(e.entry),
      openedAt: int(e.opened_at),
      plan: object(e.plan, plan),
      milestone: object(e.milestone, milestone),
      old: object(e.old, levels),
      new: object(e.new, levels),
      chat: text(e.chat),
      message: int(e.message),
      by: text(e.by),
      reason: text(e.reason),
      pipSize: amount(e.pip_size, parseSize),
      name: text(e.name),
      prev: text(e.prev),
    }));
  } catch {
    return null;
  }
}

/** As the program writes text in JSON: what could be markup is escaped. @param {string} value */
const quoted = (value) =>
  JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** Fields in their order; those that are null are left out. @param {Record<string, string | null>} fields */
const written = (fields) =>
  `{${Object.entries(fields)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `"${name}":${value}`)
    .join(',')}}`;

/** @param {string} value */
const some = (value) => (value === '' ? null : quoted(value));

/** @param {number} value */
const above = (value) => (value === 0 ? null : String(value));

/** @param {bigint} value */
const money = (value) => `"${price(value)}"`;

/** @param {bigint} value */
const paid = (value) => (value === 0n ? null : money(value));

/** @param {Target[]} list */
const writeTargets = (list) =>
  list === NONE ? 'null' : `[${list.map((t) => written({ price: money(t.price), share: String(t.share) })).join(',')}]`;

/** @param {Levels | null} l */
const writeLevels = (l) => l && written({ stop: money(l.stop), targets: writeTargets(l.targets) });

/** @param {Plan | null} p */
const writePlan = (p) =>
  p &&
  written({
    side: quoted(p.side),
    stop: money(p.stop),
    targets: writeTargets(p.targets),
    stop_rule: quoted(p.rule),
    progress_every: paid(p.every),
    expires_at: above(p.expires),
  });

/** @param {Milestone | null} m */
const writeMilestone = (m) =>
  m &&
  written({
    kind: quoted(m.kind),
    at: String(m.at),
    target: above(m.target),
    price: money(m.price),
    share: above(m.share),
    gain: money(m.gain),
    left: String(m.left),
    stop: paid(m.stop),
    stop_moved: m.moved ? 'true' : null,
  });

/** The one form of an entry. @param {Entry} e */
export function writeEntry(e) {
  return written({
    seq: String(e.seq),
    at: quoted(new Date(e.at * 1000).toISOString().replace('.000Z', 'Z')),
    kind: quoted(e.kind),
    signal: above(e.signal),
    strategy: some(e.strategy),
    simulated: e.simulated ? 'true' : null,
    symbol: some(e.symbol),
    entry: e.entry === null ? null : money(e.entry),
    opened_at: above(e.openedAt),
    plan: writePlan(e.plan),
    milestone: writeMilestone(e.milestone),
    old: writeLevels(e.old),
    new: writeLevels(e.new),
    chat: some(e.chat),
    message: above(e.message),
    by: some(e.by),
    reason: some(e.reason),
    pip_size: e.pipSize === null ? null : money(e.pipSize),
    name: some(e.name),
    prev: quoted(e.prev),
  });
}
