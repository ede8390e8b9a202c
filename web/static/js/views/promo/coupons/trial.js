/** Tries a code: what the CRM says of it now. */
import { isBlank } from '../../../typed.js';
import { tryCoupon } from '../../../api/coupons.js';
import { h, replace } from '../../../dom.js';
import { field } from '../../../components/field.js';
import { Mistake, workForm } from '../../../components/form-dialog.js';
import { describe } from '../generator/coupon.js';
import { simulatedTag } from '../../../components/status.js';

/**
 * @param {AbortSignal} signal
 * @returns {HTMLElement}
 */
export function couponTrial(signal) {
  const input = h('input', {
    class: 'input mono',
    type: 'text',
    autocomplete: 'off',
    autocapitalize: 'characters',
    spellcheck: 'false',
    on: { input: () => code.setError('') },
  });
  const code = field({ label: 'Code', control: input, required: true });
  const answer = h('div', { class: 'coupon-answer', role: 'status' });
  let turn = 0; // an answer about a former code is not shown

  const form = workForm({
    body: [code.root],
    verb: 'Try this code',
    signal,
    onerror: ({ fields }) => {
      const said = fields.find(({ name }) => name === 'code');
      if (said) fail(said.message);
      return Boolean(said);
    },
    work: async () => {
      const typed = input.value;
      if (isBlank(typed)) {
        fail('Type the code that you want to try.');
        throw new Mistake();
      }
      const mine = ++turn;
      const said = await tryCoupon(typed, signal);
      if (mine !== turn || signal.aborted) return;
      replace(answer, h('strong', { class: 'mono' }, said.code || typed), describe(said));
    },
  });
  /** @param {string} words */
  const fail = (words) => {
    replace(answer);
    code.setError(words);
    input.focus();
  };

  return h(
    'section',
    { class: 'coupon-trial', 'aria-label': 'Try a code' },
    h('div', { class: 'row' }, h('h2', null, 'Try a code'), simulatedTag('crm')),
    h('p', { class: 'muted small' }, 'The CRM is asked now. Nothing is made, and the code is not used up.'),
    form,
    answer,
  );
}
