/** The messages of a flow as Telegram would show them now. */
import { previewFlow } from '../../../api/hype.js';
import { h } from '../../../dom.js';
import { callout } from '../../../components/callout.js';
import { message, phone, previewDialog } from '../cross-promotion/preview.js';
import { channelName, noteText } from '../cross-promotion/words.js';
import { madeText, whenText } from './words.js';

/**
 * @typedef {import('../../../types.js').HypeMessage} HypeMessage
 * @typedef {import('../../../types.js').Connection} Connection
 */

/** @param {import('./words.js').Flow} flow @param {Pick<import('./actions.js').Around, 'known' | 'onclose' | 'signal'>} around */
export function openPreview(flow, { known, onclose, signal }) {
  previewDialog({
    title: `Preview: ${flow.name}`,
    what: 'the messages',
    verb: 'Make them again',
    draw: async (within) => drawn((await previewFlow(flow.id, within)).messages, flow, known().bot),
    onclose,
    signal,
  });
}

/** @param {HypeMessage[]} messages @param {import('./words.js').Flow} flow @param {Connection | null} bot */
function drawn(messages, flow, bot) {
  const channel = channelName(bot, 'free');
  return [
    phone(
      channel,
      h(
        'ol',
        { class: 'hype-messages', 'aria-label': 'Messages' },
        messages.map((one, i) =>
          h(
            'li',
            { class: 'hype-message' },
            h('p', { class: 'muted small' }, `${i + 1}. ${whenText(i, flow)}`),
            one.skip
              ? callout('info', [h('strong', null, 'It would be skipped. '), noteText(one.skip)])
              : message(one, bot, channel),
            h('p', { class: 'muted small' }, madeText(one)),
          ),
        ),
      ),
    ),
    h(
      'p',
      { class: 'muted small' },
      'Nothing is sent. Each message is made anew when its time comes, and what AI writes here counts as today’s messages of AI, too.',
    ),
  ];
}
