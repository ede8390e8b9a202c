/** One post of today: when it comes, what it is, how it stands, and what can be done with it. */
import { h } from '../../../dom.js';
import { timeOfDay } from '../../../format.js';
import { button } from '../../../components/button.js';
import { chip, simulatedTag } from '../../../components/status.js';
import { may } from '../signals/parts.js';
import { postText, sendAgain } from '../signals/post.js';
import { writtenText } from '../signals/words.js';
import { askRun, askSkip } from './actions.js';
import { openPreview } from './preview.js';
import { askedText, isAhead, isOwn, keyOf, nameOf, ownTime, sentText, stateOf } from './words.js';

/**
 * @typedef {import('./store.js').Known} Known
 * @typedef {import('./words.js').Entry} Entry
 *
 * @typedef {object} Around
 * @property {Known} known
 * @property {number} now
 * @property {Set<string>} opened The ids of posts whose text is shown.
 * @property {() => Promise<void>} reload
 * @property {(slot: import('./words.js').SlotName, keep: string) => void} refocus Goes to a button of a post.
 * @property {AbortSignal} signal
 */

/** @param {Entry} entry @param {Around} around */
export function slotRow(entry, around) {
  const { known, now, opened } = around;
  const { slot, at, on, manual, post } = entry;
  const own = ownTime(at);
  const written = post ? [writtenText(post), post.resent ? 'Sent again: the first one may have arrived' : ''] : [];
  return h(
    'li',
    { class: ['programme-slot', !on && !post && 'programme-off'], dataset: { slot } },
    h(
      'div',
      { class: 'programme-time' },
      h('time', { class: 'figures', datetime: at }, timeOfDay(at)),
      own ? h('span', { class: 'muted small figures' }, own) : null,
    ),
    h(
      'div',
      { class: 'programme-what' },
      h(
        'p',
        { class: 'programme-name' },
        nameOf(entry),
        slot === 'news' ? [' ', simulatedTag('news')] : null,
        manual ? h('span', { class: 'tag' }, askedText(entry)) : null,
      ),
      stateLine(entry, known.today, known.settings, now),
      written.some(Boolean) ? h('p', { class: 'muted small' }, written.filter(Boolean).join('. ')) : null,
      post?.text && post.state !== 'skipped' ? textOf(post, opened) : null,
    ),
    may('signals.write') ? actions(entry, around) : null,
  );
}

/**
 * How a post stands, and why.
 *
 * @param {Entry} entry
 * @param {import('./words.js').Day} day
 * @param {import('./words.js').CrossPromo} settings
 * @param {number} now
 */
export function stateLine(entry, day, settings, now) {
  const { tone, word, why, busy } = stateOf(entry, day, settings, now);
  const sent = sentText(entry);
  return h(
    'div',
    { class: 'programme-state' },
    chip(tone, word, { busy }),
    sent ? h('span', { class: 'muted small figures' }, sent) : null,
    why ? h('p', { class: 'small' }, why) : null,
  );
}

/** @param {import('../../../types.js').SignalPost} post @param {Set<string>} opened */
function textOf(post, opened) {
  return h(
    'details',
    {
      class: 'programme-text',
      open: opened.has(post.id),
      on: {
        toggle: (/** @type {Event} */ event) => {
          if (/** @type {HTMLDetailsElement} */ (event.target).open) opened.add(post.id);
          else opened.delete(post.id);
        },
      },
    },
    h('summary', { class: 'small', 'data-keep': `${post.id}-text` }, 'What it says'),
    postText(post.text),
  );
}

/** @param {Entry} entry @param {Around} around */
function actions(entry, { known, now, reload, refocus, signal }) {
  const { manual, post } = entry;
  const key = keyOf(entry);
  /** @param {string} label @param {() => unknown} press @param {import('../../../components/icons.js').IconName} icon */
  const act = (label, press, icon) =>
    button([label, h('span', { class: 'visually-hidden' }, `: ${nameOf(entry)}`)], press, {
      small: true,
      look: 'quiet',
      icon,
      'data-keep': `${key}-${label}`,
    });
  /** What is done with a post of the programme, whether it has been sent or not. @param {import('./words.js').OwnEntry} entry */
  const own = (entry) => {
    /** @param {string} label */
    const about = (label) => ({ entry, known, reload, signal, onclose: () => refocus(entry.slot, `${key}-${label}`) });
    return [
      act('Preview', () => openPreview(about('Preview')), 'eye'),
      act('Send now', () => askRun(about('Send now')), 'send'),
      isAhead(entry, known.today, now) ? act('Skip today', () => askSkip(about('Skip today')), 'close') : null,
    ];
  };
  return h(
    'div',
    { class: 'programme-actions' },
    post?.state === 'failed' || post?.state === 'unknown'
      ? act('Send it again', () => void sendAgain(post), 'refresh')
      : null,
    !manual && isOwn(entry) ? own(entry) : null,
  );
}
