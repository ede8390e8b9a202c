/** The dialog of a flow: what it sends, when, and by which prompts. */
import { changeFlow, createFlow, listFlows } from '../../../api/hype.js';
import { h } from '../../../dom.js';
import { toast } from '../../../components/toast.js';
import { daysField, tick } from '../cross-promotion/settings-parts.js';
import { numberField } from '../strategies/parts.js';
import { savingDialog, textField } from './form.js';
import { promptsField } from './prompts-field.js';
import { LIMITS, NEW_FLOW, quoted } from './words.js';

/**
 * @param {object} options
 * @param {import('./words.js').Flow | null} options.flow Null for a new one.
 * @param {boolean} [options.enabled] What the tick begins with.
 * @param {import('./words.js').Prompt[]} options.prompts
 * @param {() => Promise<void>} options.reload
 * @param {() => void} options.onclose
 * @param {AbortSignal} options.signal
 */
export function openFlow({ flow, enabled = flow?.enabled ?? false, prompts, reload, onclose, signal }) {
  const first = flow ?? { ...NEW_FLOW, name: '', prompts: prompts.slice(0, 1).map(({ id }) => id) };
  const name = textField({
    label: 'Name',
    value: first.name,
    most: LIMITS.name,
    missing: 'Give it a name.',
    help: 'Only your team sees it.',
  });
  const on = tick('This flow is on', enabled);
  const chosen = promptsField(first.prompts, prompts);
  const messages = numberField({
    label: 'Messages',
    value: first.messages,
    min: 1,
    max: LIMITS.messages,
    step: 1,
    help: 'how many a run sends',
  });
  const interval = numberField({
    label: 'Between two messages',
    unit: 'minutes',
    value: first.interval_minutes,
    min: 1,
    max: LIMITS.minutes,
    step: 1,
  });
  const delay = numberField({
    label: 'After the call to action',
    unit: 'minutes',
    value: first.delay_minutes,
    min: 0,
    max: LIMITS.minutes,
    step: 1,
    help: 'when the first message comes',
  });
  const days = daysField(first.days);
  /** @type {Record<string, import('./form.js').Part>} */
  const parts = { name, prompts: chosen, messages, interval_minutes: interval, delay_minutes: delay, days };
  const read = () => ({
    name: name.value(),
    enabled: on.value(),
    prompts: chosen.value(),
    messages: messages.value(),
    interval_minutes: interval.value(),
    delay_minutes: delay.value(),
    days: days.value(),
  });
  savingDialog({
    title: flow ? `Flow ${quoted(flow.name)}` : 'New flow',
    body: [
      name.root,
      on.root,
      chosen.root,
      messages.root,
      h('div', { class: 'pair' }, delay.root, interval.root),
      days.root,
    ],
    parts,
    read,
    seen: flow,
    again: () => listFlows(signal),
    save: async (seen) => {
      if (seen) await changeFlow(seen, read());
      else await createFlow(read());
      toast(seen ? 'Saved. It counts from the next message on.' : 'The flow is saved.');
      await reload();
    },
    onclose,
    signal,
  });
}
