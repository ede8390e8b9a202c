/** What a strategy has shown before it goes live, and the question when it has not shown enough. */
import { h } from '../../../dom.js';
import { count } from '../../../format.js';
import { lossList } from '../../../components/form-dialog.js';
import { icon } from '../../../components/icons.js';
import { typedDialog } from '../../../components/typed-dialog.js';

/**
 * @typedef {import('../../../types.js').Gate} Gate
 * @typedef {import('../../../types.js').Strategy} Strategy
 */

/**
 * What was shown, and what is missing.
 *
 * @param {Gate} gate
 * @param {Strategy} strategy
 */
export function gateList(gate, strategy) {
  const tested = gate.backtest
    ? h('a', { href: `#forex/backtests?backtest=${gate.backtest}` }, 'Open the backtest')
    : h('a', { href: `#forex/backtests?new=1&strategy=${strategy.name}` }, 'Run a backtest');
  return h(
    'ul',
    { class: 'gate' },
    point(
      gate.checks_passed,
      'A backtest of its present parameters, protections and rules that passes both checks',
      tested,
    ),
    point(
      gate.out_of_sample_trades >= gate.needed_trades,
      `${gate.out_of_sample_trades} of ${count(gate.needed_trades, 'trade')} out of sample`,
    ),
    point(
      gate.practice_days >= gate.needed_days,
      `${gate.practice_days} of ${count(gate.needed_days, 'trading day')} of practice`,
    ),
  );
}

/** @param {boolean} shown @param {string} words @param {import('../../../dom.js').Child} [more] */
function point(shown, words, more = null) {
  return h(
    'li',
    { class: shown ? 'gate-shown' : 'gate-missing' },
    icon(shown ? 'check' : 'close', 'small'),
    h('span', null, h('span', { class: 'visually-hidden' }, shown ? 'Shown: ' : 'Missing: '), words, ' ', more),
  );
}

/**
 * Asks whether a strategy goes live that has not shown enough.
 *
 * @param {object} options
 * @param {Strategy} options.strategy
 * @param {import('../../../dom.js').Child} options.missing
 * @param {() => Promise<void>} options.work
 * @param {AbortSignal} options.signal
 */
export function askAnyway({ strategy, missing, work, signal }) {
  return typedDialog({
    words: 'go live anyway',
    title: `${strategy.title} has not shown enough yet`,
    body: [
      missing,
      h('p', null, 'If it goes live anyway, from its next decision on:'),
      lossList([
        'its signals go to your VIP channel',
        'each of them stands in the public record for good, the losing ones too',
        'what it had not shown stays written beside it here',
      ]),
    ],
    verb: 'Go live anyway',
    keep: 'Not yet',
    signal,
    work,
  });
}
