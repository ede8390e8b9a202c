/**
 * The fit: the largest size, a multiple of a quarter pixel, at which the text has at most max_lines
 * lines and stays within its box. All numbers are integers below 2^53, so they match Go's to the
 * last digit. The specification is in internal/engine/render/fit.go.
 */
import { EM } from './fonts.js';
import { EMOJI_ABOVE, EMOJI_SIDE, spaceUnit } from './text.js';

/**
 * @typedef {import('./types.js').PlacedText} PlacedText
 * @typedef {import('./types.js').Layer} Layer
 * @typedef {import('./types.js').Shadow} Shadow
 * @typedef {import('./fonts.js').Face} Face
 * @typedef {import('./text.js').Unit} Unit
 * @typedef {import('./breaks.js').LineBreak} LineBreak
 * @typedef {{from: number, to: number, width: number, paragraph: boolean, joined: LineBreak}} Word joined: how it
 *   hangs on the word before; '' stands for a space between
 * @typedef {{from: number, to: number, width: number, hyphen: boolean, ellipsis: boolean}} Line
 */

/** How many of the smallest lengths (1/131072 px) make 1/64 pixel, and one pixel. */
const SUB = (4 * EM) / 64;
const PIXEL = 4 * EM;

/**
 * @param {number} v
 * @param {number} scale a power of two
 */
function scaled(v, scale) {
  return Math.floor(v * scale + 0.5);
}

/** @param {Unit[]} units */
function collapse(units) {
  /** @type {Unit[]} */
  const out = [];
  for (const u of units) {
    const last = out.at(-1)?.kind ?? 'newline';
    if (u.kind === 'space' && (last === 'space' || last === 'newline')) continue;
    if (u.kind === 'newline' && out.length === 0) continue;
    if (u.kind === 'newline' && last === 'space') out.pop();
    out.push(u);
  }
  while (out.length > 0 && (out.at(-1)?.kind === 'space' || out.at(-1)?.kind === 'newline')) out.pop();
  return out;
}

export class Fitter {
  /**
   * @param {Layer} layer with its defaults
   * @param {Face} face
   * @param {Unit[]} units
   */
  constructor(layer, face, units) {
    this.layer = layer;
    this.face = face;
    this.units = collapse(units);
    this.letterSpace = scaled(layer.letter_spacing ?? 0, EM);
    this.space = spaceUnit(face, 0x20).advance;
    this.lineHeight = scaled(layer.line_height ?? 1.2, EM);
    this.ascent = face.ascent;
    this.descent = face.descent;
    this.width = scaled(layer.box.width, 64) * SUB;
    this.height = scaled(layer.box.height, 64) * SUB;
    this.maxLines = Math.max(1, layer.max_lines ?? 1);
    this.maxQ = Math.max(1, Math.floor((layer.max_size ?? 0) * 4));
    this.minQ = Math.min(this.maxQ, Math.max(1, Math.ceil((layer.min_size ?? 0) * 4)));
    this.words = this.split();
  }

  /** @returns {Word[]} */
  split() {
    /** @type {Word[]} */
    const words = [];
    let start = 0;
    let paragraph = true;
    /** @type {LineBreak} */
    let joined = '';
    for (let i = 0; i <= this.units.length; i++) {
      const unit = this.units[i];
      const kind = unit?.kind;
      if (kind === 'glyph' || kind === 'emoji') {
        if (!unit?.after) continue;
        words.push({ from: start, to: i + 1, width: this.measure(start, i + 1), paragraph, joined });
        start = i + 1;
        paragraph = false;
        joined = unit.after;
        continue;
      }
      if (i > start || (paragraph && kind !== 'space')) {
        words.push({ from: start, to: i, width: this.measure(start, i), paragraph, joined });
        paragraph = false;
      }
      if (kind === 'newline') paragraph = true;
      start = i + 1;
      joined = '';
    }
    return words;
  }

  /**
   * @param {number} from
   * @param {number} to
   */
  measure(from, to) {
    let width = 0;
    for (let i = from; i < to; i++) {
      width += (i > from ? this.letterSpace : 0) + this.unit(i).advance;
    }
    return width;
  }

  /** @param {number} i */
  unit(i) {
    return /** @type {Unit} */ (this.units[i]);
  }

  /** @returns {{q: number, lines: Line[], ok: boolean}} the size in quarter pixels */
  fit() {
    if (!this.wrap(this.minQ)) return { q: this.minQ, lines: this.force(this.minQ), ok: false };
    let low = this.minQ;
    let high = this.maxQ;
    while (low < high) {
      const middle = Math.floor((low + high + 1) / 2);
      if (this.wrap(middle)) low = middle;
      else high = middle - 1;
    }
    let best = low;
    for (let q = low + 1; q <= low + 3 && q <= this.maxQ; q++) {
      if (this.wrap(q)) best = q;
    }
    return { q: best, lines: this.wrap(best) ?? [], ok: true };
  }

  /** @param {number} lines */
  blockHeight(lines) {
    return (lines - 1) * this.lineHeight + this.ascent + this.descent;
  }

  /**
   * Greedy; null when a word, the lines or the height don't fit.
   * @param {number} q
   * @returns {Line[] | null}
   */
  wrap(q) {
    /** @type {Line[]} */
    const lines = [];
    for (let i = 0; i < this.words.length;) {
      const { line, next } = this.fill(null, i, q);
      if (!line || next === i) return null;
      lines.push(line);
      if (lines.length > this.maxLines) return null;
      i = next;
    }
    return this.blockHeight(lines.length) * q <= this.height ? lines : null;
  }

  /**
   * Adds words from i on to a line that has begun, or to a new one, as many as fit. A line that ends at a
   * soft hyphen needs the room for a hyphen. next is the first word that is not on it.
   * @param {Line | null} begun
   * @param {number} i
   * @param {number} q
   * @returns {{line: Line | null, next: number}}
   */
  fill(begun, i, q) {
    let line = begun;
    let next = i;
    let now = begun;
    for (; i < this.words.length; i++) {
      const word = this.word(i);
      if (!now) {
        now = { from: word.from, to: word.to, width: word.width, hyphen: false, ellipsis: false };
      } else {
        if (word.paragraph) break;
        now = { ...now, to: word.to, width: now.width + this.gap(word) + word.width };
      }
      if (now.width * q > this.width) break;
      let full = now;
      if (this.words[i + 1]?.joined === 'hyphen') {
        full = { ...now, hyphen: true, width: now.width + this.letterSpace + this.hyphen(word.to).advance };
        if (full.width * q > this.width) continue;
      }
      line = full;
      next = i + 1;
    }
    return { line, next };
  }

  /** @param {number} i */
  word(i) {
    return /** @type {Word} */ (this.words[i]);
  }

  /**
   * What stands between a word and the one before on its line.
   * @param {Word} word
   */
  gap(word) {
    return word.joined ? this.letterSpace : this.letterSpace + this.space + this.letterSpace;
  }

  /**
   * What is drawn behind units[..to] when a line ends there.
   * @param {number} to
   * @returns {Unit}
   */
  hyphen(to) {
    const face = (this.unit(to - 1).face ?? this.face).find(0x2d);
    const glyph = face?.glyph(0x2d);
    if (!face || !glyph) return { kind: 'space', advance: this.space };
    return { kind: 'glyph', face, glyph, advance: glyph.advance };
  }

  /**
   * Over-long words break between letters; what still doesn't fit is cut with an ellipsis.
   * @param {number} q
   */
  force(q) {
    /** @type {Line[]} */
    const lines = [];
    for (let i = 0; i < this.words.length;) {
      const { line, next } = this.fill(null, i, q);
      if (line && next > i) {
        lines.push(line);
        i = next;
        continue;
      }
      const word = this.word(i);
      for (let from = word.from; from < word.to;) {
        let to = from + 1;
        while (to < word.to && this.measure(from, to + 1) * q <= this.width) to++;
        lines.push({ from, to, width: this.measure(from, to), hyphen: false, ellipsis: false });
        from = to;
      }
      i++;
      const last = lines.pop();
      if (last) {
        const rest = this.fill(last, i, q);
        lines.push(rest.line ?? last);
        i = rest.next;
      }
    }
    let room = 1;
    while (room < this.maxLines && this.blockHeight(room + 1) * q <= this.height) room++;
    if (lines.length > room) {
      lines.length = room;
      this.cut(/** @type {Line} */ (lines[room - 1]), q);
    }
    return lines;
  }

  /**
   * @param {Line} line
   * @param {number} q
   */
  cut(line, q) {
    const ellipsis = this.ellipsis().advance;
    line.ellipsis = true;
    line.hyphen = false;
    for (; line.to > line.from; line.to--) {
      if (this.unit(line.to - 1).kind === 'space') continue;
      const width = this.measure(line.from, line.to) + this.letterSpace + ellipsis;
      if (width * q <= this.width) {
        line.width = width;
        return;
      }
    }
    line.width = ellipsis;
  }

  /** @returns {Unit} */
  ellipsis() {
    for (const u of this.units) {
      const face = u.kind === 'glyph' ? u.face?.find(0x2026) : null;
      const glyph = face?.glyph(0x2026);
      if (face && glyph) return { kind: 'glyph', face, glyph, advance: glyph.advance };
    }
    return { kind: 'space', advance: this.space };
  }

  /**
   * Lines in pixels: x on 1/64 pixel, baselines and emoji on whole pixels.
   * @param {number} q
   * @param {Line[]} lines
   * @returns {PlacedText}
   */
  positions(q, lines) {
    const l = this.layer;
    /** @type {PlacedText} */
    const out = { size: q / 4, lines: lines.length, color: l.color ?? '#ffffff', fonts: [], glyphs: [] };
    if (l.shadow) out.shadow = { x: 0, y: 0, blur: 0, ...l.shadow };
    if (l.stroke) out.stroke = l.stroke;
    const left = scaled(l.box.x, 64) * SUB;
    const top = scaled(l.box.y, 64) * SUB + offset(l.valign, this.height - this.blockHeight(lines.length) * q);
    lines.forEach((line, i) => {
      const baseline = Math.floor((top + (this.ascent + i * this.lineHeight) * q + PIXEL / 2) / PIXEL);
      let x = left + offset(l.align, this.width - line.width * q);
      for (let j = line.from; j < line.to; j++) {
        const unit = this.unit(j);
        put(out, unit, x, baseline, q);
        x += (unit.advance + this.letterSpace) * q;
      }
      if (line.hyphen) put(out, this.hyphen(line.to), x, baseline, q);
      if (line.ellipsis) put(out, this.ellipsis(), x, baseline, q);
    });
    return out;
  }
}

/**
 * @param {PlacedText} out
 * @param {Unit} unit
 * @param {number} x
 * @param {number} baseline
 * @param {number} q
 */
function put(out, unit, x, baseline, q) {
  if (unit.face && unit.glyph) {
    let f = out.fonts.indexOf(unit.face.hash);
    if (f < 0) f = out.fonts.push(unit.face.hash) - 1;
    out.glyphs.push({ f, c: unit.glyph.code, x: Math.floor(x / SUB) / 64, y: baseline });
  } else if (unit.emoji) {
    const round = (/** @type {number} */ v) => Math.floor((v + PIXEL / 2) / PIXEL);
    out.emoji ??= [];
    out.emoji.push({ key: unit.emoji, x: round(x), y: baseline - round(q * EMOJI_ABOVE), side: round(q * EMOJI_SIDE) });
  }
}

/**
 * @param {string | undefined} align
 * @param {number} room
 */
function offset(align, room) {
  if (align === 'center' || align === 'middle') return Math.floor(room / 2);
  return align === 'right' || align === 'bottom' ? room : 0;
}
