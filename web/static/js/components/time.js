/** Times relative to now, which go on by themselves while they are on the page. */
import { h } from '../dom.js';
import { dateTime, relative } from '../format.js';

/** How often ages go on (ms): they are shown in seconds for a minute, then in minutes. */
const TICK = 5_000;

/** Those that go by another clock than ours. @type {WeakMap<Element, () => number>} */
const clocks = new WeakMap();
/** @type {ReturnType<typeof setInterval> | undefined} */
let timer;

/**
 * A time relative to now, with the exact one on hover and on focus.
 *
 * @param {string} iso
 * @param {() => number} [clock] Milliseconds; ours when it is left out.
 */
export function timeAgo(iso, clock = Date.now) {
  const root = h(
    'time',
    { class: 'time time-live', datetime: iso, tabindex: '0', 'data-exact': dateTime(iso) },
    relative(iso, clock()),
    h('span', { class: 'visually-hidden' }, `, ${dateTime(iso)}`),
  );
  return live(root, clock);
}

/**
 * An age within a sentence: "3 min ago".
 *
 * @param {string} iso
 */
export function age(iso) {
  const root = h('time', { class: 'time-live', datetime: iso, title: dateTime(iso) }, relative(iso, Date.now()));
  return live(root, Date.now);
}

/**
 * @param {HTMLTimeElement} root
 * @param {() => number} clock
 */
function live(root, clock) {
  if (clock !== Date.now) clocks.set(root, clock);
  timer ??= setInterval(tick, TICK);
  return root;
}

/** All ages on the page as they are now. */
function tick() {
  if (document.hidden) return;
  for (const shown of document.querySelectorAll('time.time-live')) {
    const clock = clocks.get(shown) ?? Date.now;
    const text = relative(/** @type {HTMLTimeElement} */ (shown).dateTime, clock());
    const words = /** @type {Text} */ (shown.firstChild);
    if (words.data !== text) words.data = text;
  }
}
