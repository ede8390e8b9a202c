import { svg } from '../dom.js';

/**
 * A small outline in the size's proportions.
 *
 * @param {number} width
 * @param {number} height
 */
export function sizeShape(width, height) {
  const most = Math.max(width, height);
  const w = (12 * width) / most;
  const hgt = (12 * height) / most;
  return svg(
    'svg',
    { class: 'shape', viewBox: '0 0 16 16', 'aria-hidden': 'true', focusable: 'false' },
    svg('rect', {
      x: 8 - w / 2,
      y: 8 - hgt / 2,
      width: w,
      height: hgt,
      rx: 1.5,
      fill: 'none',
      stroke: 'currentColor',
      'stroke-width': 1.5,
    }),
  );
}
