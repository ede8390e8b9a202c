/** The top of a chat: who it is with, what it does now, and what else can be done. */
import { h, replace } from '../../../dom.js';
import { count } from '../../../format.js';
import { iconButton } from '../../../components/button.js';
import { openDialog } from '../../../components/dialog.js';
import { menuButton } from '../../../components/menu.js';
import { avatar, form, input } from './parts.js';

/** How long "typing…" stays unless it is renewed (ms), as in Telegram. */
const TYPING = 5000;

/**
 * @param {object} options
 * @param {import('./chat.js').Peer} options.peer
 * @param {() => void} options.onback
 * @param {(blocked: boolean) => void} options.onblock
 * @param {(text: string) => void} options.onstart Sends /start with a parameter.
 */
export function chatHead({ peer, onback, onblock, onstart }) {
  const { bot, channel } = peer;
  const name = bot ? bot.first_name : (channel.title ?? '');
  const quiet = bot
    ? `@${bot.username}`
    : [channel.username && `@${channel.username}`, channel.member_count && count(channel.member_count, 'member')]
        .filter(Boolean)
        .join(', ');
  const sub = h('p', { class: 'chat-sub' }, quiet);
  let state = { begun: false, blocked: false };
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  const menu = bot
    ? menuButton({
        label: `Actions for ${name}`,
        items: () => [
          { label: 'Start with a parameter', icon: 'link', run: () => askStart(onstart, bot.username) },
          {
            label: state.blocked ? 'Unblock the bot' : 'Block the bot',
            icon: state.blocked ? 'check' : 'close',
            disabled: state.begun ? undefined : 'Start the bot first',
            run: () => onblock(!state.blocked),
          },
        ],
      })
    : null;
  const root = h(
    'header',
    { class: 'chat-head' },
    iconButton('back', 'All chats', onback),
    avatar(name, channel ? 'avatar-channel' : ''),
    h('div', { class: 'chat-who' }, h('h2', null, name), sub),
    menu,
  );
  return {
    root,
    /** @param {{ begun: boolean, blocked: boolean }} next */
    update(next) {
      state = next;
      replace(sub, next.blocked ? 'blocked' : quiet);
    },
    /** @param {boolean} on @param {string} [action] */
    typing(on, action = 'typing') {
      clearTimeout(timer);
      replace(sub, on ? (action === 'typing' ? 'typing…' : `${action.replaceAll('_', ' ')}…`) : quiet);
      if (on) timer = setTimeout(() => replace(sub, quiet), TYPING);
    },
  };
}

/**
 * @param {(text: string) => void} onstart
 * @param {string} username
 */
function askStart(onstart, username) {
  const dialog = openDialog({
    title: 'Start with a parameter',
    body: h(
      'div',
      { class: 'stack' },
      h('p', { class: 'muted small' }, `What follows t.me/${username}?start= in a link.`),
      form({
        label: 'Start with a parameter',
        inputs: [{ name: 'start', label: 'Parameter', control: input({ maxlength: 64, pattern: '[A-Za-z0-9_-]*' }) }],
        button: 'Start',
        onsend: async ({ start = '' }) => {
          dialog.close();
          onstart(`/start ${start.replace(/[^A-Za-z0-9_-]/g, '')}`.trim());
        },
      }),
    ),
  });
}
