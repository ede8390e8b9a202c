/**
 * What changes on the server, as it changes: one event stream for the whole browser. The tabs
 * choose one of them by a lock; it holds the stream and passes on what arrives. When it closes,
 * another one takes over where it stopped.
 *
 * @typedef {{ topic: string, id: string, version: number }} Change
 * @typedef {{ kind: 'change', change: Change, last: string } | { kind: 'reset' } | { kind: 'seen' }} Message
 */
import { currentSession } from './api.js';
import { on } from './events.js';

/** Tabs share what they hear only with those of the same tenant. */
const shared = () => `promostack-live.${currentSession().tenant?.id ?? ''}`;

/** A stream that nobody has looked at for this long is closed (ms). */
const IDLE = 5 * 60_000;

/** @type {Set<{ topic: string, id: string | null, listener: () => void }>} */
const listeners = new Set();
/** @type {BroadcastChannel | null} */
let channel = null;
/** @type {AbortController | null} */
let standing = null;
let last = '';
let seenAt = 0;

/**
 * Calls listener when something changed, so that it reloads what it shows. Changes close together
 * make one call.
 *
 * @param {string} topic
 * @param {string | null} id One thing, or null for the whole topic.
 * @param {() => void} listener
 * @param {AbortSignal} signal Ends it.
 */
export function watch(topic, id, listener, signal) {
  const entry = { topic, id, listener: calmed(listener, signal) };
  listeners.add(entry);
  signal.addEventListener('abort', () => listeners.delete(entry), { once: true });
  start();
}

/**
 * At most a few calls a second, the last one never lost.
 *
 * @param {() => unknown} call
 * @param {AbortSignal} signal
 * @param {number} [pause] Milliseconds between two calls.
 */
export function calmed(call, signal, pause = 400) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let again = false;
  signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  const run = () => {
    if (signal.aborted) return;
    if (timer !== undefined) {
      again = true;
      return;
    }
    timer = setTimeout(() => {
      timer = undefined;
      if (again) {
        again = false;
        run();
      }
    }, pause);
    call();
  };
  return run;
}

/** @param {Message} message */
function take(message) {
  if (message.kind === 'seen') {
    seenAt = Date.now();
    return;
  }
  if (message.kind === 'change') last = message.last;
  for (const { topic, id, listener } of [...listeners]) {
    if (message.kind === 'reset' || (topic === message.change.topic && (id === null || id === message.change.id))) {
      listener();
    }
  }
}

/** @param {Message} message */
function share(message) {
  channel?.postMessage(message);
  take(message);
}

function start() {
  if (standing) return;
  const life = new AbortController();
  standing = life;
  channel = new BroadcastChannel(shared());
  channel.addEventListener('message', (event) => take(event.data));
  seenAt = Date.now();
  document.addEventListener('visibilitychange', () => document.hidden || share({ kind: 'seen' }), {
    signal: life.signal,
  });
  void lead(life.signal);
}

function stop() {
  standing?.abort();
  standing = null;
  channel?.close();
  channel = null;
  last = '';
}

on('signed-out', stop);
on('recovered', () => take({ kind: 'reset' }));

/**
 * Waits to be the tab that holds the stream, and holds it until the page closes.
 *
 * @param {AbortSignal} signal
 */
async function lead(signal) {
  try {
    await navigator.locks.request(shared(), { signal }, () => hold(signal));
  } catch {
    // Signed out, or the browser has no locks: without a stream the views only poll.
  }
}

/**
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
function hold(signal) {
  return new Promise((resolve) => {
    /** @type {EventSource | null} */
    let source = null;
    const open = () => {
      source = new EventSource(`/api/v1/events${last ? `?last_event_id=${encodeURIComponent(last)}` : ''}`);
      source.addEventListener('message', (event) => {
        share({ kind: 'change', change: JSON.parse(event.data), last: event.lastEventId });
      });
      source.addEventListener('reset', () => share({ kind: 'reset' }));
      source.addEventListener('error', () => {
        // The browser reconnects by itself unless the server refused.
        if (source?.readyState === EventSource.CLOSED) close();
      });
    };
    const close = () => {
      source?.close();
      source = null;
    };
    const timer = setInterval(() => {
      if (!document.hidden) seenAt = Date.now();
      const idle = Date.now() - seenAt > IDLE;
      if (idle) close();
      else if (!source) open();
    }, 3000);
    signal.addEventListener(
      'abort',
      () => {
        clearInterval(timer);
        close();
        resolve();
      },
      { once: true },
    );
    open();
  });
}
