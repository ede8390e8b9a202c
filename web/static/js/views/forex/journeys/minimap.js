/** The whole journey in small, with the visible part marked. For pointers: keys have zoom and fit. */
import { h, svg } from '../../../dom.js';
import { around } from './geometry.js';

/**
 * @typedef {import('./geometry.js').Box} Box
 * @typedef {import('./geometry.js').Point} Point
 */

/** @param {(middle: Point) => void} onmove Called with the point of the world to centre on. */
export function minimap(onmove) {
  const frame = svg('rect', { class: 'minimap-seen', rx: 12 });
  const steps = svg('g');
  const drawing = svg('svg', { class: 'minimap-drawing', preserveAspectRatio: 'xMidYMid meet' }, steps, frame);
  const root = h('div', { class: 'minimap', 'aria-hidden': 'true' }, drawing);
  /** @type {Box} */
  let area = { x: 0, y: 0, width: 1, height: 1 };
  /** @type {Box | null} Around the steps. */
  let all = null;

  /** @param {PointerEvent} event */
  const go = (event) => {
    const box = drawing.getBoundingClientRect();
    const scale = Math.max(area.width / box.width, area.height / box.height);
    onmove({
      x: area.x + area.width / 2 + (event.clientX - box.left - box.width / 2) * scale,
      y: area.y + area.height / 2 + (event.clientY - box.top - box.height / 2) * scale,
    });
  };
  root.addEventListener('pointerdown', (event) => {
    event.preventDefault();
    root.setPointerCapture(event.pointerId);
    go(event);
  });
  root.addEventListener('pointermove', (event) => {
    if (root.hasPointerCapture(event.pointerId)) go(event);
  });

  return {
    root,
    /** @param {(Box & { selected: boolean, bad: boolean })[]} boxes */
    draw(boxes) {
      root.hidden = boxes.length === 0;
      all = boxes.length > 0 ? around(boxes) : null;
      steps.replaceChildren(
        ...boxes.map(({ x, y, width, height, selected, bad }) =>
          svg('rect', {
            class: `minimap-step${selected ? ' minimap-selected' : ''}${bad ? ' minimap-bad' : ''}`,
            x,
            y,
            width,
            height,
            rx: 24,
          }),
        ),
      );
    },
    /** @param {Box} seen */
    look(seen) {
      const whole = around(all ? [all, seen] : [seen]);
      const margin = Math.max(whole.width, whole.height) * 0.04;
      area = {
        x: whole.x - margin,
        y: whole.y - margin,
        width: Math.max(1, whole.width + 2 * margin),
        height: Math.max(1, whole.height + 2 * margin),
      };
      drawing.setAttribute('viewBox', `${area.x} ${area.y} ${area.width} ${area.height}`);
      for (const name of /** @type {const} */ (['x', 'y', 'width', 'height'])) {
        frame.setAttribute(name, String(seen[name]));
      }
    },
  };
}
