/** The phone: one person's list of chats, or one of the chats. */
import { sandboxRead } from '../../../api/sandbox.js';
import { h, redraw, replace } from '../../../dom.js';
import { iconButton } from '../../../components/button.js';
import { openDialog } from '../../../components/dialog.js';
import { failed, loading, skeleton } from '../../../components/states.js';
import { toast } from '../../../components/toast.js';
import { calmed } from '../../../live.js';
import { remember } from '../../../router.js';
import { chatView } from './chat.js';
import { avatar, clock, form, fullName, input, select } from './parts.js';
import { newPerson } from './setup.js';
import { deepLink, summary } from './text.js';

/**
 * @typedef {import('./types.js').Person} Person
 * @typedef {import('./types.js').Bot} Bot
 * @typedef {import('./types.js').Chat} Chat
 */

const PATH = 'hub/sandbox';

/**
 * @param {object} options
 * @param {Record<string, string>} options.params `user` plays a person, `chat` opens a bot's or a channel's chat.
 * @param {import('./stream.js').Stream} options.stream
 * @param {AbortSignal} options.signal
 */
export function phone({ params, stream, signal }) {
  const screen = h('div', { class: 'phone-screen' });
  const root = h('section', { class: 'phone', 'aria-label': 'Phone' }, screen);
  /** @type {Person[]} */
  let people = [];
  /** @type {Bot[]} */
  let bots = [];
  /** @type {Chat[]} */
  let chats = [];
  let playing = Number(params.user) || 0;
  let open = params.chat ?? '';
  /** @type {AbortController | null} */
  let inside = null;
  let loaded = false;

  const person = () => people.find((item) => item.id === playing) ?? people[0];

  const keep = () => remember(PATH, { user: playing ? String(playing) : null, chat: open });

  const load = async () => {
    try {
      const [who, which, what] = await Promise.all([
        /** @type {Promise<{ items: Person[] }>} */ (sandboxRead('/users', {}, signal)),
        /** @type {Promise<{ items: Bot[] }>} */ (sandboxRead('/bots', {}, signal)),
        /** @type {Promise<{ items: Chat[] }>} */ (sandboxRead('/chats', {}, signal)),
      ]);
      if (signal.aborted) return;
      people = who.items;
      bots = which.items;
      chats = what.items;
      const first = !loaded;
      loaded = true;
      if (!inside) {
        drawList();
        if (first && (open || !params.user)) openChat(open || firstBot(), '', false);
      }
    } catch (error) {
      if (signal.aborted || loaded) return;
      replace(screen, failed(error, 'the sandbox', load));
    }
  };

  /** The bot to begin with, of somebody who has talked with none: its chat shows what to press. */
  const firstBot = () => {
    const me = person();
    const talks = chats.some((chat) => chat.type === 'private' && chat.id === me?.id);
    return talks ? '' : (bots[0]?.username ?? '');
  };

  /** @param {string} [focus] The chat that was left: its row gets the focus. */
  const drawList = (focus) => {
    const me = person();
    if (!me) return;
    playing = me.id;
    const rows = [
      ...bots.map((bot) => botRow(me, bot)),
      ...chats.filter((chat) => chat.type !== 'private').map(channelRow),
    ];
    rows.sort((a, b) => b.seq - a.seq);
    const persona = select(
      people.map((item) => [String(item.id), fullName(item)]),
      String(playing),
      (value) => {
        playing = Number(value);
        keep();
        drawList();
      },
    );
    persona.setAttribute('aria-label', 'Play as');
    persona.dataset.keep = 'persona';
    redraw(
      screen,
      h(
        'header',
        { class: 'phone-head' },
        avatar(fullName(me)),
        persona,
        iconButton('plus', 'Make a new person', () => newPerson((made) => ((playing = made.id), keep(), void load())), {
          dataset: { keep: 'new-person' },
        }),
        iconButton('link', 'Open a t.me link', askLink, { dataset: { keep: 'link' } }),
      ),
      rows.length === 0
        ? h('p', { class: 'chat-note muted small' }, 'No bots yet. Connect one, or make one under Setup.')
        : h(
            'ul',
            { class: 'chat-list', 'aria-label': `Chats of ${me.first_name}` },
            rows.map((row) => row.element),
          ),
    );
    if (focus) /** @type {HTMLElement | null} */ (screen.querySelector(`[data-keep="${CSS.escape(focus)}"]`))?.focus();
  };

  /**
   * @param {Person} me
   * @param {Bot} bot
   */
  const botRow = (me, bot) => {
    const chat = chats.find((item) => item.id === me.id && item.bot === bot.username);
    return row(bot.username, bot.first_name, '', chat);
  };

  /** @param {Chat} channel */
  const channelRow = (channel) => row(String(channel.id), channel.title ?? '', 'avatar-channel', channel);

  /**
   * @param {string} key
   * @param {string} name
   * @param {string} kind
   * @param {Chat | undefined} chat
   */
  const row = (key, name, kind, chat) => {
    const last = chat?.last;
    return {
      seq: chat?.last_seq ?? 0,
      element: h(
        'li',
        null,
        h(
          'button',
          { class: 'chat-row', type: 'button', dataset: { keep: key }, on: { click: () => openChat(key, '', true) } },
          avatar(name, kind),
          h(
            'span',
            { class: 'chat-row-words' },
            h('span', { class: 'chat-row-name' }, name),
            h(
              'span',
              { class: 'chat-row-last' },
              chat?.blocked
                ? 'Blocked'
                : last
                  ? `${last.by_bot ? '' : 'You: '}${summary(last.message)}`
                  : 'Not started yet',
            ),
          ),
          last ? h('span', { class: 'chat-row-time figures' }, clock(last.message.date)) : null,
        ),
      ),
    };
  };

  /**
   * @param {string} key A bot's username or a channel's number.
   * @param {string} start
   * @param {boolean} moved Whether a person asked for it, so that it gets the focus.
   */
  function openChat(key, start, moved) {
    const me = person();
    const bot = bots.find((item) => item.username.toLowerCase() === key.toLowerCase());
    const channel = chats.find((item) => item.type !== 'private' && String(item.id) === key);
    if (!me || !(bot || channel)) return;
    inside?.abort();
    inside = new AbortController();
    const mine = inside;
    signal.addEventListener('abort', () => mine.abort(), { once: true });
    open = bot ? bot.username : key;
    keep();
    const view = chatView({
      peer: bot ? { person: me, bot } : { person: me, channel: /** @type {Chat} */ (channel) },
      stream,
      signal: mine.signal,
      start,
      blocked: chats.some((chat) => chat.id === me.id && chat.bot === bot?.username && chat.blocked),
      onfollow: follow,
      onback: () => {
        mine.abort();
        inside = null;
        const left = open;
        open = '';
        keep();
        drawList(left);
        void load();
      },
    });
    replace(screen, view.root);
    void view.load().then(() => moved && !mine.signal.aborted && view.focus());
  }

  /** @param {{ username: string, start: string }} link */
  function follow(link) {
    const known = bots.some((bot) => bot.username.toLowerCase() === link.username.toLowerCase());
    const channel = chats.find(
      (chat) => chat.type !== 'private' && chat.username?.toLowerCase() === link.username.toLowerCase(),
    );
    if (known) openChat(link.username, link.start, true);
    else if (channel) openChat(String(channel.id), '', true);
    else toast(`There is no @${link.username} in the sandbox.`, { kind: 'bad' });
  }

  function askLink() {
    const dialog = openDialog({
      signal,
      title: 'Open a t.me link',
      body: form({
        label: 'Open a t.me link',
        inputs: [
          {
            name: 'link',
            label: 'Link',
            required: true,
            control: input({ placeholder: 't.me/promostack_bot?start=abc' }),
            help: 'As found in a button, a post or an advertisement.',
          },
        ],
        button: 'Open',
        onsend: async ({ link = '' }) => {
          const found = deepLink(link);
          if (!found) {
            toast('This isn’t a link to a bot or a channel.', { kind: 'bad' });
            return;
          }
          dialog.close();
          follow(found);
        },
      }),
    });
  }

  replace(screen, loading('the chats', skeleton('skeleton-row'), skeleton('skeleton-row'), skeleton('skeleton-row')));
  const again = calmed(load, signal, 700);
  for (const kind of /** @type {const} */ (['message', 'edit', 'delete', 'block', 'chats', 'bot']))
    stream.on(kind, again, signal);
  stream.on('ready', () => void load(), signal);
  void load();
  return root;
}
