/** What a brand of one's own needs next: a bot, and a look at its first journey. */
import { currentSession } from '../../../api.js';
import { connectBot, makeSimulatedBot } from '../../../api/telegram.js';
import { h } from '../../../dom.js';
import { button } from '../../../components/button.js';
import { icon } from '../../../components/icons.js';
import { toast, toastError } from '../../../components/toast.js';
import { botName } from './bot-name.js';

/**
 * @param {object} options
 * @param {import('../../../types.js').TenantRow} options.mine
 * @param {import('../../../types.js').Connection[]} options.connections
 * @param {AbortSignal} options.signal
 * @param {() => void} options.onchange
 */
export function firstSteps({ mine, connections, signal, onchange }) {
  const bot = connections.find(({ kind }) => kind === 'promo_bot');
  const home = h('a', { class: ['button', bot && 'button-primary'], href: '#home' }, 'Go to Home');
  return h(
    'section',
    { class: 'panel', 'aria-labelledby': 'first-steps' },
    h('h2', { id: 'first-steps' }, bot ? 'Ready to go on' : 'Next: a promo bot'),
    bot
      ? h(
          'p',
          { class: 'brand-done' },
          icon('check'),
          `@${bot.username} is connected${currentSession().sandbox ? ' (Simulated)' : ''}: write /start to it, and it draws a picture.`,
        )
      : h(
          'p',
          null,
          'It sends pictures to whoever asks in Telegram, and carries on the conversations of your journeys.',
        ),
    h(
      'ul',
      { class: 'brand-steps' },
      h('li', null, h('a', { href: '#promo/templates' }, 'Templates'), ' with your logo'),
      h(
        'li',
        null,
        h('a', { href: '#forex/support-chat' }, 'A first journey'),
        ', a draft that you publish when you like it',
      ),
      bot ? null : h('li', null, h('a', { href: '#hub/connections' }, 'A bot that you have already'), ', by its token'),
    ),
    h('div', { class: 'row' }, bot || !currentSession().sandbox ? null : getBot({ mine, signal, onchange }), home),
  );
}

/**
 * A button that gets a bot from the simulated Telegram and connects it.
 *
 * @param {object} options
 * @param {import('../../../types.js').TenantRow} options.mine
 * @param {AbortSignal} options.signal
 * @param {() => void} options.onchange
 */
function getBot({ mine, signal, onchange }) {
  const go = button(
    'Get a promo bot (Simulated)',
    async () => {
      if (go.disabled) return;
      go.disabled = true;
      go.setAttribute('aria-busy', 'true');
      try {
        const made = await makeSimulatedBot({ username: botName(mine.slug), first_name: mine.name.slice(0, 60) });
        await connectBot({ kind: 'promo_bot', token: made.token ?? '', channels: [] }, crypto.randomUUID());
        if (signal.aborted) return;
        toast(`@${made.username} is connected (Simulated).`);
        location.hash = '#home';
      } catch (error) {
        if (signal.aborted) return;
        toastError(error, 'Getting a bot');
        go.disabled = false;
        go.removeAttribute('aria-busy');
        onchange();
      }
    },
    { look: 'primary', icon: 'bot' },
  );
  return go;
}
