/** One signal in the list. */
import { h, replace } from '../../../dom.js';
import { button } from '../../../components/button.js';
import { menuButton } from '../../../components/menu.js';
import { actionsOf } from './actions.js';
import { marketAgo, may, sideBadge, signalChip, signalTags, targetDots } from './parts.js';
import { leftText, pageOf, sideText, signed, toneOf, whyText } from './words.js';

/**
 * @typedef {import('../../../types.js').Signal} Signal
 * @typedef {import('../../../types.js').Market} Market
 */

/**
 * @param {Signal} first
 * @param {object} options
 * @param {(strategy: string) => string} options.titleOf
 * @param {() => Market | null} options.market
 * @param {(fresh: Signal) => void} options.onchange
 * @param {AbortSignal} options.signal
 */
export function signalRow(first, { titleOf, market, onchange, signal }) {
  let now = first;
  let shown = '';
  const who = h('td', { role: 'cell', class: 'card-who signal-who' });
  const state = h('td', { role: 'cell', class: 'signal-state' });
  const entry = h('td', { role: 'cell', class: 'figures signal-level', 'data-label': 'Entry' });
  const stop = h('td', { role: 'cell', class: 'figures signal-level', 'data-label': 'Stop' });
  const targets = h('td', { role: 'cell', 'data-label': 'Targets hit' });
  const result = h('td', { role: 'cell', class: 'signal-result' });
  const when = h('td', { role: 'cell', class: 'card-time' });
  const acts = h('td', { role: 'cell', class: 'signal-acts' });
  const root = h(
    'tr',
    { role: 'row', class: 'card-row signal-row' },
    who,
    state,
    entry,
    stop,
    targets,
    result,
    when,
    acts,
  );

  const name = () => `${sideText(now.side)} by ${titleOf(now.strategy)}`;
  const doing = () => ({
    item: now,
    name: name(),
    signal,
    onchange: (/** @type {Signal} */ fresh) => {
      show(fresh);
      onchange(fresh);
    },
  });

  function actions() {
    if (!may('signals.write')) return null;
    const all = actionsOf(doing());
    if (all.length === 0) return null;
    if (now.state === 'proposed')
      return all.map(({ label, look, run }) =>
        button([label, h('span', { class: 'visually-hidden' }, ` ${name()}`)], run, { small: true, look }),
      );
    return menuButton({ label: `Actions for ${name()}`, items: () => actionsOf(doing()) });
  }

  function figures() {
    const pips = now.pips ?? now.running?.pips;
    if (pips)
      return [
        h(
          'span',
          { class: ['signal-pips', 'figures', `pips-${toneOf(Number(pips))}`] },
          signed(Number(pips)),
          h('span', { class: 'signal-unit' }, ' pips'),
        ),
        h(
          'span',
          { class: 'muted small figures' },
          now.running
            ? now.ordered?.what === 'close'
              ? 'closes at the next price'
              : 'now, still running'
            : `${signed(Number(now.r), 2)} R`,
        ),
      ];
    if (now.state === 'proposed') return h('span', { class: 'signal-left' }, leftText(now, market(), Date.now()));
    return h(
      'span',
      { class: 'muted small' },
      now.state === 'waiting' ? 'Opens at the next price' : whyText(now.reason),
    );
  }

  /** What moves by itself: the running result, the time left. */
  function tick() {
    replace(result, figures());
    if (!when.contains(document.activeElement)) replace(when, marketAgo(now.decided_at, market()));
  }

  /** @param {Signal} fresh @param {boolean} [anyway] */
  function show(fresh, anyway = false) {
    if (fresh.version < now.version) return;
    now = fresh;
    const mark = JSON.stringify([fresh, titleOf(fresh.strategy)]);
    if (mark !== shown || anyway) {
      shown = mark;
      const held = who.contains(document.activeElement);
      replace(
        who,
        h('a', { class: 'signal-name', href: pageOf(fresh.id) }, sideBadge(fresh.side), ' ', titleOf(fresh.strategy)),
        h('span', { class: 'tags' }, signalTags(fresh)),
      );
      if (held) who.querySelector('a')?.focus();
      replace(state, signalChip(fresh.state));
      const coming = fresh.state === 'proposed' || fresh.state === 'waiting';
      replace(entry, fresh.entry ?? h('span', { class: 'muted' }, coming ? 'At the market' : '–'));
      replace(stop, fresh.stop);
      replace(targets, targetDots(fresh));
      const acted = acts.contains(document.activeElement);
      replace(acts, actions());
      if (acted) (acts.querySelector('button') ?? who.querySelector('a'))?.focus();
    }
    tick();
  }

  show(first, true);
  return { root, show, tick };
}
