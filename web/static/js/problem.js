/**
 * Turns an answer of the server into an error that a person can read. Pure, so that it can be
 * tested without a browser.
 *
 * @typedef {import('./types.js').Field} ProblemField
 */

/** What went wrong with a call: the problem of the server, or the network's failure. */
export class ApiError extends Error {
  /**
   * @param {object} init
   * @param {number} init.status HTTP status; 0 when the server could not be reached.
   * @param {string} init.code
   * @param {string} init.message What happened, in plain words.
   * @param {string} [init.remedy] What to do now.
   * @param {ProblemField[]} [init.fields]
   * @param {number} [init.retryAfter] Seconds.
   * @param {string} [init.requestId]
   */
  constructor({ status, code, message, remedy, fields, retryAfter, requestId }) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.remedy = remedy ?? '';
    this.fields = fields ?? [];
    this.retryAfter = retryAfter ?? 0;
    this.requestId = requestId ?? '';
  }

  /** What is wrong with one field; undefined for nothing. @param {string} name */
  fieldError(name) {
    return this.fields.find((field) => field.name === name)?.message;
  }

  /** Message and remedy as one or two sentences. */
  get text() {
    return [this.message, this.remedy].filter(Boolean).map(sentence).join(' ');
  }
}

/** What is said of an error that no server explains. */
export const BROKEN = 'Something went wrong on this page.';

/**
 * What went wrong, and what to do, for a person.
 *
 * @param {unknown} error
 * @param {string} [otherwise] For an error that no server explains.
 */
export function errorText(error, otherwise = `${BROKEN} Try again.`) {
  return error instanceof ApiError ? error.text : otherwise;
}

/**
 * Ends a text like a sentence.
 *
 * @param {string} text
 */
export function sentence(text) {
  const trimmed = text.trim();
  return /[.!?…]$/.test(trimmed) || trimmed === '' ? trimmed : `${trimmed}.`;
}

/** The words for a status when the server sent none. */
const WORDS = /** @type {Record<number, [string, string, string]>} */ ({
  401: ['unauthorized', 'Your session has ended', 'Sign in again.'],
  403: ['forbidden', "You aren't allowed to do this", 'Ask an admin of your team.'],
  404: ['not_found', 'This no longer exists', 'Reload the page.'],
  409: ['conflict', 'Somebody else changed this at the same time', 'Reload and try again.'],
  412: ['precondition', 'This was changed in the meantime', 'Reload and try again.'],
  413: ['too_large', 'This file is too large', 'Choose a smaller one.'],
  415: ['unsupported', "This kind of file can't be used", 'Choose a JPEG, PNG, GIF or WebP picture.'],
  429: ['rate_limited', 'Too many attempts', 'Wait a little, then try again.'],
  503: ['unavailable', 'PromoStack is not ready', 'The page retries by itself.'],
});

/**
 * @param {number} status
 * @param {unknown} body The parsed body, or null when it wasn't JSON.
 * @param {{ get(name: string): string | null }} headers
 * @returns {ApiError}
 */
export function fromResponse(status, body, headers) {
  const problem = /** @type {Record<string, unknown>} */ (
    body && typeof body === 'object' && !Array.isArray(body) ? body : {}
  );
  const [code, message, remedy] = WORDS[status] ?? [
    'internal',
    'Something went wrong on our side',
    'Try again in a moment.',
  ];
  const told = text(problem.detail) || text(problem.title);
  return new ApiError({
    status,
    code: text(problem.code) || code,
    message: told || message,
    remedy: text(problem.remedy) || (told ? '' : remedy),
    fields: fields(problem.fields),
    retryAfter: seconds(headers.get('Retry-After')),
    requestId: text(problem.request_id),
  });
}

/**
 * @param {boolean} online What the browser says about its network.
 * @returns {ApiError}
 */
export function unreachable(online) {
  return online
    ? new ApiError({
        status: 0,
        code: 'unreachable',
        message: "PromoStack isn't responding",
        remedy: 'Check that it is running. The page continues by itself once it is back.',
      })
    : new ApiError({
        status: 0,
        code: 'offline',
        message: 'You are offline',
        remedy: 'Check your network. The page continues by itself once you are back online.',
      });
}

/** @param {unknown} value */
function text(value) {
  return typeof value === 'string' ? value.trim() : '';
}

/**
 * @param {unknown} value
 * @returns {ProblemField[]}
 */
function fields(value) {
  if (!Array.isArray(value)) return [];
  return value
    .filter((field) => field && typeof field === 'object' && text(field.name))
    .map((field) => ({
      name: text(field.name),
      code: text(field.code),
      message: sentence(text(field.message) || "This value isn't valid"),
    }));
}

/**
 * Retry-After as seconds; dates and invalid values count as none.
 *
 * @param {string | null} value
 */
export function seconds(value) {
  return value && /^\d{1,6}$/.test(value.trim()) ? Number(value) : 0;
}

/**
 * The file name in a Content-Disposition header, without anything that could be a path.
 *
 * @param {string | null} header
 * @param {string} fallback
 */
export function filename(header, fallback) {
  const extended = /filename\*\s*=\s*utf-8''([^;]+)/i.exec(header ?? '')?.[1];
  const plain = /filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))/i.exec(header ?? '');
  let name = plain?.[1]?.replace(/\\(.)/g, '$1') ?? plain?.[2] ?? '';
  if (extended) {
    try {
      name = decodeURIComponent(extended.trim());
    } catch {
      // A malformed extended name: the plain one is used.
    }
  }
  // eslint-disable-next-line no-control-regex
  name = name.replace(/[\u0000-\u001f/\\]/g, '').replace(/^\.+/, '');
  return name || fallback;
}

/**
 * The X-Promo-Warnings header.
 *
 * @param {string | null} header
 * @returns {import('./client-types.js').RenderWarning[]}
 */
export function warnings(header) {
  if (!header) return [];
  try {
    const list = JSON.parse(header);
    return Array.isArray(list) ? list.filter((item) => item && typeof item === 'object') : [];
  } catch {
    return [];
  }
}
