/** Sizes and curves of the canvas. Pure. */

const ZOOM = { least: 0.2, most: 1.6 };

/**
 * @typedef {{ x: number, y: number }} Point
 * @typedef {{ x: number, y: number, width: number, height: number }} Box
 * @typedef {{ x: number, y: number, zoom: number }} View Where the world's origin is on the screen, and how large it is.
 */

/** @param {number} zoom */
const clampZoom = (zoom) => Math.min(ZOOM.most, Math.max(ZOOM.least, zoom));

/**
 * A way from a port at the right of a step to the left of another. One that leads back runs below both.
 *
 * @param {Point} from
 * @param {Point} to
 * @param {number} [below] The lowest edge of both steps.
 * @returns {{ d: string, at: (share: number) => Point }} at: the point at a fraction of the way.
 */
export function curve(from, to, below = Math.max(from.y, to.y)) {
  if (to.x >= from.x + 16) {
    const bend = Math.max(32, Math.min(160, (to.x - from.x) / 2));
    return {
      d: `M${from.x} ${from.y}C${from.x + bend} ${from.y} ${to.x - bend} ${to.y} ${to.x} ${to.y}`,
      at: (t) => ({
        x: bezier(t, from.x, from.x + bend, to.x - bend, to.x),
        y: bezier(t, from.y, from.y, to.y, to.y),
      }),
    };
  }
  const y = below + 32;
  const r = 24;
  return {
    d:
      `M${from.x} ${from.y}C${from.x + 2 * r} ${from.y} ${from.x + 2 * r} ${y} ${from.x} ${y}` +
      `L${to.x} ${y}C${to.x - 2 * r} ${y} ${to.x - 2 * r} ${to.y} ${to.x} ${to.y}`,
    at: (t) => ({ x: from.x + (to.x - from.x) * t, y }),
  };
}

/** @param {number} t @param {number} a @param {number} b @param {number} c @param {number} d */
function bezier(t, a, b, c, d) {
  const u = 1 - t;
  return u * u * u * a + 3 * u * u * t * b + 3 * u * t * t * c + t * t * t * d;
}

/**
 * @param {Box[]} boxes
 * @returns {Box} Around all of them; an empty box for none.
 */
export function around(boxes) {
  if (boxes.length === 0) return { x: 0, y: 0, width: 0, height: 0 };
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  return {
    x,
    y,
    width: Math.max(...boxes.map((box) => box.x + box.width)) - x,
    height: Math.max(...boxes.map((box) => box.y + box.height)) - y,
  };
}

/** The view that shows a whole box.
 *
 * @param {Box} box
 * @param {{ width: number, height: number }} screen
 * @param {number} [margin]
 * @returns {View}
 */
export function fitted(box, screen, margin = 48) {
  const room = { width: Math.max(1, screen.width - 2 * margin), height: Math.max(1, screen.height - 2 * margin) };
  const zoom = Math.min(
    1,
    clampZoom(Math.min(room.width / Math.max(1, box.width), room.height / Math.max(1, box.height))),
  );
  return {
    zoom,
    x: (screen.width - box.width * zoom) / 2 - box.x * zoom,
    y: (screen.height - box.height * zoom) / 2 - box.y * zoom,
  };
}

/**
 * The view with another zoom, a point of the screen kept in its place.
 *
 * @param {View} view
 * @param {number} zoom
 * @param {Point} at
 * @returns {View}
 */
export function zoomed(view, zoom, at) {
  const next = clampZoom(zoom);
  const ratio = next / view.zoom;
  return { zoom: next, x: at.x - (at.x - view.x) * ratio, y: at.y - (at.y - view.y) * ratio };
}
