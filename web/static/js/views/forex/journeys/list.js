/** The journey as a list: each step in the order in which a person meets it, its ways below it. */
import { h, setVars } from '../../../dom.js';
import { icon } from '../../../components/icons.js';
import { menuButton } from '../../../components/menu.js';
import { glyph } from './icons.js';
import { inOrder } from './layout.js';
import { leads, nameOf, stepOf, typeOf, ways } from './model.js';
import { faceWords, issueWords } from './node.js';

/**
 * @param {Pick<import('./canvas.js').Host, 'store' | 'fixed' | 'issues' | 'figures' | 'onopen' | 'onway'> & {
 *   actions: import('./actions.js').Actions,
 * }} host
 */
export function createList(host) {
  const { store, actions } = host;
  const main = h('ol', { class: 'step-rows' });
  const others = h('ol', { class: 'step-rows' });
  const aside = h('div', null, h('h2', { class: 'step-rest' }, 'Not reachable yet'), others);
  const root = h('section', { class: 'step-list', 'aria-label': 'Steps in order' }, main, aside);
  let current = '';
  /** @type {Map<string, { element: HTMLElement, key: string }>} Rows that are the same stay. */
  let drawn = new Map();

  function draw() {
    const active = /** @type {HTMLElement | null} */ (
      root.contains(document.activeElement) ? document.activeElement : null
    );
    const key = active?.dataset.key;
    const { definition } = store;
    const fixed = host.fixed();
    const name = (/** @type {string} */ id) => {
      const step = stepOf(definition, id);
      return step ? nameOf(step) : 'a deleted step';
    };
    const items = inOrder(definition);
    const far = items.findIndex(({ reached }) => !reached);
    const reached = far < 0 ? items : items.slice(0, far);
    const rest = far < 0 ? [] : items.slice(far);
    /** @param {(typeof items)[number]} item */
    const row = ({ step, depth }) => {
      const key = JSON.stringify([
        { ...step, x: 0, y: 0 },
        depth,
        fixed,
        host.issues(step.id),
        host.figures(step.id),
        current === step.id,
        definition.start_step_id === step.id,
        store.selected.includes(step.id),
        ways(step).map(({ target }) => target && name(target)),
      ]);
      const old = before.get(step.id);
      const entry = old?.key === key ? old : { key, element: line(step, depth, name, fixed) };
      drawn.set(step.id, entry);
      return entry.element;
    };
    const before = drawn;
    drawn = new Map();
    fill(main, reached.map(row));
    fill(others, rest.map(row));
    main.hidden = reached.length === 0;
    aside.hidden = rest.length === 0;
    if (key) {
      const next = [...root.querySelectorAll('[data-key]')].find(
        (item) => /** @type {HTMLElement} */ (item).dataset.key === key,
      );
      /** @type {HTMLElement | undefined} */ (next)?.focus({ preventScroll: true });
    }
  }

  /** @param {import('./types.js').Step} step @param {number} depth @param {(id: string) => string} name @param {boolean} fixed */
  function line(step, depth, name, fixed) {
    const words = typeOf(step.type);
    const issues = host.issues(step.id);
    const figures = host.figures(step.id);
    const start = store.definition.start_step_id === step.id;
    const selected = store.selected.includes(step.id);
    const errors = issues.some(({ severity }) => severity === 'error');
    const title = nameOf(step);
    const list = ways(step);
    const element = h(
      'li',
      {
        class: ['step-row', `node-${step.type}`, selected && 'step-selected', current === step.id && 'step-current'],
        dataset: { id: step.id },
      },
      h(
        'div',
        { class: 'step-main' },
        h(
          'button',
          {
            class: 'step-face',
            type: 'button',
            'aria-pressed': String(selected),
            dataset: { key: `face.${step.id}` },
            on: {
              click: () => {
                store.select([step.id]);
                host.onopen(true);
              },
            },
          },
          h('span', { class: 'node-glyph' }, glyph(words.icon)),
          h(
            'span',
            { class: 'step-words' },
            h('span', { class: 'node-type' }, words.label, start ? h('span', { class: 'node-flag' }, 'Start') : null),
            faceWords(step, name),
            figures
              ? h(
                  'span',
                  { class: 'step-figures figures' },
                  // Keeps a figure and its word on one line.
                  /** @type {const} */ (['entered', 'waiting', 'passed', 'dropped'])
                    .map((key) => `${figures[key]}\u00a0${key}`)
                    .join(' · '),
                )
              : null,
            issues.length > 0
              ? h(
                  'span',
                  { class: ['node-issues', errors ? 'node-issues-bad' : 'node-issues-warn'] },
                  icon('alert', 'small'),
                  `${issueWords(issues)}: ${issues[0]?.message ?? ''}`,
                )
              : null,
          ),
        ),
        fixed
          ? null
          : menuButton({
              label: `Actions for ${title}`,
              items: () => [
                {
                  label: 'Add a step after this one',
                  icon: 'plus',
                  disabled: list.length === 0 ? 'Nothing can follow an end' : undefined,
                  run: () => actions.add(step.id),
                },
                { label: 'Test from here', icon: 'play', run: () => actions.testFrom(step.id) },
                {
                  label: 'Start the journey here',
                  icon: 'publish',
                  disabled: start ? 'It starts here already' : undefined,
                  run: () => actions.start(step.id),
                },
                { label: 'Copy', icon: 'link', run: () => only(step.id, () => void actions.copy()) },
                { label: 'Duplicate', icon: 'templates', run: () => only(step.id, actions.duplicate) },
                { label: 'Delete', icon: 'trash', run: () => only(step.id, actions.remove) },
              ],
            }),
      ),
      list.length > 0
        ? h(
            'ul',
            { class: 'step-ways', 'aria-label': `Ways of ${title}` },
            list.map((way) =>
              h(
                'li',
                { class: 'step-way' },
                h('span', { class: 'step-port' }, way.label),
                h(
                  'button',
                  {
                    class: ['step-to', !way.target && 'way-open'],
                    type: 'button',
                    disabled: fixed,
                    dataset: { key: `way.${step.id}.${way.port}` },
                    'aria-haspopup': 'dialog',
                    'aria-label': `${way.label}: ${leads(way, name)}. Connect to…`,
                    on: { click: () => host.onway(step.id, way.port) },
                  },
                  way.target
                    ? [h('span', { 'aria-hidden': 'true' }, '→'), name(way.target)]
                    : way.falls
                      ? `as “${way.falls}”`
                      : [icon('plus', 'small'), 'Choose a step'],
                ),
              ),
            ),
          )
        : null,
    );
    setVars(element, { depth: String(Math.min(depth, 4)) });
    return element;
  }

  /** @param {string} id @param {() => void} run */
  function only(id, run) {
    store.select([id]);
    run();
  }

  return {
    root,
    draw,
    /** @param {string} id */
    focus(id) {
      const face = /** @type {HTMLElement | null} */ (root.querySelector(`[data-id="${CSS.escape(id)}"] .step-face`));
      face?.focus({ preventScroll: true });
      face?.scrollIntoView({ block: 'nearest' });
    },
    /** @param {string} id @param {boolean} seen */
    mark(id, seen) {
      if (current === id) return;
      current = id;
      if (seen) draw();
    },
  };
}

/** Puts rows into a list; those already in place are not touched.
 *
 * @param {HTMLElement} list
 * @param {HTMLElement[]} rows
 */
function fill(list, rows) {
  rows.forEach((row, i) => {
    if (list.children[i] !== row) list.insertBefore(row, list.children[i] ?? null);
  });
  while (list.children.length > rows.length) list.lastElementChild?.remove();
}
