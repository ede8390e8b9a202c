/** The tab with the builder, and the figures that it shows on its steps. */
import { journeyFigures } from '../../../api/journeys.js';
import { calmed, watch } from '../../../live.js';
import { mountBuilder } from '../journeys/builder.js';

/**
 * @typedef {import('../../../types.js').JourneyDetail} JourneyDetail
 * @typedef {import('../../../types.js').StepFigure} StepFigures
 */

/** Between two polls of the figures (ms): they cost the database something, and nobody reads faster. */
const PAUSE = 5000;

/**
 * @param {HTMLElement} root
 * @param {import('./tabs.js').TabOptions} options
 */
export function buildTab(root, { journey, params, signal, onedit, onsaved }) {
  const { id, live_version: live } = journey();
  const builder = mountBuilder(root, {
    journey: journey(),
    onChange: (detail) => onsaved(/** @type {JourneyDetail} */ (detail)),
  });
  signal.addEventListener('abort', builder, { once: true });
  onedit({ flush: builder.flush, take: builder.take });
  if (params.step) builder.show(params.step);
  let shown = '';
  if (live) {
    watch('conversation', null, calmed(figures, signal, PAUSE), signal);
    void figures();
  }

  /** Without figures the builder works, only its overlay is empty. */
  async function figures() {
    const known = await journeyFigures(id, '', signal).catch(() => null);
    if (signal.aborted || !known || JSON.stringify(known.steps) === shown) return;
    shown = JSON.stringify(known.steps);
    builder.setFigures(new Map(known.steps.map((/** @type {StepFigures} */ step) => [step.step_id, step])));
  }
}
