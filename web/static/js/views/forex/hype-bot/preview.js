/** The messages of a flow as Telegram would show them now. */
import { previewFlow } from '../../../api/hype.js';
import { h, replace } from '../../../dom.js';
import { button } from '../../../components/button.js';
import { callout } from '../../../components/callout.js';
import { openDialog } from '../../../components/dialog.js';
import { failed, loading, skeleton } from '../../../components/states.js';
import { message, phone } from '../cross-promotion/preview.js';
import { channelName, noteText } from '../cross-promotion/words.js';
import { madeText, whenText } from './words.js';

/**
 * @typedef {import('../../../types.js').HypeMessage} HypeMessage
 * @typedef {import('../../../types.js').Connection} Connection
 */

/** @param {import('./words.js').Flow} flow @param {Pick<import('./actions.js').Around, 'known' | 'onclose' | 'signal'>} around */
export function openPreview(flow, { known, onclose, signal }) {
  const shown = new AbortController();
  const within = AbortSignal.any([signal, shown.signal]);
  const place = h('div', { class: 'stack', 'aria-live': 'polite' });
  const again = button('Make them again', () => load(), { icon: 'refresh', hidden: true });
  const load = async () => {
    again.disabled = true;
    replace(place, loading('the messages', skeleton('skeleton-banner'), skeleton('skeleton-field')));
    try {
      const { messages } = await previewFlow(flow.id, within);
      if (within.aborted) return;
      replace(place, drawn(messages, flow, known().bot));
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
    title: `Preview: ${flow.name}`,
    body: h('div', { class: 'stack' }, place, h('div', { class: 'row' }, again)),
    onclose: () => {
      shown.abort();
      onclose();
    },
    signal,
  });
  void load();
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
