/** Sizes and curves of the canvas. Pure. */

const ZOOM = { least: 0.2, most: 1.6 };

/**
 * @typedef {{ x: number, y: number }} Point
 * @typedef {{ x: number, y: number, width: number, height: number }} Box
 * @typedef {{ x: number, y: number, zoom: number }} View Where the world's origin is on the screen, and how large it is.
 */

/** @param {number} zoom */
const clampZoom = (zoom) => Math.min(ZOOM.most, Math.max(ZOOM.least, zoom));

/** @typedef {{ d: string, at: (share: number) => Point }} Curve at: the point at a fraction of the way. */

/**
 * A way from a port at the right of a step to the left of another. One that leads back runs below both; one that would cross
 * other steps goes round them.
 *
 * @param {Point} from
 * @param {Point} to
 * @param {number} [below] The lowest edge of both steps.
 * @param {Box[]} [others] The other steps.
 * @returns {Curve}
 */
export function curve(from, to, below = Math.max(from.y, to.y), others = []) {
  if (to.x < from.x + 16) return back(from, to, below + 32);
  const direct = straight(from, to);
  const hit = others.filter((box) => crosses(direct, box));
  if (hit.length === 0) return direct;
  const wall = around(hit);
  const ways = [wall.y - ROOM, wall.y + wall.height + ROOM].map((y) => {
    const way = round(from, to, wall, y);
    return {
      way,
      hits: others.filter((box) => crosses(way, box)).length,
      far: Math.abs(y - from.y) + Math.abs(y - to.y),
    };
  });
  ways.sort((a, b) => a.hits - b.hits || a.far - b.far);
  const best = ways[0];
  return best && best.hits < hit.length ? best.way : direct;
}

/** Room between a way and a step that it goes round (px). */
const ROOM = 20;

/** @param {Point} from @param {Point} to @returns {Curve} */
function straight(from, to) {
  const bend = Math.max(32, Math.min(160, (to.x - from.x) / 2));
  return {
    d: `M${from.x} ${from.y}C${from.x + bend} ${from.y} ${to.x - bend} ${to.y} ${to.x} ${to.y}`,
    at: (t) => ({
      x: bezier(t, from.x, from.x + bend, to.x - bend, to.x),
      y: bezier(t, from.y, from.y, to.y, to.y),
    }),
  };
}

/** Above or below a wall, at a height. @param {Point} from @param {Point} to @param {Box} wall @param {number} y @returns {Curve} */
function round(from, to, wall, y) {
  const x1 = Math.max(from.x + 16, wall.x - ROOM);
  const x2 = Math.max(x1, Math.min(to.x - 16, wall.x + wall.width + ROOM));
  const first = (from.x + x1) / 2;
  const last = (x2 + to.x) / 2;
  return {
    d:
      `M${from.x} ${from.y}C${first} ${from.y} ${first} ${y} ${x1} ${y}` +
      `L${x2} ${y}C${last} ${y} ${last} ${to.y} ${to.x} ${to.y}`,
    at: (t) => {
      if (t < 1 / 3) {
        const s = 3 * t;
        return { x: bezier(s, from.x, first, first, x1), y: bezier(s, from.y, from.y, y, y) };
      }
      if (t <= 2 / 3) return { x: x1 + (x2 - x1) * (3 * t - 1), y };
      const s = 3 * t - 2;
      return { x: bezier(s, x2, last, last, to.x), y: bezier(s, y, y, to.y, to.y) };
    },
  };
}

/** Whether a way runs over a step. @param {Curve} way @param {Box} box */
function crosses({ at }, box) {
  for (let i = 1; i < 32; i += 1) {
    const { x, y } = at(i / 32);
    if (x > box.x && x < box.x + box.width && y > box.y && y < box.y + box.height) return true;
  }
  return false;
}

/** @param {Point} from @param {Point} to @param {number} y @returns {Curve} */
function back(from, to, y) {
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
