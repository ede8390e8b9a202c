/**
 * Which runs of code points are emoji with a picture. The longest known sequence wins, variation
 * selectors are ignored in the search; an unknown sequence of joined emoji is split into the ones
 * that are known. The Go side is internal/engine/render/emoji.go.
 */

/**
 * @typedef {object} Node
 * @property {Map<number, Node>} next
 * @property {string} key '' when no emoji ends here
 * @property {boolean} text shown as a letter unless U+FE0F follows, when a font has it
 * @property {boolean} one of one code point, selectors left out
 */

const TEXT_SELECTOR = 0xfe0e;
const EMOJI_SELECTOR = 0xfe0f;

export class EmojiIndex {
  /** @param {{keys: string[], url: string}} manifest */
  constructor(manifest) {
    this.pattern = manifest.url;
    /** @type {Node} */
    this.root = { next: new Map(), key: '', text: false, one: false };
    for (const key of manifest.keys) this.insert(key);
  }

  /** @param {string} key */
  url(key) {
    return this.pattern.replace('{key}', key);
  }

  /** @param {string} key */
  insert(key) {
    let node = this.root;
    let count = 0;
    for (const part of key.split('-')) {
      const code = parseInt(part, 16);
      if (code === EMOJI_SELECTOR) continue;
      count++;
      let next = node.next.get(code);
      if (!next) {
        next = { next: new Map(), key: '', text: false, one: false };
        node.next.set(code, next);
      }
      node = next;
    }
    node.key = key;
    node.one = count === 1;
    node.text = count === 1 && key.endsWith('-fe0f');
  }

  /**
   * The longest emoji that begins at an index; null when there is none. asLetter: a letter is to be
   * shown, when a font has it, and the picture only when none has.
   * @param {number[]} text
   * @param {number} start
   * @returns {{node: Node, length: number, asLetter: boolean} | null}
   */
  match(text, start) {
    /** @type {Node | undefined} */
    let node = this.root;
    /** @type {Node | null} */
    let found = null;
    let length = 0;
    let forced = false;
    for (let i = 0; start + i < text.length; i++) {
      const code = /** @type {number} */ (text[start + i]);
      if (code === EMOJI_SELECTOR && i > 0) {
        if (length === i) {
          length = i + 1;
          forced = forced || i === 1;
        }
        continue;
      }
      node = node.next.get(code);
      if (!node) break;
      if (node.key) {
        found = node;
        length = i + 1;
      }
    }
    if (!found) return null;
    const plain = text[start + length] === TEXT_SELECTOR;
    if (plain) length++;
    return { node: found, length, asLetter: found.one && (plain || (found.text && !forced)) };
  }
}
