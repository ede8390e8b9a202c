/**
 * The only caller of fetch. Every answer other than a success becomes an ApiError; 401 ends the
 * session, 503 and a missing network show the trouble strip. The calls of larger areas are in api/.
 */
import { emit } from './events.js';
import { ApiError, filename, fromResponse, unreachable, warnings } from './problem.js';

export { ApiError, match, read, send };

/**
 * @typedef {import('./types.js').Session} Session
 * @typedef {import('./types.js').RenderRequest} RenderRequest
 */

/** Codes of 503 answers that are about one input, not the whole program. */
const LOCAL_503 = new Set(['coupon_unverified', 'sandbox_away']);

/** Codes of answers to a page whose tenant was removed, or which the session has left. */
const TENANT_LEFT = new Set(['tenant_gone', 'tenant_switched']);

/** What is known before the server answers. @type {Session} */
let session = { signed_in: false, methods: [], sandbox: false, simulated: [] };

/** Nobody is signed in any more; the ways to sign in on this host stay. */
function signedOut() {
  session = { signed_in: false, methods: session.methods, sandbox: session.sandbox, simulated: session.simulated };
  emit('signed-out');
}

/** The session as it was last read. */
export function currentSession() {
  return session;
}

/** Whether this person may do something. @param {string} what A permission, such as `signals.write`. */
export const may = (what) => (session.capabilities ?? []).includes(what);

/** @typedef {'telegram' | 'account' | 'market' | 'news' | 'ai' | 'crm'} Service An outside service; telegram: bots, account: user accounts. */

/** Whether the sandbox stands in for a service. @param {Service} service */
export const isSimulated = (service) => session.simulated.includes(service);

/**
 * @typedef {object} Call
 * @property {string} [method]
 * @property {unknown} [json]
 * @property {FormData} [form]
 * @property {Record<string, string>} [headers]
 * @property {AbortSignal} [signal]
 * @property {boolean} [quiet] Don't end the session on 401.
 */

/**
 * @param {string} path
 * @param {Call} [call]
 * @returns {Promise<Response>}
 */
async function send(path, { method = 'GET', json, form, headers = {}, signal, quiet } = {}) {
  /** @type {Record<string, string>} */
  const all = { Accept: 'application/json', ...headers };
  if (session.tenant) all['X-Tenant'] = session.tenant.id; // another tab may have switched the session
  if (json !== undefined) all['Content-Type'] = 'application/json';
  let response;
  try {
    response = await fetch(path, {
      method,
      headers: all,
      body: form ?? (json === undefined ? undefined : JSON.stringify(json)),
      credentials: 'same-origin',
      signal: signal ?? null,
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    const error = unreachable(navigator.onLine);
    emit('unavailable', error);
    throw error;
  }
  if (response.ok) return response;
  const body = await response.json().catch(() => null);
  const error = fromResponse(response.status, body, response.headers);
  if (error.status === 401 && !quiet) {
    signedOut();
  } else if (TENANT_LEFT.has(error.code) && !quiet) {
    emit('tenant-left');
  } else if (error.status === 503 && !LOCAL_503.has(error.code)) {
    emit('unavailable', error);
  }
  throw error;
}

/**
 * @template T
 * @param {string} path
 * @param {Call} [call]
 * @returns {Promise<T>}
 */
async function read(path, call) {
  const response = await send(path, call);
  return /** @type {Promise<T>} */ (response.json());
}

/** @param {string} id */
const one = (id) => `/api/v1/templates/${encodeURIComponent(id)}`;

/** @param {{ version: number }} row */
const match = (row) => ({ 'If-Match': `"${row.version}"` });

// Session ------------------------------------------------------------------------------------

/** @param {AbortSignal} [signal] */
export async function loadSession(signal) {
  session = await read('/api/v1/session', { signal, quiet: true });
  return session;
}

/** @param {string} password */
export async function signIn(password) {
  session = await read('/api/v1/admin/session', { method: 'POST', json: { password }, quiet: true });
  return session;
}

export async function signOut() {
  await send('/api/v1/admin/session', { method: 'DELETE', quiet: true });
  signedOut();
}

/**
 * Whether the server says that it is ready. Never throws and raises no events.
 *
 * @param {AbortSignal} [signal]
 */
export async function ready(signal) {
  try {
    const response = await fetch('/readyz', { signal: signal ?? null, cache: 'no-store' });
    return response.ok;
  } catch {
    return false;
  }
}

/**
 * @param {Record<string, string | number | null | undefined>} values Empty ones are left out.
 * @returns {string} With the question mark; '' when nothing is left.
 */
export function query(values) {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value || value === 0) params.set(name, String(value));
  return params.size > 0 ? `?${params}` : '';
}

// Templates ----------------------------------------------------------------------------------

/**
 * @param {{ limit?: number, after?: string | null, q?: string, state?: string }} filter
 * @param {AbortSignal} [signal]
 * @returns {Promise<import('./types.js').TemplateSummaryPage>}
 */
export function listTemplates(filter, signal) {
  return read(`/api/v1/templates${query(filter)}`, { signal });
}

/**
 * @param {string} id The id or the slug.
 * @param {AbortSignal} [signal]
 * @returns {Promise<import('./types.js').TemplateDetail>}
 */
export function getTemplate(id, signal) {
  return read(one(id), { signal });
}

/**
 * @param {import('./types.js').TemplateSummary} template
 * @returns {Promise<import('./types.js').TemplateSummary>}
 */
export function publishTemplate(template) {
  return read(`${one(template.id)}/publish`, { method: 'POST', headers: match(template) });
}

/**
 * @param {import('./types.js').TemplateSummary} template
 * @param {{ visible_web?: boolean, visible_bot?: boolean }} changes
 * @returns {Promise<import('./types.js').TemplateSummary>}
 */
export function patchTemplate(template, changes) {
  return read(one(template.id), { method: 'PATCH', json: changes, headers: match(template) });
}

// Files, brand, fonts ------------------------------------------------------------------------

/**
 * @param {File} file
 * @param {AbortSignal} [signal]
 * @returns {Promise<import('./types.js').Upload>}
 */
export function upload(file, signal) {
  const form = new FormData();
  form.append('file', file, file.name);
  return read('/api/v1/uploads', { method: 'POST', form, signal });
}

/**
 * @param {AbortSignal} [signal]
 * @returns {Promise<import('./types.js').Brand>}
 */
export function getBrand(signal) {
  return read('/api/v1/brand', { signal });
}

/**
 * Any other JSON document of this server: the fonts' manifest and outlines.
 *
 * @param {string} path
 * @param {AbortSignal} [signal]
 * @returns {Promise<any>}
 */
export function getJSON(path, signal) {
  return read(path, { signal });
}

// Promos -------------------------------------------------------------------------------------

/**
 * @param {RenderRequest} request
 * @param {AbortSignal} [signal]
 * @returns {Promise<import('./client-types.js').RenderedImage>}
 */
export async function renderPromo(request, signal) {
  const response = await send('/api/v1/promos/render', {
    method: 'POST',
    json: request,
    headers: { Accept: 'image/*, application/problem+json' },
    signal,
  });
  const extension = request.format === 'png' ? 'png' : 'jpg';
  return {
    blob: await response.blob(),
    filename: filename(response.headers.get('Content-Disposition'), `${request.template}-${request.size}.${extension}`),
    warnings: warnings(response.headers.get('X-Promo-Warnings')),
    cached: response.headers.get('X-Promo-Cache') === 'hit',
  };
}

/**
 * @param {RenderRequest} request
 * @param {AbortSignal} [signal]
 * @returns {Promise<import('./types.js').Link>}
 */
export function linkPromo(request, signal) {
  return read('/api/v1/promos/links', { method: 'POST', json: request, signal });
}

/**
 * @param {string} code
 * @param {AbortSignal} [signal]
 * @returns {Promise<import('./types.js').Coupon>}
 */
export function checkCoupon(code, signal) {
  return read(`/api/v1/coupons/check?code=${encodeURIComponent(code)}`, { signal });
}

// Platform -----------------------------------------------------------------------------------

/**
 * @param {AbortSignal} [signal]
 * @returns {Promise<import('./types.js').System>}
 */
export function getSystem(signal) {
  return read('/api/v1/admin/system', { signal });
}

// Bulk jobs ----------------------------------------------------------------------------------

/** @param {string} id */
const bulk = (id) => `/api/v1/promos/bulk/${encodeURIComponent(id)}`;

/**
 * @param {Record<string, string>} options template, size, format, scale, logo; encoding and columns if need be
 * @param {File} file
 */
function bulkForm(options, file) {
  const form = new FormData();
  for (const [name, value] of Object.entries(options)) if (value !== '' || name === 'columns') form.append(name, value);
  form.append('file', file, file.name);
  return form;
}

/**
 * @param {Record<string, string>} options
 * @param {File} file
 * @param {string} key The same for each attempt at the same file.
 * @returns {Promise<import('./types.js').Bulk>}
 */
export function createBulk(options, file, key) {
  const form = bulkForm(options, file);
  return read('/api/v1/promos/bulk', { method: 'POST', form, headers: { 'Idempotency-Key': key } });
}

/**
 * How a file of values is read; nothing is kept of it.
 *
 * @param {Record<string, string>} options
 * @param {File} file
 * @param {AbortSignal} [signal]
 * @returns {Promise<import('./types.js').BulkPreview>}
 */
export function previewBulk(options, file, signal) {
  return read('/api/v1/promos/bulk/preview', { method: 'POST', form: bulkForm(options, file), signal });
}

/**
 * @param {{ after: string | null, limit: number }} page
 * @param {AbortSignal} [signal]
 * @returns {Promise<{ items: import('./types.js').Bulk[], next: string | null }>}
 */
export function listBulk(page, signal) {
  return read(`/api/v1/promos/bulk${query(page)}`, { signal });
}

/**
 * @param {string} id
 * @param {AbortSignal} [signal]
 * @returns {Promise<import('./types.js').Bulk>}
 */
export function getBulk(id, signal) {
  return read(bulk(id), { signal });
}

/**
 * @param {string} id
 * @param {string} state
 * @param {string | null} after
 * @param {AbortSignal} [signal]
 * @returns {Promise<{ items: import('./types.js').BulkRow[], next: string | null }>}
 */
export function bulkRows(id, state, after, signal) {
  return read(`${bulk(id)}/rows?state=${state}&limit=20${after ? `&after=${encodeURIComponent(after)}` : ''}`, {
    signal,
  });
}

/**
 * @param {string} id
 * @param {'start' | 'pause' | 'resume' | 'cancel'} command
 * @returns {Promise<import('./types.js').Bulk>}
 */
export function commandBulk(id, command) {
  return read(`${bulk(id)}/${command}`, { method: 'POST' });
}
