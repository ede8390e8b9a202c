/** What happens in the sandbox, as it happens. */
import { SANDBOX } from '../../../api/sandbox.js';

/** @typedef {'ready' | 'message' | 'edit' | 'delete' | 'answer' | 'action' | 'block' | 'chats' | 'bot' | 'call' | 'faults' | 'crowd' | 'webhook' | 'commands'} Kind */

/** @type {Kind[]} */
const KINDS = [
  'ready',
  'message',
  'edit',
  'delete',
  'answer',
  'action',
  'block',
  'chats',
  'bot',
  'call',
  'faults',
  'crowd',
  'webhook',
  'commands',
];

/** How long to wait before opening a refused stream again (ms). */
const AGAIN = 2000;

/**
 * Opens the stream until signal ends it. `ready` comes whenever it reconnects: what is shown is
 * then reloaded, since something may have been missed.
 *
 * @param {AbortSignal} signal
 */
export function openStream(signal) {
  /** @type {Map<Kind, Set<(data: any) => void>>} */
  const listeners = new Map();
  /** @type {EventSource | null} */
  let source = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const open = () => {
    const mine = new EventSource(`${SANDBOX}/stream`);
    source = mine;
    for (const kind of KINDS) {
      mine.addEventListener(kind, (event) => {
        const data = JSON.parse(/** @type {MessageEvent} */ (event).data);
        for (const listener of [...(listeners.get(kind) ?? [])]) listener(data);
      });
    }
    mine.addEventListener('error', () => {
      // The browser reconnects by itself unless it was refused, as while the sandbox is starting.
      if (mine.readyState === EventSource.CLOSED && !signal.aborted) timer = setTimeout(open, AGAIN);
    });
  };
  open();
  signal.addEventListener(
    'abort',
    () => {
      clearTimeout(timer);
      source?.close();
    },
    { once: true },
  );
  return {
    /**
     * @param {Kind} kind
     * @param {(data: any) => void} listener
     * @param {AbortSignal} until
     */
    on(kind, listener, until) {
      const set = listeners.get(kind) ?? new Set();
      listeners.set(kind, set.add(listener));
      until.addEventListener('abort', () => set.delete(listener), { once: true });
    },
  };
}

/** @typedef {ReturnType<typeof openStream>} Stream */
