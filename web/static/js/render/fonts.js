/**
 * The fonts as the layout sees them: advances and outlines in font units, from /fonts/{hash}.json.
 * The browser's own text functions are never used, so the browser and the server agree exactly.
 */
import { EmojiIndex } from './emoji.js';

/** @typedef {import('./types.js').Template} Template */

/** One em in the layout's integers. */
export const EM = 32768;
const FALLBACK = 'inter';

/**
 * @typedef {object} FontInfo
 * @property {string} family
 * @property {string} label
 * @property {string} kind
 * @property {number} weight
 * @property {string} hash
 * @property {string} url
 *
 * @typedef {object} FontData what /fonts/{hash}.json holds
 * @property {string} hash
 * @property {string} family
 * @property {number} weight
 * @property {number} units_per_em
 * @property {number} ascent
 * @property {number} descent
 * @property {string} [fallback]
 * @property {Record<string, [number, string]>} glyphs code point → advance and SVG path
 *
 * @typedef {{code: number, advance: number, path: string}} Glyph advance in 1/32768 em
 * @typedef {{family: string, label: string, kind: string, weights: {weight: number, hash: string}[]}} Family
 */

/**
 * Font units in 1/32768 em, rounded half up.
 * @param {number} units
 * @param {number} perEm
 */
function toEm(units, perEm) {
  return Math.floor((units * EM * 2 + perEm) / (perEm * 2));
}

/** One font file. */
export class Face {
  /** @param {FontData} data */
  constructor(data) {
    this.hash = data.hash;
    this.unitsPerEm = data.units_per_em;
    this.ascent = toEm(data.ascent, data.units_per_em);
    this.descent = toEm(data.descent, data.units_per_em);
    this.fallbackHash = data.fallback ?? '';
    /** @type {Face | null} */
    this.fallback = null;
    this.data = data.glyphs;
    /** @type {Map<number, Glyph>} */
    this.glyphs = new Map();
    /** @type {Map<number, Path2D>} the painter's cache, in font units */
    this.paths = new Map();
  }

  /**
   * The letter for a code point, or null when this face lacks it.
   * @param {number} code
   * @returns {Glyph | null}
   */
  glyph(code) {
    const known = this.glyphs.get(code);
    if (known) return known;
    const row = this.data[code];
    if (!row) return null;
    const glyph = { code, advance: toEm(row[0], this.unitsPerEm), path: row[1] };
    this.glyphs.set(code, glyph);
    return glyph;
  }

  /**
   * This face or its fallback, whichever has the letter.
   * @param {number} code
   * @returns {Face | null}
   */
  find(code) {
    if (this.glyph(code)) return this;
    return this.fallback?.glyph(code) ? this.fallback : null;
  }
}

/** All fonts, and the outlines of those that were requested. */
export class Fonts {
  /**
   * @param {FontInfo[]} list
   * @param {EmojiIndex} emojiIndex
   * @param {(url: string) => Promise<any>} fetchJson
   */
  constructor(list, emojiIndex, fetchJson) {
    this.list = list;
    this.emojiIndex = emojiIndex;
    this.fetchJson = fetchJson;
    /** @type {Map<string, ImageBitmap>} emoji pictures that have loaded, by key */
    this.emoji = new Map();
    /** @type {Map<string, Face>} */
    this.faces = new Map();
    /** @type {Map<string, Promise<Face>>} */
    this.loading = new Map();
    this.families = familiesOf(list);
  }

  /**
   * Loads the faces that a template's texts use, and those of their fallbacks that these texts, with the
   * template's own, need; without texts, all of them.
   * @param {Template} template
   * @param {string[]} [texts]
   */
  async need(template, texts) {
    const hashes = this.used(template);
    await Promise.all(hashes.map((hash) => this.load(hash)));
    const fallbacks = texts ? this.lacking(template, texts) : this.fallbacksOf(hashes);
    await Promise.all(fallbacks.map((hash) => this.load(hash)));
    for (const face of this.faces.values()) face.fallback = this.faces.get(face.fallbackHash) ?? null;
  }

  /**
   * The faces that a template's texts use, by their hashes.
   * @param {Template} template
   */
  used(template) {
    const layers = template.sizes.flatMap((size) => size.layers.filter((layer) => layer.type === 'text'));
    const hashes = layers.map((layer) => this.info(layer.font ?? '', layer.weight ?? 400)?.hash ?? '');
    return [...new Set(hashes)].filter((hash) => hash !== '');
  }

  /** @param {string[]} hashes of faces that are loaded */
  fallbacksOf(hashes) {
    return [...new Set(hashes.map((hash) => this.faces.get(hash)?.fallbackHash ?? ''))].filter((hash) => hash !== '');
  }

  /**
   * The fallbacks that texts need and that aren't loaded: until they are, the layout would find no letter.
   * @param {Template} template its faces are loaded
   * @param {string[]} texts
   */
  lacking(template, texts) {
    const own = template.sizes.flatMap((size) => size.layers.flatMap((l) => [l.text, l.prefix, l.suffix]));
    const all = [...texts, ...own, '…-'].join(' ').normalize('NFC');
    const codes = [...new Set(all + all.toUpperCase() + all.toLowerCase())].map((c) => c.codePointAt(0) ?? 0);
    const lettered = codes.filter((c) => c > 0x20 && c < 0x1f000 && !(c >= 0xfe00 && c <= 0xfe0f) && c !== 0x200d);
    const short = this.used(template).filter((hash) => {
      const face = this.faces.get(hash);
      return face && lettered.some((c) => !face.glyph(c));
    });
    return this.fallbacksOf(short).filter((hash) => !this.faces.has(hash));
  }

  /**
   * Loads one face. A failed load is tried again the next time.
   * @param {string} hash
   * @returns {Promise<Face>}
   */
  load(hash) {
    const running = this.loading.get(hash);
    if (running) return running;
    const info = this.list.find((f) => f.hash === hash);
    const promise = this.fetchJson(info ? info.url : `/fonts/${hash}.json`).then((/** @type {FontData} */ data) => {
      const face = new Face(data);
      this.faces.set(hash, face);
      return face;
    });
    promise.catch(() => this.loading.delete(hash));
    this.loading.set(hash, promise);
    return promise;
  }

  /**
   * @param {string} family
   * @param {number} weight
   */
  info(family, weight) {
    return this.list.find((f) => f.family === family && f.weight === weight) ?? null;
  }

  /**
   * The face of a family and weight, or null when there is none or it isn't loaded.
   * @param {string} family
   * @param {number} weight
   */
  face(family, weight) {
    const info = this.info(family, weight);
    return (info && this.faces.get(info.hash)) ?? null;
  }
}

/**
 * @param {FontInfo[]} list
 * @returns {Family[]}
 */
function familiesOf(list) {
  /** @type {Map<string, Family>} */
  const families = new Map();
  for (const f of list) {
    const family = families.get(f.family) ?? { family: f.family, label: f.label, kind: f.kind, weights: [] };
    family.weights.push({ weight: f.weight, hash: f.hash });
    families.set(f.family, family);
  }
  return [...families.values()];
}

/**
 * Reads the lists of fonts and emoji; outlines are loaded by `need`.
 * @param {(url: string) => Promise<any>} fetchJson
 * @returns {Promise<Fonts>}
 */
export async function loadFonts(fetchJson) {
  const answer = await fetchJson('/api/v1/fonts');
  const emoji = await fetchJson(answer.emoji ?? '/fonts/emoji.json');
  if (!answer.fonts.some((/** @type {FontInfo} */ f) => f.family === FALLBACK)) {
    throw new Error(`the fonts lack the fallback family "${FALLBACK}"`);
  }
  return new Fonts(answer.fonts, new EmojiIndex(emoji), fetchJson);
}
