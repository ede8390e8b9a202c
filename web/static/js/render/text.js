/**
 * Turns a value into the units that are placed: checks, NFC, letter case, spaces, emoji, letters with
 * their faces. The Go side is internal/engine/render/text.go; both give the same codes and messages.
 */
import { Breaker, classOf, isBreakHint } from './breaks.js';
import { applyCase } from './casing.js';
import { EM } from './fonts.js';

/**
 * @typedef {import('./types.js').Layer} Layer
 * @typedef {import('./types.js').Problem} Problem
 * @typedef {import('./fonts.js').Fonts} Fonts
 * @typedef {import('./fonts.js').Face} Face
 * @typedef {import('./fonts.js').Glyph} Glyph
 *
 * @typedef {object} Unit
 * @property {'glyph' | 'emoji' | 'space' | 'newline'} kind
 * @property {number} advance 1/32768 em
 * @property {Face} [face]
 * @property {Glyph} [glyph]
 * @property {string} [emoji]
 * @property {number} [code] of a letter
 * @property {import('./breaks.js').LineBreak} [after] whether a line may break there
 *
 * @typedef {{text: string, verbatim?: boolean}} Part a piece of a layer's text
 */

export const MAX_TEXT_BYTES = 16 << 10;

/** An emoji is a square of 1.125 em that begins 0.925 em above the baseline. */
export const EMOJI_SIDE = 36864;
export const EMOJI_ABOVE = 30310;

const NEWLINES = new Set([0x0a, 0x0d, 0x0b, 0x0c, 0x85, 0x2028, 0x2029]);
const SPACES = new Set([0x20, 0x09, 0x1680, 0x205f, 0x3000]);
const INVISIBLE = new Set([0xad, 0x34f, 0x200b, 0x200c, 0x200e, 0x200f, 0xfeff]);

/** Blocks of scripts that need shaping, reordering or right-to-left order. */
const SHAPED = [
  [0x0590, 0x08ff],
  [0x0900, 0x109f],
  [0x1100, 0x11ff],
  [0x1700, 0x18af],
  [0x1900, 0x1c7f],
  [0x1cc0, 0x1cff],
  [0xa800, 0xa82f],
  [0xa840, 0xa8ff],
  [0xa900, 0xa92f],
  [0xa930, 0xaadf],
  [0xaae0, 0xaaff],
  [0xabc0, 0xabff],
  [0xa960, 0xa97f],
  [0xd7b0, 0xd7ff],
  [0xfb1d, 0xfdff],
  [0xfe70, 0xfefe],
  [0x10800, 0x10fff],
  [0x11000, 0x11fff],
  [0x1e800, 0x1efff],
];

/** @param {number} code */
function hex(code) {
  return 'U+' + code.toString(16).toUpperCase().padStart(4, '0');
}

/** @param {string} text */
export function codePoints(text) {
  return Array.from(text, (c) => /** @type {number} */ (c.codePointAt(0)));
}

/** @param {number} code */
export function isSpace(code) {
  return SPACES.has(code) || (code >= 0x2000 && code <= 0x200a && code !== 0x2007);
}

/** @param {number} code */
export function isInvisible(code) {
  return INVISIBLE.has(code) || (code >= 0x202a && code <= 0x202e) || (code >= 0x2060 && code <= 0x206f);
}

/** @param {number} code */
function isJoiner(code) {
  return code === 0x200d || (code >= 0xfe00 && code <= 0xfe0f) || (code >= 0xe0000 && code <= 0xe0fff);
}

/** Whether the value has nothing visible.
 * @param {string} value
 */
export function isBlank(value) {
  return codePoints(value).every(
    (c) => isSpace(c) || isInvisible(c) || isJoiner(c) || NEWLINES.has(c) || c === 0xa0 || c === 0x202f || c === 0x2007,
  );
}

/** Refuses characters that no text may contain.
 * @param {string} text
 * @returns {Problem | null}
 */
export function checkText(text) {
  const codes = codePoints(text);
  if (codes.some((c) => c >= 0xd800 && c <= 0xdfff)) return { code: 'invalid_text', message: "Isn't valid text" };
  for (const c of codes) {
    if ((c < 0x20 && c !== 0x09 && !NEWLINES.has(c)) || (c >= 0x7f && c < 0xa0 && c !== 0x85)) {
      return { code: 'control_character', message: `Contains the control character ${hex(c)}` };
    }
  }
  return null;
}

/**
 * NFC, letter case, one kind of line end, one kind of breaking space; invisible characters are dropped. What is
 * verbatim keeps its letter case: a coupon code is drawn as it was checked.
 * @param {Part[]} parts
 * @param {(text: string) => string} cased
 * @returns {number[]}
 */
export function normalize(parts, cased) {
  const s = parts
    .map(({ text, verbatim }) => (verbatim ? text.normalize('NFC') : cased(text.normalize('NFC'))))
    .join('');
  /** @type {number[]} */
  const out = [];
  let last = 0;
  for (const c of codePoints(s)) {
    if (c === 0x0a && last === 0x0d) {
      // the second half of a line end
    } else if (NEWLINES.has(c)) {
      out.push(0x0a);
    } else if (isSpace(c)) {
      out.push(0x20);
    } else if (!isInvisible(c) || isBreakHint(c)) {
      out.push(c);
    }
    last = c;
  }
  return out;
}

/**
 * Turns checked texts in a language into the units of one text, or says why it can't be drawn with the layer's
 * font. lacks is the first letter that the font has not; 0 for none.
 * @param {Fonts} fonts
 * @param {Layer} layer with its defaults
 * @param {string} language
 * @param {Part[]} parts
 * @returns {{units: Unit[], lacks: number, problem: Problem | null}}
 */
export function prepare(fonts, layer, language, parts) {
  const primary = fonts.face(layer.font ?? '', layer.weight ?? 400);
  if (!primary) {
    return failed('unknown_font', `There is no font “${layer.font}” of weight ${layer.weight}`);
  }
  const draws = (/** @type {number} */ c) => !refuse(c) && Boolean(primary.find(c));
  const codes = normalize(parts, (text) => applyCase(text, layer.case ?? 'none', language, draws));
  /** @type {Unit[]} */
  const units = [];
  const breaks = new Breaker(units);
  let lacks = 0;
  for (let i = 0; i < codes.length;) {
    const c = /** @type {number} */ (codes[i]);
    if (c === 0x20 || c === 0x0a) {
      units.push(spaceUnit(primary, c));
      breaks.reset();
      i++;
      continue;
    }
    const emoji = fonts.emojiIndex.match(codes, i);
    if (emoji && (!emoji.asLetter || !primary.find(c))) {
      breaks.add({ kind: 'emoji', emoji: emoji.node.key, advance: EMOJI_SIDE }, 'ID');
      i += emoji.length;
      continue;
    }
    i++;
    if (isBreakHint(c)) {
      breaks.hint(c);
      continue;
    }
    if (isJoiner(c)) continue;
    const problem = refuse(c);
    if (problem) return { units: [], lacks: 0, problem };
    const face = primary.find(c);
    if (!face) return failed('no_glyph', `The fonts have no letter for “${String.fromCodePoint(c)}” (${hex(c)})`);
    if (face !== primary && lacks === 0) lacks = c;
    breaks.add({ kind: 'glyph', code: c, advance: 0 }, classOf(c));
  }
  return { units, lacks, problem: setFaces(primary, units) };
}

/**
 * @param {string} code
 * @param {string} message
 */
function failed(code, message) {
  return { units: [], lacks: 0, problem: { code, message } };
}

/**
 * The letters of a word are of one face: the layer's own, or its fallback when that lacks one of them.
 * Signs come from the other face alone.
 * @param {Face} primary
 * @param {Unit[]} units
 * @returns {Problem | null}
 */
function setFaces(primary, units) {
  for (let from = 0; from < units.length;) {
    let to = from;
    while (units[to]?.kind === 'glyph' || units[to]?.kind === 'emoji') to++;
    const word = units.slice(from, to);
    let face = primary;
    if (lettersLack(face, word) !== 0 && primary.fallback) {
      face = primary.fallback;
      const c = lettersLack(face, word);
      if (c !== 0) {
        const message = `No font has all letters of the word with “${String.fromCodePoint(c)}” (${hex(c)})`;
        return { code: 'no_glyph', message };
      }
    }
    for (const u of word) {
      if (u.code === undefined) continue;
      u.face = face.glyph(u.code) ? face : (primary.find(u.code) ?? face);
      u.glyph = u.face.glyph(u.code) ?? undefined;
      u.advance = u.glyph?.advance ?? 0;
    }
    from = to + 1;
  }
  return null;
}

/**
 * The first letter or digit that a face lacks, or 0.
 * @param {Face} face
 * @param {Unit[]} units
 */
function lettersLack(face, units) {
  for (const { code } of units) {
    if (code !== undefined && /[\p{L}\p{N}]/u.test(String.fromCodePoint(code)) && !face.glyph(code)) return code;
  }
  return 0;
}

/**
 * @param {number} code
 * @returns {Problem | null}
 */
function refuse(code) {
  if (code >= 0x590 && SHAPED.some(([from = 0, to = 0]) => code >= from && code <= to)) {
    return {
      code: 'unsupported_script',
      message: `The script of “${String.fromCodePoint(code)}” (${hex(code)}) isn't supported yet`,
    };
  }
  if (/\p{M}/u.test(String.fromCodePoint(code))) {
    return { code: 'unsupported_script', message: `The combining mark ${hex(code)} isn't supported here` };
  }
  return null;
}

/**
 * @param {Face} face
 * @param {number} code a space or a line end
 * @returns {Unit}
 */
export function spaceUnit(face, code) {
  if (code === 0x0a) return { kind: 'newline', advance: 0 };
  return { kind: 'space', advance: face.glyph(0x20)?.advance ?? EM / 4 };
}
