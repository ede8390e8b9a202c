import { h } from '../dom.js';
import { ApiError } from '../problem.js';
import { button } from './button.js';
import { icon } from './icons.js';
import { openDialog } from './dialog.js';

/**
 * Asks before something is lost, and says what. The dialog stays open until the work is done, and
 * says when it fails.
 *
 * @param {object} options
 * @param {string} options.title
 * @param {string} options.text
 * @param {string[]} options.losses What is lost, one line each.
 * @param {string} options.verb On the button: "Remove the bot".
 * @param {string} options.keep On the other one: "Keep it".
 * @param {() => Promise<void>} options.work
 * @param {AbortSignal} options.signal
 */
export function confirmLoss({ title, text, losses, verb, keep, work, signal }) {
  const problem = h('div', { role: 'alert' });
  const go = h('button', { class: 'button button-danger', type: 'button' }, verb);
  const dialog = openDialog({
    title,
    body: h(
      'div',
      { class: 'stack' },
      h('p', null, text),
      h(
        'ul',
        { class: 'losses' },
        losses.map((line) => h('li', null, line)),
      ),
      problem,
      h(
        'div',
        { class: 'row' },
        go,
        button(keep, () => dialog.close(), { autofocus: true }),
      ),
    ),
  });
  go.addEventListener('click', async () => {
    if (go.disabled) return;
    go.disabled = true;
    problem.replaceChildren();
    try {
      await work();
      dialog.close();
    } catch (error) {
      if (signal.aborted) return;
      go.disabled = false;
      const said = error instanceof ApiError ? error.text : 'Something went wrong on this page. Try again.';
      problem.replaceChildren(h('div', { class: 'callout callout-bad' }, icon('alert'), h('p', null, said)));
    }
  });
  signal.addEventListener('abort', () => dialog.close(), { once: true });
}
