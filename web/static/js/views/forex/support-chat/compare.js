/** What differs between two definitions, as the server reports it for the draft. Pure. */

/**
 * @typedef {import('../journeys/types.js').Definition} Definition
 * @typedef {import('./changes.js').Changes} Changes
 */

/** A step's place on the canvas makes no difference to people. */
const PLACE = new Set(['id', 'x', 'y']);

/**
 * @param {Definition} before
 * @param {Definition} after
 * @returns {Changes}
 */
export function compare(before, after) {
  const old = new Map(before.steps.map((step) => [step.id, step]));
  const now = new Map(after.steps.map((step) => [step.id, step]));
  /** @param {import('../journeys/types.js').Step} step */
  const named = ({ id, type, title = '' }) => ({ step_id: id, type, title });
  return {
    added: after.steps.filter(({ id }) => !old.has(id)).map(named),
    removed: before.steps.filter(({ id }) => !now.has(id)).map(named),
    changed: after.steps.flatMap((step) => {
      const other = old.get(step.id);
      const fields = other ? differing(other, step).filter((name) => !PLACE.has(name)) : [];
      return fields.length > 0 ? [{ ...named(step), fields }] : [];
    }),
    settings: differing(before, after).filter((name) => name !== 'steps' && name !== 'format'),
  };
}

/** The names of the fields that differ; missing and empty are the same.
 *
 * @param {object} a
 * @param {object} b
 */
function differing(a, b) {
  const one = /** @type {Record<string, unknown>} */ (a);
  const two = /** @type {Record<string, unknown>} */ (b);
  const names = new Set([...Object.keys(one), ...Object.keys(two)]);
  return [...names].filter((name) => plain(one[name]) !== plain(two[name]));
}

/** A value as text, independent of the order of its keys.
 *
 * @param {unknown} value
 * @returns {string}
 */
function plain(value) {
  if (value === undefined || value === null || value === '' || value === 0 || value === false) return '';
  if (Array.isArray(value)) return value.length === 0 ? '' : `[${value.map(plain).join(',')}]`;
  if (typeof value !== 'object') return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([name, item]) => [name, plain(item)])
    .filter(([, item]) => item !== '')
    .sort(([x = ''], [y = '']) => (x < y ? -1 : 1))
    .map(([name, item]) => `${name}:${item}`)
    .join(',')}}`;
}
