/** How many matters wait for somebody: marks in both sidebars, on each page. */
import { may } from '../api.js';
import { readAttention } from '../api/home.js';
import { h, replace } from '../dom.js';
import { on } from '../events.js';
import { count } from '../format.js';
import { calmed, watch } from '../live.js';

/** @typedef {import('../types.js').Attention} Attention */

/** How long between two looks at the most (ms): what changes a lot is not asked about each time. */
const PAUSE = 2_000;

/** Where what waits is shown, and what it does there. @type {Record<string, { of: keyof Attention, words: string, tone: 'bad' | 'warn' }>} */
export const PLACES = {
  'hub/connections': { of: 'connections', words: 'broken', tone: 'bad' },
  'promo/posts': { of: 'posts', words: 'to decide', tone: 'warn' },
  'forex/support-chat': { of: 'conversations', words: 'waiting for a person', tone: 'warn' },
  'forex/signals': { of: 'signals', words: 'to approve', tone: 'warn' },
};

/** What changes the counts. */
const TOPICS = ['connection', 'post', 'conversation', 'signal'];

/**
 * How many matters wait below some paths, and the worst tone among them. Pure.
 *
 * @param {Attention | null} now
 * @param {string[]} paths
 * @returns {{ n: number, tone: 'bad' | 'warn' }}
 */
export function sumOf(now, paths) {
  let n = 0;
  /** @type {'bad' | 'warn'} */
  let tone = 'warn';
  for (const path of paths) {
    const place = PLACES[path];
    const some = (place && now?.[place.of]) || 0;
    n += some;
    if (place && some > 0 && place.tone === 'bad') tone = 'bad';
  }
  return { n, tone };
}

/**
 * @param {AbortSignal} signal Ends it with the session.
 * @returns {{ mark: (path: string) => HTMLElement | null, railMark: (link: HTMLElement, paths: string[]) => HTMLElement }}
 */
export function attention(signal) {
  /** @type {Attention | null} */
  let now = null;
  /** Draws each mark that was given out. @type {Map<HTMLElement, () => void>} */
  const marks = new Map();

  const load = async () => {
    try {
      now = await readAttention(signal);
      if (!signal.aborted) draw();
    } catch {
      // What was known stays; the strip for trouble says what is wrong.
    }
  };

  const draw = () => {
    for (const fill of marks.values()) fill();
  };

  /** Those of a list that was drawn anew go. @param {HTMLElement} mark @param {() => void} fill */
  const keep = (mark, fill) => {
    for (const old of marks.keys()) if (!old.isConnected) marks.delete(old);
    // It stands nowhere yet, so it is kept once it does.
    queueMicrotask(() => marks.set(mark, fill));
    fill();
    return mark;
  };

  if (may('home.read')) {
    const look = calmed(load, signal, PAUSE);
    for (const topic of TOPICS) watch(topic, null, look, signal);
    on('recovered', look, signal);
    look();
  }

  return {
    /** Of a feature's link. */
    mark(path) {
      const place = PLACES[path];
      if (!place) return null;
      const mark = h('span', { class: ['feature-mark', `feature-mark-${place.tone}`, 'figures'] });
      return keep(mark, () => {
        const { n } = sumOf(now, [path]);
        mark.hidden = n === 0;
        replace(mark, n > 99 ? '99+' : String(n), h('span', { class: 'visually-hidden' }, ` ${place.words}`));
      });
    },
    /** Of a product's link in the rail: the sum of its features. */
    railMark(link, paths) {
      const mark = h('span', { class: 'rail-mark figures', 'aria-hidden': 'true' });
      return keep(mark, () => {
        const { n, tone } = sumOf(now, paths);
        mark.hidden = n === 0;
        mark.className = `rail-mark rail-mark-${tone} figures`;
        mark.textContent = n > 99 ? '99+' : String(n);
        if (n > 0) link.setAttribute('aria-description', `${count(n, 'matter waits', 'matters wait')} for somebody`);
        else link.removeAttribute('aria-description');
      });
    },
  };
}
