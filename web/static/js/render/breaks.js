/**
 * Where a line may break inside what stands between spaces: the rules of UAX #14 for the scripts that are
 * drawn. The Go side, with the reasons, is internal/engine/render/breaks.go.
 */

/**
 * @typedef {import('./text.js').Unit} Unit
 * @typedef {'AL' | 'NU' | 'ID' | 'BA' | 'HY' | 'B2' | 'SY' | 'IS' | 'EX' | 'OP' | 'CL' | 'CP' | 'QU' | 'GL' | 'NS'} BreakClass
 * @typedef {'' | 'plain' | 'hyphen'} LineBreak hyphen: one is drawn there
 */

const SOFT_HYPHEN = 0xad;
const ZERO_WIDTH_SPACE = 0x200b;
const WORD_JOINER = 0x2060;

/** @param {number} code */
export function isBreakHint(code) {
  return code === SOFT_HYPHEN || code === ZERO_WIDTH_SPACE || code === WORD_JOINER;
}

/** @type {[BreakClass, string][]} */
const CLASSES = [
  ['BA', '|\u2010\u2012\u2013\u2027\u2056\u058A'],
  ['HY', '-'],
  ['B2', '\u2014'],
  ['SY', '/'],
  ['IS', ',.:;'],
  ['EX', '!?'],
  ['OP', '([{\u00A1\u00BF\u201A\u201E'],
  ['CL', '}\u3001\u3002'],
  ['CP', ')]'],
  ['QU', '"\'\u00AB\u00BB\u2018\u2019\u201B\u201C\u201D\u201F\u2039\u203A'],
  ['GL', '\u00A0\u2007\u2011\u202F'],
  ['NS', '\u203C\u203D\u2047\u2048\u2049\u2026\u2025\u2024'],
];

/** @type {Map<number, BreakClass>} */
const BY_CODE = new Map(
  CLASSES.flatMap(([name, codes]) =>
    Array.from(codes, (c) => /** @type {[number, BreakClass]} */ ([c.codePointAt(0), name])),
  ),
);

/**
 * @param {number} code
 * @returns {BreakClass}
 */
export function classOf(code) {
  return BY_CODE.get(code) ?? (/\p{Nd}/u.test(String.fromCodePoint(code)) ? 'NU' : 'AL');
}

/** @type {Set<BreakClass>} */
const BEGIN_NO_LINE = new Set(['CL', 'CP', 'EX', 'IS', 'SY', 'QU', 'BA', 'HY', 'NS']);

/** Adds units to a text and says of each whether a line may break after it. */
export class Breaker {
  /** @param {Unit[]} units */
  constructor(units) {
    this.units = units;
    this.reset();
  }

  /** Begins a word. */
  reset() {
    this.inside = false;
    this.first = false;
    /** @type {BreakClass} */
    this.last = 'AL';
    this.soft = false;
    this.zero = false;
    this.joined = false;
  }

  /** @param {number} code one that isn't drawn */
  hint(code) {
    if (code === SOFT_HYPHEN) this.soft = true;
    if (code === ZERO_WIDTH_SPACE) this.zero = true;
    if (code === WORD_JOINER) this.joined = true;
  }

  /**
   * @param {Unit} unit
   * @param {BreakClass} name
   */
  add(unit, name) {
    const before = this.units.at(-1);
    if (this.inside && before) before.after = this.between(name);
    this.units.push(unit);
    this.first = !this.inside;
    this.inside = true;
    this.last = name;
    this.soft = false;
    this.zero = false;
    this.joined = false;
  }

  /**
   * @param {BreakClass} next
   * @returns {LineBreak}
   */
  between(next) {
    if (this.zero) return 'plain';
    if (this.joined) return '';
    if (BEGIN_NO_LINE.has(next)) return '';
    if (this.soft) return 'hyphen';
    if (next === 'GL' && this.last !== 'BA' && this.last !== 'HY') return '';
    switch (this.last) {
      case 'GL':
      case 'OP':
      case 'QU':
        return '';
      case 'B2':
        return next === 'B2' ? '' : 'plain';
      case 'HY':
        return next === 'NU' || (this.first && next === 'AL') ? '' : 'plain';
      case 'BA':
        return this.first && next === 'AL' ? '' : 'plain';
      case 'SY':
        return next === 'NU' ? '' : 'plain';
      case 'IS':
        return next === 'AL' || next === 'NU' ? '' : 'plain';
      case 'EX':
      case 'CL':
      case 'NS':
      case 'ID':
        return 'plain';
      default:
        return next === 'B2' || next === 'ID' ? 'plain' : '';
    }
  }
}
