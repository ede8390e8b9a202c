/** Signing the user account in and out: by phone and code, by a QR code, with a Telethon session. */
import { currentSession } from '../../api.js';
import {
  acceptSimulatedQR,
  accountSignIn,
  accountsSimulated,
  beginSignIn,
  cancelSignIn,
  giveStep,
  signAccountOut,
} from '../../api/account.js';
import { h, replace } from '../../dom.js';
import { on } from '../../events.js';
import { watch } from '../../live.js';
import { ApiError, errorText, sentence } from '../../problem.js';
import { button } from '../../components/button.js';
import { callout } from '../../components/callout.js';
import { confirmLoss } from '../../components/form-dialog.js';
import { field } from '../../components/field.js';
import { segmented } from '../../components/segmented.js';
import { tellRefusal } from '../../components/refusal.js';
import { qrPicture } from './qr-picture.js';
import { clean } from '../../typed.js';

/**
 * @typedef {import('../../types.js').Account} AccountSignIn
 * @typedef {import('../../types.js').Connection} Connection
 * @typedef {'phone' | 'qr' | 'telethon'} Method
 */

/** How often to poll while something is in progress, in case an event is missed (ms). */
const ASK = 4000;
/** A number that the simulated Telegram knows. */
const SIMULATED_PHONE = '+1 555 000 0001';

/** @type {{ value: Method, label: string }[]} */
const METHODS = [
  { value: 'phone', label: 'Phone and code' },
  { value: 'qr', label: 'QR code' },
  { value: 'telethon', label: 'Telethon session' },
];

/**
 * Mounts the sign-in into an element.
 *
 * @param {HTMLElement} place
 * @param {object} options
 * @param {AbortSignal} options.signal
 * @returns {{ show: (connection: Connection | null) => void, dirty: () => boolean }}
 */
export function mountAccountSignIn(place, { signal }) {
  /** @type {Connection | null} */
  let connection = null;
  /** @type {AccountSignIn | null} */
  let now = null;
  /** @type {Method} */
  let method = 'phone';
  let simulated = false;
  let busy = false;
  /** The same for each attempt at the same sign-in. */
  let key = crypto.randomUUID();
  /** What is drawn, so that an event that changes nothing leaves what is typed alone. */
  let drawn = '';
  /** The input that a person may have typed into. @type {HTMLInputElement | HTMLTextAreaElement | null} */
  let typed = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  const said = h('div', { role: 'alert' });
  const body = h('div', { class: 'stack', 'aria-live': 'polite' });
  replace(place, h('div', { class: 'account-sign-in' }, body, said));

  const working = () => connection?.state === 'working';
  const open = () => now !== null && !['idle', 'signed_in', 'failed'].includes(now.state);

  const load = async () => {
    try {
      take(await accountSignIn(signal));
    } catch (error) {
      if (!signal.aborted && now === null) refuse(error);
    }
  };

  /** @param {AccountSignIn} fresh */
  function take(fresh) {
    if (signal.aborted) return;
    now = fresh;
    clearTimeout(timer);
    if (open()) timer = setTimeout(() => void load(), ASK);
    draw();
  }

  function draw() {
    if (!now) return;
    const picture = JSON.stringify([now.state, now.version, working(), method, simulated]);
    if (picture === drawn) return;
    const had = place.contains(document.activeElement);
    drawn = picture;
    typed = null;
    replace(said);
    replace(body, view(now));
    if (had && !place.contains(document.activeElement)) {
      /** @type {HTMLElement | null} */ (body.querySelector('input, textarea, button'))?.focus();
    }
  }

  /** @param {AccountSignIn} account */
  function view(account) {
    switch (account.state) {
      case 'starting':
        return [waiting(account.method === 'sign_out' ? 'Signing out…' : 'Asking Telegram…'), cancel(account)];
      case 'code_needed':
        return stepForm(account, {
          step: 'code',
          label: 'Code',
          help: 'Telegram sent it to the account’s app, or by SMS. Type it only here: a code that is typed into a Telegram chat expires at once.',
          verb: 'Continue',
          attributes: { inputmode: 'numeric', autocomplete: 'one-time-code', maxlength: '10' },
          hint: 'the code is always 12345.',
        });
      case 'password_needed':
        return stepForm(account, {
          step: 'password',
          label: 'Two-step verification password',
          help: 'The account asks for one in addition to the code. It is used once and not stored.',
          verb: 'Sign in',
          attributes: { type: 'password', autocomplete: 'off' },
          hint: 'the password is “sandbox”.',
        });
      case 'qr':
        return qrView(account);
      default:
        if (working()) return signedIn();
        return [account.state === 'failed' ? trouble(account.problem) : null, beginForm()];
    }
  }

  /** @param {import('../../types.js').Note | null} problem */
  function trouble(problem) {
    if (!problem || problem.code === 'login_cancelled') return null;
    return callout('bad', [h('strong', null, sentence(problem.message)), ' ', sentence(problem.remedy)]);
  }

  /** @param {string} text */
  function waiting(text) {
    return h('p', { class: 'muted', role: 'status' }, text);
  }

  /** @param {AccountSignIn} account */
  function cancel(account) {
    if (account.method === 'sign_out') return null;
    const stop = button('Cancel', () => work(stop, () => cancelSignIn()), { look: 'quiet' });
    return stop;
  }

  /** @param {string} text */
  function hintOf(text) {
    return simulated ? h('p', { class: 'muted small' }, `Simulated Telegram: ${text}`) : null;
  }

  function beginForm() {
    const phone = h('input', {
      class: 'input',
      type: 'tel',
      autocomplete: 'off',
      placeholder: '+44 7700 900123',
    });
    const session = h('textarea', {
      class: 'input mono',
      rows: '4',
      autocomplete: 'off',
      autocapitalize: 'off',
      spellcheck: 'false',
    });
    const phoneField = field({
      label: 'Phone number',
      control: phone,
      required: true,
      help: 'The Telegram account’s number with its country code. It is not stored.',
    });
    const sessionField = field({
      label: 'String session',
      control: session,
      required: true,
      help: 'The text that Telethon’s StringSession saves; it begins with 1. It is stored encrypted. Don’t use it elsewhere at the same time: Telegram ends a session that is used in two places.',
    });
    const go = h('button', { class: 'button button-primary', type: 'submit' }, VERBS[method]);
    typed = method === 'phone' ? phone : method === 'telethon' ? session : null;
    return h(
      'form',
      {
        class: 'stack',
        novalidate: true,
        on: {
          submit: (/** @type {Event} */ event) => {
            event.preventDefault();
            phoneField.setError('');
            sessionField.setError('');
            const start =
              method === 'phone'
                ? { method, phone: phone.value }
                : method === 'telethon'
                  ? { method, session: session.value }
                  : { method };
            void work(
              go,
              () => beginSignIn(start, key),
              (error) => {
                key = crypto.randomUUID();
                const at = (/** @type {string} */ name) => error.fieldError(name) ?? '';
                phoneField.setError(at('phone'));
                sessionField.setError(at('session'));
                return at('phone') !== '' || at('session') !== '';
              },
            );
          },
        },
      },
      segmented({
        label: 'Sign in by',
        choices: METHODS,
        value: method,
        onchange: (value) => {
          method = value;
          key = crypto.randomUUID();
          draw();
        },
      }).root,
      method === 'phone' ? phoneField.root : null,
      method === 'telethon' ? sessionField.root : null,
      method === 'qr'
        ? h(
            'p',
            { class: 'muted' },
            'The account’s phone scans a code on this page. You don’t type a number or a code.',
          )
        : null,
      method === 'phone'
        ? hintOf('any number that is +1 555 and seven digits; those that end in 2 have a password.')
        : null,
      h('div', { class: 'row' }, go),
    );
  }

  /**
   * @param {AccountSignIn} account
   * @param {{ step: 'code' | 'password', label: string, help: string, verb: string, hint: string,
   *   attributes: Record<string, string> }} options
   */
  function stepForm(account, { step, label, help, verb, attributes, hint }) {
    const input = h('input', { class: 'input', type: 'text', ...attributes });
    const control = field({ label, control: input, required: true, help });
    if (account.problem) control.setError(`${sentence(account.problem.message)} ${sentence(account.problem.remedy)}`);
    const go = h('button', { class: 'button button-primary', type: 'submit' }, verb);
    typed = input;
    return h(
      'form',
      {
        class: 'stack',
        novalidate: true,
        on: {
          submit: (/** @type {Event} */ event) => {
            event.preventDefault();
            const text = step === 'code' ? clean(input.value) : input.value;
            if (text === '') {
              control.setError(step === 'code' ? 'Type the code first.' : 'Type the password first.');
              input.focus();
              return;
            }
            void work(go, () => giveStep(account, step, text));
          },
        },
      },
      control.root,
      hintOf(hint),
      h('div', { class: 'row' }, go, cancel(account)),
    );
  }

  /** @param {AccountSignIn} account */
  function qrView(account) {
    const accept = button(
      'Accept as the simulated phone',
      () =>
        void work(accept, async () => {
          await acceptSimulatedQR(account.qr_url, SIMULATED_PHONE.replaceAll(' ', ''));
          return accountSignIn(signal);
        }),
    );
    return h(
      'div',
      { class: 'account-qr' },
      qrPicture(account.qr_url, 'QR code to sign in'),
      h(
        'div',
        { class: 'stack' },
        h('p', null, 'On the account’s phone, open Telegram:'),
        h(
          'ol',
          { class: 'account-steps' },
          h('li', null, 'Settings, then Devices'),
          h('li', null, 'Link Desktop Device'),
          h('li', null, 'Point the camera at this code'),
        ),
        h('p', { class: 'muted small' }, 'A code is valid for half a minute; the next one appears by itself.'),
        h('div', { class: 'row' }, simulated ? accept : null, cancel(account)),
      ),
    );
  }

  function signedIn() {
    return h(
      'div',
      { class: 'row' },
      button(
        'Sign out',
        () =>
          confirmLoss({
            title: 'Sign the account out?',
            text: 'PromoStack will no longer read or write its messages:',
            losses: ['the session ends, on Telegram’s side too', 'people, tags and conversations stay'],
            verb: 'Sign out',
            keep: 'Stay signed in',
            signal,
            work: async () => take(await signAccountOut()),
          }),
        { icon: 'out' },
      ),
    );
  }

  /**
   * @param {HTMLButtonElement} button
   * @param {() => Promise<AccountSignIn>} call
   * @param {(error: ApiError) => boolean} [placed] Whether it was shown at its field.
   */
  async function work(button, call, placed = () => false) {
    if (busy) return;
    busy = true;
    button.disabled = true;
    button.setAttribute('aria-busy', 'true');
    replace(said);
    try {
      const fresh = await call();
      key = crypto.randomUUID();
      take(fresh);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof ApiError) || !placed(error)) refuse(error);
      if (error instanceof ApiError && [409, 412].includes(error.status)) void load();
    } finally {
      busy = false;
      button.disabled = false;
      button.removeAttribute('aria-busy');
    }
  }

  /** @param {unknown} error */
  function refuse(error) {
    tellRefusal(said, callout('bad', errorText(error)));
  }

  watch('account', null, () => void load(), signal);
  on('recovered', () => void load(), signal);
  signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  void load();
  if (currentSession().sandbox) {
    void accountsSimulated(signal).then((yes) => {
      simulated = yes;
      draw();
    });
  }
  return {
    show(fresh) {
      connection = fresh;
      void load();
      draw();
    },
    dirty: () => typed !== null && typed.value !== '',
  };
}

/** @type {Record<Method, string>} */
const VERBS = { phone: 'Send code', qr: 'Show QR code', telethon: 'Import session' };
