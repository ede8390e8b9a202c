/** The bar above the map: add, undo, copy, map or list, saving, problems, test. */
import { h, replace } from '../../../dom.js';
import { button, toolButton } from '../../../components/button.js';
import { icon } from '../../../components/icons.js';
import { glyph } from './icons.js';
import { stepOf, ways } from './model.js';
import { issueWords } from './node.js';

/**
 * @param {object} host
 * @param {import('./actions.js').Actions} host.actions
 * @param {HTMLElement} host.saving
 * @param {(kind: 'map' | 'list') => void} host.onview
 * @param {() => void} host.onfigures
 * @param {() => void} host.onproblems
 * @param {() => void} host.ontest
 */
export function createBar({ actions, saving, onview, onfigures, onproblems, ontest }) {
  const undo = toolButton(glyph('undo'), 'Undo', () => actions.undo());
  const redo = toolButton(glyph('redo'), 'Redo', () => actions.redo());
  const add = button(h('span', null, 'Add', h('span', { class: 'builder-word' }, ' step')), () => actions.add(), {
    small: true,
    icon: 'plus',
  });
  const copy = toolButton(glyph('copy'), 'Copy', () => actions.copy(), { class: 'builder-copy' });
  const paste = toolButton(glyph('paste'), 'Paste', () => actions.paste());
  const figures = button(h('span', { class: 'builder-word' }, 'Figures'), onfigures, {
    look: 'quiet',
    small: true,
    icon: glyph('chart', 'small'),
  });
  const problems = h('button', { class: 'builder-issues', type: 'button', on: { click: onproblems } });
  const map = viewButton('map', 'Map');
  const list = viewButton('list', 'List');
  const test = button('Test', ontest, { small: true, icon: 'phone' });
  const root = h(
    'div',
    { class: 'builder-bar', role: 'group', 'aria-label': 'Builder' },
    h('div', { class: 'builder-group' }, add, undo, redo, copy, paste),
    h('div', { class: 'builder-views', role: 'group', 'aria-label': 'View' }, map, list),
    h('div', { class: 'builder-group builder-end' }, saving, problems, figures, test),
  );

  /** @param {'map' | 'list'} kind @param {string} label */
  function viewButton(kind, label) {
    return h(
      'button',
      { class: 'view-button', type: 'button', on: { click: () => onview(kind) } },
      glyph(kind, 'small'),
      h('span', { class: 'view-word' }, label),
    );
  }

  /** @param {import('./store.js').Store} store */
  const select = (store) => {
    copy.disabled = store.selected.length === 0;
    const step = store.selected.length === 1 ? stepOf(store.definition, store.selected[0] ?? '') : undefined;
    add.title = step && ways(step).length > 0 ? 'After the selected step' : 'Add step';
  };

  return {
    root,
    select,
    /** @param {'map' | 'list'} view @param {boolean} testing */
    place(view, testing) {
      map.setAttribute('aria-pressed', String(view === 'map'));
      list.setAttribute('aria-pressed', String(view === 'list'));
      test.setAttribute('aria-pressed', String(testing));
    },
    /**
     * @param {object} state
     * @param {import('./store.js').Store} state.store
     * @param {boolean} state.fixed
     * @param {boolean | null} state.figures Whether they are shown; null when there are none.
     * @param {import('./types.js').Issue[]} state.issues
     */
    draw({ store, fixed, figures: shown, issues }) {
      undo.disabled = fixed || !store.undoLabel;
      redo.disabled = fixed || !store.redoLabel;
      undo.title = store.undoLabel ? `Undo: ${store.undoLabel}` : 'Undo';
      redo.title = store.redoLabel ? `Redo: ${store.redoLabel}` : 'Redo';
      add.disabled = fixed;
      paste.disabled = fixed;
      figures.hidden = shown === null;
      figures.setAttribute('aria-pressed', String(shown === true));
      select(store);
      const tone = issues.length === 0 ? 'good' : issues.some(({ severity }) => severity === 'error') ? 'bad' : 'warn';
      problems.className = `builder-issues builder-issues-${tone}`;
      const words = issues.length > 0 ? issueWords(issues) : 'No problems';
      if (problems.textContent !== words) {
        replace(problems, icon(issues.length > 0 ? 'alert' : 'check', 'small'), words);
      }
    },
  };
}
