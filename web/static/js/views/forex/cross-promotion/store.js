/** What the server knows of cross-promotion, kept up to date. */
import { listProgrammeDays, readCrossPromotion } from '../../../api/cross-promotion.js';
import { listConnections } from '../../../api/telegram.js';
import { on } from '../../../events.js';
import { watch } from '../../../live.js';

/** How many days the week's view has. */
const WEEK = 7;

/**
 * @typedef {object} Known
 * @property {import('../../../types.js').CrossPromo} settings
 * @property {import('../../../types.js').ProgrammeDay} today
 * @property {import('../../../types.js').ProgrammeDay[]} week Empty where none is wanted.
 * @property {import('../../../types.js').Connection | null} bot
 */

/**
 * @param {object} options
 * @param {() => string} [options.week] The first day of the week that is shown.
 * @param {(known: Known) => void} options.onchange
 * @param {(error: unknown) => void} options.onfail
 * @param {AbortSignal} options.signal
 * @returns {() => Promise<void>} Reads everything again.
 */
export function keepProgramme({ week, onchange, onfail, signal }) {
  let turn = 0;
  const load = async () => {
    const mine = ++turn;
    try {
      const [settings, days, connections, shown] = await Promise.all([
        readCrossPromotion(signal),
        listProgrammeDays({}, signal),
        listConnections(signal),
        week ? listProgrammeDays({ from: week(), days: WEEK }, signal) : null,
      ]);
      const [today] = days.items;
      if (signal.aborted || mine !== turn || !today) return;
      const bot = connections.items.find(({ kind }) => kind === 'signal_bot') ?? null;
      onchange({ settings, today, week: shown?.items ?? [], bot });
    } catch (error) {
      if (!signal.aborted && mine === turn) onfail(error);
    }
  };
  for (const topic of ['crosspromo', 'post', 'connection']) watch(topic, null, () => void load(), signal);
  on('recovered', () => void load(), signal);
  void load();
  return load;
}
