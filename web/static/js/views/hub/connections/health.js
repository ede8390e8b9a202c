/** A connection's health: what is wrong, what is known, and how its last test went. */
import { admitSimulatedBot } from '../../../api/telegram.js';
import { h } from '../../../dom.js';
import { sentence } from '../../../problem.js';
import { button } from '../../../components/button.js';
import { callout } from '../../../components/callout.js';
import { icon } from '../../../components/icons.js';
import { timeAgo } from '../../../components/time.js';
import { toastError } from '../../../components/toast.js';
import { checkLabel } from './words.js';

/**
 * @typedef {import('../../../types.js').Connection} Connection
 *
 * @typedef {object} Sandbox What is simulated on this machine.
 * @property {string[]} bots Usernames.
 * @property {import('../../../client-types.js').SimulatedChat[]} channels
 */

/**
 * Why it is broken, and what to do.
 *
 * @param {Connection} connection
 */
export function troubleOf({ state, problem }) {
  if (!problem || (state !== 'broken' && state !== 'signed_out')) return null;
  const tone = state === 'broken' ? 'bad' : 'warn';
  return callout(tone, [h('strong', null, sentence(problem.message)), ' ', sentence(problem.remedy)]);
}

/** @param {Connection} connection */
export function connectionFacts({ kind, username, display_name, last_seen_at, checked_at, created_at }) {
  return h(
    'dl',
    { class: 'connection-facts' },
    fact(
      kind === 'user_account' ? 'Account' : 'Bot',
      username
        ? h(
            'a',
            { href: `https://t.me/${username}`, target: '_blank', rel: 'noopener' },
            `@${username}`,
            h('span', { class: 'visually-hidden' }, ' (new tab)'),
          )
        : display_name || 'Not known yet',
    ),
    fact('Last heard from', last_seen_at ? timeAgo(last_seen_at) : 'Never'),
    kind === 'user_account' ? null : fact('Tested', checked_at ? timeAgo(checked_at) : 'Never'),
    fact('Connected', timeAgo(created_at)),
  );
}

/**
 * @param {string} term
 * @param {import('../../../dom.js').Child} value
 */
function fact(term, value) {
  return h('div', null, h('dt', null, term), h('dd', null, value));
}

/**
 * How the last test went, each failure with what to do. In the sandbox some failures can be fixed here.
 *
 * @param {Connection} connection
 * @param {Sandbox | null} sandbox
 * @param {() => void} again
 */
export function connectionChecks({ checks, username }, sandbox, again) {
  if (checks.length === 0) return null;
  return h(
    'ul',
    { class: 'checks', 'aria-label': 'Last test' },
    checks.map((check) =>
      h(
        'li',
        { class: ['check', !check.ok && 'check-bad'] },
        icon(check.ok ? 'check' : 'alert'),
        h(
          'div',
          { class: 'check-words' },
          h(
            'p',
            { class: 'check-name' },
            h('span', { class: 'visually-hidden' }, check.ok ? 'Passed: ' : 'Failed: '),
            checkLabel(check.name),
          ),
          h('p', { class: check.ok ? 'muted' : '' }, sentence(check.message)),
          !check.ok && check.remedy ? h('p', { class: 'check-remedy' }, sentence(check.remedy)) : null,
          check.ok ? null : admitHere(check.name, username, sandbox, again),
        ),
      ),
    ),
  );
}

/**
 * @param {string} name
 * @param {string} bot
 * @param {Sandbox | null} sandbox
 * @param {() => void} again
 */
function admitHere(name, bot, sandbox, again) {
  const chat = /^channel:\w+:(.+)$/.exec(name)?.[1]?.toLowerCase();
  const channel = sandbox?.channels.find(
    (item) => chat === String(item.id) || (item.username && chat === `@${item.username.toLowerCase()}`),
  );
  if (!channel || !sandbox?.bots.includes(bot)) return null;
  const admit = button(
    'Make it an administrator in the sandbox',
    async () => {
      admit.disabled = true;
      try {
        await admitSimulatedBot(channel.id, bot);
        again();
      } catch (error) {
        admit.disabled = false;
        toastError(error, 'Making it an administrator');
      }
    },
    { small: true },
  );
  return admit;
}
