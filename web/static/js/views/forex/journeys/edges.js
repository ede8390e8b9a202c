/** The ways between steps, drawn below them. */
import { h, setVars, svg } from '../../../dom.js';
import { icon } from '../../../components/icons.js';
import { nameOf, ways } from './model.js';
import { curve } from './geometry.js';

/**
 * @typedef {import('./types.js').Definition} Definition
 * @typedef {import('./geometry.js').Point} Point
 *
 * @typedef {object} Anchors Where ways begin and end, measured.
 * @property {(id: string, port: string) => Point | null} port
 * @property {(id: string) => Point | null} entry
 * @property {(id: string) => number} bottom
 * @property {(id: string) => import('./geometry.js').Box | null} box
 */

/** The least distance between two buttons on ways (px). */
const APART = 28;

/** @param {(share: number) => Point} at @param {Point[]} taken */
function free(at, taken) {
  const places = [0.5, 0.35, 0.65, 0.2, 0.8].map(at);
  return places.find(({ x, y }) => taken.every((other) => Math.hypot(other.x - x, other.y - y) >= APART)) ?? at(0.5);
}

/**
 * @param {object} options
 * @param {Anchors} options.anchors
 * @param {(id: string, port: string) => void} options.oninsert
 */
export function edgeLayer({ anchors, oninsert }) {
  const loose = svg('path', { class: 'edge edge-loose' });
  const lines = svg('svg', { class: 'edges', 'aria-hidden': 'true', focusable: 'false' }, loose);
  const tools = h('div', { class: 'edge-tools' });
  /** @type {Map<string, { path: SVGElement, head: SVGElement, button: HTMLButtonElement, d: string}>} */
  const drawn = new Map();

  /** @param {string} id @param {string} port */
  const make = (id, port) => {
    const path = svg('path');
    const head = svg('path');
    const button = h(
      'button',
      { class: 'edge-tool', type: 'button', tabindex: '-1', on: { click: () => oninsert(id, port) } },
      icon('plus', 'small'),
    );
    lines.prepend(path, head);
    tools.append(button);
    return { path, head, button, d: '' };
  };

  return {
    lines,
    tools,
    /**
     * @param {Definition} definition
     * @param {Set<string>} near Steps whose ways are marked.
     * @param {boolean} fixed
     */
    draw(definition, near, fixed) {
      const known = new Set();
      /** @type {Map<string, Point[]>} Places of buttons, by the step that their ways leave. */
      const taken = new Map();
      const boxes = definition.steps.map(({ id }) => ({ id, box: anchors.box(id) }));
      for (const step of definition.steps) {
        for (const { port, label, target } of ways(step)) {
          const from = target ? anchors.port(step.id, port) : null;
          const to = target ? anchors.entry(target) : null;
          if (!from || !to) continue;
          const key = `${step.id} ${port}`;
          known.add(key);
          let edge = drawn.get(key);
          if (!edge) drawn.set(key, (edge = make(step.id, port)));
          const others = boxes.flatMap(({ id, box }) => (box && id !== step.id && id !== target ? [box] : []));
          const { d, at } = curve(from, to, Math.max(anchors.bottom(step.id), anchors.bottom(target)), others);
          const marked = near.has(step.id) || near.has(target);
          const places = taken.get(step.id) ?? [];
          taken.set(step.id, places);
          const place = free(at, places);
          places.push(place);
          set(edge.path, 'class', `edge edge-${port.split(':')[0]}${marked ? ' edge-near' : ''}`);
          set(edge.head, 'class', `edge-head${marked ? ' edge-near' : ''}`);
          set(edge.button, 'class', `edge-tool${marked ? ' edge-tool-near' : ''}`);
          set(edge.button, 'title', `Add a step on “${label}”`);
          set(edge.button, 'aria-label', `Add a step after ${nameOf(step)}, on “${label}”`);
          edge.button.hidden = fixed;
          if (edge.d === d) continue;
          edge.d = d;
          edge.path.setAttribute('d', d);
          edge.head.setAttribute('d', `M${to.x - 7} ${to.y - 4.5}l7 4.5-7 4.5`);
          setVars(edge.button, { x: `${place.x}px`, y: `${place.y}px` });
        }
      }
      for (const [key, edge] of drawn) {
        if (known.has(key)) continue;
        edge.path.remove();
        edge.head.remove();
        edge.button.remove();
        drawn.delete(key);
      }
    },
    /** The way that is being dragged. @param {Point | null} from @param {Point} [to] */
    drag(from, to) {
      if (from && to) loose.setAttribute('d', `M${from.x} ${from.y}L${to.x} ${to.y}`);
      else loose.removeAttribute('d');
    },
  };
}

/** @param {Element} element @param {string} name @param {string} value */
function set(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}
