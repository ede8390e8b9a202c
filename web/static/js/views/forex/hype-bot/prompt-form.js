/** The dialog of a prompt: what messages are about, and how they sound. */
import { changePrompt, createPrompt, listPrompts } from '../../../api/hype.js';
import { toast } from '../../../components/toast.js';
import { savingDialog, textField } from './form.js';
import { LIMITS, quoted } from './words.js';

/**
 * @param {object} options
 * @param {import('./words.js').Prompt | null} options.prompt Null for a new one.
 * @param {() => Promise<void>} options.reload
 * @param {() => void} options.onclose
 * @param {AbortSignal} options.signal
 */
export function openPrompt({ prompt, reload, onclose, signal }) {
  const name = textField({
    label: 'Name',
    value: prompt?.name ?? '',
    most: LIMITS.name,
    missing: 'Give it a name.',
    help: 'Only your team sees it.',
  });
  const angle = textField({
    label: 'Angle',
    value: prompt?.angle ?? '',
    most: LIMITS.angle,
    rows: 4,
    missing: 'Say what its messages are about.',
    help: 'What the messages are about, without an address. For example: what it is like to trade gold with a plan and no hurry.',
  });
  const style = textField({
    label: 'Style',
    value: prompt?.style ?? '',
    most: LIMITS.style,
    rows: 2,
    help: 'How they sound, without an address. For example: calm and dry. If empty, they sound as your house does.',
  });
  const parts = { name, angle, style };
  const read = () => ({ name: name.value(), angle: angle.value(), style: style.value() });
  savingDialog({
    title: prompt ? `Prompt ${quoted(prompt.name)}` : 'New prompt',
    body: [name.root, angle.root, style.root],
    parts,
    read,
    seen: prompt,
    again: () => listPrompts(signal),
    save: async (seen) => {
      if (seen) await changePrompt(seen, read());
      else await createPrompt(read());
      toast(seen ? 'Saved. It counts from the next message on.' : 'The prompt is saved.');
      await reload();
    },
    onclose,
    signal,
  });
}
