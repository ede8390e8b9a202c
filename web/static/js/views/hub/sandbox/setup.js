/** People, bots and channels of the sandbox. */
import { sandboxDo, sandboxRead } from '../../../api/sandbox.js';
import { h, replace } from '../../../dom.js';
import { button } from '../../../components/button.js';
import { copyText } from '../../../components/copy.js';
import { openDialog } from '../../../components/dialog.js';
import { failed } from '../../../components/states.js';
import { chip } from '../../../components/status.js';
import { toastError } from '../../../components/toast.js';
import { calmed } from '../../../live.js';
import { form, input, select } from './parts.js';

/**
 * @typedef {import('./types.js').Bot} Bot
 * @typedef {import('./types.js').Chat} Chat
 */

/** @type {[string, string][]} */
const PLACES = [
  ['administrator', 'Administrator who posts'],
  ['quiet', 'Administrator without posting'],
  ['member', 'Member'],
  ['left', 'Not a member'],
  ['kicked', 'Removed'],
];

/**
 * @param {object} options
 * @param {import('./stream.js').Stream} options.stream
 * @param {AbortSignal} options.signal
 */
export function setupPanel({ stream, signal }) {
  const bots = h('div', { class: 'stack' });
  const channels = h('div', { class: 'stack' });

  const load = async () => {
    try {
      const [which, what] = await Promise.all([
        /** @type {Promise<{ items: Bot[] }>} */ (sandboxRead('/bots', {}, signal)),
        /** @type {Promise<{ items: Chat[] }>} */ (sandboxRead('/chats', {}, signal)),
      ]);
      if (signal.aborted) return;
      replace(bots, h('ul', { class: 'orders' }, which.items.map(botRow)));
      // An open choice is left alone; what was chosen is sent already.
      if (channels.contains(document.activeElement)) return;
      replace(
        channels,
        what.items.filter((chat) => chat.type !== 'private').map((chat) => channelRow(chat, which.items)),
      );
    } catch (error) {
      if (!signal.aborted) replace(bots, failed(error, 'the bots', load));
    }
  };

  const again = calmed(load, signal, 1000);
  for (const kind of /** @type {const} */ (['ready', 'bot', 'chats', 'webhook'])) stream.on(kind, again, signal);
  void load();
  return h(
    'div',
    { class: 'stack sandbox-stack' },
    h(
      'section',
      { class: 'stack', 'aria-labelledby': 'bots-title' },
      h(
        'div',
        { class: 'section-top' },
        h('h2', { id: 'bots-title' }, 'Bots'),
        button('New bot', () => newBot(load), { small: true, icon: 'plus' }),
      ),
      bots,
    ),
    h(
      'section',
      { class: 'stack', 'aria-labelledby': 'channels-title' },
      h(
        'div',
        { class: 'section-top' },
        h('h2', { id: 'channels-title' }, 'Channels'),
        button('New channel', () => newChannel(load), { small: true, icon: 'plus' }),
      ),
      channels,
    ),
  );
}

/** @param {Bot} bot */
function botRow(bot) {
  const state = bot.last_error_message
    ? chip('bad', 'Webhook refused')
    : bot.webhook
      ? chip('good', 'Webhook')
      : chip('quiet', 'Polling or silent');
  return h(
    'li',
    { class: 'order' },
    h(
      'div',
      null,
      h('p', null, h('strong', null, bot.first_name), ' ', h('span', { class: 'muted small' }, `@${bot.username}`)),
      bot.webhook ? h('p', { class: 'mono small muted wrap' }, bot.webhook) : null,
      bot.last_error_message ? h('p', { class: 'small' }, bot.last_error_message) : null,
    ),
    h(
      'div',
      { class: 'order-end' },
      state,
      h('span', { class: 'figures small muted' }, `${bot.pending_update_count} waiting`),
    ),
  );
}

/**
 * @param {Chat} channel
 * @param {Bot[]} bots
 */
function channelRow(channel, bots) {
  return h(
    'div',
    { class: 'limit' },
    h(
      'h3',
      null,
      channel.title ?? '',
      h(
        'span',
        { class: 'muted small mono' },
        ` ${[channel.username && `@${channel.username}`, channel.id].filter(Boolean).join(' ')}`,
      ),
    ),
    bots.map((bot) => {
      const member = channel.members?.find((item) => item.bot === bot.username);
      const now = !member ? 'left' : member.status === 'administrator' && !member.can_post ? 'quiet' : member.status;
      const control = select(PLACES, now, (value) => {
        sandboxDo('POST', `/channels/${channel.id}/members`, {
          bot: bot.username,
          status: value === 'quiet' ? 'administrator' : value,
          can_post: value === 'administrator',
        }).catch((error) => toastError(error, 'Changing the membership'));
      });
      return h('label', { class: 'place' }, h('span', null, `@${bot.username}`), control);
    }),
  );
}

/**
 * @param {string} title
 * @param {Omit<Parameters<typeof form>[0], 'label'>} options
 * @param {(close: () => void, made: any) => void} ondone
 */
function ask(title, options, ondone) {
  const dialog = openDialog({
    title,
    body: form({
      ...options,
      label: title,
      onsend: async (values) => ondone(dialog.close, await options.onsend(values)),
    }),
  });
  dialog.root.querySelector('input')?.focus();
}

/** @param {(made: { id: number }) => void} ondone */
export function newPerson(ondone) {
  ask(
    'New person',
    {
      inputs: [
        { name: 'first_name', label: 'First name', required: true, control: input({ maxlength: 64 }) },
        { name: 'username', label: 'Username', control: input({ maxlength: 32 }) },
        { name: 'language_code', label: 'Language', control: input({ maxlength: 8, placeholder: 'en' }) },
      ],
      button: 'Make',
      onsend: (values) => sandboxDo('POST', '/users', values),
    },
    (close, made) => {
      close();
      ondone(made);
    },
  );
}

/** @param {() => void} ondone */
function newBot(ondone) {
  ask(
    'New bot',
    {
      inputs: [
        { name: 'first_name', label: 'Name', required: true, control: input({ maxlength: 64 }) },
        {
          name: 'username',
          label: 'Username',
          required: true,
          control: input({ maxlength: 32, placeholder: 'some_bot' }),
          help: 'Must end in “bot”.',
        },
      ],
      button: 'Make',
      onsend: (values) => sandboxDo('POST', '/bots', values),
    },
    (close, /** @type {Bot} */ made) => {
      close();
      ondone();
      showToken(made);
    },
  );
}

/** @param {Bot} bot */
function showToken(bot) {
  showSecret({
    title: `Token of @${bot.username}`,
    label: 'Token',
    text: 'It is shown only once. Paste it under Connections, like a token from BotFather.',
    value: bot.token ?? '',
  });
}

/** A secret to copy, shown only once.
 *
 * @param {{ title: string, label: string, text: string, value: string }} secret
 */
export function showSecret({ title, label, text, value }) {
  const shown = input({ value, readOnly: true, 'aria-label': label, class: 'input mono' });
  openDialog({
    title,
    body: h(
      'div',
      { class: 'stack' },
      h('p', null, text),
      shown,
      button(
        `Copy the ${label.toLowerCase()}`,
        () => {
          shown.select();
          return copyText(value, 'Copied.', 'It is selected: press Ctrl+C.');
        },
        { look: 'primary' },
      ),
    ),
  });
}

/** @param {() => void} ondone */
function newChannel(ondone) {
  ask(
    'New channel',
    {
      inputs: [
        { name: 'title', label: 'Title', required: true, control: input({ maxlength: 128 }) },
        {
          name: 'username',
          label: 'Username',
          control: input({ maxlength: 32 }),
          help: 'Without one the channel is private.',
        },
        {
          name: 'type',
          label: 'Kind',
          required: true,
          control: select(
            [
              ['channel', 'Channel'],
              ['group', 'Group'],
              ['supergroup', 'Supergroup'],
            ],
            'channel',
          ),
        },
      ],
      button: 'Make',
      onsend: (values) => sandboxDo('POST', '/channels', values),
    },
    (close) => {
      close();
      ondone();
    },
  );
}
