/** Pieces that several pages of journeys show. */
import { h, replace } from '../../../dom.js';
import { ApiError } from '../../../problem.js';
import { button } from '../../../components/button.js';
import { openDialog } from '../../../components/dialog.js';
import { icon } from '../../../components/icons.js';
import { chip } from '../../../components/status.js';
import { toast } from '../../../components/toast.js';
import { CONVERSATION_STATES, STATES } from './words.js';

/** @param {import('../../../types.js').JourneySummary['state']} state */
export function journeyChip(state) {
  const [tone, word] = STATES[state] ?? ['quiet', state];
  return chip(tone, word);
}

/** @param {import('../../../types.js').Conversation['state']} state */
export function conversationChip(state) {
  const [tone, word] = CONVERSATION_STATES[state] ?? ['quiet', state];
  return chip(tone, word);
}

/** @param {unknown} error */
export function errorText(error) {
  return error instanceof ApiError ? error.text : 'Something went wrong on this page. Try again.';
}

/**
 * @param {'info' | 'bad' | 'warn'} tone
 * @param {...import('../../../dom.js').Child} children
 */
export function callout(tone, ...children) {
  return h(
    'div',
    { class: ['callout', `callout-${tone}`] },
    icon(tone === 'info' ? 'info' : 'alert'),
    h('div', { class: 'callout-words' }, children),
  );
}

/**
 * A dialog with a form. It stays open until the work is done, and says when that fails.
 *
 * @param {object} options
 * @param {string} options.title
 * @param {import('../../../dom.js').Child[]} options.body
 * @param {string} options.verb On its button.
 * @param {() => Promise<void>} options.work
 * @param {(error: ApiError) => boolean} [options.onerror] True when it has shown what is wrong.
 * @param {string} [options.keep] On the other button.
 * @param {boolean} [options.danger]
 * @param {string} [options.class]
 * @param {AbortSignal} options.signal
 */
export function formDialog({ title, body, verb, work, onerror, keep = 'Cancel', danger, class: extra, signal }) {
  const problem = h('div', { role: 'alert' });
  const go = h('button', { class: ['button', danger ? 'button-danger' : 'button-primary'], type: 'submit' }, verb);

  /** @param {Event} event */
  const submit = async (event) => {
    event.preventDefault();
    if (go.disabled) return;
    go.disabled = true;
    go.setAttribute('aria-busy', 'true');
    replace(problem);
    try {
      await work();
      if (!signal.aborted) dialog.close();
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof Mistake || (error instanceof ApiError && onerror?.(error))) return;
      replace(problem, callout('bad', h('p', null, errorText(error))));
    } finally {
      go.disabled = false;
      go.removeAttribute('aria-busy');
    }
  };

  const dialog = openDialog({
    title,
    class: extra ?? '',
    body: h(
      'form',
      { class: 'stack', novalidate: true, on: { submit: (/** @type {Event} */ event) => void submit(event) } },
      body,
      problem,
      h(
        'div',
        { class: 'row' },
        go,
        button(keep, () => dialog.close()),
      ),
    ),
  });
  signal.addEventListener('abort', () => dialog.close(), { once: true });
  return { ...dialog, go };
}

/** Thrown by a form's work when a field already shows what is wrong. */
export class Mistake extends Error {}

/**
 * @param {string} text
 * @param {string} done The message after success.
 */
export async function copyText(text, done) {
  try {
    await navigator.clipboard.writeText(text);
    toast(done);
  } catch {
    toast('The browser refused to copy. Select the text and copy it by hand.', { kind: 'info' });
  }
}

/**
 * The figures of a card or a page: a large number, and below it what it counts.
 *
 * @param {[string, string][]} items Value and name.
 */
export function bigFigures(items) {
  return h(
    'dl',
    { class: 'big-figures' },
    items.map(([value, name]) => h('div', null, h('dt', null, name), h('dd', { class: 'figures' }, value))),
  );
}
