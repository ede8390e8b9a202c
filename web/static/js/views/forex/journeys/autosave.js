/**
 * Saves the draft by itself: a little after the last change, one request at a time, with retries
 * while the server is down. Somebody else's change stops it until a person has decided. Knows
 * nothing about the page, so that it can be tested without one.
 *
 * @typedef {import('./types.js').Definition} Definition
 * @typedef {import('./types.js').Journey} Journey
 *
 * @typedef {object} Status
 * @property {'saved' | 'waiting' | 'saving' | 'failed' | 'conflict'} state
 * @property {string} message What went wrong, in words.
 * @property {boolean} again Whether it retries by itself.
 * @property {import('../../../types.js').Field[]} fields What the server refused.
 */
import { ApiError, BROKEN, sentence } from '../../../problem.js';

/** From the last change to the save (ms). */
export const QUIET = 800;
/** Between two attempts while the server is down (ms). */
export const TRIES = [2000, 5000, 10_000, 20_000];

/**
 * @param {object} options
 * @param {{ id: string, version: number }} options.row
 * @param {(row: { id: string, version: number }, definition: Definition) => Promise<Journey>} options.save
 * @param {(status: Status) => void} options.onstatus
 * @param {(detail: Journey) => void} options.onsaved
 */
export function createAutosave({ row, save, onstatus, onsaved }) {
  const { id } = row;
  let version = row.version;
  /** @type {Definition | null} What is not saved yet. */
  let waiting = null;
  /** @type {Promise<void> | null} */
  let running = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let tries = 0;
  /** @type {Status} */
  let status = { state: 'saved', message: '', again: false, fields: [] };

  /** @param {Status['state']} state @param {string} [message] @param {boolean} [again] @param {Status['fields']} [fields] */
  const tell = (state, message = '', again = false, fields = []) => {
    status = { state, message, again, fields };
    onstatus(status);
  };

  /** @param {number} ms */
  const later = (ms) => {
    clearTimeout(timer);
    timer = setTimeout(() => void go(), ms);
  };

  async function go() {
    clearTimeout(timer);
    timer = undefined;
    if (running) return running;
    if (!waiting || status.state === 'conflict') return;
    running = once(waiting).finally(() => {
      running = null;
    });
    await running;
    if (waiting && status.state === 'waiting') later(QUIET);
  }

  /** @param {Definition} definition */
  async function once(definition) {
    tell('saving');
    try {
      const detail = await save({ id, version }, definition);
      tries = 0;
      version = detail.version;
      if (waiting === definition) waiting = null;
      tell(waiting ? 'waiting' : 'saved');
      onsaved(detail);
    } catch (error) {
      const known = error instanceof ApiError ? error : null;
      if (known?.status === 412) {
        tell('conflict', 'Someone else changed this journey.');
        return;
      }
      const passing = !known || known.status === 0 || known.status === 429 || known.status >= 500;
      const message = known ? (passing ? sentence(known.message) : known.text) : BROKEN;
      tell('failed', message, passing, known?.fields);
      if (!passing) return;
      later(Math.max(TRIES[Math.min(tries, TRIES.length - 1)] ?? 0, (known?.retryAfter ?? 0) * 1000));
      tries += 1;
    }
  }

  return {
    get status() {
      return status;
    },
    get version() {
      return version;
    },
    /** Whether something would be lost. */
    get dirty() {
      return waiting !== null;
    },
    /** @param {Definition} definition */
    change(definition) {
      waiting = definition;
      if (status.state === 'conflict') return;
      if (status.state === 'saving') return;
      if (!(status.state === 'failed' && status.again)) {
        tell('waiting');
        later(QUIET);
      }
    },
    /** Saves what waits at once; resolves when it is saved or can't be. */
    async flush() {
      if (running) await running;
      await go();
    },
    /** Makes somebody else's version the base; what waits is saved over it, or dropped. @param {number} theirs @param {boolean} keep */
    rebase(theirs, keep) {
      version = theirs;
      if (!keep) waiting = null;
      tries = 0;
      tell(waiting ? 'waiting' : 'saved');
      if (waiting) later(0);
    },
    /** Ends it; what waits is sent one last time. */
    destroy() {
      clearTimeout(timer);
      if (waiting && !running && status.state !== 'conflict') void once(waiting);
    },
  };
}

/** @typedef {ReturnType<typeof createAutosave>} Autosave */
