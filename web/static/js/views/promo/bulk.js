/** Bulk jobs: a file of values becomes an archive of images. The list, or one job. */
import { listBulk } from '../../api.js';
import { h, replace } from '../../dom.js';
import { on } from '../../events.js';
import { count } from '../../format.js';
import { watch } from '../../live.js';
import { format } from '../../router.js';
import { icon } from '../../components/icons.js';
import { liveList } from '../../components/list/live-list.js';
import { page } from '../../components/page.js';
import { blank, skeleton } from '../../components/states.js';
import { timeAgo } from '../../components/time.js';
import { mountJob } from './bulk/job.js';
import { newJob } from './bulk/new-job.js';
import { PATH, progressBar, stateChip } from './bulk/parts.js';

/** @typedef {import('../../types.js').Bulk} BulkJob */

/**
 * @param {HTMLElement} root
 * @param {Record<string, string>} params `job` shows one job, `new` opens the form.
 * @returns {() => void}
 */
export function mount(root, params) {
  const view = new AbortController();
  if (params.job) mountJob(root, params.job, view.signal);
  else if (params.new) newJob(root, params.template ?? '', view.signal);
  else mountList(root, view.signal);
  return () => view.abort();
}

/**
 * @param {HTMLElement} root
 * @param {AbortSignal} signal
 */
function mountList(root, signal) {
  const start = () =>
    h('a', { class: 'button button-primary', href: format(PATH, { new: '1' }) }, icon('bulk'), 'New bulk job');
  const list = liveList({
    what: 'the jobs',
    noun: ['job'],
    holder: h('ul', { class: 'bulk-list' }),
    read: listBulk,
    entry: jobRow,
    shapes: () => [1, 2, 3].map(() => skeleton('skeleton-row')),
    empty: () =>
      blank({
        title: 'No bulk jobs yet',
        text: 'A CSV file with a line for each image becomes a ZIP of finished pictures.',
        action: start(),
      }),
    signal,
  });
  const frame = page({ title: 'Bulk', actions: [start()] });
  replace(frame.content, ...list.nodes);
  replace(root, frame.root);
  watch('bulk', null, () => void list.lookAgain(), signal);
  on('recovered', () => void list.lookAgain(), signal);
  void list.reload();
}

/** @param {BulkJob} first */
function jobRow(first) {
  const root = h('li', { class: 'bulk-row' });
  /** @param {BulkJob} job */
  const show = (job) => {
    const focused = root.contains(document.activeElement);
    replace(root, ...jobParts(job));
    if (focused) root.querySelector('a')?.focus();
  };
  show(first);
  return { root, show };
}

/** @param {BulkJob} job */
function jobParts(job) {
  const images = job.state === 'done' || job.state === 'expired' ? job.done : job.total;
  return [
    h(
      'div',
      { class: 'bulk-row-words' },
      h('a', { class: 'bulk-name', href: format(PATH, { job: job.id }) }, job.file_name),
      h('p', { class: 'muted small' }, `${job.template.name}, ${job.size} · `, timeAgo(job.created_at)),
    ),
    h('p', { class: 'bulk-count figures' }, count(images, job.state === 'done' ? 'image' : 'row')),
    progressBar(job),
    stateChip(job),
  ];
}
