import { signIn } from '../api.js';
import { duration } from '../format.js';
import { h, replace } from '../dom.js';
import { ApiError, BROKEN, sentence } from '../problem.js';
import { iconButton } from '../components/button.js';
import { callout } from '../components/callout.js';
import { field } from '../components/field.js';
import { icon, logo } from '../components/icons.js';

/**
 * @param {HTMLElement} root
 * @param {{ expired: boolean, possible: boolean, ondone: () => void }} options `possible`: this host takes the admin password
 * @returns {() => void}
 */
export function mount(root, { expired, possible, ondone }) {
  document.title = 'Sign in · PromoStack';
  const password = h('input', {
    class: 'input input-large',
    type: 'password',
    name: 'password',
    autocomplete: 'current-password',
    required: true,
  });
  const show = iconButton(
    'eye',
    'Show password',
    () => {
      const visible = password.type === 'text';
      password.type = visible ? 'password' : 'text';
      show.setAttribute('aria-pressed', String(!visible));
    },
    { class: 'input-button', 'aria-pressed': 'false' },
  );
  const entry = field({
    label: 'Admin password',
    control: password,
    wrap: h('div', { class: 'input-wrap' }, password, show),
    required: true,
    help: 'It was printed when PromoStack started, and is kept in its data folder.',
  });
  const button = h('button', { class: 'button button-primary button-large', type: 'submit' }, 'Sign in');
  const notice = h('div', { role: 'alert' });
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let timer;

  /** @param {number} seconds */
  const wait = (seconds) => {
    clearInterval(timer);
    let left = seconds;
    const tick = () => {
      button.disabled = left > 0;
      button.textContent = left > 0 ? `Try again in ${duration(left)}` : 'Sign in';
      if (left <= 0) clearInterval(timer);
      left -= 1;
    };
    tick();
    timer = setInterval(tick, 1000);
  };

  /** @param {Event} event */
  const submit = async (event) => {
    event.preventDefault();
    if (button.disabled) return;
    entry.setError('');
    replace(notice);
    if (!password.value) {
      entry.setError('Type the admin password.');
      password.focus();
      return;
    }
    button.disabled = true;
    button.textContent = 'Signing in…';
    try {
      await signIn(password.value);
      ondone();
      return;
    } catch (error) {
      button.disabled = false;
      button.textContent = 'Sign in';
      if (error instanceof ApiError && error.status === 429) {
        replace(notice, refusal('Too many attempts.', 'To keep guessers out, the next attempt has to wait a little.'));
        wait(error.retryAfter || 30);
      } else if (error instanceof ApiError && error.code === 'wrong_password') {
        entry.setError('This is not the admin password. Check for a missing character, then try again.');
        password.select();
        password.focus();
      } else if (error instanceof ApiError) {
        replace(notice, refusal(sentence(error.message), error.remedy));
      } else {
        replace(notice, refusal(BROKEN, 'Reload it, then try again.'));
      }
    }
  };

  replace(
    root,
    h(
      'main',
      { class: 'sign-in' },
      h(
        'div',
        { class: 'sign-in-card' },
        h('div', { class: 'sign-in-brand' }, logo(), h('span', null, 'PromoStack')),
        h('h1', { tabindex: '-1' }, 'Sign in'),
        expired
          ? h(
              'p',
              { class: 'callout callout-info' },
              icon('info'),
              'Your session has ended. Sign in to return to where you were.',
            )
          : h('p', { class: 'muted' }, 'Branded promo images in seconds.'),
        possible
          ? h('form', { class: 'sign-in-form', novalidate: true, on: { submit } }, entry.root, notice, button)
          : refusal('Nobody can sign in at this address.', 'Open the dashboard at its admin address.'),
      ),
    ),
  );
  password.focus();
  return () => clearInterval(timer);
}

/**
 * @param {string} title
 * @param {string} text
 */
function refusal(title, text) {
  return callout('bad', [h('strong', null, title), ' ', text]);
}
