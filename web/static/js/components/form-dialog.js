/** Forms and dialogs that stay until their work is done, and say when it fails. */
import { h, replace } from '../dom.js';
import { ApiError, errorText } from '../problem.js';
import { button } from './button.js';
import { callout } from './callout.js';
import { openDialog } from './dialog.js';
import { tellRefusal } from './refusal.js';

/** Thrown by a form's work when a field already shows what is wrong. */
export class Mistake extends Error {}

/**
 * @typedef {object} WorkForm
 * @property {import('../dom.js').Child[]} body
 * @property {string} verb On its button.
 * @property {() => Promise<void>} work
 * @property {(error: ApiError) => boolean} [onerror] True when it has shown what is wrong.
 * @property {string} [otherwise] What is said of an error that no server explains.
 * @property {boolean} [danger]
 * @property {import('../dom.js').Child} [beside] Beside the button.
 * @property {AbortSignal} signal
 */

/**
 * A form with one button.
 *
 * @param {WorkForm} options
 */
export function workForm({ body, verb, work, onerror, otherwise, danger, beside, signal }) {
  const problem = h('div', { role: 'alert' });
  const go = h(
    'button',
    {
      class: ['button', danger ? 'button-danger' : 'button-primary'],
      type: 'submit',
      // A field that is left would say what is wrong with it, and push the button away from under the pointer.
      on: { mousedown: (/** @type {Event} */ event) => event.preventDefault() },
    },
    verb,
  );

  /** @param {Event} event */
  const submit = async (event) => {
    event.preventDefault();
    if (go.disabled) return;
    go.disabled = true;
    go.setAttribute('aria-busy', 'true');
    replace(problem);
    try {
      await work();
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof Mistake || (error instanceof ApiError && onerror?.(error))) return;
      tellRefusal(problem, callout('bad', errorText(error, otherwise)));
    } finally {
      go.disabled = false;
      go.removeAttribute('aria-busy');
    }
  };

  return h(
    'form',
    { class: 'stack', novalidate: true, on: { submit: (/** @type {Event} */ event) => void submit(event) } },
    body,
    problem,
    h('div', { class: 'row' }, go, beside),
  );
}

/**
 * A form in a dialog.
 *
 * @param {Omit<WorkForm, 'beside'> & {
 *   title: string,
 *   keep?: string | null,
 *   safe?: boolean,
 *   class?: string,
 *   held?: () => boolean,
 *   onclose?: () => void,
 * }} options keep: on the button that closes it, null for none; safe: that button has the focus at first
 */
export function formDialog({ title, keep = 'Cancel', safe = false, class: extra, held, onclose, ...form }) {
  const dialog = openDialog({
    title,
    class: extra,
    held,
    onclose,
    signal: form.signal,
    body: workForm({
      ...form,
      beside: keep && button(keep, () => dialog.close(), { autofocus: safe }),
      work: async () => {
        await form.work();
        if (!form.signal.aborted) dialog.close();
      },
    }),
  });
  return dialog;
}

/**
 * Asks before something is lost, and says what.
 *
 * @param {object} options
 * @param {string} options.title
 * @param {string} options.text
 * @param {string[]} options.losses What is lost, one line each.
 * @param {string} options.verb On the button: "Remove the bot".
 * @param {string} options.keep On the other one: "Keep it".
 * @param {() => Promise<void>} options.work
 * @param {() => void} [options.onclose]
 * @param {AbortSignal} options.signal
 */
export function confirmLoss({ text, losses, ...options }) {
  formDialog({ ...options, danger: true, safe: true, body: [h('p', null, text), lossList(losses)] });
}

/** @param {string[]} losses */
export function lossList(losses) {
  return h(
    'ul',
    { class: 'losses' },
    losses.map((line) => h('li', null, line)),
  );
}
