/** A list that is loaded page by page and keeps its entries up to date. This folder is loaded by the pages that need it. */
import { h, replace } from '../../dom.js';
import { count } from '../../format.js';
import { offerMore } from './load-more.js';
import { failed, loading } from '../states.js';
import { toastError } from '../toast.js';

/** The most entries that the API returns at once. */
export const MOST = 100;

/**
 * @template T
 * @typedef {{ root: HTMLElement, show: (fresh: T) => void }} Entry
 */

/**
 * @template {{ id: string }} T
 * @template {Entry<T>} E
 * @param {object} options
 * @param {string} options.what What is loaded: "the journeys".
 * @param {[one: string, many?: string]} options.noun What one entry is called, and several.
 * @param {string} [options.class] Of the list's container.
 * @param {HTMLElement} options.holder Holds the entries.
 * @param {HTMLElement} [options.frame] Shown around the holder.
 * @param {boolean} [options.small] The button below the list.
 * @param {number} [options.page] Entries per page.
 * @param {(page: { after: string | null, limit: number }, signal: AbortSignal) => Promise<{ items: T[], next: string | null }>} options.read
 * @param {(item: T) => E} options.entry
 * @param {() => Node[]} options.shapes Grey shapes where the content will be.
 * @param {string} [options.focus] Selector of the element in an entry that takes the focus.
 * @param {(text: string) => void} [options.found] Called with the number of entries in words; '' while it is unknown.
 * @param {(some: boolean) => void} [options.onfill] Called with whether there are entries, before they are shown.
 * @param {() => Node} options.empty What is shown when there are none.
 * @param {AbortSignal} options.signal
 */
export function liveList(options) {
  const { what, holder, page = 20, read, entry, shapes, focus = 'a, button', found, onfill, empty, signal } = options;
  const place = h('div', { class: ['list', options.class] });
  const more = h('div', { class: 'row row-center' });
  const frame = options.frame ?? holder;
  let query = new AbortController();
  /** @type {string | null} */
  let next = null;
  let changed = false; // while the first page was on its way
  /** @type {Map<string, E>} */
  const entries = new Map();

  /**
   * @param {string | null} after
   * @param {boolean} [quiet] What is shown stays until the answer.
   */
  const load = async (after, quiet = false) => {
    if (after === null) {
      query.abort();
      query = new AbortController();
      if (entries.size === 0 && !quiet) {
        found?.('');
        wait();
      }
    }
    const own = query.signal;
    try {
      const result = await read({ after, limit: page }, own);
      if (own.aborted || signal.aborted) return;
      if (after === null) forget();
      append(result.items, after === null);
      tell(result.next);
      if (changed) {
        changed = false;
        void lookAgain();
      }
    } catch (error) {
      if (own.aborted || signal.aborted) return;
      if (after !== null) {
        toastError(error, 'Loading more');
        return;
      }
      forget();
      tell(null);
      replace(
        place,
        failed(error, what, () => void load(null)),
      );
    }
  };

  const wait = () => replace(place, loading(what, ...shapes()));

  const forget = () => {
    entries.clear();
    replace(holder);
  };

  /**
   * @param {T[]} items
   * @param {boolean} fresh
   */
  const append = (items, fresh) => {
    if (fresh && items.length === 0) {
      showEmpty();
      return;
    }
    showSome();
    const before = holder.children.length;
    for (const item of items) if (!entries.has(item.id)) holder.append(add(item).root);
    if (!fresh) focusIn(holder.children[before]);
  };

  const showSome = () => {
    onfill?.(true);
    if (!holder.isConnected) replace(place, frame);
  };

  const showEmpty = () => {
    onfill?.(false);
    replace(place, empty());
  };

  /** @param {T} item */
  const add = (item) => {
    const made = entry(item);
    entries.set(item.id, made);
    return made;
  };

  /** @param {string | null} then The cursor of the next page. */
  const tell = (then) => {
    next = then;
    found?.(entries.size > 0 ? `${count(entries.size, ...options.noun)}${next ? ' so far' : ''}` : '');
    // The button stays while there is more, and with it the focus.
    if (Boolean(next) !== Boolean(more.firstChild))
      offerMore(more, next, () => void (next && load(next)), { small: options.small });
  };

  /** @param {Element | null | undefined} root */
  const focusIn = (root) => /** @type {HTMLElement | null} */ (root?.querySelector(focus))?.focus();

  /**
   * Refreshes the entries. Those beyond the API's limit stay until the list is loaded again, and so does the one
   * with the focus until it loses it.
   *
   * @param {string} [doing] What a person did it for, to say when it fails: "Loading the versions".
   */
  const lookAgain = async (doing = '') => {
    if (!holder.isConnected) {
      // After a failure the retry button decides; an empty list fills by itself.
      if (place.querySelector('.loading')) changed = true;
      else if (!place.querySelector('[role=alert]')) void load(null, true);
      return;
    }
    const own = query.signal;
    try {
      const limit = Math.min(Math.max(entries.size, page), MOST);
      const result = await read({ after: null, limit }, own);
      if (own.aborted || signal.aborted) return;
      const all = entries.size <= limit;
      if (all) sweep(new Set(result.items.map(({ id }) => id)));
      result.items.forEach((item, i) => {
        const shown = entries.get(item.id) ?? add(item);
        shown.show(item);
        const at = holder.children[i];
        if (at !== shown.root && !shown.root.contains(document.activeElement))
          holder.insertBefore(shown.root, at ?? null);
      });
      if (entries.size === 0) {
        showEmpty();
        tell(null);
      } else tell(all ? result.next : next);
    } catch (error) {
      // Of changes by others the strip shows the trouble, and the next one tries again.
      if (doing && !own.aborted && !signal.aborted) toastError(error, doing);
    }
  };

  /** @param {Set<string>} listed */
  const sweep = (listed) => {
    for (const [id, { root }] of [...entries]) {
      if (listed.has(id) || root.contains(document.activeElement)) continue;
      entries.delete(id);
      root.remove();
    }
  };

  /** Removes an entry; its neighbour gets the focus. @param {string} id */
  const remove = (id) => {
    const root = entries.get(id)?.root;
    const neighbour = root?.nextElementSibling ?? root?.previousElementSibling;
    entries.delete(id);
    root?.remove();
    if (entries.size === 0) void load(null);
    else {
      tell(next);
      focusIn(neighbour);
    }
  };

  signal.addEventListener('abort', () => query.abort(), { once: true });
  wait();
  return {
    nodes: [place, more],
    entries,
    /** Loads from the start; the entries on screen stay until then. */
    reload: () => load(null),
    lookAgain,
    remove,
    /** Aborted when the list is loaded again: requests about its entries end with it. */
    query: () => query.signal,
  };
}

/**
 * An entry that is drawn anew whenever it changes, except while it has the focus.
 *
 * @template T
 * @param {HTMLElement} root
 * @param {T} first
 * @param {(item: T) => import('../../dom.js').Child[]} draw What is in it.
 * @returns {Entry<T>}
 */
export function redrawn(root, first, draw) {
  /** @param {T} fresh */
  const show = (fresh) => {
    if (!root.contains(document.activeElement)) replace(root, draw(fresh));
  };
  show(first);
  return { root, show };
}
