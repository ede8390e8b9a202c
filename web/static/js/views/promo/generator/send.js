/** "Send to channel": the button, the dialog behind it, and the hint shown while there is no channel. */
import { listConnections, queuePost } from '../../../api/telegram.js';
import { canvas, h, replace } from '../../../dom.js';
import { on } from '../../../events.js';
import { watch } from '../../../live.js';
import { ApiError, sentence } from '../../../problem.js';
import { format } from '../../../router.js';
import { button } from '../../../components/button.js';
import { callout } from '../../../components/callout.js';
import { field } from '../../../components/field.js';
import { icon } from '../../../components/icons.js';
import { openDialog } from '../../../components/dialog.js';
import { toastError } from '../../../components/toast.js';
import { LONGEST_CAPTION, channelName, isAboutImage, sendable } from './posting.js';
import { running } from '../../../typed.js';
import { simulatedTag, simulatedText } from '../../../components/status.js';
import { tellRefusal } from '../../../components/refusal.js';

/**
 * @typedef {import('../../../types.js').RenderRequest} RenderRequest
 * @typedef {import('./posting.js').Sendable} Sendable
 */

/** Pixels of the small picture in the dialog, on its longer side. */
const THUMB = 440;

/**
 * @param {object} options
 * @param {() => RenderRequest | null} options.request Null when something has to be fixed first.
 * @param {(error: ApiError) => void} options.onrefused
 * @param {() => HTMLCanvasElement | null} options.picture What is painted now.
 * @param {ReturnType<typeof import('./posts.js').postTracker>} options.posts
 */
export function channelSender({ request, onrefused, picture, posts }) {
  const controller = new AbortController();
  const { signal } = controller;
  /** @type {Sendable} */
  let now = { channels: [], hint: null, trouble: null };
  const hint = h('p', { class: 'send-hint small muted', hidden: true });
  const home = h('div', { class: 'send-part' }, posts.root, hint);
  const open = button(
    h('span', null, 'Send', h('span', { class: 'label-rest' }, ' to channel')),
    () => {
      const asked = request();
      if (asked) ask(asked);
    },
    { icon: 'send', hidden: true, 'aria-haspopup': 'dialog' },
  );

  const load = async () => {
    try {
      const { items } = await listConnections(signal);
      if (signal.aborted) return;
      now = sendable(items);
    } catch {
      return; // nothing is known, nothing is offered
    }
    open.hidden = now.channels.length === 0;
    hint.hidden = now.hint === null;
    replace(
      hint,
      now.hint
        ? [now.hint.text, ' ', h('a', { href: format('hub/connections', { open: 'promo_bot' }) }, now.hint.link)]
        : null,
    );
  };

  /** @param {RenderRequest} image */
  const ask = (image) => {
    const { channels, trouble } = now;
    let key = crypto.randomUUID();
    const select = h(
      'select',
      { class: 'input', on: { change: () => (key = crypto.randomUUID()) } },
      channels.map((channel) =>
        h('option', { value: String(channel.id) }, simulatedText('telegram', channelName(channel))),
      ),
    );
    const only = channels.length === 1 ? channels[0] : undefined;
    const counter = h('span', { class: 'count figures' });
    const caption = h('textarea', {
      class: 'input',
      rows: 3,
      on: {
        input: () => {
          key = crypto.randomUUID();
          captionField.setError('');
          tell();
        },
      },
    });
    const captionField = field({ label: 'Caption', control: caption, aside: counter });
    const tell = () => {
      const length = running(caption.value).length;
      counter.textContent = length > LONGEST_CAPTION - 200 ? `${length} / ${LONGEST_CAPTION}` : '';
      counter.classList.toggle('count-over', length > LONGEST_CAPTION);
    };
    const problem = h('div', { role: 'alert' });
    const send = h('button', { class: 'button button-primary', type: 'submit' }, icon('send'), 'Send');
    const channelField = field({ label: 'Channel', control: select, required: true });
    const form = h(
      'form',
      { class: 'stack', novalidate: true, on: { submit: (/** @type {Event} */ event) => void submit(event) } },
      thumb(picture()),
      trouble
        ? callout('warn', [`${sentence(trouble.message)} ${sentence(trouble.remedy)} `, connectionsLink()])
        : null,
      only
        ? h(
            'p',
            { class: 'send-to' },
            h('span', { class: 'muted' }, 'To '),
            h('strong', null, channelName(only)),
            ' ',
            simulatedTag('telegram'),
          )
        : channelField.root,
      captionField.root,
      problem,
      h('div', { class: 'row' }, send),
    );
    const body = h('div', null, form);
    const dialog = openDialog({
      title: 'Send to channel',
      body,
      onclose: () => {
        home.prepend(posts.root);
      },
    });
    (only ? caption : select).focus();

    /** @param {Event} event */
    async function submit(event) {
      event.preventDefault();
      if (send.disabled) return;
      const text = running(caption.value);
      if (text.length > LONGEST_CAPTION) {
        captionField.setError(`Telegram allows ${LONGEST_CAPTION} characters. Shorten it.`);
        caption.focus();
        return;
      }
      replace(problem);
      captionField.setError('');
      send.disabled = true;
      send.setAttribute('aria-busy', 'true');
      const channel = only ?? channels.find(({ id }) => String(id) === select.value);
      try {
        const post = await queuePost({ image, channel: channel?.id ?? 0, caption: text }, key, signal);
        if (signal.aborted) return;
        posts.follow(post, channel?.username ?? '');
        if (!dialog.root.isConnected) return;
        const done = button('Close', dialog.close);
        replace(body, h('div', { class: 'stack' }, thumb(picture()), posts.root, h('div', { class: 'row' }, done)));
        done.focus();
      } catch (error) {
        if (!signal.aborted) refuse(error);
      } finally {
        send.disabled = false;
        send.removeAttribute('aria-busy');
      }
    }

    /** @param {unknown} error */
    function refuse(error) {
      if (!(error instanceof ApiError)) {
        toastError(error, 'Sending');
        return;
      }
      if (error.status !== 0) key = crypto.randomUUID(); // what comes next is a new attempt
      if (isAboutImage(error)) {
        dialog.close();
        onrefused(error);
        return;
      }
      const wrong = error.fields.find(({ name }) => name === 'caption');
      if (wrong) {
        captionField.setError(wrong.message);
        caption.focus();
        return;
      }
      const place = /^(connection|channel|telegram)_/.test(error.code);
      tellRefusal(problem, callout('bad', [error.text, place ? [' ', connectionsLink()] : null]));
    }
  };

  watch('connection', null, () => void load(), signal);
  on('recovered', () => void load(), signal);
  void load();
  return { button: open, root: home, destroy: () => controller.abort() };
}

function connectionsLink() {
  return h('a', { href: format('hub/connections', { open: 'promo_bot' }) }, 'Open connections');
}

/** A small picture of what will be sent.
 *
 * @param {HTMLCanvasElement | null} source
 */
function thumb(source) {
  if (!source) return null;
  const scale = Math.min(1, THUMB / Math.max(source.width, source.height));
  const small = canvas(Math.round(source.width * scale), Math.round(source.height * scale));
  small.className = 'send-picture';
  small.setAttribute('aria-hidden', 'true');
  small.getContext('2d')?.drawImage(source, 0, 0, small.width, small.height);
  return small;
}
