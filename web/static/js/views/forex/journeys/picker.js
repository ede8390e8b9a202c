/** A choice from a searchable list: of steps, of step types, of placeholders. */
import { h, replace, uid } from '../../../dom.js';
import { icon } from '../../../components/icons.js';
import { openDialog } from '../../../components/dialog.js';
import { fold } from '../../../typed.js';

/**
 * @typedef {object} Item
 * @property {string} label
 * @property {string} [detail]
 * @property {Node} [glyph]
 * @property {boolean} [chosen] The current choice.
 * @property {() => void} run
 *
 * @typedef {{ label: string, items: Item[] }} Group
 */

/**
 * Opens the list over the page: type to search, arrows to move, Enter to take.
 *
 * @param {object} options
 * @param {string} options.title
 * @param {string} options.search The search's placeholder: "Search steps".
 * @param {Group[]} options.groups
 * @param {string} [options.note] Below the title.
 */
export function pick({ title, search, groups, note = '' }) {
  const listID = uid('options');
  let at = 0;
  /** @type {{ item: Item, element: HTMLElement }[]} */
  let shown = [];
  const input = h('input', {
    class: 'input',
    type: 'text',
    role: 'combobox',
    autocomplete: 'off',
    spellcheck: 'false',
    autofocus: true,
    placeholder: search,
    'aria-label': search,
    'aria-expanded': 'true',
    'aria-controls': listID,
    'aria-autocomplete': 'list',
    on: { input: () => draw(), keydown },
  });
  const list = h('div', { class: 'picker-list', role: 'listbox', id: listID, 'aria-label': title, tabindex: '-1' });
  const nothing = h('p', { class: 'muted small picker-nothing', role: 'status' });

  const draw = () => {
    const words = fold(input.value).split(' ').filter(Boolean);
    /** @param {Item} item */
    const named = ({ label }) => words.every((word) => fold(label).includes(word));
    // A detail may name other steps: it counts where nothing is called what was typed.
    const byName = groups.some(({ items }) => items.some(named));
    /** @param {Item} item */
    const matches = (item) => {
      const text = fold(`${item.label} ${item.detail ?? ''}`);
      return byName ? named(item) : words.every((word) => text.includes(word));
    };
    shown = [];
    const parts = groups.map((group) => {
      const items = group.items.filter(matches);
      if (items.length === 0) return null;
      const id = uid('group');
      return h(
        'div',
        { role: 'group', 'aria-labelledby': id },
        h('div', { class: 'picker-group', id, role: 'presentation' }, group.label),
        items.map((item) => row(item)),
      );
    });
    replace(list, parts);
    nothing.textContent = shown.length === 0 ? 'Nothing has this name.' : '';
    at =
      words.length > 0
        ? bestOf(
            shown.map(({ item }) => item.label),
            words,
          )
        : Math.max(
            0,
            shown.findIndex(({ item }) => item.chosen),
          );
    mark();
  };

  /** @param {Item} item */
  const row = (item) => {
    const element = h(
      'div',
      {
        class: 'picker-item',
        role: 'option',
        id: uid('option'),
        'aria-selected': 'false',
        on: { click: () => take(item), pointermove: () => point(item) },
      },
      h('span', { class: 'picker-glyph' }, item.glyph ?? null),
      h(
        'span',
        { class: 'picker-words' },
        h('span', { class: 'picker-name' }, item.label),
        item.detail ? h('span', { class: 'picker-detail' }, item.detail) : null,
      ),
      item.chosen
        ? h('span', { class: 'picker-now' }, icon('check', 'small'), h('span', { class: 'visually-hidden' }, ', now'))
        : null,
    );
    shown.push({ item, element });
    return element;
  };

  /** @param {Item} item */
  const point = (item) => {
    const index = shown.findIndex((entry) => entry.item === item);
    if (index === at) return;
    at = index;
    mark(false);
  };

  const mark = (scroll = true) => {
    shown.forEach(({ element }, i) => element.setAttribute('aria-selected', String(i === at)));
    const current = shown[at]?.element;
    if (current) input.setAttribute('aria-activedescendant', current.id);
    else input.removeAttribute('aria-activedescendant');
    if (scroll) current?.scrollIntoView({ block: 'nearest' });
  };

  /** @param {Item} item */
  const take = (item) => {
    dialog.close();
    item.run();
  };

  /** @param {KeyboardEvent} event */
  function keydown(event) {
    const moves = /** @type {Record<string, number>} */ ({
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: Math.min(at + 8, shown.length - 1),
      PageUp: Math.max(at - 8, 0),
    });
    const to = moves[event.key];
    if (to !== undefined && shown.length > 0) {
      event.preventDefault();
      at = (to + shown.length) % shown.length;
      mark();
    } else if (event.key === 'Enter' && !event.isComposing) {
      event.preventDefault();
      const current = shown[at];
      if (current) take(current.item);
    }
  }

  const dialog = openDialog({
    title,
    class: 'picker',
    body: h(
      'div',
      { class: 'stack' },
      note ? h('p', { class: 'muted small' }, note) : null,
      h('div', { class: 'search picker-search' }, icon('search'), input),
      list,
      nothing,
    ),
  });
  draw();
  input.focus();
  return dialog;
}

/**
 * Which of some names is meant by what was typed: one that is that or begins with it, then one with a word that does. Pure.
 *
 * @param {string[]} names
 * @param {string[]} words What was typed, in small letters; at least one.
 * @returns {number} 0 where none is better than the others.
 */
export function bestOf(names, words) {
  const typed = words.join(' ');
  /** @param {string} name @returns {number} */
  const score = (name) => {
    const text = name.toLowerCase();
    if (text === typed) return 4;
    if (text.startsWith(typed)) return 3;
    if (words.every((word) => text.split(/[^\p{L}\p{N}]+/u).some((part) => part.startsWith(word)))) return 2;
    return words.every((word) => text.includes(word)) ? 1 : 0;
  };
  const scores = names.map(score);
  return Math.max(0, scores.indexOf(Math.max(...scores)));
}
