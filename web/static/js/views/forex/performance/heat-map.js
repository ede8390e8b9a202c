/** The days on which signals were closed, as a calendar of weeks and as a table. */
import { h, replace } from '../../../dom.js';
import { count, date } from '../../../format.js';
import { segmented } from '../../../components/segmented.js';
import { heading } from './groups.js';
import { inPips, inR, rateText, strength, toneOf, WEEKDAYS, weeksOf } from './words.js';

/** @typedef {import('../../../types.js').PerformanceDay} Day */

/** Weeks that are shown at most, the newest ones. */
const MOST_WEEKS = 53;

/** @param {Day} day */
const dayText = (day) => `${date(day.day)}: ${inPips(day.pips)} pips, ${inR(day.r)} R, ${count(day.signals, 'signal')}`;

/** @param {Day[]} days */
function calendar(days) {
  const first = days[0]?.day ?? '';
  const last = days.at(-1)?.day ?? first;
  const weeks = weeksOf(first, last, MOST_WEEKS);
  const known = new Map(days.map((day) => [day.day, day]));
  const most = Math.max(...days.map((day) => Math.abs(Number(day.pips))));
  /** @param {string} at */
  const cell = (at) => {
    const day = known.get(at);
    if (!day) return h('td', { class: 'heat-day' }, h('span', { class: 'visually-hidden' }, 'none'));
    const tone = toneOf(day.pips);
    const level = strength(Number(day.pips), most);
    return h(
      'td',
      { class: `heat-day heat-${tone} heat-${tone}-${level}`, title: dayText(day) },
      h('span', { 'aria-hidden': 'true' }, tone === 'good' ? '+' : tone === 'bad' ? '−' : '0'),
      h('span', { class: 'visually-hidden' }, dayText(day)),
    );
  };
  return h(
    'div',
    { class: 'performance-scroll', tabindex: '0', role: 'region', 'aria-label': 'Days, as a calendar' },
    h(
      'table',
      { class: 'heat-map' },
      h('caption', { class: 'visually-hidden' }, 'Pips of each day, weeks side by side'),
      h(
        'thead',
        null,
        h(
          'tr',
          null,
          h('td', null),
          weeks.map((week, i) => {
            const monday = week[0] ?? '';
            const fresh = i === 0 || monday.slice(0, 7) !== weeks[i - 1]?.[0]?.slice(0, 7);
            const words = date(monday).replace(/ \d+$/, '');
            return h(
              'th',
              { scope: 'col' },
              fresh ? h('span', { class: 'heat-month', 'aria-hidden': 'true' }, words.replace(/^\d+ /, '')) : null,
              h('span', { class: 'visually-hidden' }, `Week of ${words}`),
            );
          }),
        ),
      ),
      h(
        'tbody',
        null,
        WEEKDAYS.map((name, i) =>
          h(
            'tr',
            null,
            h('th', { scope: 'row', 'aria-label': name }, name.slice(0, 3)),
            weeks.map((week) => cell(week[i] ?? '')),
          ),
        ),
      ),
    ),
  );
}

/** @param {Day[]} days */
function table(days) {
  return h(
    'div',
    { class: 'performance-scroll performance-days', tabindex: '0', role: 'region', 'aria-label': 'Days, as a table' },
    h(
      'table',
      { class: 'performance-table figures' },
      h('caption', { class: 'visually-hidden' }, 'Days, the newest first'),
      h(
        'thead',
        null,
        h(
          'tr',
          null,
          ['Day', 'Signals', 'Won', 'Pips', 'R'].map((name) => h('th', { scope: 'col' }, name)),
        ),
      ),
      h(
        'tbody',
        null,
        [...days]
          .reverse()
          .map((day) =>
            h(
              'tr',
              null,
              h('th', { scope: 'row' }, date(day.day)),
              h('td', null, day.signals),
              h('td', null, rateText(day.win_rate)),
              h('td', { class: `performance-${toneOf(day.pips)}` }, inPips(day.pips)),
              h('td', { class: `performance-${toneOf(day.r)}` }, inR(day.r)),
            ),
          ),
      ),
    ),
  );
}

/** @param {Day[]} days The oldest first, at least one. */
export function heatMap(days) {
  const holder = h('div', null, calendar(days));
  const view = segmented({
    label: 'Days: view',
    quietLabel: true,
    choices: [
      { value: 'calendar', label: 'Calendar' },
      { value: 'table', label: 'Table' },
    ],
    value: 'calendar',
    onchange: (value) => replace(holder, value === 'table' ? table(days) : calendar(days)),
  });
  return h(
    'section',
    { class: 'market-panel', 'aria-labelledby': 'by-day' },
    h('div', { class: 'performance-head' }, heading('By day of closing, UTC', 'by-day'), view.root),
    holder,
    h(
      'p',
      { class: 'heat-legend muted small' },
      h('span', { class: 'heat-day heat-bad heat-bad-3', 'aria-hidden': 'true' }, '−'),
      ' Lost, ',
      h('span', { class: 'heat-day heat-good heat-good-3', 'aria-hidden': 'true' }, '+'),
      ' won; the stronger the colour, the more pips.',
    ),
  );
}
