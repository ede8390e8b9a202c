/**
 * What the dashboard keeps in the browser's tab. The names of its entries begin alike, so that all
 * of it can go when a person leaves.
 */

const ROOT = 'promostack.';

/**
 * The beginning of the names under which one part of the page keeps what belongs to one person in
 * one tenant.
 *
 * @param {string} part
 * @param {import('./types.js').Session} session
 */
export function keptUnder(part, { tenant, role, name }) {
  return [ROOT + part, tenant?.id, role, name].map((item) => encodeURIComponent(item ?? '')).join('.');
}

/** @param {() => Storage} storage A function, since a browser may refuse to hand it out. */
export function forgetKept(storage) {
  try {
    const kept = storage();
    const names = Array.from({ length: kept.length }, (_, i) => kept.key(i) ?? '');
    for (const name of names) if (name.startsWith(ROOT)) kept.removeItem(name);
  } catch {
    // Switched off: then nothing was kept.
  }
}
