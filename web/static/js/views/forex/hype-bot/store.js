/** What the server knows of the hype bot, kept up to date. */
import { readCrossPromotion } from '../../../api/cross-promotion.js';
import { listFlows, listPrompts } from '../../../api/hype.js';
import { listConnections } from '../../../api/telegram.js';
import { on } from '../../../events.js';
import { watch } from '../../../live.js';

/**
 * @typedef {object} Known
 * @property {import('../../../types.js').HypeFlow[]} flows
 * @property {import('../../../types.js').HypePrompt[]} prompts
 * @property {import('../../../types.js').Connection | null} bot
 * @property {import('../../../types.js').CrossPromo | null} promotion Null for who may not see it.
 */

/**
 * @param {object} options
 * @param {(known: Known) => void} options.onchange
 * @param {(error: unknown) => void} options.onfail
 * @param {AbortSignal} options.signal
 * @returns {() => Promise<void>} Reads everything again.
 */
export function keepHype({ onchange, onfail, signal }) {
  let turn = 0;
  let latest = Promise.resolve();
  const read = async () => {
    const mine = ++turn;
    try {
      const [flows, prompts, connections, promotion] = await Promise.all([
        listFlows(signal),
        listPrompts(signal),
        listConnections(signal),
        readCrossPromotion(signal).catch(() => null),
      ]);
      if (signal.aborted || mine !== turn) return;
      const bot = connections.items.find(({ kind }) => kind === 'signal_bot') ?? null;
      onchange({ flows: flows.items, prompts: prompts.items, bot, promotion });
    } catch (error) {
      if (!signal.aborted && mine === turn) onfail(error);
    }
  };
  /** Ends when the newest reading has: an earlier one is dropped. */
  const load = async () => {
    latest = read();
    for (let seen = null; seen !== latest;) {
      seen = latest;
      await seen;
    }
  };
  for (const topic of ['hype', 'crosspromo', 'connection']) watch(topic, null, () => void load(), signal);
  on('recovered', () => void load(), signal);
  void load();
  return load;
}
