/** Bulk jobs: a file of values becomes an archive of images. The list, or one job. */
import { listBulk } from '../../api.js';
import { h, replace } from '../../dom.js';
import { on } from '../../events.js';
import { count } from '../../format.js';
import { watch } from '../../live.js';
import { format } from '../../router.js';
import { icon } from '../../components/icons.js';
import { offerMore } from '../../components/load-more.js';
import { page } from '../../components/page.js';
import { blank, failed, loading, skeleton } from '../../components/states.js';
import { timeAgo } from '../../components/time.js';
import { toastError } from '../../components/toast.js';
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
  const list = h('div', { class: 'list' });
  const more = h('div', { class: 'row row-center' });
  const start = () =>
    h('a', { class: 'button button-primary', href: format(PATH, { new: '1' }) }, icon('bulk'), 'New bulk job');
  const frame = page({ title: 'Bulk', actions: [start()] });
  replace(frame.content, list, more);
  replace(root, frame.root);
  /** @type {Map<string, HTMLElement>} */
  const rows = new Map();

  /** @param {string | null} after */
  const load = async (after) => {
    if (rows.size === 0) replace(list, loading('the jobs', ...[1, 2, 3].map(() => skeleton('skeleton-row'))));
    try {
      const result = await listBulk(after, signal);
      if (signal.aborted) return;
      show(result.items, result.next, after === null);
    } catch (error) {
      if (signal.aborted) return;
      if (rows.size === 0)
        replace(
          list,
          failed(error, 'the jobs', () => load(null)),
        );
      else if (after !== null) toastError(error, 'Loading more');
    }
  };

  /**
   * @param {BulkJob[]} items
   * @param {string | null} next
   * @param {boolean} first
   */
  const show = (items, next, first) => {
    if (first && items.length === 0) {
      replace(
        list,
        blank({
          title: 'No bulk jobs yet',
          text: 'A CSV file with a line for each image becomes a ZIP of finished pictures.',
          action: start(),
        }),
      );
      return;
    }
    let ul = list.querySelector('ul');
    if (!ul) replace(list, (ul = h('ul', { class: 'bulk-list' })));
    const fresh = items.map((job) => {
      const row = jobRow(job);
      const old = rows.get(job.id);
      rows.set(job.id, row);
      if (old?.isConnected) {
        const focused = old.contains(document.activeElement);
        old.replaceWith(row);
        if (focused) row.querySelector('a')?.focus();
        return null;
      }
      return row;
    });
    const added = fresh.filter((row) => row !== null);
    if (first) ul.prepend(...added);
    else ul.append(...added);
    if (!first || rows.size === items.length) {
      offerMore(more, next, load);
    }
  };

  watch('bulk', null, () => void load(null), signal);
  on('recovered', () => void load(null), signal);
  void load(null);
}

/** @param {BulkJob} job */
function jobRow(job) {
  const images = job.state === 'done' || job.state === 'expired' ? job.done : job.total;
  return h(
    'li',
    { class: 'bulk-row' },
    h(
      'div',
      { class: 'bulk-row-words' },
      h('a', { class: 'bulk-name', href: format(PATH, { job: job.id }) }, job.file_name),
      h('p', { class: 'muted small' }, `${job.template.name}, ${job.size} · `, timeAgo(job.created_at)),
    ),
    h('p', { class: 'bulk-count figures' }, count(images, job.state === 'done' ? 'image' : 'row')),
    progressBar(job),
    stateChip(job),
  );
}
