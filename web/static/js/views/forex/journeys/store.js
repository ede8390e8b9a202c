/**
 * The draft while it is edited: immutable snapshots, their undo history, and the selection. Pure.
 *
 * @typedef {import('./types.js').Definition} Definition
 *
 * @typedef {object} Change
 * @property {boolean} definition Whether the draft changed, or only the selection.
 * @property {string} by Who changed it: `typing` in a form, `undo`, `redo`, …
 *
 * @typedef {{ label: string, group: string, at: number, before: Snapshot, after: Snapshot }} Entry
 * @typedef {{ definition: Definition, selected: string[] }} Snapshot
 */

/** Changes of one group within this time are undone together (ms). */
export const TOGETHER = 1200;
/** How many undo steps are kept. */
const MOST = 200;

/**
 * @param {Definition} definition
 * @param {{ now?: () => number }} [options]
 */
export function createStore(definition, { now = Date.now } = {}) {
  /** @type {Snapshot} */
  let current = { definition, selected: [] };
  /** @type {Entry[]} */
  let done = [];
  /** @type {Entry[]} */
  let undone = [];
  /** @type {Set<(change: Change) => void>} */
  const listeners = new Set();

  /** @param {Change} change */
  const tell = (change) => {
    for (const listener of [...listeners]) listener(change);
  };

  /** @param {Snapshot} snapshot @param {string} by */
  const show = (snapshot, by) => {
    const known = new Set(snapshot.definition.steps.map(({ id }) => id));
    current = { ...snapshot, selected: snapshot.selected.filter((id) => known.has(id)) };
    tell({ definition: true, by });
  };

  return {
    get definition() {
      return current.definition;
    },
    get selected() {
      return current.selected;
    },
    /** What would be undone, in words; '' for nothing. */
    get undoLabel() {
      return done.at(-1)?.label ?? '';
    },
    get redoLabel() {
      return undone.at(-1)?.label ?? '';
    },

    /**
     * @param {string} label In words, for Undo: "Move".
     * @param {Definition} next The same object does nothing.
     * @param {{ group?: string, by?: string, select?: string[] }} [options] Changes of one group are one.
     * @returns {boolean} Whether something changed.
     */
    apply(label, next, { group = '', by = 'command', select = current.selected } = {}) {
      if (next === current.definition) return false;
      const before = current;
      const after = { definition: next, selected: select };
      const last = done.at(-1);
      const at = now();
      if (last && group && last.group === group && at - last.at < TOGETHER && undone.length === 0) {
        done[done.length - 1] = { ...last, at, after };
      } else {
        done = [...done, { label, group, at, before, after }].slice(-MOST);
      }
      undone = [];
      show(after, by);
      return true;
    },

    undo() {
      const last = done.at(-1);
      if (!last) return false;
      done = done.slice(0, -1);
      undone = [...undone, last];
      show(last.before, 'undo');
      return true;
    },

    redo() {
      const last = undone.at(-1);
      if (!last) return false;
      undone = undone.slice(0, -1);
      // The next change starts a new group.
      done = [...done, { ...last, group: '' }];
      show(last.after, 'redo');
      return true;
    },

    /** @param {string[]} ids */
    select(ids) {
      const known = new Set(current.definition.steps.map(({ id }) => id));
      const selected = [...new Set(ids)].filter((id) => known.has(id));
      if (selected.length === current.selected.length && selected.every((id, i) => id === current.selected[i])) return;
      current = { ...current, selected };
      tell({ definition: false, by: 'select' });
    },

    /** @param {(change: Change) => void} listener @returns {() => void} Ends it. */
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** @typedef {ReturnType<typeof createStore>} Store */
