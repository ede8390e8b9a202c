/** What the list of bulk jobs and the page of one job share. */
import { h } from '../../../dom.js';
import { chip } from '../../../components/status.js';

export const PATH = 'promo/bulk';

/** @typedef {import('../../../types.js').Bulk} BulkJob */

/** @type {Record<import('../../../types.js').Bulk['state'], ['good' | 'warn' | 'bad' | 'info' | 'quiet', string, boolean]>} */
const STATES = {
  checking: ['info', 'Checking', true],
  ready: ['warn', 'Waiting for you', false],
  running: ['info', 'Making images', true],
  paused: ['warn', 'Paused', false],
  finishing: ['info', 'Packing', true],
  cancelling: ['quiet', 'Cancelling', true],
  done: ['good', 'Done', false],
  cancelled: ['quiet', 'Cancelled', false],
  failed: ['bad', 'Failed', false],
  expired: ['quiet', 'Expired', false],
};

/** @param {BulkJob} job */
export function stateChip(job) {
  const [tone, word, busy] = STATES[job.state];
  return chip(tone, word, { busy });
}

/**
 * The job's progress: of its rows while they are checked, of its images afterwards.
 *
 * @param {BulkJob} job
 * @returns {{ part: number, whole: number }}
 */
export function progressOf(job) {
  if (job.state === 'checking') return { part: job.checked, whole: job.total };
  return { part: job.done + job.failed, whole: Math.max(0, job.total - job.invalid) };
}

/** @param {BulkJob} job */
export function progressBar(job) {
  const { part, whole } = progressOf(job);
  const percent = whole > 0 ? Math.floor((100 * part) / whole) : 0;
  return h(
    'div',
    {
      class: 'bar',
      role: 'progressbar',
      'aria-label': `Progress of ${job.file_name}`,
      'aria-valuemin': '0',
      'aria-valuemax': '100',
      'aria-valuenow': String(percent),
    },
    h('div', { class: ['bar-fill', job.state === 'paused' && 'bar-paused'], vars: { part: `${percent}%` } }),
  );
}
