/** The simulated language model: what it writes next, how it fails, and what it was asked. */
import { modelDo, modelRead } from '../../../api/sandbox.js';
import { h, redraw } from '../../../dom.js';
import { count, dateTime } from '../../../format.js';
import { button } from '../../../components/button.js';
import { failed } from '../../../components/states.js';
import { chip, madeUpTag } from '../../../components/status.js';
import { toast } from '../../../components/toast.js';
import { form, input, section, select } from './parts.js';

/** @typedef {import('./types.js').SimulatedModel} SimulatedModel */

/** @type {[kind: string, title: string][]} */
const ORDERS = [
  ['wrong_price', 'Say a wrong price'],
  ['extra_figure', 'Add a figure'],
  ['in_words', 'Write a figure as a word'],
  ['opposite', 'Turn the result round'],
  ['markup', 'Use markup'],
  ['nothing', 'Write nothing'],
  ['stall', 'Never answer'],
  ['down', 'Break the connection'],
  ['html', 'Answer with a web page'],
  ['truncated', 'Cut the answer'],
  ['no_choices', 'Answer without a text'],
  ['cut_off', 'Write too much'],
  ['filtered', 'Filter the text'],
  ['declined', 'Decline'],
  ['401', 'Refuse the key (401)'],
  ['429', 'Ask for a pause (429)'],
  ['429_quota', 'Have no credit left (429)'],
  ['500', 'Have an internal error (500)'],
];

/** How often the model is read (ms). */
const EVERY = 3000;

/** @param {string} kind */
const title = (kind) => ORDERS.find(([name]) => name === kind)?.[1] ?? (kind === 'say' ? 'Say given texts' : kind);

/**
 * @param {object} options
 * @param {AbortSignal} options.signal
 */
export function modelPanel({ signal }) {
  const orders = h('div', { class: 'stack', 'aria-live': 'polite' });
  const calls = h('div', { class: 'stack', 'aria-live': 'off' });
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  const load = async () => {
    clearTimeout(timer);
    try {
      show(await modelRead(signal));
    } catch (error) {
      if (!signal.aborted) redraw(calls, failed(error, 'the simulated model', load));
    }
    if (!signal.aborted) timer = setTimeout(load, EVERY);
  };
  signal.addEventListener('abort', () => clearTimeout(timer));

  /** @param {SimulatedModel} model */
  const show = (model) => {
    redraw(
      orders,
      model.orders.length === 0
        ? h('p', { class: 'muted small' }, 'The model writes what is true.')
        : [
            h(
              'ul',
              { class: 'orders' },
              model.orders.map((order) => h('li', null, `${title(order.kind)}, ${count(order.count, 'call')}`)),
            ),
            h(
              'div',
              { class: 'row' },
              button('Drop the orders', () => drop(), { small: true, 'data-keep': 'drop' }),
            ),
          ],
    );
    redraw(
      calls,
      model.calls.length === 0
        ? h('p', { class: 'muted small' }, 'Nobody has asked the model yet.')
        : model.calls.map((call) =>
            h(
              'details',
              { 'data-keep': call.at },
              h(
                'summary',
                null,
                call.status === 200
                  ? chip('good', 'Answered')
                  : chip('bad', call.status ? String(call.status) : 'No answer'),
                ' ',
                h('span', { class: 'muted small figures' }, dateTime(call.at)),
                ' ',
                call.text || title(call.order ?? ''),
              ),
              h('p', { class: 'muted small' }, `${call.model}, asked with`),
              h('pre', { class: 'small' }, pretty(call.user)),
            ),
          ),
    );
  };

  const drop = async () => {
    await modelDo('DELETE', '/orders');
    await load();
  };

  void load();
  return h(
    'div',
    { class: 'stack sandbox-stack' },
    section(
      'The next calls',
      h('div', { class: 'row' }, madeUpTag()),
      orders,
      form({
        label: 'Ordering the model',
        inputs: [
          {
            name: 'kind',
            label: 'What',
            control: select(
              ORDERS.map(([kind, name]) => [kind, name]),
              'wrong_price',
            ),
            required: true,
          },
          {
            name: 'count',
            label: 'Calls',
            control: input({ type: 'number', min: 1, max: 10000, value: '1' }),
            required: true,
          },
        ],
        button: 'Order',
        onsend: async ({ kind, count: calls }) => {
          await modelDo('POST', '/orders', { kind, count: Number(calls) });
          await load();
        },
      }),
    ),
    section(
      'Say a text',
      form({
        label: 'Saying a text',
        inputs: [
          { name: 'texts', label: 'Text', control: input(), help: 'To the letter, in the next call.', required: true },
        ],
        button: 'Say it',
        primary: false,
        onsend: async ({ texts }) => {
          await modelDo('POST', '/orders', { kind: 'say', texts: texts ? [texts] : [] });
          toast('The next call brings it');
          await load();
        },
      }),
    ),
    section('The last calls', calls),
  );
}

/**
 * JSON with line breaks; what is none stays as it is.
 *
 * @param {string} text
 */
function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
