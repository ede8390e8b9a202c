/**
 * Events in one part of the page that matter to another. One small typed emitter, no globals except
 * this module.
 *
 * @typedef {object} EventMap
 * @property {void} signed-out Somebody signed out, or the server said 401.
 * @property {void} tenant-left The session works in another tenant than this page, or this page's was removed.
 * @property {import('./api.js').ApiError} unavailable The server can't be reached or answered 503.
 * @property {void} recovered The server is ready again after trouble.
 */

/** @type {Map<string, Set<(detail: any) => void>>} */
const listeners = new Map();

/**
 * @template {keyof EventMap} K
 * @param {K} name
 * @param {(detail: EventMap[K]) => void} listener
 * @param {AbortSignal} [signal] Ends the subscription.
 */
export function on(name, listener, signal) {
  if (signal?.aborted) return;
  let set = listeners.get(name);
  if (!set) listeners.set(name, (set = new Set()));
  set.add(listener);
  signal?.addEventListener('abort', () => set.delete(listener), { once: true });
}

/**
 * @template {keyof EventMap} K
 * @param {K} name
 * @param {EventMap[K]} [detail]
 */
export function emit(name, detail) {
  for (const listener of [...(listeners.get(name) ?? [])]) listener(detail);
}
