/** The actions on a whole journey, from its card and from its page. */
import {
  deleteJourney,
  duplicateJourney,
  getJourney,
  journeyExport,
  patchJourney,
  stopJourney,
} from '../../../api/journeys.js';
import { h } from '../../../dom.js';
import { count } from '../../../format.js';
import { confirmLoss, formDialog, lossList, Mistake } from '../../../components/form-dialog.js';
import { field } from '../../../components/field.js';
import { toast, toastError } from '../../../components/toast.js';
import { ApiError } from '../../../problem.js';
import { pageOf } from './words.js';
import { clean, same } from '../../../typed.js';

/**
 * @typedef {import('../../../types.js').JourneySummary} Journey
 * @typedef {import('../../../types.js').JourneyDetail} JourneyDetail
 * @typedef {import('../../../components/menu.js').MenuItem} MenuItem
 */

/** The longest name; the server has the last word. */
export const LONGEST_NAME = 80;

/** Works on the current version: tries again when somebody else has changed the journey meanwhile.
 *
 * @template T
 * @param {Journey} journey
 * @param {(row: { id: string, version: number }) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function onRow(journey, work) {
  try {
    return await work(journey);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 412) throw error;
    return work(await getJourney(journey.id));
  }
}

/**
 * @param {object} options
 * @param {Journey} options.journey
 * @param {AbortSignal} options.signal
 * @param {(fresh: JourneyDetail) => void} options.onchange
 * @param {() => void} options.ondelete
 * @returns {MenuItem[]}
 */
export function menuItems({ journey, signal, onchange, ondelete }) {
  /** @type {MenuItem[]} */
  const items = [
    { label: 'Duplicate', icon: 'copy', run: () => duplicate(journey, signal) },
    {
      label: journey.is_locked ? 'Unlock' : 'Lock',
      icon: journey.is_locked ? 'unlock' : 'lock',
      run: () => void lock(journey, onchange),
    },
    { label: 'Export', icon: 'download', run: () => exportFile(journey) },
  ];
  if (journey.state === 'active')
    items.unshift({ label: 'Stop', icon: 'stop', run: () => stop(journey, signal, onchange) });
  items.push({
    label: 'Delete',
    icon: 'trash',
    run: () => remove(journey, signal, ondelete),
    disabled: keptBy(journey),
  });
  return items;
}

/**
 * Why a journey can't be deleted; '' when it can.
 *
 * @param {Journey} journey
 */
export function keptBy(journey) {
  if (journey.state === 'active') return 'It is active. Stop it first.';
  const { inside } = journey.figures;
  return inside > 0 ? `${count(inside, 'person is', 'people are')} in it.` : '';
}

/**
 * @param {Journey} journey
 * @param {(fresh: JourneyDetail) => void} onchange
 */
async function lock(journey, onchange) {
  try {
    const fresh = await onRow(journey, (row) => patchJourney(row, { is_locked: !journey.is_locked }));
    onchange(fresh);
    toast(fresh.is_locked ? `${fresh.name} is locked: nobody can edit it.` : `${fresh.name} can be edited again.`);
  } catch (error) {
    toastError(error, 'Locking');
  }
}

/** @param {Journey} journey */
function exportFile(journey) {
  const link = h('a', { href: journeyExport(journey.id), download: '' });
  document.body.append(link);
  link.click();
  link.remove();
}

/**
 * @param {Journey} journey
 * @param {AbortSignal} signal
 * @param {(fresh: JourneyDetail) => void} onchange
 */
export function stop(journey, signal, onchange) {
  const { inside } = journey.figures;
  confirmLoss({
    title: `Stop ${journey.name}?`,
    text:
      inside > 0
        ? `Nobody new can enter. ${inside === 1 ? 'The person who is in it finishes it.' : `The ${inside} people who are in it finish it.`}`
        : 'Nobody new can enter. Nobody is in it now.',
    losses: ['its triggers stop at once', 'publish it again to go on'],
    verb: 'Stop it',
    keep: 'Keep it running',
    signal,
    work: async () => {
      const fresh = await onRow(journey, stopJourney);
      onchange(fresh);
      toast(`${fresh.name} is stopped.`);
    },
  });
}

/**
 * @param {Journey} journey
 * @param {AbortSignal} signal
 */
function duplicate(journey, signal) {
  const key = crypto.randomUUID();
  const name = nameField(`${journey.name} copy`.slice(0, LONGEST_NAME));
  const stopIt = h('input', { type: 'checkbox' });
  formDialog({
    title: `Duplicate ${journey.name}`,
    body: [
      h('p', { class: 'muted' }, 'The copy is a draft with the same steps, triggers and settings.'),
      name.root,
      journey.state === 'active'
        ? h(
            'label',
            { class: 'tick' },
            stopIt,
            h(
              'span',
              null,
              'Stop the original',
              h('span', { class: 'field-help tick-help' }, 'Then the copy can be published with the same triggers.'),
            ),
          )
        : null,
    ],
    verb: 'Duplicate',
    signal,
    onerror: name.tell,
    work: async () => {
      const copy = await duplicateJourney(journey.id, { name: name.read(), stop_original: stopIt.checked }, key);
      toast(stopIt.checked ? `${copy.name} is ready, and the original is stopped.` : `${copy.name} is ready.`);
      location.hash = pageOf(copy.id);
    },
  });
}

/**
 * @param {Journey} journey
 * @param {AbortSignal} signal
 * @param {() => void} ondelete
 */
function remove(journey, signal, ondelete) {
  const typed = h('input', { class: 'input', type: 'text', autocomplete: 'off', autocapitalize: 'off' });
  const check = field({ label: `Type ${journey.name} to confirm`, control: typed, required: true });
  formDialog({
    title: `Delete ${journey.name}?`,
    danger: true,
    body: [
      h('p', null, 'This can’t be undone. It deletes:'),
      lossList(['its steps, triggers and versions', 'its figures and the log of its conversations']),
      check.root,
    ],
    verb: 'Delete the journey',
    keep: 'Keep it',
    signal,
    work: async () => {
      check.setError('');
      if (!same(typed.value, journey.name)) {
        check.setError('This is not the journey’s name.');
        typed.focus();
        throw new Mistake();
      }
      await onRow(journey, deleteJourney);
      toast(`${journey.name} is deleted.`);
      ondelete();
    },
  });
  typed.focus();
}

/** @param {string} value */
export function nameField(value) {
  const input = h('input', { class: 'input', type: 'text', maxlength: LONGEST_NAME, value, autocomplete: 'off' });
  const part = field({ label: 'Name', control: input, required: true });
  return {
    root: part.root,
    input,
    /** The name; throws when there is none. */
    read() {
      part.setError('');
      const name = clean(input.value);
      if (name) return name;
      part.setError('Give it a name.');
      input.focus();
      throw new Mistake();
    },
    /** @param {ApiError} error */
    tell(error) {
      const said = error.fieldError('name');
      if (!said) return false;
      part.setError(said);
      input.focus();
      return true;
    },
  };
}

/** @param {number} inside */
export function insideText(inside) {
  return inside === 0 ? 'Nobody in it now' : `${count(inside, 'person', 'people')} in it now`;
}
