/** One signal: its summary, its chart, what happened to it, and what can be done with it. */
import { getSignal, listStrategies, readMarket } from '../../../api/forex.js';
import { h, redraw, replace } from '../../../dom.js';
import { watch } from '../../../live.js';
import { button } from '../../../components/button.js';
import { page } from '../../../components/page.js';
import { failed, loading, skeleton } from '../../../components/states.js';
import { actionsOf } from './actions.js';
import { may, signalChip, signalTags } from './parts.js';
import { priceChart } from './picture.js';
import { summary } from './summary.js';
import { timeline } from './timeline.js';
import { marketNow, sideText } from './words.js';

/**
 * @typedef {import('../../../types.js').SignalDetail} SignalDetail
 * @typedef {import('../../../types.js').Market} Market
 */

const TRAIL = [{ label: 'Signals', href: '#forex/signals' }];

/** How often the running figures are drawn again (ms). */
const TICK = 15_000;
/** How often the chart of an open signal is (ms). */
const REDRAW = 60_000;

/**
 * @param {HTMLElement} root
 * @param {string} id
 * @param {AbortSignal} signal
 */
export function mountSignal(root, id, signal) {
  const load = async () => {
    const waiting = page({ title: 'Signal', trail: TRAIL });
    replace(root, waiting.root);
    replace(waiting.content, loading('the signal', skeleton('skeleton-banner'), skeleton('skeleton-row')));
    try {
      const [item, market, known] = await Promise.all([
        getSignal(id, signal),
        readMarket(signal).catch(() => null), // only the times need it
        listStrategies(signal).catch(() => ({ items: [] })),
      ]);
      const title = known.items.find(({ name }) => name === item.strategy)?.title ?? item.strategy;
      if (!signal.aborted) draw(root, { item, market, title, signal });
    } catch (error) {
      if (!signal.aborted) replace(waiting.content, failed(error, 'the signal', load));
    }
  };
  void load();
}

/**
 * @param {HTMLElement} root
 * @param {{ item: SignalDetail, market: Market | null, title: string, signal: AbortSignal }} first
 */
function draw(root, { item, market, title, signal }) {
  let shown = '';
  let drawnAt = 0;
  const state = h('div', { class: 'signal-chips', role: 'status' });
  const actions = h('div', { class: 'row' });
  const facts = h('section', { class: 'market-panel signal-summary', 'aria-label': 'Summary' });
  const story = h('div', null);
  const picture = priceChart(signal);
  const frame = page({
    title: `${sideText(item.side)} ${item.symbol}`,
    trail: TRAIL,
    aside: state,
    actions: [actions],
    wide: true,
    class: 'signal-frame',
  });
  replace(
    frame.content,
    h(
      'div',
      { class: 'signal-page' },
      h(
        'div',
        { class: 'signal-parts' },
        facts,
        picture.root,
        h(
          'section',
          { class: 'market-panel signal-story', 'aria-labelledby': 'signal-story-title' },
          h('h2', { id: 'signal-story-title' }, 'What happened'),
          story,
        ),
      ),
    ),
  );
  replace(root, frame.root);
  const name = `${sideText(item.side)} by ${title}`;

  /** @param {SignalDetail} fresh */
  const take = (fresh) => {
    if (signal.aborted || fresh.version < item.version) return;
    item = fresh;
    show();
  };

  const show = () => {
    redraw(facts, summary(item, { title, market }));
    redraw(story, timeline(item, { title, market }));
    const mark = `${item.version} ${item.state}`;
    if (mark !== shown) {
      shown = mark;
      drawnAt = 0;
      replace(state, signalChip(item.state), signalTags(item));
      const held = actions.contains(document.activeElement);
      replace(actions, may('signals.write') ? actionsOf({ item, name, onchange: take, signal }).map(press) : null);
      if (held) (actions.querySelector('button') ?? frame.root.querySelector('h1'))?.focus();
    }
    const live = item.state === 'open' || item.state === 'proposed' || item.state === 'waiting';
    if (drawnAt === 0 || (live && Date.now() - drawnAt > REDRAW)) {
      drawnAt = Date.now();
      void picture.show(item, marketNow(market, drawnAt));
    }
  };

  const look = async () => {
    try {
      take(await getSignal(item.id, signal));
    } catch {
      // The strip shows the trouble; the next change tries again.
    }
  };

  const lookAtMarket = async () => {
    market = await readMarket(signal).catch(() => market);
    if (item.state === 'open') {
      const fresh = await getSignal(item.id, signal).catch(() => item); // its running figures
      if (fresh.version >= item.version) item = fresh;
    }
    if (!signal.aborted) tick();
  };

  /** A time that somebody reads keeps its place. */
  const tick = () => {
    if (!facts.contains(document.activeElement) && !story.contains(document.activeElement)) show();
  };

  show();
  watch('signal', item.id, () => void look(), signal);
  watch('post', null, () => void look(), signal);
  watch('market', null, () => void lookAtMarket(), signal);
  const timer = setInterval(tick, TICK);
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
}

/** @param {ReturnType<typeof actionsOf>[number]} action */
function press({ label, icon, look, run }) {
  return button(label, run, { icon, look });
}
