/**
 * A chart over time: lines on a muted grid, figures under the pointer or by the arrow keys, and the
 * same as a table. Times at which there is nothing, such as weekends, take no room.
 *
 * @typedef {object} Line
 * @property {string} label
 * @property {(number | null)[]} values One for each time.
 * @property {'accent' | 'muted' | 'good' | 'warn' | 'bad'} [tone]
 * @property {boolean} [dashed]
 * @property {import('./marks.js').Mark} [mark] Signs at its values instead of a line.
 *
 * @typedef {import('./levels.js').Level} Level
 *
 * @typedef {object} Chart
 * @property {HTMLElement} root
 * @property {(times: number[], lines: Line[], levels?: Level[]) => void} draw Times are Unix seconds, rising.
 */
import { h, replace, uid, useStyles } from '../../dom.js';
import { date, dateTime } from '../../format.js';
import { segmented } from '../segmented.js';
import { levelList, margin, paintLevels, reach } from './levels.js';
import { marked } from './marks.js';

/** Rows of the table at most, the newest ones. */
const ROWS = 200;

/** Longer than this, the axis names years (seconds). */
const YEARS = 400 * 86_400;

/** @type {Record<string, string>} */
const TONES = { accent: '--accent-text', muted: '--muted', good: '--good', warn: '--warn', bad: '--bad' };

/**
 * @param {object} options
 * @param {string} options.label What it shows.
 * @param {(value: number) => string} options.format A value in words: "2650.10".
 * @param {number} [options.height] In pixels.
 * @param {AbortSignal} options.signal Ends it.
 * @returns {Promise<Chart>}
 */
export async function chart({ label, format, height = 280, signal }) {
  const address = new URL('../../vendor/uplot.js', import.meta.url).href;
  const [module] = await Promise.all([import(address), useStyles('vendor/uplot.css', 'chart.css')]);
  /** @type {typeof import('uplot')} */
  const UPlot = module.default;

  const readout = h('output', { class: 'chart-readout figures', 'aria-live': 'polite', id: uid('chart') });
  const plot = h('div', {
    class: 'chart-plot',
    role: 'img',
    tabindex: '0',
    'aria-label': `${label}. The arrow keys read its values.`,
    'aria-describedby': readout.id,
    on: { keydown: read, blur: () => at(null) },
  });
  const table = h('div', { class: 'chart-table', hidden: true });
  const view = segmented({
    label: `${label}: view`,
    quietLabel: true,
    choices: [
      { value: 'chart', label: 'Chart' },
      { value: 'table', label: 'Table' },
    ],
    value: 'chart',
    onchange: (/** @type {string} */ value) => {
      plot.hidden = value !== 'chart';
      table.hidden = value !== 'table';
      readout.hidden = plot.hidden;
    },
  });
  const root = h(
    'div',
    { class: 'chart', vars: { 'chart-height': `${height}px` } },
    h('div', { class: 'chart-head' }, readout, view.root),
    plot,
    table,
  );

  /** @type {import('uplot') | null} */
  let drawn = null;
  /** @type {number[]} */
  let times = [];
  /** @type {Line[]} */
  let lines = [];
  /** @type {Level[]} */
  let levels = [];
  let index = -1;

  /** @param {number | null | undefined} i */
  function at(i) {
    index = i ?? -1;
    const shown = index < 0 ? times.length - 1 : index;
    const time = times[shown];
    if (time === undefined) {
      readout.textContent = '';
      return;
    }
    replace(
      readout,
      h('span', { class: 'muted' }, dateTime(new Date(time * 1000).toISOString())),
      lines.map((line) => {
        const value = line.values[shown];
        return h(
          'span',
          { class: `chart-value chart-${line.tone ?? 'accent'}` },
          lines.length > 1 ? `${line.label} ` : null,
          value == null ? '–' : format(value),
        );
      }),
    );
  }

  /** @param {KeyboardEvent} event */
  function read(event) {
    const last = times.length - 1;
    const now = index < 0 ? last : index;
    const page = Math.max(1, Math.round(times.length / 10));
    /** @type {Record<string, number>} */
    const to = {
      ArrowLeft: now - 1,
      ArrowRight: now + 1,
      PageUp: now - page,
      PageDown: now + page,
      Home: 0,
      End: last,
    };
    const next = to[event.key];
    if (next === undefined || !drawn || last < 0) return;
    event.preventDefault();
    index = Math.min(Math.max(next, 0), last);
    drawn.setCursor({ left: drawn.valToPos(index, 'x'), top: 0 });
    at(index);
  }

  function tabled() {
    const first = Math.max(0, times.length - ROWS);
    const rows = times.slice(first).map((time, i) =>
      h(
        'tr',
        null,
        h('th', { scope: 'row' }, dateTime(new Date(time * 1000).toISOString())),
        lines.map((line) => {
          const value = line.values[first + i];
          return h('td', null, value == null ? '–' : format(value));
        }),
      ),
    );
    replace(
      table,
      levels.length > 0 ? levelList(levels, format) : null,
      h(
        'div',
        { class: 'chart-scroll', tabindex: '0', role: 'region', 'aria-label': `${label}, as a table` },
        h(
          'table',
          { class: 'figures' },
          h('caption', { class: 'visually-hidden' }, `${label}, the last ${rows.length}`),
          h(
            'thead',
            null,
            h(
              'tr',
              null,
              h('th', { scope: 'col' }, 'Time'),
              lines.map((line) => h('th', { scope: 'col' }, line.label)),
            ),
          ),
          h('tbody', null, rows.reverse()),
        ),
      ),
    );
  }

  /** Where the times stand: each takes the same room. */
  const places = () => times.map((_, i) => i);

  /** A time on the axis: the hour within a few days; else the day. @param {number} place */
  const moment = (place) => {
    const time = times[place];
    if (time === undefined) return '';
    if ((times.at(-1) ?? 0) - (times[0] ?? 0) > YEARS) return date(time * 1000).replace(/^\d+ /, '');
    const iso = new Date(time * 1000).toISOString();
    const days = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 86_400;
    return days <= 4 ? iso.slice(11, 16) : date(iso).replace(/ \d+$/, '');
  };

  /** Colours come from the page's tokens. @param {string} name */
  // eslint-disable-next-line no-restricted-syntax -- of the style sheet, not of a person
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  function make() {
    const axis = {
      stroke: colour('--muted'),
      grid: { stroke: colour('--line-faint'), width: 1 },
      ticks: { show: false },
    };
    const font = '12px Inter, sans-serif';
    drawn?.destroy();
    drawn = new UPlot(
      {
        width: Math.max(plot.clientWidth, 200),
        height,
        padding: [null, levels.length > 0 ? margin(levels, plot.clientWidth) : null, null, null],
        scales: { x: { time: false }, y: { range: (_, low, high) => reach(low, high, levels) } },
        legend: { show: false },
        cursor: { points: { size: 6 }, drag: { x: false, y: false }, y: false },
        axes: [
          {
            ...axis,
            font,
            size: 32,
            space: 80,
            incrs: [1, 2, 4, 8, 12, 24, 48, 96, 180, 360, 720, 1440],
            values: (_, splits) => splits.map(moment),
          },
          { ...axis, font, size: 64, values: (_, values) => values.map((value) => format(value)) },
        ],
        series: [
          {},
          ...lines.map((line) => ({
            label: line.label,
            stroke: colour(TONES[line.tone ?? 'accent'] ?? '--accent-text'),
            ...(line.mark
              ? marked(line.mark, colour(TONES[line.tone ?? 'accent'] ?? '--accent-text'))
              : { width: 1.5, dash: line.dashed ? [6, 4] : [], points: { show: false } }),
          })),
        ],
        hooks: {
          setCursor: [(u) => plot.matches(':hover') && at(u.cursor.idx)],
          draw: [(u) => paintLevels(u, levels, times, (tone) => colour(TONES[tone] ?? '--muted'))],
        },
      },
      [places(), ...lines.map((line) => line.values)],
      plot,
    );
  }

  const resized = new ResizeObserver(() => {
    if (drawn && plot.clientWidth > 0) drawn.setSize({ width: plot.clientWidth, height });
  });
  resized.observe(plot);
  plot.addEventListener('pointerleave', () => at(null));
  signal.addEventListener('abort', () => {
    resized.disconnect();
    drawn?.destroy();
  });

  return {
    root,
    draw(newTimes, newLines, newLevels = []) {
      const same =
        drawn !== null &&
        newLevels.length > 0 === levels.length > 0 &&
        newLines.map((line) => line.label).join() === lines.map((line) => line.label).join();
      times = newTimes;
      lines = newLines;
      levels = newLevels;
      if (same) drawn?.setData([places(), ...lines.map((line) => line.values)]);
      else make();
      tabled();
      at(index < times.length ? index : null);
    },
  };
}
