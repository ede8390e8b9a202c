/** Whether a strategy is off, practises or is live: it takes effect at once. */
import { changeStrategy, listStrategies, readGate } from '../../../api/forex.js';
import { h, replace } from '../../../dom.js';
import { ApiError } from '../../../problem.js';
import { formDialog, lossList } from '../../../components/form-dialog.js';
import { segmented } from '../../../components/segmented.js';
import { toast, toastError } from '../../../components/toast.js';
import { may } from '../signals/parts.js';
import { askAnyway, gateList } from './gate.js';
import { MODES, unprovenText } from './words.js';

/** @typedef {import('../../../types.js').Strategy} Strategy */

/**
 * Changes a strategy, once more when somebody else changed something else of it meanwhile.
 *
 * @param {Strategy} row
 * @param {import('../../../types.js').StrategyPatch} changes
 */
async function onRow(row, changes) {
  try {
    return await changeStrategy(row, changes);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 412) throw error;
    const fresh = (await listStrategies()).items.find(({ name }) => name === row.name);
    if (!fresh) throw error;
    return changeStrategy(fresh, changes);
  }
}

/**
 * @param {Strategy} first
 * @param {object} options
 * @param {(fresh: Strategy) => void} options.onchange
 * @param {AbortSignal} options.signal
 */
export function modeControl(first, { onchange, signal }) {
  let now = first;
  const words = h('p', { class: 'muted small' });
  const choice = segmented({
    label: `Mode of ${first.title}`,
    quietLabel: true,
    value: first.mode,
    choices: [
      { value: 'off', label: MODES.off.label },
      { value: 'practice', label: MODES.practice.label },
      { value: 'live', label: MODES.live.label },
    ],
    onchange: (/** @type {Strategy['mode']} */ mode) => void (mode === 'live' ? ask() : set(mode)),
  });
  if (!may('strategies.write')) choice.root.setAttribute('disabled', '');

  /** @param {Strategy['mode']} mode */
  async function set(mode) {
    try {
      await change(mode);
    } catch (error) {
      show(now);
      toastError(error, 'Changing the mode');
    }
  }

  /** @param {Strategy['mode']} mode @param {boolean} [anyway] */
  async function change(mode, anyway) {
    const fresh = await onRow(now, { mode, anyway });
    show(fresh);
    onchange(fresh);
    toast(`${fresh.title} is ${mode === 'off' ? 'off' : mode === 'practice' ? 'practising' : 'live'}.`);
  }

  async function ask() {
    try {
      const gate = await readGate(now.name, signal);
      const shown = gateList(gate, now);
      const dialog = gate.open
        ? formDialog({
            title: `Take ${now.title} live?`,
            body: [
              shown,
              h('p', null, 'From its next decision on:'),
              lossList(['its signals go to your VIP channel', 'each of them stands in the public record for good']),
            ],
            verb: 'Go live',
            keep: 'Not now',
            signal,
            work: () => change('live'),
          })
        : askAnyway({ strategy: now, missing: shown, work: () => change('live', true), signal });
      dialog.root.addEventListener('close', () => show(now));
    } catch (error) {
      show(now);
      if (!signal.aborted) toastError(error, 'Changing the mode');
    }
  }

  /** @param {Strategy} fresh */
  function show(fresh) {
    if (fresh.version < now.version) return;
    now = fresh;
    choice.choose(fresh.mode);
    replace(words, MODES[fresh.mode].text, unprovenText(fresh));
  }

  show(first);
  return { root: h('div', { class: 'mode' }, choice.root, words), show, item: () => now };
}
