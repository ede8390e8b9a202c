/**
 * Values that a chart is read against: dashed lines with their names, for all of the time or a part of it.
 *
 * @typedef {object} Level
 * @property {string} label
 * @property {string} [short] Where there is little room.
 * @property {number} value
 * @property {'accent' | 'muted' | 'good' | 'bad'} tone
 * @property {number} [from] Unix seconds.
 * @property {number} [to] Unix seconds.
 */
import { h } from '../../dom.js';

/** Room above and below what is shown, as a part of it. */
const ROOM = 0.08;
/** Heights in CSS pixels. */
const FONT = 12;
const BOX = 16;
/** A plot that is narrower has little room. */
const NARROW = 420;
const LETTER = 6.6;

/**
 * What the value axis shows: the lines and the levels.
 *
 * @param {number} low
 * @param {number} high
 * @param {Level[]} levels
 * @returns {[number, number]}
 */
export function reach(low, high, levels) {
  const values = [low, high, ...levels.map(({ value }) => value)].filter((value) => value !== null);
  const from = Math.min(...values);
  const to = Math.max(...values);
  const room = (to - from) * ROOM || Math.abs(to) * 0.001 || 1;
  return [from - room, to + room];
}

/** The name of a level in a plot of a width. @param {Level} level @param {number} width */
const nameOf = ({ label, short }, width) => (width < NARROW ? (short ?? label) : label);

/**
 * The room for the names at the right of a plot, in CSS pixels.
 *
 * @param {Level[]} levels
 * @param {number} width Of the chart.
 */
export function margin(levels, width) {
  return Math.max(...levels.map((level) => nameOf(level, width).length)) * LETTER + 12;
}

/** The place of a time: of the first one that is not before it. @param {number[]} times @param {number} time */
export function placeOf(times, time) {
  let low = 0;
  let high = times.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Where the names stand, from top to bottom, so that none covers another.
 *
 * @param {number[]} wanted Middles, in pixels, rising.
 * @param {number} least Between two.
 * @param {number} bottom
 */
export function spread(wanted, least, bottom) {
  const placed = [...wanted];
  for (let i = 1; i < placed.length; i += 1) placed[i] = Math.max(placed[i] ?? 0, (placed[i - 1] ?? 0) + least);
  for (let i = placed.length - 1; i >= 0; i -= 1)
    placed[i] = Math.min(placed[i] ?? 0, i === placed.length - 1 ? bottom : (placed[i + 1] ?? 0) - least);
  return placed;
}

/**
 * @param {import('uplot')} u
 * @param {Level[]} levels
 * @param {number[]} times
 * @param {(tone: string) => string} colour
 */
export function paintLevels(u, levels, times, colour) {
  if (levels.length === 0 || times.length === 0) return;
  const { ctx, bbox } = u;
  const scale = devicePixelRatio;
  const right = bbox.left + bbox.width;
  const sorted = levels.map((level) => ({ ...level, y: u.valToPos(level.value, 'y', true) })).sort((a, b) => a.y - b.y);
  const middles = spread(
    sorted.map(({ y }) => y),
    BOX * scale,
    bbox.top + bbox.height - (BOX * scale) / 2,
  );
  ctx.save();
  ctx.font = `500 ${FONT * scale}px Inter, sans-serif`;
  ctx.textBaseline = 'middle';
  ctx.lineWidth = scale;
  ctx.textAlign = 'left';
  sorted.forEach((level, i) => {
    const { y, from, to, tone } = level;
    const start = from === undefined ? bbox.left : u.valToPos(placeOf(times, from), 'x', true);
    const end = to === undefined ? right : u.valToPos(placeOf(times, to), 'x', true);
    ctx.strokeStyle = colour(tone);
    ctx.setLineDash([5 * scale, 4 * scale]);
    ctx.beginPath();
    ctx.moveTo(start, y);
    ctx.lineTo(Math.max(end, start + 1), y);
    ctx.stroke();
    ctx.fillStyle = colour(tone);
    ctx.fillText(nameOf(level, u.width), right + 6 * scale, middles[i] ?? y);
  });
  ctx.restore();
}

/**
 * The levels above the table.
 *
 * @param {Level[]} levels
 * @param {(value: number) => string} format
 */
export function levelList(levels, format) {
  return h(
    'dl',
    { class: 'chart-levels figures' },
    levels.map(({ label, value, tone }) =>
      h('div', null, h('dt', { class: `chart-${tone}` }, label), h('dd', null, format(value))),
    ),
  );
}
