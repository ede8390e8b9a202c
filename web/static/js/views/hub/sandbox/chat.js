/** One chat of a person: with a bot, or a channel. */
import { sandboxDo, sandboxRead } from '../../../api/sandbox.js';
import { h, replace } from '../../../dom.js';
import { button } from '../../../components/button.js';
import { failed, loading, skeleton } from '../../../components/states.js';
import { toastError } from '../../../components/toast.js';
import { bubble } from './bubble.js';
import { composer } from './composer.js';
import { chatHead } from './chat-head.js';
import { answerBar } from './answer.js';

/**
 * @typedef {import('./types.js').Shown} Shown
 * @typedef {import('./types.js').Message} Message
 * @typedef {import('./types.js').Bot} Bot
 * @typedef {import('./types.js').Chat} Chat
 * @typedef {import('./types.js').Person} Person
 *
 * @typedef {{ person: Person, bot: Bot, channel?: undefined } | { person: Person, channel: Chat, bot?: undefined }} Peer
 */

const PAGE = 40;
/** How near to its end a chat must be to follow new messages (px). */
const NEAR = 120;

/**
 * @param {object} options
 * @param {Peer} options.peer
 * @param {import('./stream.js').Stream} options.stream
 * @param {AbortSignal} options.signal
 * @param {() => void} options.onback
 * @param {(link: { username: string, start: string }) => void} options.onfollow
 * @param {string} [options.start] The start parameter with which the chat was opened.
 * @param {boolean} [options.blocked] Whether the person has blocked the bot.
 */
export function chatView({ peer, stream, signal, onback, onfollow, start = '', blocked = false }) {
  const { person, bot, channel } = peer;
  const name = bot ? bot.first_name : (channel.title ?? '');
  const id = bot ? person.id : channel.id;
  /** @type {Map<number, Shown>} */
  const known = new Map();
  let earlier = /** @type {string | null} */ (null);

  const log = h('div', { class: 'chat-log', role: 'log', tabindex: '0', 'aria-label': `Messages with ${name}` });
  const more = h('div', { class: 'row row-center' });
  const list = h('div', { class: 'chat-messages' });
  log.append(more, list);
  const head = chatHead({ peer, onback, onblock: (value) => void block(value), onstart: (text) => void say(text) });
  const answers = answerBar(signal);
  const write = bot ? composer({ bot, person, stream, signal, onsay: say, onphoto: sendPhoto }) : null;
  const root = h(
    'section',
    { class: 'chat', 'aria-label': `Chat with ${name}` },
    head.root,
    log,
    answers.root,
    write?.root ?? h('p', { class: 'chat-note muted small' }, 'A channel: what bots and its owner post appears here.'),
  );

  /** @param {Shown} shown */
  const mine = (shown) =>
    bot
      ? shown.message.chat.id === person.id && shown.bot?.toLowerCase() === bot.username.toLowerCase()
      : shown.message.chat.id === channel.id;

  /** @type {import('./bubble.js').Actions} */
  const actions = {
    press: bot ? (message, data, button) => void press(message, data, button) : undefined,
    say: bot ? (command) => void say(command) : undefined,
    follow: onfollow,
  };

  /** @param {Shown} shown */
  const draw = (shown) =>
    bubble(shown, {
      author: shown.by_bot ? name : person.first_name,
      views: channel?.member_count,
      actions,
    });

  /** @param {number} seq */
  const at = (seq) => list.querySelector(`[data-seq="${seq}"]`);

  /** @param {Shown} shown */
  const put = (shown) => {
    const old = at(shown.seq);
    const element = draw(shown);
    known.set(shown.seq, shown);
    if (old) {
      const focused = old.contains(document.activeElement) ? document.activeElement?.textContent : null;
      old.replaceWith(element);
      if (focused) [...element.querySelectorAll('button')].find((key) => key.textContent === focused)?.focus();
      return;
    }
    const after = [...list.children].find(
      (child) => Number(/** @type {HTMLElement} */ (child).dataset.seq) > shown.seq,
    );
    list.insertBefore(element, after ?? null);
    regroup();
  };

  /** Photos of one album stand close together. */
  const regroup = () => {
    for (const child of /** @type {HTMLElement[]} */ ([...list.children])) {
      const before = /** @type {HTMLElement | null} */ (child.previousElementSibling);
      child.classList.toggle('bubble-joined', !!child.dataset.group && before?.dataset.group === child.dataset.group);
    }
  };

  const follow = () => {
    log.scrollTop = log.scrollHeight;
  };

  /** @param {string | null} before */
  const load = async (before) => {
    if (known.size === 0) replace(list, loading('the messages', skeleton('skeleton-row'), skeleton('skeleton-row')));
    try {
      /** @type {import('./types.js').Page<Shown>} */
      const page = await sandboxRead(`/chats/${id}/messages`, { bot: bot?.username, limit: PAGE, before }, signal);
      if (signal.aborted) return;
      const height = log.scrollHeight;
      if (before === null) {
        known.clear();
        replace(list);
      }
      for (const shown of page.items) put(shown);
      earlier = page.next;
      drawMore();
      if (before === null) follow();
      else log.scrollTop += log.scrollHeight - height;
      refresh();
    } catch (error) {
      if (signal.aborted) return;
      if (known.size === 0)
        replace(
          list,
          failed(error, 'the messages', () => load(null)),
        );
      else toastError(error, 'Loading the messages');
    }
  };

  const drawMore = () =>
    replace(more, earlier ? button('Earlier messages', () => load(earlier), { small: true }) : null);

  /** What depends on the messages and on a block: the start button, the keyboard. */
  const refresh = () => {
    const all = [...known.values()].sort((a, b) => a.seq - b.seq);
    write?.update({
      begun: all.length > 0,
      blocked,
      keyboard: all.findLast((shown) => shown.keyboard)?.keyboard,
      start,
    });
    head.update({ begun: all.length > 0, blocked });
    list.classList.toggle('chat-empty', all.length === 0);
    if (all.length === 0)
      replace(
        list,
        h(
          'p',
          { class: 'muted small chat-note' },
          bot ? 'Nothing here yet. Press Start, as a person who meets this bot does.' : 'No posts yet.',
        ),
      );
  };

  /** @param {string} text */
  async function say(text) {
    try {
      await sandboxDo('POST', '/messages', { bot: bot?.username, user: person.id, text });
      if (start) {
        start = '';
        refresh();
      }
      return true;
    } catch (error) {
      toastError(error, 'Sending');
      return false;
    }
  }

  /** @param {File} file @param {string} caption */
  async function sendPhoto(file, caption) {
    const data = new FormData();
    data.append('bot', bot?.username ?? '');
    data.append('user', String(person.id));
    data.append('caption', caption);
    data.append('photo', file, file.name);
    try {
      await sandboxDo('POST', '/photos', data);
      return true;
    } catch (error) {
      toastError(error, 'Sending the photo');
      return false;
    }
  }

  /** @param {Message} message @param {string} data @param {HTMLButtonElement} button */
  const press = async (message, data, button) => {
    button.setAttribute('aria-busy', 'true');
    try {
      await sandboxDo('POST', '/callbacks', {
        bot: bot?.username,
        user: person.id,
        message_id: message.message_id,
        data,
      });
    } catch (error) {
      button.removeAttribute('aria-busy');
      toastError(error, 'Pressing the button');
    }
  };

  /** @param {boolean} value */
  const block = async (value) => {
    try {
      await sandboxDo('POST', '/block', { bot: bot?.username, user: person.id, blocked: value });
    } catch (error) {
      toastError(error, value ? 'Blocking' : 'Unblocking');
    }
  };

  /** @param {Shown} shown */
  const arrived = (shown) => {
    if (!mine(shown)) return;
    const near = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR;
    if (known.size === 0) replace(list);
    put(shown);
    refresh();
    if (near || !shown.by_bot) follow();
    if (shown.by_bot) head.typing(false);
  };
  stream.on('ready', () => void load(null), signal);
  stream.on('message', arrived, signal);
  stream.on('edit', (/** @type {Shown} */ shown) => mine(shown) && known.has(shown.seq) && put(shown), signal);
  stream.on(
    'delete',
    (/** @type {{ seq: number }} */ gone) => {
      if (!known.delete(gone.seq)) return;
      at(gone.seq)?.remove();
      refresh();
    },
    signal,
  );
  stream.on(
    'answer',
    (/** @type {import('./types.js').Answer} */ answer) => {
      if (!bot || answer.user_id !== person.id || answer.bot !== bot.username) return;
      for (const key of list.querySelectorAll('[aria-busy]')) key.removeAttribute('aria-busy');
      answers.show(answer, bot.first_name);
    },
    signal,
  );
  stream.on(
    'action',
    (/** @type {{ bot: string, chat_id: number, action: string }} */ told) =>
      told.chat_id === id && (!bot || told.bot === bot.username) && head.typing(true, told.action),
    signal,
  );
  stream.on(
    'block',
    (/** @type {{ bot: string, user: number, blocked: boolean }} */ told) => {
      if (told.user !== person.id || told.bot !== bot?.username) return;
      blocked = told.blocked;
      refresh();
    },
    signal,
  );

  return {
    root,
    load: () => load(null),
    focus: () => (write ? write.focus() : log.focus()),
  };
}
