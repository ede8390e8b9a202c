/**
 * Telegram's HTML as a phone shows it: text and entities. Reads texts as the server does: a "<"
 * that begins no tag stays. Pure.
 *
 * @typedef {import('../../hub/sandbox/types.js').Entity} Entity
 */

/** @type {Record<string, string>} */
const TYPES = {
  b: 'bold',
  strong: 'bold',
  i: 'italic',
  em: 'italic',
  u: 'underline',
  ins: 'underline',
  s: 'strikethrough',
  strike: 'strikethrough',
  del: 'strikethrough',
  'tg-spoiler': 'spoiler',
  code: 'code',
  pre: 'pre',
  blockquote: 'blockquote',
  a: 'text_link',
};

/** A tag ends at the first ">" outside of its quotes, or at the first one if a quote is not closed. */
const TAG =
  /<(\/?)([a-z][a-z0-9-]*|(?<=\/))((?:[ \t\n\r\v\0](?:=\s*(?:"[^"]*"|'[^']*')|=(?!\s*["'])|[^>=])*)?>|[ \t\n\r\v\0][^>]*>)/iy;
const REFERENCE = /&(?:#(\d+)|#x([0-9a-f]+)|(lt|gt|amp|quot)(?![a-z]))(;?)/gi;
/** The names that Telegram knows, in small letters alone. */
const NAMED = /** @type {Record<string, string>} */ ({ lt: '<', gt: '>', amp: '&', quot: '"' });

/**
 * @param {string} text
 */
function unescaped(text) {
  return text.replace(REFERENCE, (whole, dec, hex, name, end) => {
    if (name) return NAMED[name] ?? whole;
    const code = dec ? Number(dec) : parseInt(hex, 16);
    if (code === 0 || code >= 0x10ffff || whole.length - end.length >= 10 || whole[2] === 'X') return whole;
    return code >= 0xd800 && code <= 0xdfff ? '\ufffd' : String.fromCodePoint(code);
  });
}

/**
 * @param {string} html
 * @returns {{ text: string, entities: Entity[] }}
 */
export function read(html) {
  let text = '';
  /** @type {Entity[]} */
  const entities = [];
  /** @type {{ tag: string, entity: Entity }[]} */
  const open = [];
  let at = 0;
  while (at < html.length) {
    const next = html.indexOf('<', at);
    text += unescaped(html.slice(at, next < 0 ? undefined : next));
    if (next < 0) break;
    TAG.lastIndex = next;
    const match = TAG.exec(html);
    if (!match) {
      text += '<';
      at = next + 1;
      continue;
    }
    at = next + match[0].length;
    const tag = (match[2] ?? '').toLowerCase();
    if (match[1]) {
      const index = tag ? open.findLastIndex((item) => item.tag === tag) : open.length - 1;
      if (index < 0) continue;
      for (const { entity } of open.splice(index)) entity.length = text.length - entity.offset;
      continue;
    }
    const type = tag === 'span' && /tg-spoiler/.test(match[3] ?? '') ? 'spoiler' : TYPES[tag];
    if (!type) continue;
    const link = /href\s*=\s*(?:"([^"]*)"|'([^']*)')/i.exec(match[3] ?? '');
    const href = link?.[1] ?? link?.[2];
    /** @type {Entity} */
    const entity = { type, offset: text.length, length: 0, ...(href === undefined ? {} : { url: unescaped(href) }) };
    entities.push(entity);
    open.push({ tag, entity });
  }
  for (const { entity } of open) entity.length = text.length - entity.offset;
  return { text, entities: entities.filter((entity) => entity.length > 0) };
}

/**
 * What a person reads.
 *
 * @param {string} html
 */
export function plain(html) {
  return /[<&]/.test(html) ? read(html).text : html;
}

/** The length as Telegram counts it: UTF-16 units without tags.
 *
 * @param {string} html
 */
export function length(html) {
  return plain(html).length;
}

/** The tags that Telegram knows. */
const KNOWN = new Set([...Object.keys(TYPES), 'span', 'tg-emoji']);

/**
 * What Telegram would refuse in a text, in words; '' for nothing. It finds what people mistype: the server has the
 * last word.
 *
 * @param {string} html
 */
export function mistake(html) {
  /** @type {string[]} */
  const open = [];
  for (let at = html.indexOf('<'); at >= 0; at = html.indexOf('<', at)) {
    TAG.lastIndex = at;
    const match = TAG.exec(html);
    if (!match) return `The “<” in “${html.slice(at, at + 12)}” begins no tag. Write it as &lt;.`;
    at += match[0].length;
    const tag = (match[2] ?? '').toLowerCase();
    if (!match[1]) {
      if (!KNOWN.has(tag)) return `Telegram doesn’t know <${tag}>. Take it out, or write its “<” as &lt;.`;
      open.push(tag);
      continue;
    }
    const due = open.pop();
    if (due === undefined) return `</${tag}> closes nothing. Take it out.`;
    if (tag && tag !== due) return `</${tag}> stands where </${due}> is due. Close the tags in turn.`;
  }
  const left = open.pop();
  return left ? `<${left}> is not closed. Add </${left}>.` : '';
}

/** Escapes a plain text, so that it shows as it is.
 *
 * @param {string} text
 */
export function escape(text) {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
