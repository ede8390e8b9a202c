/**
 * Hash routes: `#promo/generate?template=gold-coupon&size=story`. Parsing is pure; the driver is
 * in app.js.
 *
 * @typedef {{ path: string, params: Record<string, string> }} Route
 */

/**
 * @param {string} hash With or without its '#'.
 * @returns {Route}
 */
export function parse(hash) {
  const text = hash.replace(/^#\/?/, '');
  const cut = text.indexOf('?');
  const path = (cut < 0 ? text : text.slice(0, cut)).replace(/\/+$/, '');
  /** @type {Record<string, string>} */
  const params = Object.create(null);
  if (cut >= 0) {
    for (const [name, value] of new URLSearchParams(text.slice(cut + 1))) params[name] = value;
  }
  return { path, params };
}

/**
 * @param {string} path
 * @param {Record<string, string | null | undefined | false>} [params] Empty ones are left out.
 * @returns {string} A hash that starts with '#'.
 */
export function format(path, params = {}) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) if (value) query.set(name, value);
  const text = query.toString();
  return `#${path}${text ? `?${text}` : ''}`;
}

/**
 * Puts parameters into the address without a new page: the mounted view stays.
 *
 * @param {string} path
 * @param {Record<string, string | null | undefined | false>} params
 */
export function remember(path, params) {
  const hash = format(path, params);
  if (hash !== location.hash) history.replaceState(null, '', hash);
}
