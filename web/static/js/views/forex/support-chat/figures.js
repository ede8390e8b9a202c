/** The figures of a journey: in total, and step by step. */
import { figuresTable, journeyFigures, listVersions } from '../../../api/journeys.js';
import { h, replace } from '../../../dom.js';
import { count, date, whole } from '../../../format.js';
import { calmed, watch } from '../../../live.js';
import { remember } from '../../../router.js';
import { icon } from '../../../components/icons.js';
import { blank, failed, loading, skeleton } from '../../../components/states.js';
import { bigFigures } from './parts.js';
import { PATH, percent, STEP_TYPES, stepName } from './words.js';

/**
 * @typedef {import('../../../types.js').Figures} Figures
 * @typedef {import('../../../types.js').StepFigure} StepFigures
 */

/** Between two polls while people move on (ms). */
const PAUSE = 3000;

/**
 * @param {HTMLElement} root
 * @param {import('./tabs.js').TabOptions} options
 */
export function figuresTab(root, { journey, params, signal, onfresh }) {
  const { id } = journey();
  let version = params.version ?? '';
  let shown = '';
  let query = new AbortController();
  const holder = h('div', { class: 'stack-wide' });
  const select = h(
    'select',
    {
      class: 'input version-choice',
      'aria-label': 'Version',
      on: {
        change: () => {
          version = select.value;
          remember(PATH, { journey: id, tab: 'figures', version });
          shown = '';
          void load();
        },
      },
    },
    h('option', { value: '' }, 'All versions'),
  );
  const table = h('a', { class: 'button', download: '' }, icon('download'), 'Download CSV');
  const tools = h('div', { class: 'filters figures-tools' }, select, table);
  replace(root, tools, holder);

  const load = async () => {
    query.abort();
    query = new AbortController();
    const own = query.signal;
    table.setAttribute('href', figuresTable(id, version));
    if (!shown) replace(holder, loading('the figures', skeleton('skeleton-banner'), skeleton('skeleton-row')));
    try {
      const figures = await journeyFigures(id, version, own);
      if (own.aborted || signal.aborted) return;
      show(figures);
    } catch (error) {
      if (own.aborted || signal.aborted || shown) return;
      replace(holder, failed(error, 'the figures', load));
    }
  };

  /** @param {Figures} figures */
  const show = (figures) => {
    const mark = JSON.stringify(figures);
    if (mark === shown) return;
    shown = mark;
    const nobody = figures.people === 0 && figures.steps.every(({ entered }) => entered === 0);
    table.hidden = nobody;
    if (nobody) {
      replace(
        holder,
        blank({
          picture: 'people',
          title: 'No figures yet',
          text: version
            ? 'Nobody has entered this version yet.'
            : 'They begin with the first person who enters. Publish the journey and share its link.',
        }),
      );
      return;
    }
    const open = new Set(
      [...holder.querySelectorAll('details[open]')].map((details) => details.getAttribute('data-step') ?? ''),
    );
    const held = document.activeElement?.closest('details')?.getAttribute('data-step');
    replace(holder, total(figures), steps(figures, open));
    if (held !== undefined && held !== null)
      /** @type {HTMLElement | null} */ (
        holder.querySelector(`details[data-step="${CSS.escape(held)}"] summary`)
      )?.focus();
  };

  const versions = async () => {
    const { items } = await listVersions(id, signal).catch(() => ({ items: [] }));
    if (signal.aborted) return;
    select.append(
      ...items.map((item) =>
        h(
          'option',
          { value: item.id, selected: item.id === version },
          `Version ${item.number}, ${date(item.published_at)}${item.live ? ', live' : ''}`,
        ),
      ),
    );
    tools.hidden = items.length === 0;
  };

  const again = calmed(load, signal, PAUSE);
  watch('conversation', null, again, signal);
  onfresh(again);
  signal.addEventListener('abort', () => query.abort(), { once: true });
  void versions();
  void load();
}

/** @param {Figures} figures */
function total(figures) {
  const ended = figures.completed + figures.dropped;
  return h(
    'section',
    { class: 'panel figures-total', 'aria-label': 'In total' },
    bigFigures([
      [whole(figures.people), 'People'],
      [whole(figures.inside), 'In it now'],
      [whole(figures.completed), `Completed, ${percent(figures.completed, ended)} of those who left`],
      [whole(figures.dropped), 'Dropped out'],
      [whole(figures.sends), 'Messages sent'],
      [whole(figures.failed), 'Not delivered'],
    ]),
  );
}

/**
 * @param {Figures} figures
 * @param {Set<string>} open Steps whose links are shown.
 */
function steps(figures, open) {
  const most = Math.max(1, ...figures.steps.map(({ entered }) => entered));
  return h(
    'div',
    { class: 'table-scroll figures-scroll', tabindex: '0', role: 'region', 'aria-label': 'Figures by step' },
    h(
      'table',
      { class: 'figures-table' },
      h(
        'thead',
        null,
        h(
          'tr',
          null,
          ['Step', 'Entered', 'Waiting', 'Passed', 'Dropped', 'Replied', 'Sends', 'Clicks'].map((name, i) =>
            h('th', { scope: 'col', class: i > 0 ? 'figure-cell' : '' }, name),
          ),
        ),
      ),
      h(
        'tbody',
        null,
        figures.steps.map((step) => stepRow(step, most, open.has(step.step_id))),
      ),
    ),
  );
}

/**
 * @param {StepFigures} step
 * @param {number} most
 * @param {boolean} open
 */
function stepRow(step, most, open) {
  const name = stepName(step);
  const type = step.step_id === '' ? '' : (STEP_TYPES[step.type] ?? step.type);
  const links = step.links ?? [];
  return h(
    'tr',
    null,
    h(
      'th',
      { scope: 'row', class: 'figures-step' },
      h('span', { class: 'figures-name' }, name),
      type && type !== name ? h('span', { class: 'muted small' }, ` ${type}`) : null,
      h(
        'div',
        { class: 'funnel', 'aria-hidden': 'true', vars: { part: `${(100 * step.entered) / most}%` } },
        h('div', {
          class: 'funnel-fill',
          vars: { kept: `${step.entered > 0 ? (100 * step.passed) / step.entered : 0}%` },
        }),
      ),
      links.length > 0 ? linkTable(step, links, open) : null,
    ),
    cell(step.entered),
    cell(step.waiting),
    cell(step.passed, percent(step.passed, step.entered)),
    cell(step.dropped, percent(step.dropped, step.entered)),
    cell(step.replied),
    cell(step.sends),
    h(
      'td',
      { class: 'figure-cell figures' },
      step.clicks > 0
        ? [
            whole(step.unique_clicks),
            h('span', { class: 'figure-share muted small' }, `${whole(step.clicks)} in total`),
          ]
        : h('span', { class: 'muted' }, '–'),
    ),
  );
}

/**
 * @param {number} value
 * @param {string} [share]
 */
function cell(value, share = '') {
  return h(
    'td',
    { class: 'figure-cell figures' },
    value === 0 ? h('span', { class: 'muted' }, '0') : whole(value),
    share && value > 0 ? h('span', { class: 'figure-share muted small' }, share) : null,
  );
}

/**
 * @param {StepFigures} step
 * @param {import('../../../types.js').LinkFigure[]} links
 * @param {boolean} open
 */
function linkTable(step, links, open) {
  return h(
    'details',
    { class: 'figures-links', 'data-step': step.step_id, open },
    h('summary', null, count(links.length, 'link')),
    h(
      'ul',
      null,
      links.map((link) =>
        h(
          'li',
          null,
          h('a', { href: link.url, target: '_blank', rel: 'noopener noreferrer' }, link.url),
          h(
            'span',
            { class: 'muted small figures' },
            ` ${count(link.unique_clicks, 'person', 'people')}, ${count(link.clicks, 'click')}`,
          ),
        ),
      ),
    ),
  );
}
