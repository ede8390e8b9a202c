/** One recap in the list. */
import { h } from '../../../dom.js';
import { button, iconButton } from '../../../components/button.js';
import { copyText } from '../../../components/copy.js';
import { redrawn } from '../../../components/list/live-list.js';
import { timeAgo } from '../../../components/time.js';
import { postState, postText } from '../signals/post.js';
import { signed, toneOf } from '../signals/words.js';
import { isLong, tally, titleOf } from './words.js';
import { madeUpTag } from '../../../components/status.js';

/** @typedef {import('../../../types.js').Recap} Recap */

/** @param {Recap} first */
export function recapCard(first) {
  let whole = false;
  return redrawn(h('li', { class: 'panel recap' }), first, (/** @type {Recap} */ recap) => [
    figures(recap),
    h(
      'div',
      { class: 'recap-told' },
      told(recap, whole, (now) => (whole = now)),
      recap.kind === 'weekly' && recap.head ? head(recap) : null,
    ),
  ]);
}

/** @param {Recap} recap */
function figures(recap) {
  const pips = Number(recap.pips);
  return h(
    'div',
    { class: 'recap-figures' },
    h(
      'h2',
      { class: 'recap-title', tabindex: '-1' },
      titleOf(recap),
      h('span', { class: 'muted recap-period' }, recap.period),
    ),
    recap.simulated ? madeUpTag() : null,
    h(
      'p',
      { class: 'recap-sum figures' },
      h(
        'span',
        { class: ['recap-pips', `pips-${toneOf(pips)}`] },
        signed(pips),
        h('span', { class: 'signal-unit' }, ' pips'),
      ),
      ' ',
      h('span', { class: 'muted' }, `${signed(Number(recap.r), 2)} R`),
    ),
    h(
      'dl',
      { class: 'recap-tally' },
      tally(recap).map(([name, n]) => h('div', null, h('dt', null, name), h('dd', { class: 'figures' }, String(n)))),
    ),
  );
}

/**
 * What stands in the channel. A long text is cut until somebody asks for it.
 *
 * @param {Recap} recap
 * @param {boolean} whole
 * @param {(now: boolean) => void} onchange
 */
function told(recap, whole, onchange) {
  const { post } = recap;
  if (!post) return h('p', { class: 'muted small' }, 'Nothing was sent to the channel.');
  const text = postText(post.text);
  const long = text && isLong(post.text);
  const all = long ? button('', () => draw(!whole), { small: true, look: 'quiet', class: 'recap-all' }) : null;
  /** @param {boolean} now */
  const draw = (now) => {
    whole = now;
    onchange(now);
    text?.classList.toggle('recap-cut', Boolean(long) && !now);
    all?.setAttribute('aria-expanded', String(now));
    if (all)
      all.replaceChildren(
        now ? 'Show less' : 'Show all of it',
        h('span', { class: 'visually-hidden' }, `: ${titleOf(recap)}, ${recap.period}`),
      );
  };
  draw(whole);
  return [text, all, postState(post, moment(post))];
}

/** When it was sent, or planned while it waits. @param {import('../../../types.js').SignalPost} post */
function moment({ state, sent_at: sent, planned_at: planned }) {
  if (sent) return h('span', { class: 'muted small' }, timeAgo(sent));
  return state === 'planned' ? h('span', { class: 'muted small' }, 'planned ', timeAgo(planned)) : null;
}

/** The end of the record when the recap was made: who keeps it can tell later whether the past was changed. @param {Recap} recap */
function head(recap) {
  return h(
    'div',
    { class: 'recap-head' },
    h('span', { class: 'muted small' }, 'Record’s head'),
    h('code', { class: 'mono small' }, recap.head),
    iconButton(
      'copy',
      `Copy the record’s head of ${recap.period}`,
      () => void copyText(recap.head, 'Copied the record’s head'),
      { small: true },
    ),
  );
}
