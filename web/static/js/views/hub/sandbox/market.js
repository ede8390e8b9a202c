/** The simulated market: its clock, its price, and how its provider fails. */
import { marketDo, marketRead } from '../../../api/sandbox.js';
import { h, redraw } from '../../../dom.js';
import { dateTime } from '../../../format.js';
import { button } from '../../../components/button.js';
import { failed } from '../../../components/states.js';
import { chip, madeUpTag } from '../../../components/status.js';
import { toast, toastError } from '../../../components/toast.js';
import { form, input, section, select } from './parts.js';

/** @typedef {import('./types.js').SimulatedMarket} SimulatedMarket */

const SPEEDS = [1, 10, 60, 600];

const OUTAGES = /** @type {const} */ ([
  ['429_minute', 'Minute’s limit', 'The credits of this minute are used up.'],
  ['429_day', 'Day’s limit', 'The credits of today are used up.'],
  ['401', 'Key refused', 'The provider does not know the key.'],
  ['400_no_data', 'No data', 'There are no candles for the dates.'],
  ['html', 'Web page', 'A page instead of data.'],
  ['truncated', 'Cut answer', 'The answer ends in the middle.'],
  ['error_under_200', 'Hidden error', 'An error that looks like a success.'],
  ['timeout', 'No answer', 'The provider never answers.'],
  ['500', 'Server error', 'The provider has an internal error.'],
]);

/** How often the market is read (ms). */
const EVERY = 2000;

/**
 * @param {object} options
 * @param {AbortSignal} options.signal
 */
export function marketPanel({ signal }) {
  const state = h('div', { class: 'stack', 'aria-live': 'off' });
  const outage = h('div', { class: 'row', 'aria-live': 'polite' });
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  const load = async () => {
    clearTimeout(timer);
    try {
      show(await marketRead(signal));
    } catch (error) {
      if (!signal.aborted) redraw(state, failed(error, 'the simulated market', load));
    }
    if (!signal.aborted) timer = setTimeout(load, EVERY);
  };
  signal.addEventListener('abort', () => clearTimeout(timer));

  /**
   * @param {'POST' | 'DELETE'} method
   * @param {string} path
   * @param {unknown} [body]
   */
  const order = async (method, path, body) => {
    try {
      await marketDo(method, path, body);
      await load();
    } catch (error) {
      toastError(error, 'Changing the market');
    }
  };

  /** @param {SimulatedMarket} market */
  const show = (market) => {
    redraw(
      state,
      h(
        'div',
        { class: 'row' },
        h('strong', { class: 'figures' }, `${market.symbol} ${market.price}`),
        chip(market.open ? 'good' : 'quiet', market.open ? 'Open' : `Closed: ${market.closed}`),
        madeUpTag(),
      ),
      h(
        'p',
        { class: 'muted small figures' },
        `Market’s time: ${dateTime(market.now)}, ${market.paused ? 'paused' : market.speed === 1 ? 'at its real pace' : `${market.speed} times its real pace`}`,
      ),
      h(
        'div',
        { class: 'row' },
        button(market.paused ? 'Resume' : 'Pause', () => order('POST', '/clock', { paused: !market.paused }), {
          icon: market.paused ? 'play' : 'pause',
          'data-keep': 'pause',
        }),
        SPEEDS.map((speed) =>
          button(`${speed}×`, () => order('POST', '/clock', { speed }), {
            look: !market.paused && market.speed === speed ? 'primary' : undefined,
            'aria-pressed': String(!market.paused && market.speed === speed),
            'data-keep': `speed-${speed}`,
          }),
        ),
      ),
    );
    const name = OUTAGES.find(([kind]) => kind === market.outage?.kind)?.[1];
    redraw(
      outage,
      market.outage
        ? [
            chip('bad', `${name ?? market.outage.kind} until you end it`),
            button('End it', () => order('DELETE', '/outage'), {
              small: true,
              'data-keep': 'end',
            }),
          ]
        : h('p', { class: 'muted small' }, 'The provider answers every call.'),
    );
  };

  void load();
  return h(
    'div',
    { class: 'stack sandbox-stack' },
    section('The market', state),
    section(
      'Move the price',
      form({
        label: 'Moving the price',
        inputs: [
          {
            name: 'how',
            label: 'How',
            control: select(
              [
                ['/jump', 'Jump'],
                ['/gap', 'Gap'],
              ],
              '/jump',
            ),
            help: 'A jump takes a minute, a gap no time at all.',
            required: true,
          },
          {
            name: 'amount',
            label: 'Dollars',
            control: input({ type: 'text', inputmode: 'decimal', value: '5.00' }),
            help: 'Below zero for down.',
            required: true,
          },
        ],
        button: 'Move',
        onsend: async ({ how, amount }) => {
          await marketDo('POST', how ?? '/jump', { amount });
          toast('The next minute brings it');
          await load();
        },
      }),
    ),
    section(
      'Go to a time',
      form({
        label: 'Going to a time',
        inputs: [
          {
            name: 'to',
            label: 'Market’s time',
            control: input(),
            help: 'Later than now, such as 2026-01-02T13:30:00Z.',
            required: true,
          },
        ],
        button: 'Go',
        primary: false,
        onsend: async ({ to }) => {
          await marketDo('POST', '/clock', { to });
          await load();
        },
      }),
    ),
    section(
      'Make the provider fail',
      h(
        'ul',
        { class: 'fault-kinds' },
        OUTAGES.map(([kind, title, text]) =>
          h(
            'li',
            null,
            h(
              'button',
              { class: 'fault-kind', type: 'button', on: { click: () => void order('POST', '/outage', { kind }) } },
              h('strong', null, title),
              h('span', { class: 'muted small' }, text),
            ),
          ),
        ),
      ),
      outage,
    ),
  );
}
