/** The states of a list or a page that are not data: loading, empty, error. */
import { h, svg } from '../dom.js';
import { on } from '../events.js';
import { ApiError, BROKEN, errorText } from '../problem.js';
import { button } from './button.js';

/**
 * @param {string} label What is loading.
 * @param {...Node} shapes Grey shapes where the content will be.
 */
export function loading(label, ...shapes) {
  return h(
    'div',
    { class: 'loading', role: 'status' },
    h('span', { class: 'visually-hidden' }, `Loading ${label}…`),
    ...shapes,
  );
}

/** @param {string} kind A class that gives it its size. */
export function skeleton(kind) {
  return h('div', { class: ['skeleton', kind], 'aria-hidden': 'true' });
}

/**
 * @param {object} options
 * @param {string} options.title
 * @param {string} options.text
 * @param {'stack' | 'search' | 'lost' | 'away' | 'people' | 'market'} [options.picture]
 * @param {Node | null} [options.action]
 * @param {string} [options.role]
 */
export function blank({ title, text, picture = 'stack', action = null, role }) {
  return h(
    'div',
    { class: 'blank', role },
    drawing(picture),
    h('h2', null, title),
    h('p', { class: 'muted' }, text),
    action,
  );
}

/**
 * What could not be loaded, with a button to try again. It also retries by itself once the server
 * is back.
 *
 * @param {unknown} error
 * @param {string} what What could not be loaded: "the templates".
 * @param {() => unknown} retry
 */
export function failed(error, what, retry) {
  const requestId = error instanceof ApiError ? error.requestId : '';
  const root = blank({
    role: 'alert',
    picture: 'away',
    title: `Can't load ${what}`,
    text: errorText(error, `${BROKEN} Try again, or reload the page.`),
    action: h(
      'div',
      { class: 'row row-center' },
      button('Try again', retry, { icon: 'refresh' }),
      requestId ? h('span', { class: 'small muted mono' }, `Request ${requestId}`) : null,
    ),
  });
  const waiting = new AbortController();
  const back = () => {
    waiting.abort();
    // Somebody may have retried by hand, or left the page.
    if (root.isConnected) retry();
  };
  on('recovered', back, waiting.signal);
  return root;
}

/** @param {'stack' | 'search' | 'lost' | 'away' | 'people' | 'market'} kind */
function drawing(kind) {
  const line = { fill: 'none', 'stroke-width': 2, 'stroke-linecap': 'round', 'stroke-linejoin': 'round' };
  const frame = svg('path', {
    ...line,
    class: 'drawing-line',
    d: 'M24 30h64v52H24zM34 22h64v52M44 14h64v52',
  });
  const parts = {
    stack: [frame, svg('path', { ...line, class: 'drawing-accent', d: 'm30 76 16-18 12 12 10-10 14 16M72 42v.1' })],
    search: [
      frame,
      svg('path', { ...line, class: 'drawing-accent', d: 'M56 68a13 13 0 1 0 0-26 13 13 0 0 0 0 26zM66 65l12 12' }),
    ],
    lost: [
      svg('path', { ...line, class: 'drawing-line', d: 'M20 82h88M34 82V34l18-12 18 12v48M70 82V46h26v36' }),
      svg('path', { ...line, class: 'drawing-accent', d: 'M47 82V62h10v20M44 42h4M56 42h4' }),
    ],
    people: [
      svg('path', {
        ...line,
        class: 'drawing-line',
        d: 'M44 44a11 11 0 1 0 0-22 11 11 0 0 0 0 22zM22 78c1-15 9-24 22-24s21 9 22 24',
      }),
      svg('path', {
        ...line,
        class: 'drawing-accent',
        d: 'M78 34h34v24H96l-10 9v-9h-8zM88 46h.1M95 46h.1M102 46h.1',
      }),
    ],
    market: [
      svg('path', {
        ...line,
        class: 'drawing-line',
        d: 'M18 82h96M34 66V44M28 48h12v14H28zM58 72V50M52 54h12v12H52zM82 54V30M76 34h12v16H76z',
      }),
      svg('path', { ...line, class: 'drawing-accent', d: 'M22 40 46 30l22 8 40-22M98 15l10 1-2 10' }),
    ],
    away: [
      svg('path', {
        ...line,
        class: 'drawing-line',
        d: 'M8 66c14 0 12-18 24-18h8M40 36h12a12 12 0 0 1 0 24H40zM64 42h8M64 54h8M124 30c-14 0-12 18-24 18h-6M94 36H84v24h10z',
      }),
      svg('path', { ...line, class: 'drawing-warn', d: 'M78 22v-8M68 25l-5-7M88 25l5-7' }),
    ],
  };
  return svg(
    'svg',
    { class: 'drawing', viewBox: '0 0 132 96', 'aria-hidden': 'true', focusable: 'false' },
    ...parts[kind],
  );
}
