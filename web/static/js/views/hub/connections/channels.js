/** The channels of a bot: a list of them, or one for each role. */
import { h, replace, uid } from '../../../dom.js';
import { button } from '../../../components/button.js';
import { icon } from '../../../components/icons.js';
import { MOST_CHANNELS, channelText, plainly } from './words.js';
import { isBlank } from '../../../typed.js';

/**
 * @typedef {import('../../../types.js').Channel} Channel
 * @typedef {import('../../../types.js').Channel['role']} ChannelRole
 *
 * @typedef {object} ChannelsControl
 * @property {HTMLElement} root
 * @property {() => { role: ChannelRole, chat: string }[]} typed By row, empty ones too.
 * @property {(channels: Channel[], checks: import('../../../types.js').ConnectionCheck[]) => void} show
 * @property {(channels: Channel[], checks: import('../../../types.js').ConnectionCheck[]) => void} know Keeps what is typed.
 * @property {(errors: Map<number, string>) => void} setErrors By row; those not named are cleared.
 * @property {(role: ChannelRole) => void} focus Goes to the field of a channel of that role.
 * @property {(chat: string) => void} offer Puts a channel into the first empty row.
 */

/**
 * @param {object} options
 * @param {string} options.label For screen readers.
 * @param {() => void} options.onchange
 * @param {string} [options.described] The id of what describes it.
 */
function channelInput({ label, onchange, described = '' }) {
  const id = uid('channel');
  const error = h('p', { class: 'field-error', id: `${id}-error`, hidden: true });
  const known = h('p', { class: 'channel-known', id: `${id}-known`, hidden: true });
  /** @type {Channel | null} */
  let saved = null;
  /** How its last test went; null for none. @type {boolean | null} */
  let passed = null;
  const input = h('input', {
    class: 'input',
    id,
    type: 'text',
    placeholder: '@channel or -1001234567890',
    autocomplete: 'off',
    autocapitalize: 'off',
    spellcheck: 'false',
    'aria-label': label,
    'aria-describedby': [`${id}-error`, `${id}-known`, described].filter(Boolean).join(' '),
    on: {
      input: () => {
        setError('');
        tell();
        onchange();
      },
    },
  });
  const tell = () => {
    const same = saved !== null && channelText(input.value) === saved.chat;
    known.hidden = !same;
    if (passed === null) replace(known, 'Not tested yet');
    else if (passed) replace(known, icon('check', 'small'), saved?.title || 'Passed its last test');
    else replace(known, icon('alert', 'small'), 'Failed its last test: see above what to do');
    known.classList.toggle('channel-failed', passed === false);
  };
  /**
   * @param {Channel | null} channel The saved channel.
   * @param {import('../../../types.js').ConnectionCheck[]} checks
   */
  const know = (channel, checks) => {
    saved = channel;
    passed = checks.find(({ name }) => name === `channel:${channel?.role}:${channel?.chat}`)?.ok ?? null;
    tell();
  };
  /** @param {string} message */
  const setError = (message) => {
    error.hidden = message === '';
    if (message) input.setAttribute('aria-invalid', 'true');
    else input.removeAttribute('aria-invalid');
    replace(error, message ? [icon('alert', 'small'), h('span', null, plainly(message))] : null);
  };
  return {
    input,
    parts: [error, known],
    setError,
    /**
     * @param {Channel | null} channel
     * @param {import('../../../types.js').ConnectionCheck[]} checks
     */
    show(channel, checks) {
      input.value = channel?.chat ?? '';
      setError('');
      know(channel, checks);
    },
    know,
  };
}

/**
 * Which saved channel a row holds.
 *
 * @param {Channel[]} channels
 * @param {ReturnType<typeof channelInput>} one
 */
const savedIn = (channels, one) => channels.find(({ chat }) => chat === channelText(one.input.value)) ?? null;

/**
 * Any number of channels to post to.
 *
 * @param {() => void} onchange
 * @returns {ChannelsControl}
 */
export function channelList(onchange) {
  const helpId = uid('channels-help');
  const list = h('ul', { class: 'channel-rows' });
  /** @type {{ row: HTMLElement, one: ReturnType<typeof channelInput>, remove: HTMLElement }[]} */
  let rows = [];
  const add = button(
    'Add a channel',
    () => {
      append(null).input.focus();
      onchange();
    },
    { look: 'quiet', small: true, icon: 'plus' },
  );

  const number = () => {
    rows.forEach(({ one, remove }, i) => {
      one.input.setAttribute('aria-label', `Channel ${i + 1}`);
      remove.setAttribute('aria-label', `Remove channel ${i + 1}`);
    });
    add.hidden = rows.length >= MOST_CHANNELS;
    const [only] = rows;
    for (const { remove } of rows) remove.hidden = false;
    if (rows.length === 1 && only) only.remove.hidden = only.one.input.value === '';
  };
  const edited = () => {
    number();
    onchange();
  };

  /**
   * @param {Channel | null} channel
   * @param {import('../../../types.js').ConnectionCheck[]} [checks]
   */
  const append = (channel, checks = []) => {
    const one = channelInput({ label: 'Channel', onchange: edited, described: helpId });
    const remove = h(
      'button',
      {
        class: 'icon-button',
        type: 'button',
        on: {
          click: () => {
            const at = rows.findIndex((item) => item.row === row);
            rows.splice(at, 1);
            row.remove();
            if (rows.length === 0) append(null);
            number();
            (rows[Math.min(at, rows.length - 1)]?.one.input ?? add).focus();
            onchange();
          },
        },
      },
      icon('trash'),
    );
    const row = h('li', { class: 'channel-row' }, h('div', { class: 'channel-cell' }, one.input, one.parts), remove);
    one.show(channel, checks);
    rows.push({ row, one, remove });
    list.append(row);
    number();
    return one;
  };

  return {
    root: h(
      'fieldset',
      { class: 'channels' },
      h('legend', { class: 'label' }, 'Channels to post to'),
      list,
      h('div', null, add),
      h(
        'p',
        { class: 'field-help', id: helpId },
        'The bot has to be an administrator of each. For a private channel, give its number.',
      ),
    ),
    typed: () => rows.map(({ one }) => ({ role: /** @type {const} */ ('post'), chat: one.input.value })),
    show(channels, checks) {
      const shown = channels.length > 0 ? channels : [null];
      // The focus stays in its row.
      if (shown.length === rows.length && rows.every(({ one }, i) => one.input.value === (shown[i]?.chat ?? ''))) {
        rows.forEach(({ one }, i) => one.show(shown[i] ?? null, checks));
        return;
      }
      rows = [];
      replace(list);
      for (const channel of shown) append(channel, checks);
    },
    know: (channels, checks) => rows.forEach(({ one }) => one.know(savedIn(channels, one), checks)),
    setErrors(errors) {
      rows.forEach(({ one }, i) => one.setError(errors.get(i) ?? ''));
      rows.find((_, i) => errors.has(i))?.one.input.focus();
    },
    focus: () => rows[0]?.one.input.focus(),
    offer(chat) {
      if (rows.some(({ one }) => channelText(one.input.value) === chat)) return;
      const empty = rows.find(({ one }) => isBlank(one.input.value))?.one ?? append(null);
      empty.input.value = chat;
      edited();
    },
  };
}

/**
 * One VIP and one FREE channel.
 *
 * @param {() => void} onchange
 * @returns {ChannelsControl}
 */
export function channelPair(onchange) {
  const parts = /** @type {const} */ ([
    ['vip', 'VIP channel', 'For paying members: gets every signal.'],
    ['free', 'FREE channel', 'For everybody: gets what you choose to show.'],
  ]);
  const fields = parts.map(([role, label, help]) => {
    const helpId = uid('help');
    const one = channelInput({ label, onchange, described: helpId });
    const root = h(
      'div',
      { class: 'field' },
      h(
        'div',
        { class: 'field-top' },
        h('label', { for: one.input.id }, label, h('span', { class: 'optional' }, ' optional')),
      ),
      one.input,
      one.parts,
      h('p', { class: 'field-help', id: helpId }, help),
    );
    return { role, one, root };
  });
  return {
    root: h(
      'div',
      { class: 'channel-pair' },
      fields.map(({ root }) => root),
    ),
    typed: () => fields.map(({ role, one }) => ({ role, chat: one.input.value })),
    show(channels, checks) {
      for (const { role, one } of fields) one.show(channels.find((item) => item.role === role) ?? null, checks);
    },
    know: (channels, checks) => fields.forEach(({ one }) => one.know(savedIn(channels, one), checks)),
    setErrors(errors) {
      fields.forEach(({ one }, i) => one.setError(errors.get(i) ?? ''));
      fields.find((_, i) => errors.has(i))?.one.input.focus();
    },
    focus: (role) => fields.find((item) => item.role === role)?.one.input.focus(),
    offer(chat) {
      if (fields.some(({ one }) => channelText(one.input.value) === chat)) return;
      const empty = fields.find(({ one }) => isBlank(one.input.value))?.one;
      if (!empty) return;
      empty.input.value = chat;
      onchange();
    },
  };
}
