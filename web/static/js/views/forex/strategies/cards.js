/** The strategies as cards: what each does, whether it is live, and what holds it back. */
import { listStrategies, readMarket } from '../../../api/forex.js';
import { h, replace } from '../../../dom.js';
import { count } from '../../../format.js';
import { watch } from '../../../live.js';
import { callout } from '../../../components/callout.js';
import { page } from '../../../components/page.js';
import { failed, loading, skeleton } from '../../../components/states.js';
import { chip } from '../../../components/status.js';
import { marketAgo } from '../signals/parts.js';
import { marketNow } from '../signals/words.js';
import { modeControl } from './mode.js';
import { placeTabs } from './parts.js';
import { MODES, PATH, changed, heldText, protectionLines } from './words.js';

/**
 * @typedef {import('../../../types.js').Strategy} Strategy
 * @typedef {import('../../../types.js').Market} Market
 */

/**
 * @param {HTMLElement} root
 * @param {AbortSignal} signal
 */
export function mountCards(root, signal) {
  const frame = page({
    title: 'Strategies',
    actions: [h('a', { class: 'button', href: '#forex/signals' }, 'Signals')],
  });
  const place = h('div', null);
  const holder = h('ul', { class: 'strategies', 'aria-label': 'Strategies' });
  /** @type {Map<string, ReturnType<typeof strategyCard>>} */
  const cards = new Map();
  /** @type {Market | null} */
  let market = null;
  replace(frame.content, placeTabs('strategies'), place);
  replace(root, frame.root);
  replace(
    place,
    loading(
      'the strategies',
      h(
        'div',
        { class: 'strategies' },
        [1, 2, 3, 4].map(() => skeleton('skeleton-card')),
      ),
    ),
  );

  const load = async () => {
    try {
      const [known, now] = await Promise.all([listStrategies(signal), readMarket(signal).catch(() => market)]);
      if (signal.aborted) return;
      market = now;
      for (const item of known.items) {
        const card = cards.get(item.name);
        if (card) card.show(item);
        else {
          const made = strategyCard(item, { market: () => market, signal });
          cards.set(item.name, made);
          holder.append(made.root);
        }
      }
      if (!holder.isConnected) replace(place, holder);
    } catch (error) {
      if (!signal.aborted && !holder.isConnected) replace(place, failed(error, 'the strategies', load));
    }
  };
  watch('strategy', null, () => void load(), signal);
  watch('signal', null, () => void load(), signal); // what is held back
  void load();
}

/**
 * @param {Strategy} first
 * @param {{ market: () => Market | null, signal: AbortSignal }} options
 */
function strategyCard(first, { market, signal }) {
  const mode = modeControl(first, { onchange: (fresh) => show(fresh), signal });
  const state = h('span', null);
  const more = h('div', { class: 'strategy-more' });
  const root = h(
    'li',
    { class: 'card strategy' },
    h(
      'div',
      { class: 'strategy-top' },
      h('h2', null, h('a', { class: 'strategy-name', href: `#${PATH}/${first.name}` }, first.title)),
      state,
    ),
    h('p', { class: 'muted strategy-summary' }, first.summary),
    mode.root,
    more,
    h(
      'div',
      { class: 'strategy-foot' },
      h(
        'a',
        { class: 'button button-small', href: `#${PATH}/${first.name}` },
        'Set up',
        h('span', { class: 'visually-hidden' }, ` ${first.title}`),
      ),
      h(
        'a',
        { class: 'button button-small button-quiet', href: `#forex/signals?strategy=${first.name}` },
        'Its signals',
        h('span', { class: 'visually-hidden' }, ` of ${first.title}`),
      ),
    ),
  );

  /** @param {Strategy} fresh */
  function show(fresh) {
    mode.show(fresh);
    const now = mode.item();
    const { tone, label } = MODES[now.mode];
    replace(state, chip(tone, label));
    if (more.contains(document.activeElement)) return;
    const rules = protectionLines(now.protections);
    const other = changed(now.params).length;
    replace(
      more,
      now.held
        ? callout(
            'info',
            h('p', null, heldText(now.held, marketNow(market(), Date.now())), ' ', marketAgo(now.held.at, market())),
          )
        : null,
      h(
        'ul',
        { class: 'strategy-rules small' },
        h('li', null, `At most ${count(now.max_open, 'open signal')}`),
        rules.length > 0 ? rules.map((line) => h('li', null, line)) : h('li', null, 'No protections'),
        h('li', null, other === 0 ? 'Parameters as they come' : `${count(other, 'parameter')} of your own`),
      ),
    );
  }

  show(first);
  return { root, show };
}
