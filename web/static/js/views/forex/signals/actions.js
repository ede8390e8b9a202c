/** What a person can do with a signal: approve, reject, withdraw, close, change its levels. */
import { commandSignal, getSignal } from '../../../api/forex.js';
import { h } from '../../../dom.js';
import { timeOfDay } from '../../../format.js';
import { ApiError } from '../../../problem.js';
import { field } from '../../../components/field.js';
import { formDialog, lossList } from '../../../components/form-dialog.js';
import { toast, toastError } from '../../../components/toast.js';
import { changeLevels } from './levels.js';
import { percentText, sideText, signed } from './words.js';
import { clean } from '../../../typed.js';

/**
 * @typedef {import('../../../types.js').Signal} Signal
 * @typedef {import('../../../types.js').SignalDetail} SignalDetail
 *
 * @typedef {object} Doing
 * @property {Signal} item
 * @property {string} name What it is called: "Buy by Breakout".
 * @property {(fresh: SignalDetail) => void} onchange
 * @property {AbortSignal} signal
 */

/** Bytes of a reason that the server takes. */
const LONGEST_REASON = 200;

/**
 * Does something with a signal, once more when it changed meanwhile but is still in the same state.
 *
 * @param {Signal} item
 * @param {(row: Signal) => Promise<SignalDetail>} work
 */
async function onRow(item, work) {
  try {
    return await work(item);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 412) throw error;
    const fresh = await getSignal(item.id);
    if (fresh.state !== item.state) throw error;
    return work(fresh);
  }
}

/**
 * What can be done in its state, the most likely first.
 *
 * @param {Doing} doing
 * @returns {{ label: string, icon: import('../../../components/icons.js').IconName, look?: 'primary' | 'danger', run: () => unknown }[]}
 */
export function actionsOf(doing) {
  switch (doing.item.state) {
    case 'proposed':
      return [
        { label: 'Approve', icon: 'check', look: 'primary', run: () => approve(doing) },
        { label: 'Reject', icon: 'close', run: () => reject(doing) },
      ];
    case 'waiting':
      return [{ label: 'Withdraw', icon: 'close', run: () => withdraw(doing) }];
    case 'open':
      if (doing.item.ordered?.what === 'close') return [];
      return [
        { label: 'Edit levels', icon: 'pencil', run: () => changeLevels(doing) },
        { label: 'Close at the market', icon: 'stop', look: 'danger', run: () => close(doing) },
      ];
    default:
      return [];
  }
}

/** @param {Doing} doing */
async function approve({ item, onchange, name }) {
  try {
    onchange(await onRow(item, (row) => commandSignal(row, 'approve')));
    toast(`${name} is approved: it opens at the next price.`);
  } catch (error) {
    toastError(error, 'Approving');
  }
}

/** @param {Doing} doing */
function reject(doing) {
  withReason(doing, {
    title: `Reject ${doing.name}?`,
    text: 'It is not opened, and your channel hears nothing of it.',
    verb: 'Reject it',
    keep: 'Keep it',
    command: 'reject',
    done: `${doing.name} is rejected.`,
  });
}

/** @param {Doing} doing */
function withdraw(doing) {
  withReason(doing, {
    title: `Withdraw ${doing.name}?`,
    text: 'It waits for its first price and was told to nobody yet. It is not opened then.',
    verb: 'Withdraw it',
    keep: 'Keep it',
    command: 'cancel',
    done: `${doing.name} is withdrawn.`,
  });
}

/**
 * @param {Doing} doing
 * @param {{ title: string, text: string, verb: string, keep: string, command: 'reject' | 'cancel', done: string }} words
 */
function withReason({ item, onchange, signal }, { title, text, verb, keep, command, done }) {
  const input = h('input', { class: 'input', type: 'text', autocomplete: 'off', maxlength: LONGEST_REASON });
  const part = field({ label: 'Reason', control: input, help: 'It stands in the public record.' });
  formDialog({
    title,
    danger: true,
    body: [h('p', null, text), part.root],
    verb,
    keep,
    signal,
    onerror: (error) => {
      const said = error.fieldError('reason') ?? '';
      part.setError(said);
      return said !== '';
    },
    work: async () => {
      onchange(await onRow(item, (row) => commandSignal(row, command, clean(input.value))));
      toast(done);
    },
  });
  input.focus();
}

/** @param {Doing} doing */
function close({ item, onchange, name, signal }) {
  const now = item.running;
  const price = now ? `, now ${now.price} (${timeOfDay(now.at)})` : '';
  formDialog({
    title: `Close ${name} at the market?`,
    danger: true,
    safe: true,
    body: [
      h(
        'p',
        null,
        `What is still open, ${percentText(item.left)} of the ${sideText(item.side).toLowerCase()}, ends at the market’s next price${price}. What happened to it until then comes first.`,
        now ? ` The whole signal then stands at about ${signed(Number(now.pips))} pips.` : null,
      ),
      lossList([
        item.practice ? 'nobody is told: it is a practice signal' : 'your channel is told',
        'the close stands in the public record',
        'it can’t be opened again',
      ]),
    ],
    verb: 'Close at the market',
    keep: 'Keep it open',
    signal,
    work: async () => {
      onchange(await onRow(item, (row) => commandSignal(row, 'close')));
      toast(`${name} closes at the next price.`);
    },
  });
}
