/** Beside “Valid until”: what the CRM says of the code is offered, and a contradiction is told. */
import { h } from '../../../dom.js';
import { button } from '../../../components/button.js';
import { chip } from '../../../components/status.js';

/** @typedef {import('./coupon.js').Checked} Checked */

/** Whether a field of a template says until when a code holds. @param {{ name: string, label: string, kind: string, coupon?: boolean }} field */
export const saysUntil = ({ name, label, kind, coupon }) =>
  kind === 'text' && !coupon && /(^|[\s_-])(valid|until|expir\w*|ends?)([\s_-]|$)/i.test(`${name} ${label}`);

/**
 * @param {HTMLInputElement | HTMLTextAreaElement} input
 * @param {(node: Node | null) => void} setNote
 * @param {() => void} ontake Called when the offer was written into the field.
 */
export function untilState(input, setNote, ontake) {
  /** @type {Checked | null} */
  let known = null;

  const tell = async () => {
    const coupon = known;
    if (!coupon?.expires_at) {
      setNote(null);
      return;
    }
    const { aboutUntil } = await import('./until.js'); // most codes have no end
    if (coupon !== known) return;
    const about = aboutUntil(input.value, coupon, Date.now());
    setNote(about && note(about));
  };

  /** @param {NonNullable<ReturnType<typeof import('./until.js').aboutUntil>>} about */
  const note = (about) =>
    h(
      'p',
      { class: 'coupon-state' },
      'warning' in about ? [chip('warn', 'Contradiction'), h('span', null, about.warning)] : null,
      button(
        `Write “${about.offer}”`,
        () => {
          input.value = about.offer;
          ontake();
          input.focus();
        },
        { small: true },
      ),
    );

  return {
    /** @param {Checked | null} result What the CRM says of the code; null while that is not known. */
    know(result) {
      known = result;
      void tell();
    },
    tell: () => void tell(),
  };
}
