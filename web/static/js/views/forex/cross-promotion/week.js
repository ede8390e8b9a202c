/** A week of the programme: each day with its posts, and what became of them. */
import { h, redraw } from '../../../dom.js';
import { timeOfDay } from '../../../format.js';
import { button, iconButton } from '../../../components/button.js';
import { drawnIcon } from '../../../components/icons.js';
import { stateLine } from './slot.js';
import { askedText, dayOf, dayTitle, daysAfter, entriesOf, mondayOf, shortOf, weekTitle } from './words.js';

/**
 * @typedef {import('./store.js').Known} Known
 * @typedef {import('./words.js').Day} Day
 */

const FORTH = ['m8 5.5 4.5 4.5L8 14.5'];

/**
 * @param {object} options
 * @param {string} options.from The Monday that is shown first.
 * @param {(monday: string) => Promise<void>} options.onmove
 */
export function weekPart({ from, onmove }) {
  let monday = from;
  const title = h('h2', { id: 'week-title', 'aria-live': 'polite' });
  const days = h('ol', { class: 'programme-days-list' });
  const now = button('This week', () => go(mondayOf(dayOf(Date.now()))), { small: true });
  const root = h(
    'section',
    { class: 'programme-week', 'aria-labelledby': 'week-title' },
    h(
      'div',
      { class: 'programme-top' },
      title,
      h(
        'div',
        { class: 'row' },
        now,
        iconButton('back', 'The week before', () => go(daysAfter(monday, -7))),
        iconButton(drawnIcon(FORTH), 'The week after', () => go(daysAfter(monday, 7))),
      ),
    ),
    days,
  );

  /** @param {string} to */
  async function go(to) {
    monday = to;
    root.setAttribute('aria-busy', 'true');
    await onmove(to);
    root.removeAttribute('aria-busy');
  }

  return {
    root,
    /** @param {Known} known */
    show({ settings, week }) {
      const first = week[0]?.date ?? monday;
      const today = dayOf(Date.now());
      title.textContent = `Week of ${weekTitle(first)}`;
      now.disabled = first === mondayOf(today);
      redraw(
        days,
        week.map((day) => dayCard(day, settings, today)),
      );
    },
  };
}

/** @param {Day} day @param {import('./words.js').CrossPromo} settings @param {string} today */
function dayCard(day, settings, today) {
  const current = day.date === today;
  const entries = entriesOf(day, settings).filter(({ post }) => settings.on || post);
  return h(
    'li',
    { class: ['programme-day', current && 'programme-today'], 'aria-current': current ? 'date' : undefined },
    h(
      'h3',
      null,
      h('time', { datetime: day.date }, dayTitle(day.date)),
      current ? [' ', h('span', { class: 'tag' }, 'Today')] : null,
    ),
    day.closed ? h('p', { class: 'muted small' }, `Gold does not trade: ${day.closed}.`) : null,
    entries.length > 0
      ? h('ol', { class: 'programme-brief' }, entries.map(brief))
      : h('p', { class: 'muted small' }, 'Nothing planned.'),
  );

  /** @param {import('./slot.js').Entry} entry */
  function brief(entry) {
    return h(
      'li',
      { class: [!entry.on && !entry.post && 'programme-off'], dataset: { slot: entry.slot } },
      h('time', { class: 'muted small figures', datetime: entry.at }, timeOfDay(entry.at)),
      h('p', { class: 'programme-name' }, shortOf(entry)),
      entry.manual ? h('p', { class: 'muted small' }, askedText(entry)) : null,
      stateLine(entry, day, settings, Date.now()),
    );
  }
}
