/** A sandbox bot for somebody who has no bot at Telegram: made here, on this machine. */
import { admitSimulatedBot, makeSimulatedBot, simulatedBots, simulatedChannels } from '../../../api/telegram.js';
import { h, replace } from '../../../dom.js';
import { errorText } from '../../../problem.js';
import { button } from '../../../components/button.js';
import { callout } from '../../../components/callout.js';
import { field } from '../../../components/field.js';
import { openDialog } from '../../../components/dialog.js';
import { workForm } from '../../../components/form-dialog.js';
import { loading, skeleton } from '../../../components/states.js';
import { freeBotName } from './words.js';
import { clean } from '../../../typed.js';

/**
 * @param {object} options
 * @param {import('../../../types.js').Connection['kind']} options.kind
 * @param {AbortSignal} options.signal
 * @param {(bot: import('../../../client-types.js').SimulatedBot, channels: string[]) => void} options.onmade With its token, and the channels that it may post to.
 */
export function offerSimulatedBot({ kind, signal, onmade }) {
  const body = h(
    'div',
    { class: 'stack' },
    loading('the sandbox', skeleton('skeleton-field'), skeleton('skeleton-field')),
  );
  const dialog = openDialog({ title: 'Use a simulated bot', body, signal });

  const load = async () => {
    try {
      const [bots, channels] = await Promise.all([simulatedBots(signal), simulatedChannels(signal)]);
      if (!signal.aborted && dialog.root.isConnected) show(bots, channels);
    } catch (error) {
      if (signal.aborted) return;
      replace(
        body,
        h('div', { role: 'alert' }, callout('bad', errorText(error, 'The sandbox can’t be reached.'))),
        button('Try again', () => load(), { icon: 'refresh' }),
      );
    }
  };

  /**
   * @param {import('../../../client-types.js').SimulatedBot[]} bots
   * @param {import('../../../client-types.js').SimulatedChat[]} channels
   */
  const show = (bots, channels) => {
    const username = h('input', {
      class: 'input mono',
      type: 'text',
      autocomplete: 'off',
      autocapitalize: 'off',
      spellcheck: 'false',
      maxlength: 32,
      value: freeBotName(
        kind,
        bots.map((bot) => bot.username),
      ),
    });
    const name = h('input', {
      class: 'input',
      type: 'text',
      autocomplete: 'off',
      maxlength: 64,
      value: kind === 'signal_bot' ? 'My signals' : 'My promos',
    });
    const nameField = field({ label: 'Name', control: name });
    const userField = field({
      label: 'Username',
      control: username,
      required: true,
      help: 'Five to 32 letters, digits and underscores, with “bot” at the end.',
    });
    const boxes = channels.map((channel, i) => {
      const box = h('input', { type: 'checkbox', checked: i === 0 });
      const shown = channel.username ? `@${channel.username}` : String(channel.id);
      return {
        channel,
        box,
        shown,
        root: h(
          'label',
          { class: 'tick' },
          box,
          h('span', null, channel.title ?? shown, h('span', { class: 'muted' }, ` ${shown}`)),
        ),
      };
    });

    const make = async () => {
      userField.setError('');
      const wanted = clean(username.value).replace(/^@/, '');
      const bot = await makeSimulatedBot({ username: wanted, first_name: clean(name.value) });
      const into = boxes.filter(({ box }) => box.checked);
      for (const { channel } of into) await admitSimulatedBot(channel.id, bot.username);
      if (signal.aborted) return;
      dialog.close();
      onmade(
        bot,
        into.map(({ shown }) => shown),
      );
    };

    /** @param {import('../../../problem.js').ApiError} error */
    const refuse = (error) => {
      const said = error.fieldError('username');
      if (!said) return false;
      userField.setError(said);
      username.focus();
      return true;
    };

    replace(
      body,
      h(
        'p',
        { class: 'muted' },
        'It lives on this machine and talks to simulated people. Telegram knows nothing about it.',
      ),
      workForm({
        body: [
          userField.root,
          nameField.root,
          boxes.length > 0
            ? h(
                'fieldset',
                { class: 'ticks' },
                h('legend', { class: 'label' }, 'Make it an administrator of'),
                boxes.map(({ root }) => root),
              )
            : null,
        ],
        verb: 'Make the bot',
        work: make,
        onerror: refuse,
        otherwise: 'The bot could not be made.',
        signal,
      }),
      bots.length > 0
        ? h(
            'details',
            { class: 'small muted' },
            h('summary', null, `Bots in the sandbox: ${bots.length}`),
            h(
              'ul',
              { class: 'tags' },
              bots.map((bot) => h('li', { class: 'tag mono' }, `@${bot.username}`)),
            ),
            h(
              'p',
              null,
              'A bot’s token is shown once, when it is made. To connect one of these, paste the token that you saved.',
            ),
          )
        : null,
    );
    username.focus();
    username.select();
  };

  void load();
}
