/** Where an image can be posted, and the state of a post, in words. Pure. */
import { sentence } from '../../../problem.js';
import { clean } from '../../../typed.js';

/**
 * @typedef {import('../../../types.js').Connection} Connection
 * @typedef {import('../../../types.js').Channel} Channel
 * @typedef {import('../../../types.js').Post} Post
 *
 * @typedef {object} Sendable
 * @property {Channel[]} channels Those that can be posted to; empty when the hint says why.
 * @property {{ text: string, link: string } | null} hint
 * @property {import('../../../types.js').Note | null} trouble What is wrong with the bot that posts.
 */

/** How long a caption may be; the server has the last word. */
export const LONGEST_CAPTION = 1024;

/**
 * @param {Connection[]} connections
 * @returns {Sendable}
 */
export function sendable(connections) {
  const bot = connections.find(({ kind }) => kind === 'promo_bot');
  const none = (/** @type {string} */ text, /** @type {string} */ link) => ({
    channels: [],
    hint: { text, link },
    trouble: null,
  });
  if (!bot) return none('To send images to a channel from here, connect a promo bot.', 'Open connections');
  const posts = bot.channels.filter(({ role }) => role === 'post');
  if (posts.length === 0) return none('Promo Bot has no channel to post to yet.', 'Add a channel');
  const channels = posts.filter(({ id }) => id !== 0);
  if (channels.length === 0)
    return none('Promo Bot’s channels have not been tested yet, or Telegram doesn’t know them.', 'Test them');
  return { channels, hint: null, trouble: bot.state === 'working' ? null : bot.problem };
}

/**
 * What a channel is called.
 *
 * @param {Channel} channel
 */
export function channelName({ title, username, chat }) {
  const name = username ? `@${username}` : '';
  return [title || name || chat, title && name ? name : ''].filter(Boolean).join(' · ');
}

/** @param {Post} post */
export function isPending({ state }) {
  return state === 'queued' || state === 'sending';
}

/** The state of a post.
 *
 * @param {Post} post
 * @returns {{ tone: 'good' | 'warn' | 'bad' | 'info', word: string, text: string }}
 */
export function postWords({ state, channel, problem, resent }) {
  const why = problem ? [problem.message, problem.remedy].filter(Boolean).map(sentence).join(' ') : '';
  switch (state) {
    case 'sent':
      return {
        tone: 'good',
        word: 'Sent',
        text: resent
          ? `It is in ${channel}. It was sent a second time, so check whether it is there twice.`
          : `It is in ${channel}.`,
      };
    case 'failed':
      return { tone: 'bad', word: 'Not sent', text: clean(`It did not reach ${channel}. ${why}`) };
    case 'unknown':
      return {
        tone: 'warn',
        word: 'Unknown',
        text: `The connection broke while it was being sent. Check ${channel}: if it isn’t there, send it again.`,
      };
    case 'sending':
      return { tone: 'info', word: 'Sending', text: `On its way to ${channel}.` };
    default:
      return { tone: 'info', word: 'Waiting', text: why || `It goes to ${channel} in a moment.` };
  }
}

/**
 * Whether a refusal is about the image, and so belongs to its form, rather than about the channel.
 *
 * @param {{ code: string, fields: { name: string }[] }} error
 */
export function isAboutImage({ code, fields }) {
  if (code === 'coupon_unverified') return true;
  return fields.length > 0 && fields.every(({ name }) => name !== 'caption' && name !== 'channel');
}
