/** The map of a journey: steps as nodes that can be focused, ways as curves between them. */
import { h, setVars } from '../../../dom.js';
import { toolButton } from '../../../components/button.js';
import { edgeLayer } from './edges.js';
import { around, fitted, zoomed } from './geometry.js';
import { gestures } from './gestures.js';
import { glyph } from './icons.js';
import { inOrder } from './layout.js';
import { minimap } from './minimap.js';
import { nameOf, stepOf } from './model.js';
import { node } from './node.js';

/**
 * @typedef {import('./types.js').Step} Step
 * @typedef {import('./types.js').Issue} Issue
 * @typedef {import('./types.js').StepFigures} StepFigures
 * @typedef {import('./geometry.js').Point} Point
 * @typedef {import('./geometry.js').View} View
 *
 * @typedef {object} Host What the canvas needs from the builder.
 * @property {import('./store.js').Store} store
 * @property {() => boolean} fixed Whether nothing can be changed.
 * @property {(id: string) => Issue[]} issues
 * @property {(id: string) => StepFigures | null} figures
 * @property {(keyboard: boolean) => void} onopen Opens the inspector of the selection.
 * @property {(id: string, port: string) => void} onway Opens the menu of a way.
 * @property {(id: string, port: string) => void} oninsert Inserts a step on a way.
 * @property {() => number} covered How much of the map is covered at its right (px).
 * @property {() => void} ontidy
 */

/** Where ways enter a step, from its left and its top (px). */
const ENTRY = 28;

/**
 * @param {Host} host
 * @param {AbortSignal} signal
 */
export function createCanvas(host, signal) {
  const { store } = host;
  /**
   * @typedef {{ width: number, height: number, ports: Map<string, number> }} Size
   * @typedef {{ element: HTMLElement, key: string, x: number, y: number, size: Size | null }} Entry
   */
  /** @type {Map<string, Entry>} */
  const drawn = new Map();
  /** @type {Map<string, Point>} How far steps are dragged now. */
  let dragged = new Map();
  /** @type {View} */
  let view = { x: 0, y: 0, zoom: 1 };
  let current = '';
  let placed = false;

  const nodes = h('ol', { class: 'nodes', 'aria-label': 'Steps' });
  const edges = edgeLayer({
    anchors: {
      port: anchor,
      entry: (id) => {
        const at = place(id);
        return at ? { x: at.x, y: at.y + ENTRY } : null;
      },
      bottom: (id) => (place(id)?.y ?? 0) + (sizeOf(id)?.height ?? 0),
      box: (id) => {
        const at = place(id);
        const size = sizeOf(id);
        return at && size ? { x: at.x, y: at.y, width: size.width, height: size.height } : null;
      },
    },
    oninsert: host.oninsert,
  });
  const world = h('div', { class: 'canvas-world' }, edges.lines, nodes, edges.tools);
  const marquee = h('div', { class: 'marquee', hidden: true });
  const screen = h(
    'div',
    {
      class: 'canvas-view',
      tabindex: '0',
      role: 'group',
      'aria-label': 'Map of the journey. Arrow keys move the view, plus and minus zoom, 0 shows all.',
    },
    world,
    marquee,
  );
  const level = h('button', {
    class: 'zoom-level figures',
    type: 'button',
    title: 'Actual size',
    on: { click: () => zoom(1) },
  });
  const map = minimap((middle) =>
    show({
      ...view,
      x: screen.clientWidth / 2 - middle.x * view.zoom,
      y: screen.clientHeight / 2 - middle.y * view.zoom,
    }),
  );
  const tidyButton = toolButton(glyph('tidy'), 'Tidy up', host.ontidy);
  const root = h(
    'section',
    { class: 'canvas', 'aria-label': 'Map' },
    screen,
    h(
      'div',
      { class: 'canvas-zoom', role: 'group', 'aria-label': 'Zoom' },
      toolButton(glyph('minus'), 'Zoom out', () => zoom(view.zoom / 1.25)),
      level,
      toolButton('plus', 'Zoom in', () => zoom(view.zoom * 1.25)),
      toolButton(glyph('fit'), 'Show all', () => fit()),
      tidyButton,
    ),
    map.root,
  );

  /** @param {string} id @returns {Point | null} */
  function place(id) {
    const entry = drawn.get(id);
    if (!entry) return null;
    const by = dragged.get(id);
    return by ? { x: entry.x + by.x, y: entry.y + by.y } : { x: entry.x, y: entry.y };
  }

  /** Measured once for each node: asking the browser costs a layout. @param {string} id @returns {Size | null} */
  function sizeOf(id) {
    const entry = drawn.get(id);
    if (!entry) return null;
    if (entry.size) return entry.size;
    const { element } = entry;
    const size = { width: element.offsetWidth, height: element.offsetHeight, ports: new Map() };
    for (const port of /** @type {NodeListOf<HTMLElement>} */ (element.querySelectorAll('.port'))) {
      size.ports.set(port.dataset.port, port.offsetTop + port.offsetHeight / 2);
    }
    if (size.width > 0) entry.size = size;
    return size;
  }

  const boxes = () =>
    store.definition.steps.map((step) => ({
      id: step.id,
      ...(place(step.id) ?? { x: step.x, y: step.y }),
      width: sizeOf(step.id)?.width ?? 0,
      height: sizeOf(step.id)?.height ?? 0,
      selected: store.selected.includes(step.id),
      bad: host.issues(step.id).some(({ severity }) => severity === 'error'),
    }));

  /** @param {View} next */
  function show(next) {
    view = next;
    setVars(world, { 'view-x': `${view.x}px`, 'view-y': `${view.y}px`, 'view-zoom': String(view.zoom) });
    setVars(screen, {
      'grid-x': `${view.x}px`,
      'grid-y': `${view.y}px`,
      'grid-size': `${32 * view.zoom * (view.zoom < 0.5 ? 2 : 1)}px`,
    });
    level.textContent = `${Math.round(view.zoom * 100)} %`;
    level.setAttribute('aria-label', `Zoom ${Math.round(view.zoom * 100)} per cent: show the actual size`);
    drawMap();
  }

  function drawMap() {
    map.look({
      x: -view.x / view.zoom,
      y: -view.y / view.zoom,
      width: screen.clientWidth / view.zoom,
      height: screen.clientHeight / view.zoom,
    });
  }

  /** @param {number} wanted @param {Point} [at] */
  function zoom(wanted, at = { x: screen.clientWidth / 2, y: screen.clientHeight / 2 }) {
    show(zoomed(view, wanted, at));
  }

  /** Shows all; a journey that is too large to be legible that way shows its start. */
  function fit(readable = false) {
    const size = { width: screen.clientWidth, height: screen.clientHeight };
    if (size.width === 0) return;
    placed = true;
    const next = fitted(around(boxes()), size);
    const start = place(store.definition.start_step_id);
    if (!readable || next.zoom >= 0.7 || !start) {
      show(next);
      return;
    }
    show({ zoom: 0.85, x: 48 - start.x * 0.85, y: Math.max(48, size.height * 0.3) - start.y * 0.85 });
  }

  function draw() {
    const { definition } = store;
    const fixed = host.fixed();
    const name = (/** @type {string} */ id) => {
      const step = stepOf(definition, id);
      return step ? nameOf(step) : 'a deleted step';
    };
    const focused = /** @type {HTMLElement | null} */ (
      root.contains(document.activeElement) ? document.activeElement : null
    );
    const focusedID = /** @type {HTMLElement | null} */ (focused?.closest('.node'))?.dataset.id ?? '';
    const focusedPort = focused?.dataset.port;
    const order = inOrder(definition).map(({ step }) => step);
    const known = new Set(order.map(({ id }) => id));
    for (const [id, { element }] of drawn) {
      if (known.has(id)) continue;
      element.remove();
      drawn.delete(id);
    }
    /** @type {Element | null} */
    let before = null;
    for (const step of order) {
      const start = definition.start_step_id === step.id;
      const issues = host.issues(step.id);
      const figures = host.figures(step.id);
      const shown = { step, start, issues, figures, name, fixed };
      const key = JSON.stringify([{ ...step, x: 0, y: 0 }, start, issues, figures, fixed, nodeNames(step, name)]);
      let entry = drawn.get(step.id);
      if (!entry || entry.key !== key) {
        const element = node(shown);
        entry?.element.replaceWith(element);
        entry = { element, key, x: NaN, y: NaN, size: null };
        drawn.set(step.id, entry);
      }
      const { element } = entry;
      const next = /** @type {Element | null} */ (before ? before.nextElementSibling : nodes.firstElementChild);
      if (next !== element) nodes.insertBefore(element, next);
      before = element;
    }
    drawPlaces();
    if (focusedID && document.activeElement === document.body) {
      if (known.has(focusedID)) focus(focusedID, focusedPort);
      else screen.focus({ preventScroll: true });
    }
    if (!placed) fit(true);
  }

  /** Updates what moves and what is marked, without new nodes. */
  function drawPlaces() {
    const selected = new Set(store.selected);
    for (const { id, x, y } of store.definition.steps) {
      const entry = drawn.get(id);
      if (!entry) continue;
      const { element } = entry;
      Object.assign(entry, { x, y });
      const at = place(id) ?? entry;
      const text = `${at.x} ${at.y}`;
      if (element.dataset.at !== text) {
        element.dataset.at = text;
        setVars(element, { x: `${at.x}px`, y: `${at.y}px` });
      }
      element.classList.toggle('node-selected', selected.has(id));
      element.classList.toggle('node-current', current === id);
      const face = element.firstElementChild;
      const pressed = String(selected.has(id));
      if (face?.getAttribute('aria-pressed') !== pressed) face?.setAttribute('aria-pressed', pressed);
    }
    edges.draw(store.definition, selected, host.fixed());
    map.draw(boxes());
    drawMap();
  }

  /** @param {string} id @param {string} [port] */
  function focus(id, port) {
    const element = drawn.get(id)?.element;
    const inner = port ? element?.querySelector(`[data-port="${port}"]`) : null;
    const target = /** @type {HTMLElement | null | undefined} */ (inner ?? element?.querySelector('.node-face'));
    target?.focus({ preventScroll: true });
    if (target) reveal(id);
  }

  /** Moves the view as little as is needed to see a step. @param {string} id */
  function reveal(id) {
    const size = sizeOf(id);
    const at = place(id);
    if (!size || !at || screen.clientWidth === 0) return;
    const margin = 24;
    const width = screen.clientWidth - host.covered();
    const left = at.x * view.zoom + view.x;
    const top = at.y * view.zoom + view.y;
    const right = left + size.width * view.zoom;
    const bottom = top + size.height * view.zoom;
    let { x, y } = view;
    if (right > width - margin) x -= right - width + margin;
    if (left + (x - view.x) < margin) x += margin - left - (x - view.x);
    if (bottom > screen.clientHeight - margin) y -= bottom - screen.clientHeight + margin;
    if (top + (y - view.y) < margin) y += margin - top - (y - view.y);
    if (x !== view.x || y !== view.y) show({ ...view, x, y });
  }

  // Tab reaches only the ports of the focused step, not those of all others.
  nodes.addEventListener('focusin', (event) => {
    const element = /** @type {HTMLElement} */ (event.target).closest('.node');
    for (const { element: other } of drawn.values()) {
      const inside = other === element;
      if (!inside && !other.classList.contains('node-focus')) continue;
      other.classList.toggle('node-focus', inside);
      for (const port of other.querySelectorAll('.port')) port.setAttribute('tabindex', inside ? '0' : '-1');
    }
    const id = /** @type {HTMLElement | null} */ (element)?.dataset.id;
    if (id && /** @type {HTMLElement} */ (event.target).matches(':focus-visible')) reveal(id);
  });
  // The browser scrolls the focused element into sight; here the view moves instead.
  screen.addEventListener('scroll', () => screen.scrollTo(0, 0), { signal });

  gestures({
    host,
    screen,
    marquee,
    signal,
    view: () => view,
    show,
    zoom,
    boxes,
    drag: (by) => {
      dragged = by;
      drawPlaces();
    },
    loose: (id, port, to) => {
      const from = id && port ? anchor(id, port) : null;
      edges.drag(from, to);
    },
  });

  /** Where a way begins. @param {string} id @param {string} port @returns {Point | null} */
  function anchor(id, port) {
    const at = place(id);
    const size = sizeOf(id);
    const down = size?.ports.get(port);
    return at && size && down !== undefined ? { x: at.x + size.width, y: at.y + down } : null;
  }

  const watcher = new ResizeObserver(() => {
    if (!placed && drawn.size > 0) fit(true);
    else drawMap();
  });
  watcher.observe(screen);
  // Fonts that load late change the widths.
  void document.fonts?.ready.then(() => {
    if (signal.aborted) return;
    for (const entry of drawn.values()) entry.size = null;
    if (screen.clientWidth > 0) drawPlaces();
  });
  signal.addEventListener('abort', () => watcher.disconnect(), { once: true });

  return {
    root,
    draw,
    drawPlaces,
    focus,
    reveal,
    fit: () => fit(),
    zoomBy: (/** @type {number} */ factor) => zoom(view.zoom * factor),
    /** @param {number} dx @param {number} dy */
    pan: (dx, dy) => show({ ...view, x: view.x + dx, y: view.y + dy }),
    /** @param {string} id */
    heightOf: (id) => sizeOf(id)?.height ?? 0,
    /** Marks the step that the test has reached; '' for none. @param {string} id @param {boolean} seen */
    mark(id, seen) {
      if (current === id) return;
      current = id;
      if (!seen) return;
      drawPlaces();
      if (id) reveal(id);
    },
    /** A visible point of the world, for new steps. */
    middle: () => ({
      x: (screen.clientWidth / 2 - view.x) / view.zoom - 128,
      y: (screen.clientHeight / 2 - view.y) / view.zoom - 64,
    }),
    /** @param {boolean} fixed */
    allow(fixed) {
      tidyButton.disabled = fixed;
    },
  };
}

/** @param {Step} step @param {(id: string) => string} name */
function nodeNames(step, name) {
  return [
    step.next_step_id,
    step.timeout_step_id,
    step.invalid_step_id,
    step.branch_true_step_id,
    step.branch_false_step_id,
    ...(step.choices ?? []).map((item) => item.next_step_id),
    ...(step.arms ?? []).map((item) => item.next_step_id),
  ].map((id) => (id ? name(id) : ''));
}
