/** Simulated faults, and the bots' rate limits. */
import { sandboxDo } from '../../../api/sandbox.js';
import { h, uid } from '../../../dom.js';
import { count } from '../../../format.js';
import { iconButton } from '../../../components/button.js';
import { toast, toastError } from '../../../components/toast.js';
import { botChoices, methodChoices } from './calls.js';
import { form, input, orders, section, select } from './parts.js';

/**
 * @typedef {import('./types.js').Bot} Bot
 * @typedef {import('./types.js').Fault} Fault
 */

const KINDS = /** @type {const} */ ([
  ['429', 'Too many requests', 'Telegram asks the bot to wait a few seconds.'],
  ['401', 'Token refused', 'The bot’s token is no longer valid.'],
  ['403', 'Blocked', 'The person has blocked the bot.'],
  ['deactivated', 'Account deleted', 'The next person that a bot writes to has deleted their account.'],
  ['chat_not_found', 'Chat not found', 'Telegram doesn’t know the next chat that a bot names.'],
  ['409', 'Another poller', 'Another program fetches the bot’s updates.'],
  ['500', 'Server error', 'Telegram has an internal error.'],
  ['502', 'Bad gateway', 'Telegram can’t be reached behind its gateway.'],
  ['migrate', 'Group migrates', 'The next group that a bot writes to becomes a supergroup with a new id.'],
  ['timeout_after', 'Lost answer', 'The call takes effect, but its answer never arrives.'],
]);

/** @type {Record<string, string>} */
const NAMES = Object.fromEntries(KINDS.map(([kind, name]) => [kind, name]));

/**
 * @param {object} options
 * @param {Bot[]} options.bots
 * @param {import('./stream.js').Stream} options.stream
 * @param {AbortSignal} options.signal
 */
export function faultsPanel({ bots, stream, signal }) {
  const bot = select(botChoices(bots), '');
  const method = select(methodChoices(), '');
  const times = input({ type: 'number', min: 1, max: 100000, value: '1', inputmode: 'numeric' });
  const seconds = input({ type: 'number', min: 0, max: 86400, value: '5', inputmode: 'numeric' });

  /** @param {string} kind */
  const order = async (kind) => {
    try {
      await sandboxDo('POST', '/faults', {
        kind,
        bot: bot.value,
        method: method.value,
        count: Number(times.value) || 1,
        retry_after: kind === '429' || kind === 'timeout_after' ? Number(seconds.value) || 0 : 0,
      });
    } catch (error) {
      toastError(error, 'Adding the fault');
    }
  };

  /** @param {Fault} fault */
  const row = (fault) =>
    h(
      'li',
      { class: 'order' },
      h(
        'span',
        null,
        `${NAMES[fault.kind] ?? fault.kind}, ${count(fault.count, 'call')}`,
        h(
          'span',
          { class: 'muted small' },
          ` ${fault.method || 'any method'}, ${fault.bot ? `@${fault.bot}` : 'any bot'}${fault.retry_after ? `, ${fault.retry_after} s` : ''}`,
        ),
      ),
      iconButton(
        'close',
        `Remove the fault ${NAMES[fault.kind] ?? fault.kind}`,
        () => sandboxDo('DELETE', `/faults?id=${fault.id}`).catch((error) => toastError(error, 'Removing the fault')),
        { small: true },
      ),
    );

  const { root: pending, load } = orders({
    path: '/faults',
    what: 'the faults',
    none: 'No fault is set: every call is answered as Telegram would.',
    row,
    signal,
  });
  pending.setAttribute('aria-live', 'polite');
  stream.on('faults', () => void load(), signal);
  stream.on('ready', () => void load(), signal);
  void load();
  return h(
    'div',
    { class: 'stack sandbox-stack' },
    section(
      'Make the next calls fail',
      h(
        'div',
        { class: 'fault-scope' },
        labelled('Bot', bot),
        labelled('Method', method),
        labelled('Calls', times),
        labelled('Seconds', seconds),
      ),
      h(
        'ul',
        { class: 'fault-kinds' },
        KINDS.map(([kind, name, text]) =>
          h(
            'li',
            null,
            h(
              'button',
              { class: 'fault-kind', type: 'button', on: { click: () => void order(kind) } },
              h('strong', null, name),
              h('span', { class: 'muted small' }, text),
            ),
          ),
        ),
      ),
      pending,
    ),
    limits(bots),
  );
}

/**
 * @param {string} text
 * @param {HTMLElement} control
 */
function labelled(text, control) {
  control.id ||= uid('scope');
  return h('div', { class: 'fault-field' }, h('label', { class: 'label', for: control.id }, text), control);
}

/** @param {Bot[]} bots */
function limits(bots) {
  return section(
    'How often bots may send',
    h(
      'p',
      { class: 'muted small' },
      'Telegram allows about 30 messages a second, one a second to the same chat, and 20 a minute to the same group. 0 is no limit.',
    ),
    bots.length === 0 ? h('p', { class: 'muted small' }, 'There are no bots yet.') : null,
    bots.map((bot) =>
      h(
        'div',
        { class: 'limit' },
        h('h3', null, `@${bot.username}`),
        form({
          label: `Limits of @${bot.username}`,
          inputs: [
            number('per_second', 'Per second', bot.per_second),
            number('per_chat_per_second', 'In one chat', bot.per_chat_per_second),
            number('burst', 'Burst', bot.burst),
            number('per_group_per_minute', 'In one group, per minute', bot.per_group_per_minute),
          ],
          button: 'Save',
          primary: false,
          onsend: async (values) => {
            await sandboxDo('POST', '/limits', {
              bot: bot.username,
              per_second: Number(values.per_second),
              per_chat_per_second: Number(values.per_chat_per_second),
              burst: Math.trunc(Number(values.burst)),
              per_group_per_minute: Math.trunc(Number(values.per_group_per_minute)),
            });
            toast(`@${bot.username} has new limits.`);
          },
        }),
      ),
    ),
  );
}

/**
 * @param {string} name
 * @param {string} label
 * @param {number} value
 */
function number(name, label, value) {
  return {
    name,
    label,
    required: true,
    control: input({ type: 'number', min: 0, step: 'any', value: String(value), inputmode: 'decimal' }),
  };
}
