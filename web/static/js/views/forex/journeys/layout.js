/**
 * Where steps go when they are tidied up: columns by the longest way from the start, rows so that few ways
 * cross. Pure.
 */
import { COLUMN, GRID, snap } from './commands.js';
import { ways } from './model.js';

/**
 * @typedef {import('./types.js').Definition} Definition
 * @typedef {import('./types.js').Step} Step
 */

/** Room between two steps of a column (px). */
const GAP = 48;

/**
 * Steps by the longest way to them from the start, so that each stands after all that lead to it; the journey's ends come
 * last. Ways that lead back don't count. Steps that nothing leads to have starts of their own.
 *
 * @param {Definition} definition
 * @returns {Map<string, number>} Column by id.
 */
export function layers(definition) {
  const byID = new Map(definition.steps.map((step) => [step.id, step]));
  /** @type {Map<string, number>} */
  const out = new Map();
  /** @param {string} root */
  const place = (root) => {
    const forward = forwardFrom(root, byID, out);
    for (const { id } of forward) out.set(id, 0);
    for (const { id, targets } of forward)
      for (const target of targets) out.set(target, Math.max(out.get(target) ?? 0, (out.get(id) ?? 0) + 1));
    const ends = forward.filter(({ id }) => byID.get(id)?.type === 'end');
    const others = forward.filter(({ id }) => byID.get(id)?.type !== 'end').map(({ id }) => out.get(id) ?? 0);
    const last = others.length > 0 ? Math.max(...others) + 1 : 0;
    for (const { id } of ends) out.set(id, last);
  };
  if (byID.has(definition.start_step_id)) place(definition.start_step_id);
  const led = new Set(definition.steps.flatMap((step) => ways(step).map(({ target }) => target)));
  for (const step of definition.steps) if (!out.has(step.id) && !led.has(step.id)) place(step.id);
  for (const step of definition.steps) if (!out.has(step.id)) place(step.id);
  return out;
}

/**
 * The steps that a root leads to, each before all that it leads to itself, without ways that lead back.
 *
 * @param {string} root
 * @param {Map<string, Step>} byID
 * @param {Map<string, number>} placed Those that are not looked at any more.
 * @returns {{ id: string, targets: string[] }[]}
 */
function forwardFrom(root, byID, placed) {
  /** @type {{ id: string, targets: string[] }[]} */
  const done = [];
  const open = new Set(); // on the way to where it looks
  const seen = new Set();
  /** Each with the targets that it has not looked at yet. @type {{ id: string, rest: string[], targets: string[] }[]} */
  const stack = [];
  /** @param {string} id */
  const enter = (id) => {
    seen.add(id);
    open.add(id);
    const step = byID.get(id);
    stack.push({ id, rest: step ? ways(step).map(({ target }) => target) : [], targets: [] });
  };
  enter(root);
  for (let top = stack.at(-1); top; top = stack.at(-1)) {
    const target = top.rest.shift();
    if (target === undefined) {
      stack.pop();
      open.delete(top.id);
      done.push({ id: top.id, targets: top.targets });
    } else if (byID.has(target) && !placed.has(target) && !open.has(target)) {
      top.targets.push(target);
      if (!seen.has(target)) enter(target);
    }
  }
  return done.reverse();
}

/**
 * The steps in the order in which a person meets them: along each first way before the next one.
 *
 * @param {Definition} definition
 * @returns {{ step: Step, depth: number, reached: boolean }[]}
 */
export function inOrder(definition) {
  const byID = new Map(definition.steps.map((step) => [step.id, step]));
  const seen = new Set();
  /** @type {{ step: Step, depth: number, reached: boolean }[]} */
  const out = [];
  /** @param {string} root @param {boolean} reached */
  const walk = (root, reached) => {
    const stack = [{ id: root, depth: 0 }];
    for (let next = stack.pop(); next; next = stack.pop()) {
      const step = byID.get(next.id);
      if (!step || seen.has(step.id)) continue;
      seen.add(step.id);
      out.push({ step, depth: next.depth, reached });
      const targets = ways(step).filter(({ target }) => target);
      const depth = next.depth + (new Set(targets.map(({ target }) => target)).size > 1 ? 1 : 0);
      for (const { target } of targets.reverse()) stack.push({ id: target, depth });
    }
  };
  walk(definition.start_step_id, true);
  const led = new Set(definition.steps.flatMap((step) => ways(step).map(({ target }) => target)));
  for (const step of definition.steps) if (!led.has(step.id)) walk(step.id, false);
  for (const step of definition.steps) walk(step.id, false);
  return out;
}

/**
 * What leads from the start comes first, the rest below it.
 *
 * @param {Definition} definition
 * @param {(step: Step) => number} heightOf
 * @returns {Map<string, { x: number, y: number }>}
 */
export function tidy(definition, heightOf) {
  const column = layers(definition);
  const order = inOrder(definition);
  /** @type {Map<string, { id: string, rank: number }[]>} */
  const from = new Map();
  for (const { step } of order) {
    ways(step).forEach(({ target }, rank) => {
      if (!from.has(target)) from.set(target, []);
      from.get(target)?.push({ id: step.id, rank });
    });
  }
  /** @type {Map<string, { x: number, y: number }>} */
  const places = new Map();
  let bottom = 0;

  /** The places of the steps that lead to it, by the order of their ports. @param {Step} step @param {number} at */
  const wish = (step, at) => {
    const parents = (from.get(step.id) ?? []).filter(({ id }) => places.has(id) && (column.get(id) ?? 0) < at);
    if (parents.length === 0) return Infinity;
    return parents.reduce((sum, { id, rank }) => sum + (places.get(id)?.y ?? 0) + rank, 0) / parents.length;
  };

  /** @param {Step[]} steps @param {number} top */
  const place = (steps, top) => {
    /** @type {Step[][]} */
    const columns = [];
    for (const step of steps) (columns[column.get(step.id) ?? 0] ??= []).push(step);
    columns.forEach((list, at) => {
      const wished = list.map((step) => ({ step, wanted: wish(step, at) }));
      if (at > 0) wished.sort((a, b) => (a.wanted === b.wanted ? 0 : a.wanted - b.wanted));
      let y = top;
      for (const { step, wanted } of wished) {
        if (Number.isFinite(wanted)) y = Math.max(y, snap(wanted));
        places.set(step.id, { x: at * COLUMN, y });
        bottom = Math.max(bottom, y + heightOf(step));
        y = Math.ceil((y + heightOf(step) + GAP) / GRID) * GRID;
      }
    });
  };
  place(
    order.filter(({ reached }) => reached).map(({ step }) => step),
    0,
  );
  const rest = order.filter(({ reached }) => !reached).map(({ step }) => step);
  if (rest.length > 0) place(rest, bottom === 0 ? 0 : snap(bottom + 2 * GAP));
  return places;
}
