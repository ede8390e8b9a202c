/** What became of a flow's messages in the last 30 days. */
import { readFigures } from '../../../api/hype.js';
import { h, replace } from '../../../dom.js';
import { date, whole } from '../../../format.js';
import { watch } from '../../../live.js';
import { format } from '../../../router.js';
import { openDialog } from '../../../components/dialog.js';
import { failed, loading, skeleton } from '../../../components/states.js';
import { busyDays, clicksText, membersText, quoted, skippedLines, templateLines, total } from './words.js';

/** @typedef {import('./words.js').Figures} Figures */

/** @param {import('./words.js').Flow} flow @param {Pick<import('./actions.js').Around, 'onclose' | 'signal'>} around */
export function openFigures(flow, { onclose, signal }) {
  const shown = new AbortController();
  const within = AbortSignal.any([signal, shown.signal]);
  const place = h('div', { class: 'stack hype-stack' });
  let drawn = '';
  const load = async () => {
    if (!drawn) replace(place, loading('the figures', skeleton('skeleton-banner'), skeleton('skeleton-row')));
    try {
      const figures = await readFigures(flow.id, within);
      const looks = JSON.stringify(figures);
      if (within.aborted || looks === drawn) return;
      drawn = looks;
      replace(place, figuresOf(figures));
    } catch (error) {
      if (!within.aborted && !drawn) replace(place, failed(error, 'the figures', load));
    }
  };
  openDialog({
    title: `Figures of ${quoted(flow.name)}`,
    class: 'dialog-wide',
    body: place,
    onclose: () => {
      shown.abort();
      onclose();
    },
    signal,
  });
  watch('post', null, () => void load(), within);
  void load();
}

/** @param {Figures} figures */
function figuresOf(figures) {
  const { sent, skipped, failed: missed, unknown, manual, by_ai: ai, by_template: template } = figures;
  const days = busyDays(figures);
  return [
    h('p', { class: 'muted' }, 'The last 30 days, in UTC. Clicks are those on the button below a message.'),
    h(
      'dl',
      { class: 'hype-figures' },
      figure('Sent', whole(sent), manual > 0 ? [`${whole(manual)} of them by hand`] : []),
      figure('Skipped', whole(skipped), skippedLines(figures)),
      figure('Not sent', whole(missed), missed > 0 ? [postsLink('failed', 'See them under Posts')] : []),
      figure('May have arrived', whole(unknown), unknown > 0 ? [postsLink('unknown', 'Decide under Posts')] : []),
      figure('Written by AI', whole(ai)),
      figure('Written from a template', whole(total(template)), templateLines(figures)),
      figure('Clicks', clicksText(figures)),
      figure('Members of the FREE channel', membersText(figures)),
    ),
    h('h3', null, 'By day'),
    days.length === 0
      ? h('p', { class: 'muted' }, 'None of its messages had its turn in these days.')
      : h(
          'div',
          { class: 'hype-scroll', role: 'region', 'aria-label': 'Figures by day', tabindex: '0' },
          dayTable(days),
        ),
  ];
}

/** @param {'failed' | 'unknown'} state @param {string} label */
const postsLink = (state, label) => h('a', { href: format('promo/posts', { state, kind: 'hype' }) }, label);

/** @param {string} label @param {string} value @param {import('../../../dom.js').Child[]} [notes] */
function figure(label, value, notes = []) {
  return h(
    'div',
    { class: 'hype-figure' },
    h('dt', { class: 'muted small' }, label),
    h('dd', { class: 'figures' }, value),
    notes.map((note) => h('dd', { class: 'small' }, note)),
  );
}

/** @param {Figures['days']} days */
function dayTable(days) {
  const titles = ['Sent', 'Skipped', 'Not sent', 'May have arrived', 'Clicks', 'Unique', 'Members'];
  return h(
    'table',
    { class: 'hype-days' },
    h('caption', { class: 'muted small' }, 'Days on which nothing happened are left out.'),
    h(
      'thead',
      null,
      h(
        'tr',
        null,
        ['Day', ...titles].map((title) => h('th', { scope: 'col' }, title)),
      ),
    ),
    h(
      'tbody',
      null,
      days.map((day) =>
        h(
          'tr',
          null,
          h('th', { scope: 'row' }, date(day.day)),
          [day.sent, day.skipped, day.failed, day.unknown, day.clicks, day.unique_clicks, day.members].map((n) =>
            h('td', { class: 'figures' }, n === null ? '–' : whole(n)),
          ),
        ),
      ),
    ),
  );
}
