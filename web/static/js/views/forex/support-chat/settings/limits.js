/** Which journey has priority, who may enter again, and when silence ends it. */
import { h, uid } from '../../../../dom.js';
import { field } from '../../../../components/field.js';
import { numberInput, settingsSection } from './section.js';

/** Bounds that may be typed; the server has the last word. */
const PRIORITY = 1_000_000;
const MOST_DAYS = 3660;

/** @param {import('../settings.js').Editing} editing */
export function limitsPart({ now, edit }) {
  /** @param {number} value @param {Record<string, unknown>} [more] */
  const number = (value, more = {}) =>
    h('input', {
      class: 'input number-input figures',
      type: 'number',
      inputmode: 'numeric',
      value: String(value),
      ...more,
    });

  const priority = number(now().priority_int, { min: -PRIORITY, max: PRIORITY });
  const priorityField = field({
    label: 'Priority',
    control: priority,
    required: true,
    help: 'When a message matches several journeys, the highest priority wins; among equals, the one published first.',
  });
  numberInput({
    field: priorityField,
    input: priority,
    least: -PRIORITY,
    most: PRIORITY,
    ontake: (value) => edit('Priority', { priority_int: value }, 'priority'),
  });

  const silence = number(now().inactivity_timeout_days, { min: 0, max: MOST_DAYS });
  const silenceField = field({
    label: 'Ends after days of silence',
    control: silence,
    required: true,
    help: 'Counted while the journey waits for an answer. 0 waits forever.',
  });
  numberInput({
    field: silenceField,
    input: silence,
    least: 0,
    most: MOST_DAYS,
    ontake: (value) => edit('Inactivity', { inactivity_timeout_days: value }, 'inactivity'),
  });

  const group = uid('again');
  const rule = now().re_entry?.rule || 'always';
  const days = number(now().re_entry?.days || 30, { min: 1, max: MOST_DAYS });
  const daysField = field({ label: 'Days since they entered', control: days, required: true });
  const daysHolder = h('div', { class: 'tick-inner', hidden: rule !== 'after' }, daysField.root);
  numberInput({
    field: daysField,
    input: days,
    least: 1,
    most: MOST_DAYS,
    ontake: (value) => edit('Re-entry', { re_entry: { rule: 'after', days: value } }, 're-entry'),
  });
  /** @param {string} value @param {string} label */
  const choice = (value, label) =>
    h(
      'label',
      { class: 'tick' },
      h('input', {
        type: 'radio',
        name: group,
        checked: rule === value,
        on: {
          change: () => {
            daysHolder.hidden = value !== 'after';
            edit('Re-entry', {
              re_entry: value === 'after' ? { rule: value, days: Number(days.value) || 30 } : { rule: value },
            });
          },
        },
      }),
      h('span', null, label),
    );

  return {
    root: settingsSection(
      'Rules',
      'Who may go through it again, and which journey has priority.',
      h(
        'fieldset',
        { class: 'ticks' },
        h('legend', { class: 'label' }, 'People who were in it before'),
        choice('always', 'May enter again at any time'),
        choice('never', 'Never enter again'),
        choice('after', 'May enter again after some days'),
        daysHolder,
      ),
      h('div', { class: 'pair' }, priorityField.root, silenceField.root),
    ),
    clear() {
      priorityField.setError('');
      silenceField.setError('');
      daysField.setError('');
    },
    /** @type {import('../settings.js').Part['issue']} */
    issue(name, message) {
      if (name.startsWith('priority_int')) priorityField.setError(message);
      else if (name.startsWith('inactivity')) silenceField.setError(message);
      else if (name.startsWith('re_entry')) daysField.setError(message);
      else return false;
      return true;
    },
  };
}
