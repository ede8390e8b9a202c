/**
 * Copied steps as text: JSON with a marker, so that they can be pasted into another journey, and
 * nothing else is mistaken for steps.
 */
import { TYPES } from './model.js';

/** @typedef {import('./types.js').Step} Step */

const MARK = 'steps';
const KEPT = 'promostack.journey.clip';

/** @param {Step[]} steps */
export function write(steps) {
  return JSON.stringify({ promostack: MARK, format: 1, steps });
}

/**
 * @param {string} text
 * @returns {Step[] | null} null when it holds no steps.
 */
export function parse(text) {
  try {
    const value = JSON.parse(text);
    if (value?.promostack !== MARK || value.format !== 1 || !Array.isArray(value.steps)) return null;
    /** @type {Step[]} */
    const steps = value.steps.filter(
      (/** @type {any} */ step) =>
        step && typeof step.id === 'string' && Object.hasOwn(TYPES, step.type) && !Array.isArray(step),
    );
    if (steps.length === 0 || steps.length > 500) return null;
    return steps.map((step) => ({ ...step, x: Number(step.x) || 0, y: Number(step.y) || 0 }));
  } catch {
    return null;
  }
}

/** What was copied last, for browsers that don't give access to their clipboard. */
let memory = '';

/**
 * @param {Step[]} steps
 * @param {() => Storage} storage
 * @returns {string} The text, for the event of a copy.
 */
export function keep(steps, storage) {
  memory = write(steps);
  try {
    storage().setItem(KEPT, memory);
  } catch {
    // Storage is switched off or full: memory has it.
  }
  return memory;
}

/**
 * @param {() => Storage} storage
 * @returns {Step[] | null}
 */
export function kept(storage) {
  try {
    return parse(storage().getItem(KEPT) ?? memory);
  } catch {
    return parse(memory);
  }
}
