/** The finder: one field for pages, actions, templates, journeys and people. */
import { clean } from '../../typed.js';
import { currentSession } from '../../api.js';
import { h, replace, uid } from '../../dom.js';
import { count } from '../../format.js';
import { capabilitiesOf } from '../../products.js';
import { openDialog } from '../dialog.js';
import { icon } from '../icons.js';
import { knownItems, matching } from './items.js';
import { search } from './search.js';

/** @typedef {import('./items.js').Item} Item */

/** How long to wait after typing before the server is asked (ms). */
const REST = 200;
/** How many pages and actions are listed of a query. */
const MOST = 6;

/**
 * @param {object} options
 * @param {import('../../products.js').Product[]} options.products
 * @param {() => void} options.onsignout
 * @param {AbortSignal} options.signal
 */
export function openFinder({ products, onsignout, signal }) {
  const life = new AbortController();
  const known = knownItems(products, capabilitiesOf(currentSession()), onsignout);
  const paths = new Set(products.flatMap(({ features }) => features.map(({ path }) => path)));
  const listID = uid('found');
  let asked = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @type {Item[]} */
  let found = [];
  let active = 0;

  const input = h('input', {
    class: 'input finder-input',
    type: 'text',
    role: 'combobox',
    'aria-label': 'Find pages, actions, templates, journeys and people',
    'aria-expanded': 'true',
    'aria-controls': listID,
    'aria-autocomplete': 'list',
    autocomplete: 'off',
    spellcheck: 'false',
    placeholder: 'Pages, actions, templates, journeys, people',
    autofocus: true,
    on: { input: () => ask(), keydown: (/** @type {KeyboardEvent} */ event) => move(event) },
  });
  const list = h('div', { class: 'finder-list', role: 'listbox', id: listID, 'aria-label': 'Found' });
  const said = h('p', { class: 'finder-said muted small', role: 'status' });
  const dialog = openDialog({
    title: 'Find',
    class: 'finder',
    signal,
    body: h('div', { class: 'finder-body' }, h('div', { class: 'search' }, icon('search'), input), list, said),
    onclose: () => {
      clearTimeout(timer);
      life.abort();
      asked.abort();
    },
  });

  const ask = () => {
    clearTimeout(timer);
    asked.abort();
    asked = new AbortController();
    const own = asked.signal;
    const query = clean(input.value);
    const near = matching(known, query);
    // Without a query the pages and what one can do; with one the best of each.
    const first = query ? [...some(near, 'Pages'), ...some(near, 'Actions')] : near;
    active = 0;
    show(first, query ? 'Looking further…' : '');
    if (!query) return;
    timer = setTimeout(async () => {
      const more = await search(query, paths, own);
      if (own.aborted || life.signal.aborted) return;
      const all = [...first, ...more.items];
      const words = all.length === 0 ? 'Nothing found.' : `${count(all.length, 'match', 'matches')}.`;
      show(all, more.failed ? `${words} Not everything could be searched: try again in a moment.` : words);
    }, REST);
  };

  /** @param {Item[]} items @param {string} words */
  const show = (items, words) => {
    found = items;
    active = Math.min(active, Math.max(items.length - 1, 0));
    said.textContent = words;
    /** @type {Map<string, [Item, number][]>} */
    const groups = new Map();
    items.forEach((item, i) => groups.set(item.group, [...(groups.get(item.group) ?? []), [item, i]]));
    replace(
      list,
      [...groups].map(([group, members]) => {
        const id = uid('group');
        return h(
          'div',
          { role: 'group', 'aria-labelledby': id },
          h('p', { class: 'finder-group muted small', id, role: 'presentation' }, group),
          members.map(([item, i]) => row(item, i)),
        );
      }),
    );
    mark();
  };

  /** @param {Item} item @param {number} i */
  const row = (item, i) =>
    h(
      'div',
      {
        class: 'finder-item',
        role: 'option',
        id: `${listID}-${i}`,
        on: {
          click: () => go(item),
          pointermove: () => {
            if (active === i) return;
            active = i;
            mark();
          },
        },
      },
      icon(item.icon),
      h('span', { class: 'finder-label' }, item.label),
      item.under ? h('span', { class: 'muted small' }, item.under) : null,
    );

  const mark = () => {
    for (const one of list.querySelectorAll('[role=option]'))
      one.setAttribute('aria-selected', String(one.id === `${listID}-${active}`));
    if (found.length > 0) input.setAttribute('aria-activedescendant', `${listID}-${active}`);
    else input.removeAttribute('aria-activedescendant');
    list.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  };

  /** @param {KeyboardEvent} event */
  const move = (event) => {
    const last = found.length - 1;
    const to = { ArrowDown: active + 1, ArrowUp: active - 1, PageDown: active + 8, PageUp: active - 8 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      const step = event.key.startsWith('Arrow');
      active = step && to > last ? 0 : step && to < 0 ? Math.max(last, 0) : Math.max(0, Math.min(to, last));
      mark();
    } else if (event.key === 'Enter') {
      event.preventDefault();
      const item = found[active];
      if (item) go(item);
    }
  };

  /** @param {Item} item */
  const go = ({ href, run, leaves }) => {
    dialog.close();
    if (run) run();
    else if (leaves) window.open(href, '_blank', 'noopener');
    else if (href && href !== location.hash) location.hash = href;
  };

  ask();
}

/** The best of a group. @param {Item[]} items @param {string} group */
const some = (items, group) => items.filter((item) => item.group === group).slice(0, MOST);
