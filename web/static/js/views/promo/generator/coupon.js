import { checkCoupon } from '../../../api.js';
import { h } from '../../../dom.js';
import { date, discountText } from '../../../format.js';
import { sentence } from '../../../problem.js';
import { code as toCode } from '../../../typed.js';
import { chip, simulatedTag } from '../../../components/status.js';

/** How long to wait after typing before a code is checked, in milliseconds. */
const REST = 350;
/** How long until a code that could not be checked is checked again, in milliseconds. */
const AGAIN = 10_000;

/** @typedef {Partial<import('../../../types.js').Coupon>} Checked What is known of a code; only that it is unavailable when no answer came. */

/**
 * Shows beside a coupon field whether its code is valid, while typing.
 *
 * @param {(node: Node | null) => void} setNote
 * @param {(result: Checked | null) => void} [onresult] Told what is known of the code; null while nothing is.
 * @returns {{ check: (code: string) => void, destroy: () => void }}
 */
export function couponState(setNote, onresult = () => {}) {
  let controller = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** The code whose result is shown or pending; null when it has to be checked again. @type {string | null} */
  let last = '';
  /** The code that was checked last. */
  let asked = '';
  /** Whether the note already says that the service is down: saying it again would be noise. */
  let away = false;

  /** @param {string} code */
  const ask = async (code) => {
    const { signal } = controller;
    last = code;
    if (!away) setNote(line('quiet', 'Checking', '', true));
    /** @type {Checked} */
    const result = await checkCoupon(code, signal).catch(() => ({ outcome: 'unavailable' }));
    if (signal.aborted) return;
    const before = away;
    away = result.outcome === 'unavailable';
    if (!away || !before) setNote(describe(result));
    onresult(result);
    if (away) {
      last = null;
      timer = setTimeout(() => void ask(code), AGAIN);
    }
  };

  return {
    check(raw) {
      const code = toCode(raw);
      if (code === last) return;
      // Checking the same code again after no answer: the note stays until there is one.
      away = away && last === null && code === asked;
      last = code;
      asked = code;
      onresult(null);
      clearTimeout(timer);
      controller.abort();
      controller = new AbortController();
      if (code === '') setNote(null);
      else timer = setTimeout(() => void ask(code), REST);
    },
    destroy() {
      clearTimeout(timer);
      controller.abort();
    },
  };
}

/**
 * @param {Checked} result
 */
export function describe(result) {
  if (result.outcome === 'valid') {
    const until = result.expires_at ? `until ${date(result.expires_at)}` : '';
    return line('good', 'Valid', [discountText(result.discount), until].filter(Boolean).join(', '));
  }
  if (result.outcome === 'invalid') {
    return line('bad', 'Not valid', sentence(result.message || 'The coupon service does not know this code'));
  }
  return line('warn', "Can't verify now", "The coupon service isn't responding, so nothing can be downloaded yet.");
}

/**
 * @param {'good' | 'warn' | 'bad' | 'quiet'} tone
 * @param {string} word
 * @param {string} text
 * @param {boolean} [busy]
 */
function line(tone, word, text, busy = false) {
  return h(
    'p',
    { class: 'coupon-state' },
    chip(tone, word, { busy }),
    text ? h('span', null, text) : null,
    busy ? null : simulatedTag('crm'),
  );
}
