/** One journey in the list. */
import { isSimulated } from '../../../api.js';
import { h, replace } from '../../../dom.js';
import { whole } from '../../../format.js';
import { button } from '../../../components/button.js';
import { icon } from '../../../components/icons.js';
import { menuButton } from '../../../components/menu.js';
import { timeAgo } from '../../../components/time.js';
import { insideText, menuItems } from './actions.js';
import { bigFigures, journeyChip } from './parts.js';
import { openPublish } from './publish.js';
import { listensText, pageOf, triggerText } from './words.js';
import { madeUpTag, serviceOf } from '../../../components/status.js';

/** @typedef {import('../../../types.js').JourneySummary} Journey */

/** How many triggers a card names; the rest is counted. */
const NAMED = 3;

/**
 * @param {Journey} first
 * @param {object} options
 * @param {() => string} options.bot The username behind links; '' when there is none.
 * @param {AbortSignal} options.signal
 * @param {() => void} options.ondelete
 */
export function journeyCard(first, { bot, signal, ondelete }) {
  let now = first;
  let shown = '';
  const words = h('div', { class: 'journey-words' });
  const link = h('a', { class: 'journey-name', href: pageOf(first.id) });
  const publish = button('Publish', () => openPublish({ id: now.id, signal, onchange: (fresh) => show(fresh) }), {
    small: true,
    icon: 'publish',
  });
  const root = h(
    'li',
    { class: 'card journey-card' },
    words,
    h(
      'div',
      { class: 'journey-actions' },
      h('a', { class: 'button button-small', href: pageOf(first.id), 'aria-label': `Open ${first.name}` }, 'Open'),
      publish,
      menuButton({
        label: `Actions for ${first.name}`,
        items: () => menuItems({ journey: now, signal, onchange: (fresh) => show(fresh), ondelete }),
      }),
    ),
  );

  /**
   * @param {Journey} fresh
   * @param {boolean} [anyway]
   */
  function show(fresh, anyway = false) {
    if (fresh.version < now.version) return;
    now = fresh;
    const mark = JSON.stringify([fresh, bot()]);
    if (mark === shown && !anyway) return;
    shown = mark;
    const focused = document.activeElement === link;
    link.textContent = fresh.name;
    publish.hidden = fresh.state === 'active' && !fresh.draft_changed;
    replace(publish, icon('publish', 'small'), fresh.state === 'active' ? 'Publish changes' : 'Publish');
    replace(words, top(), triggers(), listens(), figures(), foot());
    if (focused) link.focus();
  }

  const top = () =>
    h(
      'div',
      { class: 'journey-top' },
      h('h2', { class: 'journey-title' }, link),
      now.is_locked
        ? h(
            'span',
            { class: 'journey-lock', title: 'Locked' },
            icon('lock', 'small'),
            h('span', { class: 'visually-hidden' }, 'Locked'),
          )
        : null,
      journeyChip(now.state),
    );

  const triggers = () => {
    const all = now.triggers.map((trigger) => triggerText(trigger, bot()));
    if (all.length === 0) return h('p', { class: 'muted small journey-triggers' }, 'No trigger yet');
    const rest = all.length - NAMED;
    return h(
      'ul',
      { class: 'tags journey-triggers', 'aria-label': 'Triggers' },
      all.slice(0, NAMED).map((text) => h('li', { class: 'tag trigger-tag', title: text }, h('span', null, text))),
      rest > 0 ? h('li', { class: 'tag' }, `${rest} more`) : null,
    );
  };

  const listens = () =>
    h(
      'p',
      { class: 'muted small' },
      listensText(now.connections),
      ' ',
      now.connections.some((kind) => isSimulated(serviceOf(kind))) ? madeUpTag() : null,
      now.priority_int !== 0 ? ` · priority ${now.priority_int}` : null,
    );

  const figures = () =>
    bigFigures([
      [whole(now.figures.sends), 'Messages sent'],
      [whole(now.figures.people), 'People'],
    ]);

  const foot = () =>
    h(
      'p',
      { class: 'small muted journey-foot' },
      h('span', null, insideText(now.figures.inside)),
      now.state !== 'draft' && now.draft_changed
        ? h('span', { class: 'journey-changed' }, 'Draft has changes')
        : h('span', null, 'Changed ', timeAgo(now.updated_at)),
    );

  show(first, true);
  return { root, show, item: () => now };
}
