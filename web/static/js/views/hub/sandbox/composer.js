/** Where a person writes: text, a photo, the bot's commands and its keyboard. */
import { sandboxRead } from '../../../api/sandbox.js';
import { h, replace, uid } from '../../../dom.js';
import { iconButton } from '../../../components/button.js';
import { icon } from '../../../components/icons.js';

/**
 * @typedef {import('./types.js').Keyboard} Keyboard
 * @typedef {import('./types.js').Command} Command
 */

/**
 * @param {object} options
 * @param {import('./types.js').Bot} options.bot
 * @param {import('./types.js').Person} options.person
 * @param {import('./stream.js').Stream} options.stream
 * @param {AbortSignal} options.signal
 * @param {(text: string) => Promise<boolean>} options.onsay
 * @param {(file: File, caption: string) => Promise<boolean>} options.onphoto
 */
export function composer({ bot, person, stream, signal, onsay, onphoto }) {
  const text = h('textarea', {
    class: 'composer-text',
    rows: 1,
    maxlength: 4096,
    placeholder: 'Message',
    'aria-label': `Message to ${bot.first_name}`,
    on: {
      keydown: (/** @type {KeyboardEvent} */ event) => {
        if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
          event.preventDefault();
          void send();
        }
      },
    },
  });
  const file = h('input', {
    class: 'visually-hidden',
    type: 'file',
    tabindex: '-1',
    accept: 'image/jpeg,image/png,image/gif,image/webp',
    'aria-label': 'Photo to send',
    on: {
      change: async () => {
        const chosen = file.files?.[0];
        if (chosen && (await onphoto(chosen, text.value.trim()))) text.value = '';
        file.value = '';
      },
    },
  });
  const commandsId = uid('commands');
  const commands = h('div', {
    class: 'commands',
    id: commandsId,
    hidden: true,
    role: 'group',
    'aria-label': 'Commands',
  });
  const menu = iconButton('menu', 'Commands of the bot', () => toggle(commands.hidden === true), {
    'aria-expanded': 'false',
    'aria-controls': commandsId,
  });
  const line = h(
    'form',
    {
      class: 'composer-line',
      on: {
        submit: (/** @type {Event} */ event) => {
          event.preventDefault();
          void send();
        },
      },
    },
    menu,
    text,
    file,
    iconButton('image', 'Send a photo', () => file.click()),
    h('button', { class: 'icon-button composer-send', type: 'submit', 'aria-label': 'Send' }, icon('send')),
  );
  const start = h('button', { class: 'button button-primary composer-start', type: 'button' }, 'Start');
  const keys = h('div', { class: 'reply-keyboard', role: 'group', 'aria-label': 'Keyboard of the bot' });
  const root = h('div', { class: 'composer' }, commands, line, start, keys);
  let startText = '/start';
  /** @type {Keyboard | undefined} The last one-time keyboard. */
  let used;
  start.addEventListener('click', () => void onsay(startText));

  const send = async () => {
    const words = text.value.trim();
    if (words === '') return;
    text.value = '';
    if (!(await onsay(words)) && text.value === '') text.value = words;
  };

  /** @param {boolean} open */
  const toggle = (open) => {
    commands.hidden = !open;
    menu.setAttribute('aria-expanded', String(open));
    if (open) void loadCommands();
  };

  const loadCommands = async () => {
    try {
      /** @type {{ items: Command[] }} */
      const { items } = await sandboxRead('/commands', { bot: bot.username, language: person.language_code }, signal);
      if (signal.aborted) return;
      replace(
        commands,
        items.length === 0
          ? h('p', { class: 'muted small' }, 'This bot has no commands.')
          : items.map((item) =>
              h(
                'button',
                {
                  class: 'command',
                  type: 'button',
                  on: {
                    click: () => {
                      toggle(false);
                      void onsay(`/${item.command}`);
                    },
                  },
                },
                h('span', { class: 'mono' }, `/${item.command}`),
                h('span', { class: 'muted' }, item.description),
              ),
            ),
      );
    } catch {
      if (!signal.aborted) replace(commands, h('p', { class: 'muted small' }, 'The commands can’t be loaded now.'));
    }
  };
  stream.on('commands', () => !commands.hidden && void loadCommands(), signal);

  /** @param {Keyboard | undefined} keyboard */
  const drawKeys = (keyboard) => {
    const rows = keyboard === used ? [] : (keyboard?.keyboard ?? []);
    /** @param {string} label */
    const press = (label) => {
      if (keyboard?.one_time_keyboard) used = keyboard;
      void onsay(label);
    };
    replace(
      keys,
      ...rows.map((row) =>
        h(
          'div',
          { class: 'keyboard-row' },
          row.map((key) => {
            const label = typeof key === 'string' ? key : key.text;
            return h('button', { class: 'key', type: 'button', on: { click: () => press(label) } }, label);
          }),
        ),
      ),
    );
    keys.hidden = rows.length === 0;
  };
  drawKeys(undefined);

  return {
    root,
    /** @param {{ begun: boolean, blocked: boolean, keyboard?: Keyboard, start: string }} state */
    update({ begun, blocked, keyboard, start: parameter }) {
      startText = parameter ? `/start ${parameter}` : '/start';
      const starting = !begun || blocked || parameter !== '';
      replace(start, blocked ? 'Restart' : parameter ? `Start with ${parameter}` : 'Start');
      start.hidden = !starting;
      line.hidden = !begun || blocked;
      drawKeys(starting ? undefined : keyboard);
    },
    focus: () => (start.hidden ? text : start).focus(),
  };
}
