/** The log of calls, as they arrive. */
import { sandboxRead } from '../../../api/sandbox.js';
import { h, replace } from '../../../dom.js';
import { dateTime } from '../../../format.js';
import { button } from '../../../components/button.js';
import { failed, loading, skeleton } from '../../../components/states.js';
import { chip } from '../../../components/status.js';
import { toastError } from '../../../components/toast.js';
import { select } from './parts.js';

/**
 * @typedef {import('./types.js').Call} Call
 * @typedef {import('./types.js').Bot} Bot
 */

const PAGE = 50;
const POLL = 'getUpdates';
/** How many lines stay on the page. */
const KEPT = 300;

/** The methods that can be chosen; the log itself has all. */
export const METHODS = [
  'getMe',
  'getUpdates',
  'setWebhook',
  'deleteWebhook',
  'getWebhookInfo',
  'sendMessage',
  'sendPhoto',
  'sendDocument',
  'sendMediaGroup',
  'sendChatAction',
  'forwardMessage',
  'copyMessage',
  'editMessageText',
  'editMessageCaption',
  'editMessageReplyMarkup',
  'editMessageMedia',
  'deleteMessage',
  'deleteMessages',
  'answerCallbackQuery',
  'setMyCommands',
  'getMyCommands',
  'deleteMyCommands',
  'getChat',
  'getChatMember',
  'getChatMemberCount',
  'getChatAdministrators',
  'getFile',
];

/** @returns {[string, string][]} */
export const methodChoices = () => [
  ['', 'Any method'],
  ...METHODS.map((name) => /** @type {[string, string]} */ ([name, name])),
];

/**
 * @param {Bot[]} bots
 * @returns {[string, string][]}
 */
export const botChoices = (bots) => [
  ['', 'Any bot'],
  ...bots.map((bot) => /** @type {[string, string]} */ ([bot.username, `@${bot.username}`])),
];

/**
 * @param {object} options
 * @param {Bot[]} options.bots
 * @param {import('./stream.js').Stream} options.stream
 * @param {AbortSignal} options.signal
 */
export function callsPanel({ bots, stream, signal }) {
  const filter = { bot: '', method: '', failed: '' };
  const list = h('ol', { class: 'calls', 'aria-label': 'Calls, newest first' });
  const body = h('div', { class: 'calls-body' });
  const more = h('div', { class: 'row row-center' });
  const bot = select(botChoices(bots), '', (value) => set('bot', value));
  bot.setAttribute('aria-label', 'Bot');
  const method = select(methodChoices(), '', (value) => set('method', value));
  method.setAttribute('aria-label', 'Method');
  const polls = h('input', { type: 'checkbox', checked: false, on: { change: () => void load(null) } });
  const only = h('input', {
    type: 'checkbox',
    on: {
      change: (/** @type {Event} */ e) => set('failed', /** @type {HTMLInputElement} */ (e.target).checked ? '1' : ''),
    },
  });
  const root = h(
    'div',
    { class: 'stack' },
    h(
      'div',
      { class: 'calls-filter' },
      bot,
      method,
      h('label', { class: 'sandbox-check' }, only, 'Refused only'),
      h('label', { class: 'sandbox-check' }, polls, 'Show polling'),
    ),
    body,
    more,
  );
  let next = /** @type {string | null} */ (null);
  /** Counts loads from the top, so that a slow one doesn't replace a newer one. */
  let turn = 0;
  /** @type {Call[]} Those that came while a load from the top was under way. */
  let came = [];

  /**
   * @param {'bot' | 'method' | 'failed'} name
   * @param {string} value
   */
  const set = (name, value) => {
    filter[name] = value;
    void load(null);
  };

  /** Polling never stops: its calls are shown only on request. */
  const noPolls = () => !polls.checked && filter.method !== POLL;

  /** @param {Call} call */
  const fits = (call) =>
    (filter.bot === '' || call.bot === filter.bot) &&
    (filter.method === '' || call.method === filter.method) &&
    (filter.failed === '' || call.status !== 200) &&
    (call.method !== POLL || !noPolls());

  /** @param {string | null} before */
  const load = async (before) => {
    const mine = before === null ? ++turn : turn;
    if (before === null) came = [];
    if (before === null && !list.isConnected)
      replace(body, loading('the calls', skeleton('skeleton-row'), skeleton('skeleton-row')));
    try {
      /** @type {import('./types.js').Page<Call>} */
      const page = await sandboxRead(
        '/calls',
        { ...filter, without: noPolls() ? POLL : null, limit: PAGE, before },
        signal,
      );
      if (signal.aborted || mine !== turn) return;
      const known = new Set(page.items.map((call) => call.id));
      const later = before === null ? came.filter((call) => fits(call) && !known.has(call.id)) : [];
      const rows = [...page.items, ...later].reverse().map(line);
      if (before === null) replace(list, ...rows);
      else list.append(...rows);
      next = page.next;
      draw();
    } catch (error) {
      if (signal.aborted || mine !== turn) return;
      if (before !== null) toastError(error, 'Loading the calls');
      else
        replace(
          body,
          failed(error, 'the calls', () => load(null)),
        );
    }
  };

  const draw = () => {
    replace(
      body,
      list.childElementCount > 0
        ? list
        : h('p', { class: 'muted chat-note' }, 'No calls yet. What bots ask of Telegram appears here.'),
    );
    replace(more, next ? button('Earlier calls', () => load(next), { small: true }) : null);
  };

  stream.on(
    'call',
    (/** @type {Call} */ call) => {
      came.push(call);
      if (came.length > KEPT) came.shift();
      if (!fits(call) || list.querySelector(`[data-id="${call.id}"]`)) return;
      list.prepend(line(call));
      while (list.childElementCount > KEPT) list.lastElementChild?.remove();
      if (!list.isConnected) draw();
    },
    signal,
  );
  stream.on('ready', () => void load(null), signal);
  void load(null);
  return root;
}

/** @param {Call} call */
function line(call) {
  const tone = call.status === 200 ? 'good' : call.status === 429 ? 'warn' : 'bad';
  return h(
    'li',
    { dataset: { id: String(call.id) } },
    h(
      'details',
      { class: 'call' },
      h(
        'summary',
        null,
        h('time', { class: 'figures muted', datetime: call.at, title: dateTime(call.at) }, call.at.slice(11, 19)),
        h('span', { class: 'call-method mono' }, call.method),
        call.fault ? h('span', { class: 'tag' }, `fault ${call.fault}`) : null,
        chip(tone, String(call.status)),
        call.error ? h('span', { class: 'call-error small' }, call.error) : null,
      ),
      h(
        'dl',
        { class: 'call-facts small' },
        fact('Bot', `@${call.bot}`),
        call.chat_id ? fact('Chat', String(call.chat_id)) : null,
        call.message_id ? fact('Message', String(call.message_id)) : null,
        fact('Took', `${(call.micros / 1000).toFixed(1)} ms`),
        fact('Number', String(call.id)),
      ),
      h(
        'pre',
        {
          class: 'call-params mono small',
          tabindex: '0',
          role: 'region',
          'aria-label': `Parameters of ${call.method}`,
        },
        pretty(call.params),
      ),
    ),
  );
}

/**
 * @param {string} term
 * @param {string} value
 */
function fact(term, value) {
  return h('div', null, h('dt', { class: 'muted' }, term), h('dd', { class: 'mono' }, value));
}

/**
 * Parameters that are JSON strings are shown parsed.
 *
 * @param {Record<string, unknown>} params
 */
function pretty(params) {
  const open = Object.fromEntries(
    Object.entries(params).map(([name, value]) => {
      if (typeof value !== 'string' || !/^[[{]/.test(value)) return [name, value];
      try {
        return [name, JSON.parse(value)];
      } catch {
        return [name, value];
      }
    }),
  );
  return JSON.stringify(open, null, 2);
}
