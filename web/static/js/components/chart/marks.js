/**
 * Signs on a chart where something happened: triangles and crosses, so that colour is never all that tells them apart.
 *
 * @typedef {'up' | 'down' | 'cross'} Mark
 */

/** Half of a sign's width, in CSS pixels. */
const HALF = 5;

/**
 * How a series with signs is drawn.
 *
 * @param {Mark} mark
 * @param {string} colour
 * @returns {Partial<import('uplot').Series>}
 */
export function marked(mark, colour) {
  return {
    width: 0,
    paths: () => null,
    points: {
      show: true,
      size: 2 * HALF,
      width: mark === 'cross' ? 2 : 1,
      stroke: colour,
      fill: colour,
      paths: (u, index, first, last) => ({ ...signs(u, index, first, last, mark), clip: null, flags: 3 }),
    },
  };
}

/**
 * @param {import('uplot')} u
 * @param {number} index Of the series.
 * @param {number} first
 * @param {number} last
 * @param {Mark} mark
 */
function signs(u, index, first, last, mark) {
  const path = new Path2D();
  const half = HALF * devicePixelRatio;
  const values = u.data[index] ?? [];
  for (let i = first; i <= last; i += 1) {
    const value = values[i];
    if (value == null) continue;
    const x = u.valToPos(i, 'x', true);
    const y = u.valToPos(value, 'y', true);
    if (mark === 'cross') {
      path.moveTo(x - half * 0.8, y - half * 0.8);
      path.lineTo(x + half * 0.8, y + half * 0.8);
      path.moveTo(x + half * 0.8, y - half * 0.8);
      path.lineTo(x - half * 0.8, y + half * 0.8);
      continue;
    }
    const tip = mark === 'up' ? -half : half;
    path.moveTo(x, y + tip);
    path.lineTo(x + half, y - tip);
    path.lineTo(x - half, y - tip);
    path.closePath();
  }
  return { stroke: path, fill: mark === 'cross' ? null : path };
}
