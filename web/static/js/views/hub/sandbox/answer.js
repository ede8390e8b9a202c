/** What a bot answers to a press of its button: a line that disappears, or an alert that stays. */
import { h, replace } from '../../../dom.js';
import { openDialog } from '../../../components/dialog.js';

const STAYS = 4000;

/** @param {AbortSignal} signal */
export function answerBar(signal) {
  const root = h('p', { class: 'chat-answer', role: 'status' });
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  return {
    root,
    /**
     * @param {import('./types.js').Answer} answer
     * @param {string} from
     */
    show(answer, from) {
      clearTimeout(timer);
      replace(root);
      if (!answer.text && !answer.url) return;
      if (answer.show_alert) {
        openDialog({ title: from, body: h('p', null, answer.text), signal });
        return;
      }
      replace(root, answer.text || `Opens ${answer.url}`);
      timer = setTimeout(() => replace(root), STAYS);
    },
  };
}
