/** The timeline of today: what went out, what comes next, and why something did not. */
import { changeCrossPromotion } from '../../../api/cross-promotion.js';
import { h, redraw, replace } from '../../../dom.js';
import { ApiError } from '../../../problem.js';
import { format } from '../../../router.js';
import { button } from '../../../components/button.js';
import { callout } from '../../../components/callout.js';
import { toast, toastError } from '../../../components/toast.js';
import { may } from '../signals/parts.js';
import { openSettings } from './settings.js';
import { slotRow } from './slot.js';
import { changesOf, closedText, dayOf, entriesOf, missingOf, todayText } from './words.js';

/** @typedef {import('./store.js').Known} Known */

/** How often the times that are relative to now are drawn anew (ms). */
const CLOCK = 30_000;

/** What it is for, in two sentences. */
export const PURPOSE =
  'Your FREE channel sells your VIP channel by itself: the gold news, the weekly recap and a call to action in the morning, the results of the day in the evening. Each post goes out once at its time, and where one does not, you see here why.';

/**
 * @param {object} options
 * @param {() => Promise<void>} options.reload
 * @param {((role: 'vip' | 'free') => void) | null} options.onchannel Goes to where a channel is filled in; null when that is another page.
 * @param {AbortSignal} options.signal
 */
export function todayPart({ reload, onchannel, signal }) {
  /** @type {Known | null} */
  let known = null;
  let drawn = '';
  /** @type {Set<string>} */
  const opened = new Set();
  const top = h('div', { class: 'stack' });
  const line = h('p', { class: 'programme-line figures' });
  const list = h('ol', { class: 'programme', 'aria-label': 'Posts of today' });
  const heard = h('p', { class: 'visually-hidden', role: 'status' });
  const root = h('div', { class: 'stack' }, top, line, list, heard);

  /** Goes back to a post's button after a dialog, though the list was drawn anew meanwhile. @type {import('./slot.js').Around['refocus']} */
  const refocus = (slot, keep) => {
    if (document.activeElement !== document.body) return;
    const button =
      list.querySelector(`[data-keep="${keep}"]`) ??
      list.querySelector(`[data-slot="${slot}"] .programme-actions button`);
    /** @type {HTMLElement | null} */ (button)?.focus();
  };

  const draw = () => {
    if (!known) return;
    const now = Date.now();
    const { settings, today, bot } = known;
    const entries = entriesOf(today, settings);
    const rows = h(
      'ol',
      null,
      entries.map((entry) =>
        slotRow(entry, { known: /** @type {Known} */ (known), now, opened, reload, refocus, signal }),
      ),
    );
    line.textContent = todayText(today, settings, now);
    line.hidden = line.textContent === '';
    const closed = settings.on ? closedText(today) : '';
    // What looks the same stays, and with it the focus of whoever is in it.
    const looks = JSON.stringify([closed, missingOf(bot), rows.textContent, known]);
    if (looks === drawn) return;
    drawn = looks;
    redraw(top, missing(known, onchannel), closed ? callout('info', closed) : null);
    top.hidden = top.childElementCount === 0;
    redraw(list, ...rows.children);
  };

  const clock = setInterval(() => {
    if (document.hidden || !known) return;
    if (known.today.date === dayOf(Date.now())) draw();
    else void reload();
  }, CLOCK);
  signal.addEventListener('abort', () => clearInterval(clock), { once: true });

  return {
    root,
    /** @param {Known} fresh */
    show(fresh) {
      const changes = changesOf(known?.today ?? null, fresh.today);
      if (changes) replace(heard, changes);
      known = fresh;
      draw();
    },
  };
}

/** @param {Known} known @param {((role: 'vip' | 'free') => void) | null} onchannel */
function missing({ settings, bot }, onchannel) {
  const lack = missingOf(bot);
  if (!lack) return null;
  const { role } = lack;
  const label = role ? `Add the ${role === 'vip' ? 'VIP' : 'FREE'} channel` : 'Connect a Signal Bot';
  const keep = { 'data-keep': 'missing' };
  return callout(
    settings.on ? 'warn' : 'info',
    lack.text,
    role && onchannel
      ? button(label, () => onchannel(role), { small: true, ...keep })
      : h(
          'a',
          { class: 'button button-small', href: format('hub/connections', { open: 'signal_bot' }), ...keep },
          label,
        ),
  );
}

/**
 * The button that switches cross-promotion on; null for who may not.
 *
 * @param {object} options
 * @param {() => Known | null} options.known
 * @param {() => Promise<void>} options.reload
 * @param {() => HTMLElement | null} options.next What gets the focus when the button has gone.
 * @param {AbortSignal} options.signal
 */
export function switchOn({ known, reload, next, signal }) {
  if (!may('strategies.write')) return null;
  const go = button(
    'Switch it on',
    async () => {
      const now = known();
      if (!now) return;
      go.disabled = true;
      try {
        await changeCrossPromotion(now.settings, { on: true });
        toast('Cross-promotion is on.');
      } catch (error) {
        const wrong = error instanceof ApiError && error.status === 422;
        if (wrong) openSettings({ settings: { ...now.settings, on: true }, onsaved: reload, signal });
        else toastError(error, 'Switching it on');
      } finally {
        go.disabled = false;
        await reload();
        if (!go.isConnected && document.activeElement === document.body) next()?.focus();
      }
    },
    { look: 'primary', icon: 'play', 'data-keep': 'on' },
  );
  return go;
}
