/** The actions on the selected steps, for keys, buttons and menus. */
import { toast } from '../../../components/toast.js';
import { count } from '../../../format.js';
import { keep, kept, parse } from './clip.js';
import { copies, moveSteps, paste, placeSteps, removeSteps, startAt } from './commands.js';
import { inOrder, tidy } from './layout.js';
import { openPalette } from './palette.js';
import { ways } from './model.js';

/** @typedef {import('./types.js').Step} Step */

/**
 * @param {object} host
 * @param {import('./store.js').Store} host.store
 * @param {() => boolean} host.fixed
 * @param {() => { x: number, y: number }} host.middle
 * @param {(id: string) => number} host.heightOf
 * @param {(id: string) => void} host.focus Focuses a step in the map or the list.
 * @param {(id: string, field?: string) => void} host.show Selects a step and opens its form.
 * @param {(id: string) => void} host.testFrom
 * @param {(id: string, port: string) => void} host.onway
 * @param {() => void} host.fit
 */
export function createActions(host) {
  const { store } = host;
  const chosen = () => store.definition.steps.filter(({ id }) => store.selected.includes(id));

  /** @param {Step[]} steps @param {string} label @param {{ x: number, y: number } | null} at */
  const put = (steps, label, at) => {
    const next = paste(store.definition, steps, at);
    store.apply(label, next.definition, { select: next.ids });
    if (next.ids[0]) host.focus(next.ids[0]);
  };

  const actions = {
    show: host.show,
    testFrom: host.testFrom,

    undo() {
      const { undoLabel } = store;
      if (!host.fixed() && store.undo()) return undoLabel;
      return '';
    },
    redo() {
      if (!host.fixed()) store.redo();
    },

    remove() {
      if (host.fixed()) return;
      const ids = store.selected;
      if (ids.length === 0) return;
      const order = inOrder(store.definition).map(({ step }) => step.id);
      const at = order.indexOf(ids[0] ?? '');
      const next = [...order.slice(at + 1), ...order.slice(0, at).reverse()].find((id) => !ids.includes(id));
      store.apply('Delete', removeSteps(store.definition, ids), { select: [] });
      if (next) host.focus(next);
      toast(`${count(ids.length, 'step')} deleted. Undo brings ${ids.length === 1 ? 'it' : 'them'} back.`, {
        kind: 'info',
      });
    },

    duplicate() {
      if (host.fixed()) return;
      const steps = chosen();
      if (steps.length > 0) put(copies(steps, { x: 0, y: 0 }), 'Duplicate', null);
    },

    /** The text of what is selected; '' for nothing. */
    copyText() {
      const steps = chosen();
      return steps.length > 0 ? keep(steps, () => localStorage) : '';
    },

    async copy() {
      const text = actions.copyText();
      if (!text) return;
      const many = store.selected.length;
      await navigator.clipboard?.writeText(text).catch(() => {}); // the page's own copy will do
      toast(`${count(many, 'step')} copied. Paste them here or in another journey.`);
    },

    /** @param {string} text @returns {boolean} Whether it held steps. */
    pasteText(text) {
      if (host.fixed()) return false;
      const steps = parse(text);
      if (!steps) return false;
      const known = new Set(store.definition.steps.map(({ id }) => id));
      // Beside the originals if they are in this journey, else in the middle of the view.
      put(steps, 'Paste', steps.every(({ id }) => known.has(id)) ? null : host.middle());
      return true;
    },

    async paste() {
      if (host.fixed()) return;
      const text = (await navigator.clipboard?.readText?.().catch(() => '')) ?? '';
      if (actions.pasteText(text)) return;
      const steps = kept(() => localStorage);
      if (steps) actions.pasteText(JSON.stringify({ promostack: 'steps', format: 1, steps }));
      else toast('No steps are copied yet. Select some and press Copy.', { kind: 'info' });
    },

    selectAll: () => store.select(store.definition.steps.map(({ id }) => id)),

    /** @param {string} id */
    start(id) {
      if (!host.fixed()) store.apply('Start here', startAt(store.definition, id));
    },

    /** @param {number} dx @param {number} dy */
    move(dx, dy) {
      if (host.fixed()) return;
      store.apply('Move', moveSteps(store.definition, store.selected, dx, dy), {
        group: `move ${store.selected.join(' ')}`,
        by: 'place',
      });
    },

    tidy() {
      if (host.fixed()) return;
      const places = tidy(store.definition, (step) => host.heightOf(step.id) || 144);
      store.apply('Tidy up', placeSteps(store.definition, places));
      host.fit();
    },

    /** Asks for the type of a new step: after the selected one, or in the middle of the view. @param {string} [after] @param {string} [port] */
    add(after = store.selected.length === 1 ? store.selected[0] : undefined, port = undefined) {
      if (host.fixed()) return;
      const step = store.definition.steps.find(({ id }) => id === after);
      const where = step && ways(step).length > 0 ? { after: step.id, port } : host.middle();
      openPalette({ store, where: store.definition.steps.length === 0 ? { x: 0, y: 0 } : where, onadded: host.focus });
    },

    /** Asks where the first way of the selected step leads; free ways come first. */
    connect() {
      if (host.fixed() || store.selected.length !== 1) return;
      const step = chosen()[0];
      const list = step ? ways(step) : [];
      const way = list.find(({ target }) => !target) ?? list[0];
      if (step && way) host.onway(step.id, way.port);
    },
  };
  return actions;
}

/** @typedef {ReturnType<typeof createActions>} Actions */
