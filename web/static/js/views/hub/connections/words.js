/** The texts of the connection cards, and the logic of their forms. Pure. */
import { clean } from '../../../typed.js';

/**
 * @typedef {import('../../../types.js').Connection} Connection
 * @typedef {import('../../../types.js').Connection['kind']} ConnectionKind
 * @typedef {import('../../../client-types.js').ChannelChoice} ChannelChoice
 * @typedef {import('../../../types.js').Channel['role']} ChannelRole
 * @typedef {import('../../../types.js').Field} ProblemField
 */

/** How many channels a promo bot posts to; the server has the last word. */
export const MOST_CHANNELS = 20;

/**
 * @typedef {object} Kind
 * @property {ConnectionKind} id
 * @property {string} title
 * @property {import('../../../components/icons.js').IconName} icon
 * @property {string} purpose
 */

/** In the order of the page. @type {Kind[]} */
export const KINDS = [
  {
    id: 'promo_bot',
    title: 'Promo Bot',
    icon: 'promo',
    purpose: 'Makes images in a chat and posts them to your channels.',
  },
  {
    id: 'signal_bot',
    title: 'Signal Bot',
    icon: 'signal',
    purpose: 'Posts signals to your VIP and FREE channels and talks to the people who write to it.',
  },
  {
    id: 'user_account',
    title: 'User Account',
    icon: 'person',
    purpose: 'Answers as a person, from your own Telegram account.',
  },
];

/**
 * The chip of a card.
 *
 * @param {Connection | null} connection
 * @returns {['good' | 'warn' | 'bad' | 'quiet', string]}
 */
export function stateOf(connection) {
  switch (connection?.state) {
    case undefined:
      return ['quiet', 'Not connected'];
    case 'working':
      return ['good', 'Working'];
    case 'broken':
      return ['bad', 'Broken'];
    case 'signed_out':
      return ['warn', 'Signed out'];
    default:
      return ['warn', 'Not tested'];
  }
}

/**
 * Which card is open at first: the one that most needs attention.
 *
 * @param {Connection[]} connections
 * @returns {ConnectionKind | null}
 */
export function firstOpen(connections) {
  const of = (/** @type {ConnectionKind} */ kind) => connections.find((item) => item.kind === kind);
  const bad = KINDS.find(({ id }) => of(id) && of(id)?.state !== 'working');
  return (bad ?? KINDS.find(({ id }) => id !== 'user_account' && !of(id)))?.id ?? null;
}

/**
 * What a check is called.
 *
 * @param {string} name token, updates, or channel:role:chat
 */
export function checkLabel(name) {
  if (name === 'token') return 'Token';
  if (name === 'updates') return 'Messages';
  const [, role = '', chat = ''] = /^channel:(\w+):(.*)$/.exec(name) ?? [];
  if (!chat) return name;
  return { vip: `VIP ${chat}`, free: `FREE ${chat}` }[role] ?? chat;
}

/**
 * A typed channel, normalized for comparison: without spaces and the t.me address.
 *
 * @param {string} chat
 */
export function channelText(chat) {
  const text = clean(chat);
  const link = /^(?:https?:\/\/)?t\.me\/([A-Za-z]\w{3,31})\/?$/i.exec(text)?.[1];
  if (link) return `@${link}`;
  // A bare name is what people type; numbers and anything else are sent as they are.
  return /^[A-Za-z]\w{3,31}$/.test(text) ? `@${text}` : text;
}

/**
 * The channels that are sent: rows without text are left out. `rows` says for each which row it was.
 *
 * @param {{ role: ChannelRole, chat: string }[]} typed
 * @returns {{ channels: ChannelChoice[], rows: number[] }}
 */
export function chosenChannels(typed) {
  /** @type {ChannelChoice[]} */
  const channels = [];
  /** @type {number[]} */
  const rows = [];
  typed.forEach(({ role, chat }, i) => {
    const text = channelText(chat);
    if (text === '') return;
    channels.push({ role, chat: text });
    rows.push(i);
  });
  return { channels, rows };
}

/**
 * @param {ChannelChoice[]} a
 * @param {ChannelChoice[]} b
 */
export function sameChannels(a, b) {
  return a.length === b.length && a.every(({ role, chat }, i) => role === b[i]?.role && chat === b[i]?.chat);
}

/**
 * The server's errors by place: the token, each channel's row, and the rest.
 *
 * @param {ProblemField[]} fields
 * @param {number[]} rows Which row each sent channel was.
 * @returns {{ token: string, rows: Map<number, string>, rest: string[] }}
 */
export function placeErrors(fields, rows) {
  let token = '';
  /** @type {Map<number, string>} */
  const placed = new Map();
  /** @type {string[]} */
  const rest = [];
  for (const { name, message } of fields) {
    const index = /^channels\[(\d+)\]/.exec(name)?.[1];
    const row = index === undefined ? undefined : rows[Number(index)];
    if (name === 'token') token ||= message;
    else if (row !== undefined) placed.set(row, placed.get(row) ?? message);
    else rest.push(message);
  }
  return { token, rows: placed, rest };
}

/** Turns the server's “must be @name” into an instruction.
 *
 * @param {string} message
 */
export function plainly(message) {
  return message.replace(/^must be /, 'Write ');
}

/**
 * An unused name for a new simulated bot.
 *
 * @param {ConnectionKind} kind
 * @param {string[]} taken
 */
export function freeBotName(kind, taken) {
  const stem = kind === 'signal_bot' ? 'my_signals' : 'my_promo';
  const used = new Set(taken.map((name) => name.toLowerCase()));
  for (let n = 1; ; n += 1) {
    const name = n === 1 ? `${stem}_bot` : `${stem}${n}_bot`;
    if (!used.has(name)) return name;
  }
}
