import { h } from '../../dom.js';

/**
 * A table whose rows become cards on narrow screens. Its roles are named, since those styles take them away.
 *
 * @param {string} label
 * @param {import('../../dom.js').Child[]} columns
 * @returns {{ root: HTMLElement, body: HTMLElement }}
 */
export function cardTable(label, columns) {
  const body = h('tbody', { role: 'rowgroup' });
  const root = h(
    'table',
    { class: 'card-table', role: 'table', 'aria-label': label },
    h(
      'thead',
      { role: 'rowgroup' },
      h(
        'tr',
        { role: 'row' },
        columns.map((name) => h('th', { scope: 'col', role: 'columnheader' }, name)),
      ),
    ),
    body,
  );
  return { root, body };
}
