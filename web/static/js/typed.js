/**
 * What a person typed: the one door for it and the one comparison of it. The Go side is
 * internal/base/text; its testdata/vectors.json holds both.
 */

/* eslint no-misleading-character-class: off -- the sets hold single characters, marks among them */

/** Unicode's White_Space and the empty Braille pattern. */
const SPACE = '\\t-\\r \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u2800\\u3000';

/** What takes no room and leaves no mark. */
const INVISIBLE =
  '\\xad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\u3164' +
  '\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff0-\\ufffc\\u{1bca0}-\\u{1bca3}\\u{1d173}-\\u{1d17a}\\u{e0000}-\\u{e0fff}';

/** Those of them that have no meaning inside a text either. */
const LOST =
  '\\u034f\\u2061-\\u2065\\u206a-\\u206f\\ufeff\\ufff0-\\ufffc\\u{e0000}-\\u{e001f}\\u{e0080}-\\u{e00ff}\\u{e01f0}-\\u{e0fff}';

const CONTROL = '\\0-\\x1f\\x7f-\\x9f';
const OPENS = '\\u202a\\u202b\\u202d\\u202e\\u2066-\\u2068';
const ENDS = '\\ufe00-\\ufe0f\\u180b-\\u180d\\u180f\\u{e0100}-\\u{e01ef}\\u{e0020}-\\u{e007f}\\u202c\\u2069';

/** @param {string} set @param {string} [flags] */
const any = (set, flags = 'gu') => new RegExp(`[${set}]`, flags);

const LINE_ENDS = /\r\n|[\n-\r\x85\u2028\u2029]/gu;
const UNSEEN_CLEAN = any(CONTROL + INVISIBLE);
const UNSEEN_RUNNING = new RegExp(`(?!\\n)[${CONTROL}${LOST}]`, 'gu');
const SEEN = new RegExp(`[^${SPACE}${CONTROL}${INVISIBLE}]`, 'u');
const OUTER = new RegExp(`^[${SPACE}]+|[${SPACE}]+$`, 'gu');
const BEFORE = new RegExp(`^(?:(?![${OPENS}])[${SPACE}${INVISIBLE}])+`, 'u');
const AFTER = new RegExp(`(?:(?![${ENDS}])[${SPACE}${INVISIBLE}])+$`, 'u');
const SPACES = any(SPACE);
const RUNS = new RegExp(`[${SPACE}]+`, 'gu');
const LONE = /\p{Surrogate}/gu;

/** How often a text is folded at most until it stays the same. */
const ROUNDS = 4;

/**
 * A text of one line: a code, a link, a keyword, a header, a name. NFC, nothing invisible, no control
 * characters, a space for each line end and tab, none at the ends.
 * @param {string} text
 */
export function clean(text) {
  return text
    .replace(LONE, '\ufffd')
    .replace(LINE_ENDS, ' ')
    .replaceAll('\t', ' ')
    .replace(UNSEEN_CLEAN, '')
    .normalize('NFC')
    .replace(OUTER, '');
}

/**
 * A text that people read, in any number of lines. Unlike clean it keeps line ends, as “\n”, and what has
 * a meaning inside a text though it isn't seen: soft hyphens, zero-width spaces and joiners, variation
 * selectors, marks of direction.
 * @param {string} text
 */
export function running(text) {
  const kept = text.replace(LONE, '\ufffd').replace(LINE_ENDS, '\n').replaceAll('\t', ' ').replace(UNSEEN_RUNNING, '');
  return isBlank(kept) ? '' : kept.normalize('NFC').replace(BEFORE, '').replace(AFTER, '');
}

/** Whether nothing of a text would be seen.
 * @param {string} text
 */
export const isBlank = (text) => !SEEN.test(text);

/** A coupon code as it is asked about, drawn, sent and recorded: clean, NFKC and in upper case.
 * @param {string} text
 */
export const code = (text) => settled(clean(text), (s) => clean(s.normalize('NFKC').toUpperCase().normalize('NFKC')));

/** A text in lower case, as no language in particular has it.
 * @param {string} text
 */
export const lower = (text) => text.toLowerCase().normalize('NFC').replaceAll('\u034f', '');

/**
 * Makes texts equal that people take for the same, whatever phone or keyboard wrote them: NFKC, no case,
 * nothing invisible, one space where several are; Turkish dotted and dotless i, Greek accents and final
 * sigma, ё and е, typographic and plain apostrophes, quotes and dashes. For comparing, not for reading.
 * @param {string} text
 */
export const fold = (text) => settled(text.replace(LONE, '\ufffd'), foldOnce);

/** Whether people take two texts for the same.
 * @param {string} a
 * @param {string} b
 */
export const same = (a, b) => a === b || fold(a) === fold(b);

/** A person's tag as it is kept and compared. The Go side is internal/base/tagname.
 * @param {string} text
 */
export const tagName = (text) =>
  fold(text)
    .replace(/(?<=\p{L})σ(?!\p{L})/gu, 'ς')
    .replaceAll('"', "'");

/** @param {string} text */
function foldOnce(text) {
  return text
    .replace(SPACES, ' ')
    .replace(UNSEEN_CLEAN, '')
    .replace(/[`´ʹʻʼʽ‘’‛′＇]/gu, "'")
    .replace(/[“”„‟″]/gu, '"')
    .replace(/[‐‑‒–—―−]/gu, '-')
    .normalize('NFKC')
    .toUpperCase()
    .toLowerCase()
    .normalize('NFD')
    .replace(/(\p{Script=Greek})\p{Mn}+/gu, '$1')
    .replace(/(е\p{Mn}*?)\u0308+/gu, '$1')
    .replace(/i\u0307+/gu, 'i')
    .replaceAll('ς', 'σ')
    .normalize('NFKC')
    .replace(RUNS, ' ')
    .replace(OUTER, '');
}

/**
 * @param {string} text
 * @param {(text: string) => string} step
 */
function settled(text, step) {
  for (let i = 0; i < ROUNDS; i++) {
    const next = step(text);
    if (next === text) break;
    text = next;
  }
  return text;
}
