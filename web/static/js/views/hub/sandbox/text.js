/**
 * A message's text as pieces: its entities, and the addresses and commands found in it where it has none
 * (what is previewed before it is sent). Pure.
 *
 * @typedef {import('./types.js').Entity} Entity
 *
 * @typedef {string | Piece} Part
 * @typedef {object} Piece
 * @property {string} type An entity's type, or `url` and `bot_command` for what was found.
 * @property {string} [url]
 * @property {Part[]} parts
 */

const FOUND = /(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)])|(?<![\w/])(\/[a-z0-9_]{1,32})(?![\w/])/gi;

/**
 * Offsets count UTF-16 units, as JavaScript's own do. Entities are nested or disjoint.
 *
 * @param {string} text
 * @param {Entity[]} [entities]
 * @returns {Part[]}
 */
export function parse(text, entities = []) {
  const sorted = entities
    .filter((entity) => entity.length > 0 && entity.offset >= 0 && entity.offset < text.length)
    .sort((a, b) => a.offset - b.offset || b.length - a.length);
  return pieces(text, 0, text.length, sorted);
}

/**
 * @param {string} text
 * @param {number} from
 * @param {number} to
 * @param {Entity[]} entities In order; those that begin before `to` are removed.
 * @returns {Part[]}
 */
function pieces(text, from, to, entities) {
  /** @type {Part[]} */
  const out = [];
  let at = from;
  for (;;) {
    const next = entities[0];
    if (!next || next.offset >= to) break;
    entities.shift();
    const start = Math.max(at, next.offset);
    const end = Math.min(to, next.offset + next.length);
    if (end <= start) continue;
    out.push(...found(text.slice(at, start)));
    const inner = pieces(text, start, end, entities);
    const whole = text.slice(start, end);
    const literal = ['code', 'pre', 'text_link', 'url', 'bot_command'].includes(next.type);
    out.push({
      type: next.type,
      ...(next.url || next.type === 'url' ? { url: next.url ?? address(whole) } : {}),
      parts: literal ? flat(inner) : inner,
    });
    at = end;
  }
  out.push(...found(text.slice(at, to)));
  return out;
}

/**
 * Where an address leads that stands in a text, perhaps without a protocol.
 *
 * @param {string} text
 */
function address(text) {
  return text.includes('://') ? text : `http://${text}`;
}

/**
 * Addresses and commands that were merely found stay plain text inside a literal entity.
 *
 * @param {Part[]} parts
 * @returns {Part[]}
 */
function flat(parts) {
  return parts.map((part) =>
    typeof part === 'string' || (part.type !== 'url' && part.type !== 'bot_command') ? part : part.parts.join(''),
  );
}

/**
 * @param {string} text
 * @returns {Part[]}
 */
function found(text) {
  /** @type {Part[]} */
  const out = [];
  let at = 0;
  for (const match of text.matchAll(FOUND)) {
    if (match.index > at) out.push(text.slice(at, match.index));
    out.push(match[1] ? { type: 'url', url: match[1], parts: [match[1]] } : { type: 'bot_command', parts: [match[0]] });
    at = match.index + match[0].length;
  }
  if (at < text.length) out.push(text.slice(at));
  return out;
}

/**
 * What a link to a bot asks for: `https://t.me/some_bot?start=abc`, `t.me/some_bot`, `@some_bot`.
 *
 * @param {string} text
 * @returns {{ username: string, start: string } | null}
 */
export function deepLink(text) {
  const match =
    /^(?:https?:\/\/)?(?:t\.me|telegram\.me)\/([a-z0-9_]{4,32})(?:\?(.*))?$/i.exec(text.trim()) ??
    /^@([a-z0-9_]{4,32})$/i.exec(text.trim());
  if (!match?.[1]) return null;
  const start = new URLSearchParams(match[2] ?? '').get('start') ?? '';
  return /^[A-Za-z0-9_-]{0,64}$/.test(start) ? { username: match[1], start } : null;
}

/**
 * A message in one line, for lists.
 *
 * @param {import('./types.js').Message} message
 */
export function summary(message) {
  const words = (message.text ?? message.caption ?? '').replace(/\s+/g, ' ').trim();
  if (message.photo?.length) return words ? `Photo: ${words}` : 'Photo';
  if (message.document) return words ? `File: ${words}` : `File: ${message.document.file_name ?? 'document'}`;
  return [other(message), words].filter(Boolean).join(': ');
}

/**
 * What a message is that has neither a photo nor a document, or nothing for a text.
 *
 * @param {import('./types.js').Message} message
 */
export function other(message) {
  const { contact } = message;
  if (message.video) return 'Video';
  if (message.sticker) return `Sticker ${message.sticker.emoji ?? ''}`.trim();
  if (contact)
    return `Contact: ${[contact.first_name, contact.last_name, contact.phone_number].filter(Boolean).join(' ')}`;
  if (message.migrate_to_chat_id) return `This group became the supergroup ${message.migrate_to_chat_id}`;
  if (message.migrate_from_chat_id) return `This supergroup was the group ${message.migrate_from_chat_id}`;
  return '';
}
