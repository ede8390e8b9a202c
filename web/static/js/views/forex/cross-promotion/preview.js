/** A post of the programme as Telegram would show it now. */
import { previewSlot } from '../../../api/cross-promotion.js';
import { h, replace } from '../../../dom.js';
import { button } from '../../../components/button.js';
import { callout } from '../../../components/callout.js';
import { openDialog } from '../../../components/dialog.js';
import { failed, loading, skeleton } from '../../../components/states.js';
import { bubble } from '../../hub/sandbox/bubble.js';
import { avatar } from '../../hub/sandbox/parts.js';
import { read } from '../journeys/markup.js';
import { writtenText } from '../signals/words.js';
import { SLOTS, channelName, noteText } from './words.js';

/**
 * @typedef {import('../../../types.js').PostPreview} PostPreview
 * @typedef {import('../../../types.js').Connection} Connection
 */

/** @param {Pick<import('./actions.js').About, 'entry' | 'known' | 'onclose' | 'signal'>} about */
export function openPreview({ entry: { slot }, known: { bot }, onclose, signal }) {
  previewDialog({
    title: `Preview: ${SLOTS[slot].name}`,
    what: 'the post',
    verb: 'Make it again',
    draw: async (within) => drawn(await previewSlot(slot, within), bot),
    onclose,
    signal,
  });
}

/**
 * A dialog with what would be sent, made anew as often as one likes.
 *
 * @param {object} options
 * @param {string} options.title
 * @param {string} options.what What is made, in a sentence.
 * @param {string} options.verb On the button that makes it again.
 * @param {(within: AbortSignal) => Promise<import('../../../dom.js').Child>} options.draw
 * @param {() => void} options.onclose
 * @param {AbortSignal} options.signal
 */
export function previewDialog({ title, what, verb, draw, onclose, signal }) {
  const shown = new AbortController();
  const within = AbortSignal.any([signal, shown.signal]);
  const place = h('div', { class: 'stack', 'aria-live': 'polite' });
  const again = button(verb, () => load(), { icon: 'refresh', hidden: true });
  const load = async () => {
    again.disabled = true;
    replace(place, loading(what, skeleton('skeleton-banner'), skeleton('skeleton-field')));
    try {
      const content = await draw(within);
      if (within.aborted) return;
      replace(place, content);
      again.hidden = false;
    } catch (error) {
      if (within.aborted) return;
      again.hidden = true;
      replace(place, failed(error, 'the preview', load));
    } finally {
      again.disabled = false;
    }
  };
  openDialog({
    title,
    body: h('div', { class: 'stack' }, place, h('div', { class: 'row' }, again)),
    onclose: () => {
      shown.abort();
      onclose();
    },
    signal,
  });
  void load();
}

/** @param {PostPreview} preview @param {Connection | null} bot */
function drawn(preview, bot) {
  if (preview.skip) {
    return callout('info', [h('strong', null, 'Nothing would be sent now. '), noteText(preview.skip)]);
  }
  const channel = channelName(bot, 'free');
  return [phone(channel, message(preview, bot, channel)), h('p', { class: 'muted small' }, sourceText(preview))];
}

/** A channel on a phone. @param {string} channel @param {...Node} messages */
export function phone(channel, ...messages) {
  return h(
    'div',
    { class: 'phone programme-phone' },
    h(
      'div',
      { class: 'phone-screen' },
      h(
        'div',
        { class: 'chat-head' },
        avatar(channel),
        h('div', { class: 'chat-who' }, h('h3', null, channel), h('p', { class: 'chat-sub' }, 'channel')),
      ),
      h('div', { class: 'chat-log' }, h('div', { class: 'chat-messages' }, messages)),
    ),
  );
}

/**
 * @param {Pick<PostPreview, 'text' | 'buttons'> & { forwarded?: boolean }} preview
 * @param {Connection | null} bot
 * @param {string} channel
 */
export function message({ text: html, forwarded, buttons }, bot, channel) {
  const { text, entities } = read(html);
  return bubble(
    {
      seq: 1,
      by_bot: true,
      message: {
        message_id: 1,
        chat: { id: 1, type: 'channel', title: channel },
        date: Math.floor(Date.now() / 1000),
        text,
        entities,
        ...(forwarded ? { forward_origin: { type: 'channel', chat: { title: channelName(bot, 'vip') } } } : {}),
        ...(buttons.length > 0 ? { reply_markup: { inline_keyboard: buttons.map((one) => [one]) } } : {}),
      },
    },
    { author: channel },
  );
}

/** Where the text comes from. @param {Pick<PostPreview, 'forwarded' | 'source' | 'reason'>} preview */
export function sourceText({ forwarded, source, reason }) {
  if (forwarded) return 'The newest weekly recap of your VIP channel, with its picture if it has one.';
  if (!source) return 'Your own words, as they stand in the settings.';
  return `${writtenText({ source, reason })}. It is made anew when it is sent.`;
}
