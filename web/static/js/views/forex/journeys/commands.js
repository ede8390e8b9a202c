/** The changes to a definition. Each takes one and returns a new one that shares what did not change. Pure.
 */
import { newID, newStep, retargeted, stepOf, tidied, ways, withWay } from './model.js';

/**
 * @typedef {import('./types.js').Definition} Definition
 * @typedef {import('./types.js').Step} Step
 * @typedef {import('./types.js').StepType} StepType
 */

/** The canvas's grid: steps stand on it (px). */
export const GRID = 16;
/** The space that a step takes on the canvas, with its margins. */
export const COLUMN = 336;
const ROW = 208;

/** @param {number} value */
export const snap = (value) => Math.round(value / GRID) * GRID;

/**
 * @param {Definition} definition
 * @param {string} id
 * @param {(step: Step) => Step} change
 * @returns {Definition}
 */
export function changeStep(definition, id, change) {
  let changed = false;
  const steps = definition.steps.map((step) => {
    if (step.id !== id) return step;
    const next = tidied(change(step));
    changed ||= next !== step;
    return next;
  });
  return changed ? { ...definition, steps } : definition;
}

/** A free place near the requested one.
 *
 * @param {Definition} definition
 * @param {number} x
 * @param {number} y
 */
function freePlace(definition, x, y) {
  let at = { x: snap(x), y: snap(y) };
  const taken = () =>
    definition.steps.some((step) => Math.abs(step.x - at.x) < COLUMN - 64 && Math.abs(step.y - at.y) < ROW);
  for (let i = 0; i < 200 && taken(); i += 1) at = { x: at.x, y: at.y + GRID * 2 };
  return at;
}

/**
 * @typedef {object} Where
 * @property {string} [after] The step whose way leads to the new one.
 * @property {string} [port] Its way; when absent, its first free one, else its first.
 * @property {number} [x]
 * @property {number} [y]
 */

/**
 * Adds a step. On a way, it is inserted: what followed now follows it.
 *
 * @param {Definition} definition
 * @param {StepType} type
 * @param {Where} [where]
 * @param {() => string} [makeID]
 * @returns {{ definition: Definition, id: string }}
 */
export function addStep(definition, type, where = {}, makeID = newID) {
  const before = where.after ? stepOf(definition, where.after) : undefined;
  const list = before ? ways(before) : [];
  const way = list.find(({ port }) => port === where.port) ?? list.find(({ target }) => !target) ?? list[0];
  const wished = { x: where.x ?? (before ? before.x + COLUMN : 0), y: where.y ?? before?.y ?? 0 };
  if (before && way && where.x === undefined) {
    const target = way.target ? stepOf(definition, way.target) : undefined;
    if (target) wished.y = (before.y + target.y) / 2 + (target.x - before.x < 2 * COLUMN ? ROW / 2 : 0);
    else wished.y = before.y + Math.max(0, list.indexOf(way)) * ROW;
    if (target && target.x - before.x >= 2 * COLUMN) wished.x = (before.x + target.x) / 2;
  }
  const id = makeID();
  let step = newStep(type, { id, ...freePlace(definition, wished.x, wished.y) });
  if (way?.target && way.target !== id) {
    const first = ways(step)[0];
    if (first) step = withWay(step, first.port, way.target);
  }
  let next = { ...definition, steps: [...definition.steps, step] };
  if (before && way) next = connect(next, before.id, way.port, id);
  if (!stepOf(next, next.start_step_id)) next = { ...next, start_step_id: id };
  return { definition: next, id };
}

/** Connects a way to a step; '' clears it.
 *
 * @param {Definition} definition
 * @param {string} id
 * @param {string} port
 * @param {string} target
 */
export function connect(definition, id, port, target) {
  return changeStep(definition, id, (step) => withWay(step, port, target));
}

/**
 * Removes steps, and clears the ways that led to them.
 *
 * @param {Definition} definition
 * @param {Iterable<string>} ids
 * @returns {Definition}
 */
export function removeSteps(definition, ids) {
  const gone = new Set(ids);
  const steps = definition.steps
    .filter((step) => !gone.has(step.id))
    .map((step) => retargeted(step, (target) => (gone.has(target) ? '' : target)));
  if (steps.length === definition.steps.length) return definition;
  const start = gone.has(definition.start_step_id) ? '' : definition.start_step_id;
  return { ...definition, steps, start_step_id: start };
}

/**
 * @param {Definition} definition
 * @param {Iterable<string>} ids
 * @param {number} dx
 * @param {number} dy
 * @returns {Definition}
 */
export function moveSteps(definition, ids, dx, dy) {
  const moved = new Set(ids);
  if (moved.size === 0 || (dx === 0 && dy === 0)) return definition;
  const steps = definition.steps.map((step) =>
    moved.has(step.id) ? { ...step, x: step.x + dx, y: step.y + dy } : step,
  );
  return { ...definition, steps };
}

/**
 * @param {Definition} definition
 * @param {Map<string, { x: number, y: number }>} places
 * @returns {Definition}
 */
export function placeSteps(definition, places) {
  const steps = definition.steps.map((step) => {
    const place = places.get(step.id);
    return place && (place.x !== step.x || place.y !== step.y) ? { ...step, ...place } : step;
  });
  return steps.every((step, i) => step === definition.steps[i]) ? definition : { ...definition, steps };
}

/**
 * Copies of steps under new ids. Ways between them are kept, ways out of them are cleared.
 *
 * @param {Step[]} steps
 * @param {{ x: number, y: number }} by The offset from the originals.
 * @param {() => string} [makeID]
 * @returns {Step[]}
 */
export function copies(steps, by, makeID = newID) {
  const ids = new Map(steps.map((step) => [step.id, makeID()]));
  return steps.map((step) => ({
    ...retargeted(step, (target) => ids.get(target) ?? ''),
    id: /** @type {string} */ (ids.get(step.id)),
    x: step.x + by.x,
    y: step.y + by.y,
  }));
}

/** Adds copies of steps, below whatever is in their place.
 *
 * @param {Definition} definition
 * @param {Step[]} steps
 * @param {{ x: number, y: number } | null} [at] Where their corner goes; beside the originals when absent.
 * @param {() => string} [makeID]
 * @returns {{ definition: Definition, ids: string[] }}
 */
export function paste(definition, steps, at = null, makeID = newID) {
  const left = Math.min(...steps.map(({ x }) => x));
  const top = Math.min(...steps.map(({ y }) => y));
  const by = at ? { x: snap(at.x - left), y: snap(at.y - top) } : { x: 2 * GRID, y: 2 * GRID };
  const meets = () =>
    steps.some((step) => definition.steps.some((other) => other.x === step.x + by.x && other.y === step.y + by.y));
  while (meets()) {
    by.x += 2 * GRID;
    by.y += 2 * GRID;
  }
  const added = copies(steps, by, makeID);
  const start = stepOf(definition, definition.start_step_id) ? definition.start_step_id : (added[0]?.id ?? '');
  return {
    definition: { ...definition, start_step_id: start, steps: [...definition.steps, ...added] },
    ids: added.map(({ id }) => id),
  };
}

/**
 * @param {Definition} definition
 * @param {string} id
 * @returns {Definition}
 */
export function startAt(definition, id) {
  return definition.start_step_id === id ? definition : { ...definition, start_step_id: id };
}
