/** One message as a phone shows it. */
import { SANDBOX } from '../../../api/sandbox.js';
import { h } from '../../../dom.js';
import { bytes, count, dateTime } from '../../../format.js';
import { icon } from '../../../components/icons.js';
import { clock, fullName } from './parts.js';
import { deepLink, other, parse } from './text.js';

/**
 * @typedef {import('./types.js').Shown} Shown
 * @typedef {import('./types.js').Message} Message
 *
 * @typedef {object} Actions What can be done with a message.
 * @property {(message: Message, data: string, button: HTMLButtonElement) => void} [press]
 * @property {(command: string) => void} [say]
 * @property {(link: { username: string, start: string }) => void} [follow]
 */

/** The width in which photos are loaded; only the original is larger. */
const SHOWN_WIDTH = 800;

/**
 * @param {Shown} shown
 * @param {object} options
 * @param {string} options.author Whose it is, for screen readers.
 * @param {number} [options.views] Of a channel's post.
 * @param {Actions} [options.actions]
 */
export function bubble(shown, { author, views, actions = {} }) {
  const { message, by_bot: byBot } = shown;
  const caption = message.caption
    ? h('div', { class: 'bubble-text' }, nodes(parse(message.caption, message.caption_entities), actions))
    : null;
  const above = message.show_caption_above_media === true;
  return h(
    'article',
    {
      class: ['bubble', byBot ? 'bubble-theirs' : 'bubble-mine', (message.photo ?? []).length > 0 && 'bubble-media'],
      'aria-label': `${author}, ${clock(message.date)}`,
      dataset: { seq: String(shown.seq), group: message.media_group_id ?? '' },
    },
    h(
      'div',
      { class: 'bubble-body' },
      message.forward_origin ? h('p', { class: 'bubble-origin' }, `Forwarded from ${origin(message)}`) : null,
      message.reply_to_message ? quote(message.reply_to_message) : null,
      above ? caption : null,
      photo(message),
      file(message),
      other(message) && !message.video ? h('p', { class: 'bubble-text' }, other(message)) : null,
      above ? null : caption,
      message.text ? h('div', { class: 'bubble-text' }, nodes(parse(message.text, message.entities), actions)) : null,
      h(
        'p',
        { class: 'bubble-foot figures' },
        message.edit_date ? 'edited ' : null,
        views ? h('span', { class: 'bubble-views' }, icon('eye', 'small'), `${count(views, 'view')} `) : null,
        h(
          'time',
          { datetime: new Date(message.date * 1000).toISOString(), title: dateTime(message.date * 1000) },
          clock(message.date),
        ),
        byBot
          ? null
          : h('span', { class: 'ticks', title: 'Delivered' }, icon('check', 'small'), icon('check', 'small')),
      ),
    ),
    keyboard(message, actions),
  );
}

/** @param {Message} message */
function origin(message) {
  const from = message.forward_origin;
  return from?.chat?.title ?? (from?.sender_user ? fullName(from.sender_user) : 'somebody');
}

/** @param {Message} message */
function quote(message) {
  return h(
    'blockquote',
    { class: 'bubble-quote' },
    (message.text ?? message.caption ?? (other(message) || 'Photo')).slice(0, 80),
  );
}

/** @param {Message} message */
function photo(message) {
  const sizes = message.photo ?? [];
  const size = sizes.find((candidate) => candidate.width >= SHOWN_WIDTH) ?? sizes.at(-1);
  if (!size) return null;
  const picture = h('img', {
    class: 'bubble-photo',
    src: size.url ?? fileAddress(size.file_id),
    alt: message.caption ? 'Photo, with its caption beside it' : 'Photo',
    width: size.width,
    height: size.height,
    loading: 'lazy',
  });
  const largest = sizes.at(-1);
  const link = h(
    'a',
    {
      class: 'bubble-photo-link',
      href: largest?.url ?? fileAddress(largest?.file_id ?? size.file_id),
      target: '_blank',
      rel: 'noopener',
    },
    picture,
    h('span', { class: 'visually-hidden' }, 'Open the photo in a new tab'),
  );
  return message.has_media_spoiler ? hidden(link) : link;
}

/** @param {string} id */
function fileAddress(id) {
  return `${SANDBOX}/files/${encodeURIComponent(id)}`;
}

/** @param {Message} message */
function file(message) {
  const document = message.document ?? message.video;
  if (!document) return null;
  return h(
    'a',
    { class: 'bubble-file', href: fileAddress(document.file_id), download: document.file_name ?? 'file' },
    icon('download'),
    h('span', null, document.file_name ?? (message.video ? 'video' : 'document')),
    document.file_size ? h('span', { class: 'muted small figures' }, bytes(document.file_size)) : null,
  );
}

/** Text that is hidden until it is pressed.
 *
 * @param {...Node | string} inside
 */
function hidden(...inside) {
  const cover = h(
    'button',
    {
      class: 'spoiler',
      type: 'button',
      'aria-label': 'Show what is hidden',
      on: { click: () => cover.replaceWith(h('span', { class: 'spoiler-open' }, inside)) },
    },
    h(
      'span',
      { 'aria-hidden': 'true' },
      inside.map((node) => (node instanceof Node ? node.textContent || '▒▒▒▒' : node)),
    ),
  );
  return cover;
}

/**
 * @param {import('./text.js').Part[]} parts
 * @param {Actions} actions
 * @returns {(Node | string)[]}
 */
function nodes(parts, actions) {
  return parts.map((part) => (typeof part === 'string' ? part : piece(part, actions)));
}

/**
 * A text alone, as a phone shows it.
 *
 * @param {string} text
 * @param {import('./types.js').Entity[]} [entities]
 */
export const richText = (text, entities) => nodes(parse(text, entities), {});

/** @type {Record<string, 'strong' | 'em' | 'u' | 's' | 'code' | 'pre' | 'blockquote' | undefined>} */
const TAGS = {
  bold: 'strong',
  italic: 'em',
  underline: 'u',
  strikethrough: 's',
  code: 'code',
  pre: 'pre',
  blockquote: 'blockquote',
  expandable_blockquote: 'blockquote',
};

/**
 * @param {import('./text.js').Piece} part
 * @param {Actions} actions
 * @returns {Node}
 */
function piece(part, actions) {
  const inside = nodes(part.parts, actions);
  const tag = TAGS[part.type];
  if (tag) return h(tag, null, inside);
  if (part.type === 'spoiler') return hidden(...inside);
  if (part.url) return link(part.url, inside, actions);
  const command = part.parts.join('');
  const { say } = actions;
  if (part.type === 'bot_command' && say) {
    return h('button', { class: 'bubble-command', type: 'button', on: { click: () => say(command) } }, inside);
  }
  return h('span', null, inside);
}

/**
 * @param {string} url
 * @param {(Node | string)[]} inside
 * @param {Actions} actions
 */
function link(url, inside, { follow }) {
  const deep = deepLink(url);
  return h(
    'a',
    {
      href: url,
      target: '_blank',
      rel: 'noopener noreferrer',
      on:
        deep && follow
          ? {
              click: (/** @type {Event} */ event) => {
                event.preventDefault();
                follow(deep);
              },
            }
          : {},
    },
    inside,
  );
}

/**
 * @param {Message} message
 * @param {Actions} actions
 */
function keyboard(message, { press, follow }) {
  const rows = message.reply_markup?.inline_keyboard ?? [];
  if (rows.length === 0) return null;
  return h(
    'div',
    { class: 'keyboard', role: 'group', 'aria-label': 'Buttons' },
    rows.map((row) =>
      h(
        'div',
        { class: 'keyboard-row' },
        row.map((item) => {
          if (item.url) {
            const anchor = link(item.url, [item.text, icon('external', 'small')], { follow });
            anchor.classList.add('key');
            return anchor;
          }
          const data = item.callback_data;
          const element = h(
            'button',
            {
              class: 'key',
              type: 'button',
              disabled: !press || data === undefined,
              on: { click: () => data !== undefined && press?.(message, data, element) },
            },
            item.text,
          );
          return element;
        }),
      ),
    ),
  );
}
