import { h, replace } from '../dom.js';
import { emit, on } from '../events.js';
import { ready } from '../api.js';
import { sentence, unreachable } from '../problem.js';
import { button } from './button.js';
import { icon } from './icons.js';
import { toast } from './toast.js';

/** How often the server is asked whether it is back, in milliseconds. */
const EVERY = 2000;

/**
 * The narrow strip that says what is wrong and what to do. It polls /readyz until the server is
 * back, then says so and lets the views load again.
 *
 * @returns {HTMLElement}
 */
export function troubleStrip() {
  const root = h('div', { class: 'trouble', role: 'status' });
  let shown = '';
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  const probe = async () => {
    clearTimeout(timer);
    if (!shown) return;
    if (navigator.onLine && (await ready())) {
      shown = '';
      replace(root);
      toast('Everything works again.');
      emit('recovered');
      return;
    }
    timer = setTimeout(probe, EVERY);
  };

  /**
   * A single service (the file store, Temporal) may be down while the program is ready: whoever
   * called it shows the error. The strip is for what stops everything.
   *
   * @param {import('../problem.js').ApiError} error
   */
  const consider = async (error) => {
    if (error.status === 0 || !(await ready())) show(error);
  };

  /** @param {import('../problem.js').ApiError} error */
  const show = (error) => {
    if (shown === error.code) return;
    const first = shown === '';
    shown = error.code;
    replace(
      root,
      h(
        'div',
        { class: 'trouble-inner' },
        icon(error.status === 0 ? 'offline' : 'alert'),
        h('p', null, h('strong', null, sentence(error.message)), ' ', sentence(error.remedy)),
        button('Try now', probe, { small: true }),
      ),
    );
    if (first) timer = setTimeout(probe, EVERY);
  };

  on('unavailable', (error) => void consider(error));
  addEventListener('offline', () => show(unreachable(false)));
  addEventListener('online', () => void probe());
  return root;
}
