/** What happened in a conversation, newest first, and why. */
import { h, replace } from '../../../../dom.js';
import { icon } from '../../../../components/icons.js';
import { offerMore } from '../../../../components/list/load-more.js';
import { failed, loading, skeleton } from '../../../../components/states.js';
import { timeAgo } from '../../../../components/time.js';
import { toastError } from '../../../../components/toast.js';
import { logLine, pageOf } from '../words.js';

/** @typedef {import('../../../../types.js').LogLine} LogEntry */

const PAGE = 30;

/**
 * @param {object} options
 * @param {(page: { after: string | null, limit: number }) => Promise<{ items: LogEntry[], next: string | null }>} options.read
 * @param {boolean} [options.withJourney] Name the journey on each line.
 * @param {string} options.empty The text when nothing happened.
 * @param {AbortSignal} options.signal
 */
export function logList({ read, withJourney = false, empty, signal }) {
  const list = h('ol', { class: 'log', 'aria-label': 'Log' });
  const more = h('div', { class: 'row row-center' });
  const holder = h('div', null);
  const root = h('div', { class: 'stack' }, holder, more);
  /** @type {Set<string>} */
  const known = new Set();

  /** @param {string | null} after */
  const load = async (after) => {
    if (known.size === 0) replace(holder, loading('the log', skeleton('skeleton-row'), skeleton('skeleton-row')));
    try {
      const { items, next } = await read({ after, limit: PAGE });
      if (signal.aborted) return;
      const first = known.size === 0;
      if (first && items.length === 0) {
        replace(holder, h('p', { class: 'muted' }, empty));
        return;
      }
      if (!list.isConnected) replace(holder, list);
      const before = list.children.length;
      for (const entry of items) add(entry, (row) => list.append(row));
      told(next);
      if (after !== null) /** @type {HTMLElement | null} */ (list.children[before]?.querySelector('time'))?.focus();
    } catch (error) {
      if (signal.aborted) return;
      if (known.size > 0) toastError(error, 'Loading more');
      else
        replace(
          holder,
          failed(error, 'the log', () => load(null)),
        );
    }
  };

  /** @param {string | null} next */
  const told = (next) => offerMore(more, next, load, { small: true });

  /**
   * @param {LogEntry} entry
   * @param {(row: HTMLElement) => void} place
   */
  const add = (entry, place) => {
    if (known.has(entry.id)) return;
    known.add(entry.id);
    place(logRow(entry, withJourney));
  };

  /** Puts new entries before the rest; when there are too many, it reloads. */
  const lookAgain = async () => {
    if (known.size === 0) {
      if (!holder.querySelector('.loading, [role=alert]')) void load(null);
      return;
    }
    try {
      const { items, next } = await read({ after: null, limit: PAGE });
      if (signal.aborted) return;
      if (items.length > 0 && items.every(({ id }) => !known.has(id))) {
        known.clear();
        replace(list);
        for (const entry of items) add(entry, (row) => list.append(row));
        told(next);
        return;
      }
      const first = list.firstElementChild;
      for (const entry of items) add(entry, (row) => list.insertBefore(row, first));
    } catch {
      // The strip shows the trouble; the next change tries again.
    }
  };

  void load(null);
  return { root, lookAgain };
}

/**
 * @param {LogEntry} entry
 * @param {boolean} withJourney
 */
function logRow(entry, withJourney) {
  const line = logLine(entry);
  return h(
    'li',
    { class: ['log-entry', `log-${entry.what.replaceAll('_', '-')}`] },
    h('span', { class: 'log-sign' }, icon(line.sign, 'small')),
    h(
      'div',
      { class: 'log-words' },
      h(
        'p',
        { class: 'log-title' },
        h('span', null, line.title),
        line.text ? h('span', { class: 'log-text' }, `: ${line.text}`) : null,
        line.step ? h('span', { class: 'muted' }, ` · ${line.step}`) : null,
        withJourney && entry.journey
          ? [
              h('span', { class: 'muted' }, ' · '),
              h('a', { href: pageOf(entry.journey.id, 'people') }, entry.journey.name),
            ]
          : null,
      ),
      line.quote ? h('blockquote', { class: 'log-quote' }, line.quote) : null,
      line.reasons.length > 0
        ? h(
            'ul',
            { class: 'log-reasons' },
            line.reasons.map((reason) =>
              h(
                'li',
                null,
                reason.journey ? [h('a', { href: pageOf(reason.journey, 'settings') }, reason.name), ': '] : null,
                reason.message,
              ),
            ),
          )
        : null,
    ),
    h('span', { class: 'log-time small muted' }, timeAgo(entry.at)),
  );
}
