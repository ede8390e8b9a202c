/** Cross-promotion: what the FREE channel is told of the VIP channel, today and in a week. */
import { h, replace } from '../../dom.js';
import { remember } from '../../router.js';
import { button } from '../../components/button.js';
import { page } from '../../components/page.js';
import { blank, failed, loading, skeleton } from '../../components/states.js';
import { toastError } from '../../components/toast.js';
import { openSettings } from './cross-promotion/settings.js';
import { keepProgramme } from './cross-promotion/store.js';
import { PURPOSE, switchOn, todayPart } from './cross-promotion/today.js';
import { weekPart } from './cross-promotion/week.js';
import { PATH, dayOf, mondayOf } from './cross-promotion/words.js';
import { may } from './signals/parts.js';

/** @typedef {import('./cross-promotion/store.js').Known} Known */

/**
 * @param {HTMLElement} root
 * @param {Record<string, string>} params `week`: a day of the week that is shown.
 * @returns {() => void}
 */
export function mount(root, params) {
  const view = new AbortController();
  const { signal } = view;
  const asked = params.week ?? '';
  let monday = mondayOf(/^\d{4}-\d\d-\d\d$/.test(asked) && Date.parse(asked) ? asked : dayOf(Date.now()));
  /** @type {Known | null} */
  let known = null;
  /** Whether somebody waits for another week. */
  let moving = false;

  const settings = button(
    may('strategies.write') ? 'Settings' : 'See the settings',
    () => known && openSettings({ settings: known.settings, onsaved: () => reload(), signal }),
    { icon: 'sliders', disabled: true },
  );
  const frame = page({ title: 'Cross-promotion', actions: [settings] });
  const place = h('div', { class: 'stack programme-page' });
  replace(frame.content, place);
  replace(root, frame.root);
  replace(
    place,
    loading('cross-promotion', skeleton('skeleton-banner'), ...[1, 2, 3].map(() => skeleton('skeleton-row'))),
  );

  const today = todayPart({ reload: () => reload(), onchannel: null, signal });
  const off = h('div', null);
  const todaySection = h(
    'section',
    { class: 'programme-panel', 'aria-labelledby': 'today-title' },
    h('h2', { id: 'today-title' }, 'Today'),
    today.root,
  );
  const week = weekPart({
    from: monday,
    onmove: async (to) => {
      monday = to;
      remember(PATH, { week: to === mondayOf(dayOf(Date.now())) ? '' : to });
      moving = true;
      await reload();
      moving = false;
    },
  });

  const reload = keepProgramme({
    week: () => monday,
    onchange: (fresh) => {
      const first = known === null;
      const was = known?.settings.on;
      known = fresh;
      settings.disabled = false;
      if (first) replace(place, off, todaySection, week.root);
      if (was !== fresh.settings.on) replace(off, fresh.settings.on ? null : explain());
      today.show(fresh);
      week.show(fresh);
    },
    onfail: (error) => {
      if (known && moving) toastError(error, 'Loading the week');
      if (!known)
        replace(
          place,
          failed(error, 'cross-promotion', () => reload()),
        );
    },
    signal,
  });

  const explain = () =>
    blank({
      picture: 'market',
      title: 'Cross-promotion is off',
      text: PURPOSE,
      action:
        switchOn({ known: () => known, reload: () => reload(), next: () => settings, signal }) ??
        h('p', { class: 'muted' }, 'An owner of your team can switch it on.'),
    });

  return () => view.abort();
}
