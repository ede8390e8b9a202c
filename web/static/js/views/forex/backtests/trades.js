/** The table of a backtest's trades, the newest first. */
import { h, replace } from '../../../dom.js';
import { count, dateTime, duration } from '../../../format.js';
import { button } from '../../../components/button.js';
import { REASONS, signed } from './words.js';

/**
 * @typedef {import('../../../types.js').BacktestDetail} Detail
 * @typedef {import('../../../types.js').BacktestTrade} Trade
 */

/** Rows at first, and with each press. */
const PART = 50;

/** @param {Detail} run */
export function trades(run) {
  const list = [...run.trades].reverse();
  const body = h('tbody');
  const below = h('div', { class: 'row row-center' });
  const more = () => {
    const from = body.children.length;
    body.append(...list.slice(from, from + PART).map(row));
    const left = list.length - body.children.length;
    replace(below, left > 0 ? button(`Show ${Math.min(PART, left)} more`, more) : null);
  };
  more();
  return h(
    'section',
    { class: 'market-panel backtest-trades', 'aria-labelledby': 'trades-title' },
    h('h2', { id: 'trades-title' }, 'Trades'),
    run.trades_left_out > 0
      ? h(
          'p',
          { class: 'muted small' },
          `The newest ${list.length}; ${count(run.trades_left_out, 'older one')} count in the figures.`,
        )
      : null,
    list.length === 0
      ? h(
          'p',
          { class: 'muted' },
          'The strategy made no trade in this time. Take a longer period, or loosen its parameters.',
        )
      : h(
          'div',
          { class: 'backtest-scroll', tabindex: '0', role: 'region', 'aria-labelledby': 'trades-title' },
          h(
            'table',
            { class: 'figures' },
            h(
              'thead',
              null,
              h(
                'tr',
                null,
                ['Opened', 'Side', 'Entry', 'Exit', 'Pips', 'R', 'Ended by', 'Targets', 'Lasted'].map((name) =>
                  h('th', { scope: 'col' }, name),
                ),
              ),
            ),
            body,
          ),
        ),
    below,
  );
}

/** @param {Trade} trade */
function row(trade) {
  const pips = Number(trade.pips);
  const tone = pips === 0 ? null : pips > 0 ? 'market-up' : 'market-down';
  return h(
    'tr',
    null,
    h('th', { scope: 'row' }, dateTime(trade.opened_at)),
    h('td', null, trade.side === 'buy' ? '▲ Buy' : '▼ Sell'),
    h('td', null, trade.entry),
    h('td', null, trade.exit),
    h('td', { class: tone ?? undefined }, signed(pips, 1)),
    h('td', { class: tone ?? undefined }, trade.r === null ? '–' : signed(Number(trade.r))),
    h('td', null, REASONS[trade.reason] ?? trade.reason),
    h('td', null, String(trade.targets_hit)),
    h('td', null, duration((Date.parse(trade.closed_at) - Date.parse(trade.opened_at)) / 1000)),
  );
}
