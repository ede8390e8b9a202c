/**
 * What the dashboard keeps in the browser's tab. All names share a prefix, so that everything can
 * be removed when a person signs out.
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

/** @param {() => Storage} storage A function, since a browser may refuse access to it. */
export function forgetKept(storage) {
  try {
    const kept = storage();
    const names = Array.from({ length: kept.length }, (_, i) => kept.key(i) ?? '');
    for (const name of names) if (name.startsWith(ROOT)) kept.removeItem(name);
  } catch {
    // Storage is switched off: nothing was kept.
  }
}
