/** User accounts of the simulated Telegram: their phones, and the people who write to them. */
import { sandboxDo, sandboxRead } from '../../../api/sandbox.js';
import { h, redraw, replace } from '../../../dom.js';
import { ApiError } from '../../../problem.js';
import { button } from '../../../components/button.js';
import { openDialog } from '../../../components/dialog.js';
import { failed } from '../../../components/states.js';
import { chip } from '../../../components/status.js';
import { toast, toastError } from '../../../components/toast.js';
import { form, fullName, input, section, select } from './parts.js';
import { showSecret } from './setup.js';

/**
 * @typedef {{ id: number, phone: string, name: string, password: boolean, sessions: number, connections: number }} Account
 * @typedef {{ id: number, person: number, out: boolean, text: string, photo?: string, date: string }} AccountMessage
 * @typedef {import('./types.js').Person} Person
 */

/** How often the accounts are polled (ms): they have no stream. */
const LOOK = 3000;
const PHONE = { placeholder: '+15550000001', inputmode: 'tel', autocomplete: 'off' };

/**
 * @param {object} options
 * @param {AbortSignal} options.signal
 */
export function accountsPanel({ signal }) {
  const list = h('div', { class: 'stack' });
  let shown = '';

  const load = async () => {
    try {
      /** @type {{ items: Account[] }} */
      const { items } = await sandboxRead('/accounts', {}, signal);
      const state = JSON.stringify(items);
      if (signal.aborted || state === shown) return;
      shown = state;
      redraw(
        list,
        items.length === 0
          ? h('p', { class: 'muted small' }, 'Nobody has signed in yet. Connect a user account under Connections.')
          : h('ul', { class: 'orders' }, items.map(row)),
      );
    } catch (error) {
      if (signal.aborted || shown) return;
      const off = error instanceof ApiError && error.status === 404;
      replace(
        list,
        off
          ? h('p', { class: 'muted small' }, 'User accounts are not simulated here.')
          : failed(error, 'the accounts', load),
      );
    }
  };

  /**
   * @param {string} label
   * @param {Promise<unknown>} done
   */
  const after = (label, done) => done.then(load).catch((error) => toastError(error, label));

  /** @param {Account} account */
  const row = (account) => {
    const state =
      account.connections > 0
        ? chip('good', 'Connected')
        : account.sessions > 0
          ? chip('warn', 'Signed in, offline')
          : chip('quiet', 'Signed out');
    const actions = /** @type {[string, string, () => void][]} */ ([
      ['messages', 'Messages', () => void openMessages(account, signal)],
      [
        'hang-up',
        'Drop the connection',
        () => after('Dropping the connection', sandboxDo('POST', `/accounts/${account.id}/hang-up`)),
      ],
      [
        'revoke',
        'End its sessions',
        () => after('Ending the sessions', sandboxDo('POST', `/accounts/${account.id}/revoke`)),
      ],
    ]);
    return h(
      'li',
      { class: 'order' },
      h('p', null, h('strong', null, account.name), h('span', { class: 'muted small mono' }, ` ${account.phone}`)),
      h(
        'div',
        { class: 'order-end' },
        state,
        actions.map(([key, label, run]) => button(label, run, { small: true, 'data-keep': `${key}-${account.id}` })),
      ),
    );
  };

  const timer = setInterval(() => !document.hidden && void load(), LOOK);
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
  void load();
  return h(
    'div',
    { class: 'stack sandbox-stack' },
    section(
      'User accounts',
      h(
        'p',
        { class: 'muted small' },
        'Phone numbers are +1555 and seven digits; the code is 12345. Numbers that end in 2 also ask for the password “sandbox”.',
      ),
      list,
    ),
    section(
      'Scan a QR code',
      form({
        label: 'Scan a QR code',
        inputs: [
          {
            name: 'url',
            label: 'Address in the code',
            required: true,
            control: input({ placeholder: 'tg://login?token=…' }),
          },
          { name: 'phone', label: 'Phone that scans it', required: true, control: input(PHONE) },
        ],
        button: 'Scan it',
        primary: false,
        onsend: async (values) => {
          await sandboxDo('POST', '/accounts/accept-qr', values);
          toast('The phone has scanned the code.');
          await load();
        },
      }),
    ),
    section(
      'Make a Telethon session',
      form({
        label: 'Make a Telethon session',
        inputs: [{ name: 'phone', label: 'Phone', required: true, control: input(PHONE) }],
        button: 'Make it',
        primary: false,
        onsend: async (values) => {
          /** @type {{ session: string } | null} */
          const made = await sandboxDo('POST', '/accounts/telethon', values);
          showSecret({
            title: 'Telethon session',
            label: 'Session',
            text: 'Paste it under Connections as a Telethon session.',
            value: made?.session ?? '',
          });
        },
      }),
    ),
  );
}

/**
 * An account's messages, and a field to write to it as one of the people.
 *
 * @param {Account} account
 * @param {AbortSignal} signal
 */
async function openMessages(account, signal) {
  /** @type {{ items: Person[] }} */
  const { items: people } = await sandboxRead('/users', {}, signal).catch(() => ({ items: [] }));
  const life = new AbortController();
  const log = h('div', {
    class: 'chat-log account-log',
    role: 'log',
    tabindex: '0',
    'aria-label': `Messages of ${account.name}`,
  });
  let shown = '';
  const load = async () => {
    try {
      /** @type {{ items: AccountMessage[] }} */
      const { items } = await sandboxRead(`/accounts/${account.id}/messages`, {}, life.signal);
      const state = JSON.stringify(items);
      if (life.signal.aborted || state === shown) return;
      shown = state;
      replace(
        log,
        items.length === 0
          ? h('p', { class: 'muted small chat-note' }, 'Nobody has written yet.')
          : h('div', { class: 'chat-messages' }, items.map(line)),
      );
      log.scrollTop = log.scrollHeight;
    } catch (error) {
      if (!life.signal.aborted) toastError(error, 'Loading the messages');
    }
  };

  /** @param {AccountMessage} message */
  const line = (message) => {
    const person = people.find((item) => item.id === message.person);
    const who = message.out ? account.name : person ? fullName(person) : String(message.person);
    return h(
      'article',
      { class: ['bubble', message.out ? 'bubble-theirs' : 'bubble-mine'], 'aria-label': who },
      h(
        'div',
        { class: 'bubble-body' },
        h('p', { class: 'bubble-origin' }, who),
        h('p', { class: 'bubble-text' }, message.photo ? `[Photo] ${message.text}` : message.text),
        h('p', { class: 'bubble-foot figures' }, message.date.slice(11, 16)),
      ),
    );
  };

  const text = input({ maxlength: 4096 });
  openDialog({
    signal,
    title: `Messages of ${account.name}`,
    class: 'dialog-wide',
    onclose: () => life.abort(),
    body: h(
      'div',
      { class: 'stack' },
      log,
      form({
        label: 'Write to the account',
        inputs: [
          {
            name: 'from',
            label: 'From',
            required: true,
            control: select(
              people.map((person) => [String(person.id), fullName(person)]),
              String(people[0]?.id ?? ''),
            ),
          },
          { name: 'text', label: 'Message', required: true, control: text },
        ],
        button: 'Send',
        onsend: async (values) => {
          const from = people.find((person) => String(person.id) === values.from);
          if (!from || !values.text) return;
          const { id, first_name, last_name = '', username = '' } = from;
          await sandboxDo('POST', `/accounts/${account.id}/messages`, {
            from: { id, first_name, last_name, username },
            text: values.text,
          });
          text.value = '';
          await load();
        },
      }),
    ),
  });
  const timer = setInterval(() => void load(), LOOK);
  life.signal.addEventListener('abort', () => clearInterval(timer), { once: true });
  void load();
}
