/** Cross-promotion in the Signal Bot's card: whether it is on, today's timeline, and its settings. */
import { h, replace } from '../../../dom.js';
import { button } from '../../../components/button.js';
import { failed, loading, skeleton } from '../../../components/states.js';
import { chip } from '../../../components/status.js';
import { openSettings } from '../../forex/cross-promotion/settings.js';
import { keepProgramme } from '../../forex/cross-promotion/store.js';
import { PURPOSE, switchOn, todayPart } from '../../forex/cross-promotion/today.js';
import { PATH } from '../../forex/cross-promotion/words.js';
import { may } from '../../forex/signals/parts.js';

/** @typedef {import('../../forex/cross-promotion/store.js').Known} Known */

/**
 * @param {object} options
 * @param {(role: 'vip' | 'free') => void} options.onchannel Goes to the card's field of a channel.
 * @param {AbortSignal} options.signal
 */
export function crossPromotionPart({ onchannel, signal }) {
  /** @type {Known | null} */
  let known = null;
  const state = h('span', null);
  const purpose = h('p', { class: 'muted small' }, PURPOSE);
  const place = h('div', { class: 'stack' });
  const foot = h('div', { class: 'row' });
  const root = h(
    'section',
    { class: 'quiet-part programme-part', 'aria-labelledby': 'cross-promotion-title' },
    h('div', { class: 'programme-top' }, h('h3', { id: 'cross-promotion-title' }, 'Cross-promotion'), state),
    purpose,
    place,
    foot,
  );
  replace(place, loading('cross-promotion', skeleton('skeleton-row'), skeleton('skeleton-row')));

  const today = todayPart({ reload: () => reload(), onchannel, signal });
  const change = button(
    may('strategies.write') ? 'Change' : 'See the settings',
    () => known && openSettings({ settings: known.settings, onsaved: () => reload(), signal }),
    { icon: 'sliders' },
  );
  const week = h('a', { class: 'button button-quiet', href: `#${PATH}` }, 'See the week');
  const draw = (/** @type {Known} */ { settings: { on } }) => {
    replace(state, chip(on ? 'good' : 'quiet', on ? 'On' : 'Off'));
    purpose.hidden = on;
    replace(
      foot,
      on ? null : switchOn({ known: () => known, reload: () => reload(), next: () => change, signal }),
      change,
      week,
    );
  };

  const reload = keepProgramme({
    onchange: (fresh) => {
      if (known === null) replace(place, today.root);
      const was = known?.settings.on;
      known = fresh;
      if (was !== fresh.settings.on) draw(fresh);
      today.show(fresh);
    },
    onfail: (error) => {
      if (known === null)
        replace(
          place,
          failed(error, 'cross-promotion', () => reload()),
        );
    },
    signal,
  });
  return root;
}
