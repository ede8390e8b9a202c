/** One bulk job: the dry run's report, progress, and the archive. */
import { bulkRows, commandBulk, getBulk } from '../../../api.js';
import { h, replace } from '../../../dom.js';
import { on } from '../../../events.js';
import { bytes, count, dateTime, duration } from '../../../format.js';
import { watch } from '../../../live.js';
import { format } from '../../../router.js';
import { button } from '../../../components/button.js';
import { openDialog } from '../../../components/dialog.js';
import { icon } from '../../../components/icons.js';
import { offerMore } from '../../../components/list/load-more.js';
import { page } from '../../../components/page.js';
import { failed, loading, skeleton } from '../../../components/states.js';
import { toastError } from '../../../components/toast.js';
import { PATH, progressBar, progressOf, stateChip } from './parts.js';

/** @typedef {import('../../../types.js').Bulk} BulkJob */

/** How often a job is polled, in case the event stream is down (ms). */
const LOOK = 5000;

/**
 * @param {HTMLElement} root
 * @param {string} id
 * @param {AbortSignal} signal
 */
export function mountJob(root, id, signal) {
  const state = h('div', { class: 'bulk-state', role: 'status' });
  const frame = page({
    title: 'Bulk job',
    aside: state,
    actions: [h('a', { class: 'button', href: format(PATH) }, 'All jobs')],
  });
  replace(root, frame.root);
  replace(frame.content, loading('the job', skeleton('skeleton-banner'), skeleton('skeleton-row')));
  const summary = h('section', { class: 'panel bulk-summary', 'aria-label': 'Progress' });
  const wrong = h('section', { class: 'bulk-wrong', 'aria-label': 'Rows with mistakes' });
  /** @type {BulkJob | null} */
  let job = null;
  let listed = '';

  const load = async () => {
    try {
      const fresh = await getBulk(id, signal);
      if (signal.aborted || (job && fresh.version < job.version)) return;
      if (!job) replace(frame.content, summary, wrong);
      show(fresh);
    } catch (error) {
      if (!signal.aborted && !job) replace(frame.content, failed(error, 'the job', load));
    }
  };

  /** @param {BulkJob} fresh */
  const show = (fresh) => {
    const before = job?.state;
    job = fresh;
    if (before !== fresh.state) replace(state, stateChip(fresh));
    const focused = summary.contains(document.activeElement)
      ? document.activeElement?.getAttribute('data-command')
      : null;
    replace(summary, words(fresh), bar(fresh), commands(fresh));
    if (focused) {
      const next = summary.querySelector(`[data-command="${focused}"]`) ?? summary.querySelector('[data-command]');
      if (next instanceof HTMLElement) next.focus();
    }
    const lists = `${fresh.invalid}/${fresh.failed}`;
    if (fresh.state !== 'checking' && lists !== listed) {
      listed = lists;
      replace(wrong);
      if (fresh.invalid > 0) wrong.append(problemList(fresh, 'invalid', 'Rows that can’t be made', signal));
      if (fresh.failed > 0) wrong.append(problemList(fresh, 'failed', 'Rows that failed', signal));
    }
  };

  /** @param {BulkJob} now */
  const commands = (now) => {
    const good = now.total - now.invalid;
    const row = h('div', { class: 'row bulk-commands' });
    if (now.state === 'ready' && good > 0)
      row.append(commandButton('start', `Make ${count(good, 'image')}`, { look: 'primary', icon: 'generate' }));
    if (now.state === 'running') row.append(commandButton('pause', 'Pause', { icon: 'pause' }));
    if (now.state === 'paused') row.append(commandButton('resume', 'Resume', { look: 'primary', icon: 'play' }));
    if (now.archive)
      row.append(
        h(
          'a',
          {
            class: 'button button-primary',
            href: now.archive.url,
            download: now.archive.file_name,
            'data-command': 'get',
          },
          icon('download'),
          `Download ZIP, ${bytes(now.archive.bytes)}`,
        ),
      );
    if (now.state !== 'checking')
      row.append(
        h(
          'a',
          { class: 'button', href: now.report_url, download: '', 'data-command': 'report' },
          icon('download'),
          'Report',
        ),
      );
    if (['checking', 'ready', 'running', 'paused'].includes(now.state))
      row.append(button('Cancel', confirmCancel, { look: 'quiet', 'data-command': 'cancel' }));
    return row;
  };

  /**
   * @param {'start' | 'pause' | 'resume'} command
   * @param {string} label
   * @param {Parameters<typeof button>[2]} look
   */
  const commandButton = (command, label, look) =>
    button(label, () => tell(command), { ...look, 'data-command': command });

  /** @param {'start' | 'pause' | 'resume' | 'cancel'} command */
  const tell = async (command) => {
    try {
      const fresh = await commandBulk(id, command);
      if (!signal.aborted) show(fresh);
    } catch (error) {
      if (signal.aborted) return;
      toastError(error, 'This action');
      void load();
    }
  };

  const confirmCancel = () => {
    const dialog = openDialog({
      signal,
      title: 'Cancel this job?',
      body: h(
        'div',
        { class: 'stack' },
        h('p', null, 'The images made so far are deleted. Your file of values is not affected.'),
        h(
          'div',
          { class: 'row' },
          button(
            'Cancel the job',
            () => {
              dialog.close();
              void tell('cancel');
            },
            { look: 'primary' },
          ),
          button('Keep it', () => dialog.close()),
        ),
      ),
    });
  };

  watch('bulk', id, () => void load(), signal);
  on('recovered', () => void load(), signal);
  const timer = setInterval(() => {
    if (!document.hidden && job && !['done', 'cancelled', 'failed', 'expired', 'ready', 'paused'].includes(job.state))
      void load();
  }, LOOK);
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
  void load();
}

/** @param {BulkJob} job */
function words(job) {
  const good = job.total - job.invalid;
  /** @type {Record<import('../../../types.js').Bulk['state'], string>} */
  const says = {
    checking: `Checking ${count(job.total, 'row')}: texts and coupons.`,
    ready:
      good === 0
        ? 'No image can be made. Fix the rows below and send the file again.'
        : job.invalid === 0
          ? `${count(job.total, 'row is valid', 'rows are valid')}.`
          : `${count(good, 'row is', 'rows are')} valid, ${count(job.invalid, 'is', 'are')} not.`,
    running: 'Making the images. This continues when you close the page.',
    paused: 'Paused. Nothing is lost.',
    finishing: 'All images are made. Packing the ZIP.',
    cancelling: 'Stopping what is under way.',
    done: `${count(job.done, 'image')} in the ZIP.`,
    cancelled: 'Cancelled. Nothing was kept.',
    failed: job.problem ? [job.problem.message, job.problem.remedy].filter(Boolean).join('. ') : 'The job failed.',
    expired: 'The ZIP was removed after seven days. Send the file again to remake it.',
  };
  return h(
    'div',
    { class: 'bulk-words' },
    h('h2', null, job.file_name),
    h('p', { class: 'muted small' }, `${job.template.name}, ${job.size}, ${job.format.toUpperCase()} ${job.scale}×`),
    h('p', { class: 'bulk-says' }, says[job.state]),
    job.archive ? h('p', { class: 'muted small' }, `Available until ${dateTime(job.archive.expires_at)}.`) : null,
    job.notice
      ? h('p', { class: 'bulk-notice' }, icon('info', 'small'), `${job.notice.message}. The job continues by itself.`)
      : null,
  );
}

/** @param {BulkJob} job */
function bar(job) {
  if (['ready', 'cancelled', 'failed', 'expired'].includes(job.state)) return null;
  const { part, whole } = progressOf(job);
  return h(
    'div',
    { class: 'bulk-progress' },
    progressBar(job),
    h(
      'p',
      { class: 'figures small muted' },
      [
        `${part} of ${whole}`,
        job.rate === null ? '' : `${job.rate} images/s`,
        job.seconds_left === null ? '' : `${duration(job.seconds_left)} left`,
      ]
        .filter(Boolean)
        .join(' · '),
    ),
  );
}

/** The rows in one state, with their problems by line and column.
 *
 * @param {BulkJob} job
 * @param {'invalid' | 'failed'} state
 * @param {string} title
 * @param {AbortSignal} signal
 */
function problemList(job, state, title, signal) {
  const body = h('tbody');
  const more = h('div', { class: 'row row-center' });
  const number = state === 'invalid' ? job.invalid : job.failed;
  /** @param {string | null} after */
  const load = async (after) => {
    try {
      const { items, next } = await bulkRows(job.id, state, after, signal);
      if (signal.aborted) return;
      for (const row of items) {
        for (const problem of row.problems) {
          body.append(
            h(
              'tr',
              null,
              h('td', { class: 'figures' }, String(row.line)),
              h('td', { class: 'figures' }, problem.column > 0 ? String(problem.column) : '–'),
              h('td', { class: 'mono' }, problem.field || '–'),
              h('td', null, problem.message, cell(row.values[problem.field])),
            ),
          );
        }
      }
      offerMore(more, next, load);
    } catch (error) {
      if (!signal.aborted)
        replace(
          more,
          failed(error, 'the rows', () => load(after)),
        );
    }
  };
  void load(null);
  return h(
    'div',
    { class: 'panel bulk-table' },
    h('h2', null, title, h('span', { class: 'muted figures' }, ` ${number}`)),
    h(
      'div',
      { class: 'table-scroll', tabindex: '0', role: 'region', 'aria-label': title },
      h(
        'table',
        null,
        h(
          'thead',
          null,
          h(
            'tr',
            null,
            ['Line', 'Column', 'Field', 'Problem'].map((name) => h('th', { scope: 'col' }, name)),
          ),
        ),
        body,
      ),
    ),
    more,
  );
}

/** @param {string | undefined} value */
function cell(value) {
  if (!value) return null;
  return h('span', { class: 'bulk-cell mono muted' }, value.length > 60 ? `${value.slice(0, 60)}…` : value);
}
