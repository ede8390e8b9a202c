/** A list that is loaded page by page and shows its entries as they are now. */
import { h, replace } from '../dom.js';
import { count } from '../format.js';
import { offerMore } from './load-more.js';
import { failed, loading } from './states.js';
import { toastError } from './toast.js';

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
 * @param {string} [options.class] Of the list's place.
 * @param {HTMLElement} options.holder Holds the entries.
 * @param {HTMLElement} [options.frame] Is shown around the holder.
 * @param {number} options.page Entries that are loaded at once.
 * @param {number} options.most Entries that the API lists at once.
 * @param {(page: { after: string | null, limit: number }, signal: AbortSignal) => Promise<{ items: T[], next: string | null }>} options.read
 * @param {(item: T) => E} options.entry
 * @param {() => Node[]} options.shapes Grey shapes in the place of what will come.
 * @param {string} options.focus The element of an entry that takes the focus: a selector.
 * @param {(text: string) => void} options.found Is told how many entries there are; '' while nobody knows.
 * @param {(some: boolean) => void} [options.onfill] Is told whether there are entries, before they are shown.
 * @param {() => Node} options.empty What is shown when there are none.
 * @param {AbortSignal} options.signal
 */
export function liveList(options) {
  const { what, holder, page, most, read, entry, shapes, found, onfill, empty, signal } = options;
  const place = h('div', { class: ['list', options.class] });
  const more = h('div', { class: 'row row-center' });
  const frame = options.frame ?? holder;
  let query = new AbortController();
  /** @type {string | null} */
  let next = null;
  /** @type {Map<string, E>} */
  const entries = new Map();

  /** @param {string | null} after */
  const load = async (after) => {
    if (after === null) {
      query.abort();
      query = new AbortController();
      if (entries.size === 0) {
        found('');
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

  /** @param {string | null} then The cursor of what comes after the entries. */
  const tell = (then) => {
    next = then;
    found(entries.size > 0 ? `${count(entries.size, ...options.noun)}${next ? ' so far' : ''}` : '');
    offerMore(more, next, load);
  };

  /** @param {Element | null | undefined} root */
  const focusIn = (root) => /** @type {HTMLElement | null} */ (root?.querySelector(options.focus))?.focus();

  /** Shows the entries as they are now. Those beyond the API's limit stay, and so does what somebody is in. */
  const lookAgain = async () => {
    if (!holder.isConnected) {
      // A failure waits for its button; an empty list fills itself.
      if (!place.querySelector('[role=alert], .loading')) void load(null);
      return;
    }
    const own = query.signal;
    try {
      const limit = Math.min(Math.max(entries.size, page), most);
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
      } else if (all) tell(result.next);
    } catch {
      // Trouble is told by the strip; the next change is another occasion.
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

  /** Takes an entry away; its neighbour gets the focus. @param {string} id */
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
    /** Loads from the begin; entries that are shown stay until then. */
    reload: () => load(null),
    lookAgain,
    remove,
    /** What is asked for at this moment lives as long as this. */
    query: () => query.signal,
  };
}
