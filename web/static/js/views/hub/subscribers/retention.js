/** How long inactive people are kept. */
import { keepSubscribers, subscriberSettings } from '../../../api/telegram.js';
import { h } from '../../../dom.js';
import { button } from '../../../components/button.js';
import { field } from '../../../components/field.js';
import { formDialog, Mistake } from '../../../components/form-dialog.js';
import { toast } from '../../../components/toast.js';
import { FEWEST_DAYS, MOST_DAYS, daysProblem, retentionText } from './words.js';

/** @typedef {import('../../../types.js').Retention} Settings */

/** The line that says how long, with a button to change it.
 *
 * @param {AbortSignal} signal
 */
export function retentionLine(signal) {
  /** @type {Settings | null} */
  let now = null;
  const text = h('span', null);
  const change = button(
    ['Change', h('span', { class: 'visually-hidden' }, ' how long people are kept')],
    () => now && edit(now),
    { look: 'quiet', small: true },
  );
  const root = h('p', { class: 'retention muted small', hidden: true }, text, change);

  /** @param {Settings} settings */
  const show = (settings) => {
    now = settings;
    root.hidden = false;
    text.textContent = retentionText(settings.retention_days);
  };

  const load = async () => {
    try {
      const settings = await subscriberSettings(signal);
      if (!signal.aborted) show(settings);
    } catch {
      // The list above shows the trouble; without an answer the line stays hidden.
    }
  };

  /** @param {Settings} settings */
  const edit = (settings) => {
    const name = 'retention';
    const keep = h('input', { type: 'radio', name, checked: settings.retention_days === 0 });
    const erase = h('input', { type: 'radio', name, checked: settings.retention_days > 0 });
    const days = h('input', {
      class: 'input days-input figures',
      type: 'number',
      inputmode: 'numeric',
      min: FEWEST_DAYS,
      max: MOST_DAYS,
      value: String(settings.retention_days || 365),
    });
    const daysField = field({
      label: 'Days',
      control: days,
      required: true,
      help: `From ${FEWEST_DAYS} to ${MOST_DAYS}. Each message and each press of a button counts as activity.`,
    });
    const part = h(
      'div',
      { class: 'stack' },
      daysField.root,
      h('p', { class: 'muted small' }, 'They are erased for good, with their tags, messages and conversations.'),
    );
    const draw = () => (part.hidden = keep.checked);
    for (const radio of [keep, erase]) radio.addEventListener('change', draw);

    formDialog({
      title: 'How long people are kept',
      body: [
        h('label', { class: 'tick' }, keep, h('span', null, 'Until you erase them')),
        h('label', { class: 'tick' }, erase, h('span', null, 'Erase people who have been inactive for some time')),
        part,
      ],
      verb: 'Save',
      keep: null,
      signal,
      work: async () => {
        const wrong = keep.checked ? '' : daysProblem(days.value);
        daysField.setError(wrong);
        if (wrong) {
          days.focus();
          throw new Mistake();
        }
        const fresh = await keepSubscribers(settings, keep.checked ? 0 : Number(days.value));
        if (signal.aborted) return;
        show(fresh);
        toast(`Saved. ${retentionText(fresh.retention_days)}.`);
      },
      onerror: (error) => {
        if (error.status === 412) void load().then(() => now && (settings = now));
        const said = error.fieldError('retention_days') ?? '';
        daysField.setError(said);
        return said !== '';
      },
    });
    draw();
  };

  void load();
  return root;
}
