/**
 * Letter case as a language has it. A letter whose other case the fonts can't draw, such as ŉ or ǰ, stays as it
 * is, so that no change of case makes a text that is refused. The Go side is internal/engine/render/casing.go.
 */
import { isSpace } from './text.js';

/**
 * @param {string} text
 * @param {string} letterCase none, upper, lower or title
 * @param {string} language a BCP 47 tag or nothing
 * @param {(code: number) => boolean} draws whether the layout can place a character
 */
export function applyCase(text, letterCase, language, draws) {
  const [primary = ''] = language.split('-');
  const own = primary === 'tr' || primary === 'az' ? primary : 'en';
  if (letterCase === 'upper') {
    const capital = (/** @type {string} */ c) => upper(c, own, primary === 'el', draws);
    return Array.from(text, capital).join('').normalize('NFC');
  }
  if (letterCase === 'lower') return small(text, own, draws).normalize('NFC');
  if (letterCase === 'title') return titleWords(text, (c) => upper(c, own, false, draws)).normalize('NFC');
  return text;
}

/**
 * A text in lower case.
 * @param {string} text
 * @param {string} locale
 * @param {(code: number) => boolean} draws
 */
function small(text, locale, draws) {
  const letters = Array.from(text);
  const isLetter = (/** @type {string | undefined} */ c) => c !== undefined && /\p{L}/u.test(c);
  return letters
    .map((c, i) => {
      if (c === 'Σ' && isLetter(letters[i - 1]) && !isLetter(letters[i + 1])) return 'ς';
      const low = c.toLocaleLowerCase(locale).replaceAll('i\u0307', 'i'); // İ leaves a dot behind, which no letter has
      return Array.from(low).every((x) => draws(/** @type {number} */ (x.codePointAt(0)))) ? low : c;
    })
    .join('');
}

/**
 * @param {string} text
 * @param {(c: string) => string} capital
 */
function titleWords(text, capital) {
  let out = '';
  let start = true;
  for (const c of text) {
    out += start ? capital(c) : c;
    start = c === '\n' || c === '-' || isSpace(/** @type {number} */ (c.codePointAt(0)));
  }
  return out;
}

/**
 * A letter in upper case, or itself when that can't be drawn.
 * @param {string} c
 * @param {string} locale
 * @param {boolean} bareGreek whether accents go from Greek: among capitals it has none
 * @param {(code: number) => boolean} draws
 */
function upper(c, locale, bareGreek, draws) {
  const all = (/** @type {string} */ text) =>
    Array.from(text).every((x) => draws(/** @type {number} */ (x.codePointAt(0))));
  let up = c.toLocaleUpperCase(locale).normalize('NFC');
  if (/\p{Script=Greek}/u.test(c)) {
    const bare = withoutAccents(up);
    if (bare !== up && (bareGreek || !all(up))) up = bare;
  }
  return up === c || all(up) ? up : c;
}

/** Without all marks but the diaeresis.
 * @param {string} text
 */
const withoutAccents = (text) =>
  text
    .normalize('NFD')
    .replace(/(?!\u0308)\p{Mn}/gu, '')
    .normalize('NFC');
