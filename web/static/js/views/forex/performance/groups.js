/** Signals in groups, as a table whose bars say the pips besides. */
import { h } from '../../../dom.js';
import { whole } from '../../../format.js';
import { inPips, inR, rateText, toneOf } from './words.js';

/** @typedef {import('../../../types.js').PerformanceGroup} Group */

/** @param {string} title @param {string} id */
export const heading = (title, id) => h('h2', { id }, title);

/**
 * @param {string} title
 * @param {string} column What the groups are.
 * @param {{ name: string, group: Group }[]} rows
 */
export function groupTable(title, column, rows) {
  const id = `by-${column.toLowerCase()}`;
  const most = Math.max(...rows.map(({ group }) => Math.abs(Number(group.pips))), 0);
  const columns = [column, 'Signals', 'Won', 'Pips', 'R'];
  return h(
    'section',
    { class: 'market-panel performance-groups', 'aria-labelledby': id },
    heading(title, id),
    h(
      'div',
      { class: 'performance-scroll', tabindex: '0', role: 'region', 'aria-labelledby': id },
      h(
        'table',
        { class: 'performance-table figures', 'aria-labelledby': id },
        h(
          'thead',
          null,
          h(
            'tr',
            null,
            columns.map((name) => h('th', { scope: 'col' }, name)),
          ),
        ),
        h(
          'tbody',
          null,
          rows.map(({ name, group }) => row(name, group, most)),
        ),
      ),
    ),
  );
}

/** @param {string} name @param {Group} group @param {number} most */
function row(name, group, most) {
  const width = most === 0 ? 0 : Math.round((Math.abs(Number(group.pips)) / most) * 100);
  const tone = toneOf(group.pips);
  return h(
    'tr',
    null,
    h('th', { scope: 'row' }, name),
    h('td', null, whole(group.signals)),
    h('td', null, rateText(group.win_rate)),
    h(
      'td',
      { class: `performance-${tone}` },
      h('span', {
        class: `performance-bar performance-bar-${tone}`,
        vars: { width: `${width}%` },
        'aria-hidden': 'true',
      }),
      inPips(group.pips),
    ),
    h('td', { class: `performance-${toneOf(group.r)}` }, inR(group.r)),
  );
}
