/** Many synthetic people: they start a bot, press its buttons and block it at random. */
import { sandboxDo } from '../../../api/sandbox.js';
import { h } from '../../../dom.js';
import { button } from '../../../components/button.js';
import { chip } from '../../../components/status.js';
import { toastError } from '../../../components/toast.js';
import { calmed } from '../../../live.js';
import { form, input, orders, section, select } from './parts.js';

/** @typedef {import('./types.js').Crowd} Crowd */

/**
 * @param {object} options
 * @param {import('./types.js').Bot[]} options.bots
 * @param {import('./stream.js').Stream} options.stream
 * @param {AbortSignal} options.signal
 */
export function crowdPanel({ bots, stream, signal }) {
  /** @param {Crowd} crowd */
  const row = (crowd) =>
    h(
      'li',
      { class: 'crowd' },
      h(
        'div',
        { class: 'crowd-top' },
        h('strong', null, `@${crowd.bot}`),
        chip(crowd.running ? 'good' : 'quiet', crowd.running ? 'Running' : 'Stopped', {
          busy: crowd.running && crowd.joined < crowd.users,
        }),
        crowd.running
          ? button(
              'Stop',
              () => sandboxDo('DELETE', `/crowd?id=${crowd.id}`).catch((error) => toastError(error, 'Stopping')),
              { small: true, 'data-keep': String(crowd.id) },
            )
          : null,
      ),
      h(
        'dl',
        { class: 'crowd-figures figures' },
        figure('Started', `${crowd.joined} of ${crowd.users}`),
        figure('Messages', String(crowd.received)),
        figure('Presses', String(crowd.clicked)),
        figure('Blocks', String(crowd.blocked)),
      ),
    );

  const { root: list, load } = orders({
    path: '/crowd',
    what: 'the crowds',
    none: 'No crowd yet.',
    newestFirst: true,
    row,
    signal,
  });
  stream.on('crowd', calmed(load, signal), signal);
  stream.on('call', calmed(load, signal, 2000), signal);
  stream.on('ready', () => void load(), signal);
  void load();
  return h(
    'div',
    { class: 'stack sandbox-stack' },
    section(
      'Simulate many people',
      h('p', { class: 'muted small' }, 'They start the bot like people who followed a link, and stay its subscribers.'),
      bots.length === 0
        ? h('p', { class: 'muted small' }, 'There are no bots yet.')
        : form({
            label: 'A crowd',
            inputs: [
              {
                name: 'bot',
                label: 'Bot',
                required: true,
                control: select(
                  bots.map((bot) => [bot.username, `@${bot.username}`]),
                  bots[0]?.username ?? '',
                ),
              },
              { name: 'users', label: 'People', required: true, control: number('1000', 1, 20000) },
              { name: 'start', label: 'Start parameter', control: input({ maxlength: 64 }) },
              { name: 'click', label: 'Press a button, %', required: true, control: number('20', 0, 100) },
              { name: 'block', label: 'Block the bot, %', required: true, control: number('1', 0, 100) },
              { name: 'per_second', label: 'New people per second', required: true, control: number('50', 1, 1000) },
            ],
            button: 'Start the crowd',
            onsend: (values) =>
              sandboxDo('POST', '/crowd', {
                bot: values.bot,
                start: values.start,
                users: Math.trunc(Number(values.users)),
                click: Number(values.click) / 100,
                block: Number(values.block) / 100,
                per_second: Number(values.per_second),
              }).then(load),
          }),
    ),
    list,
  );
}

/**
 * @param {string} value
 * @param {number} min
 * @param {number} max
 */
function number(value, min, max) {
  return input({ type: 'number', value, min, max, step: 'any', inputmode: 'decimal' });
}

/**
 * @param {string} term
 * @param {string} value
 */
function figure(term, value) {
  return h('div', null, h('dt', { class: 'muted small' }, term), h('dd', null, value));
}
