/** A newcomer's first steps. Each knows by itself whether it is taken. */
import { may } from '../../api.js';
import { h } from '../../dom.js';
import { icon } from '../../components/icons.js';
import { STEPS } from './words.js';

/** @typedef {import('../../types.js').Home['steps'][number]} Step */

/** @param {Step[]} steps */
export function firstSteps(steps) {
  const done = steps.filter((step) => step.done).length;
  const list = h('ol', { class: 'home-checklist' }, steps.map(line));
  const text = done === steps.length ? 'All of them are taken.' : `${done} of ${steps.length} are taken.`;
  return [
    h('p', { class: 'muted small' }, text),
    h('progress', { class: 'home-progress', max: steps.length, value: done, 'aria-label': 'First steps taken' }),
    list,
  ];
}

/** @param {Step} step */
function line({ name, done }) {
  const { title, text, href, capability } = STEPS[name];
  return h(
    'li',
    { class: ['home-step', done && 'home-step-done'] },
    h('span', { class: 'home-tick' }, done ? icon('check', 'small') : null),
    h(
      'div',
      null,
      done || !may(capability)
        ? h('p', { class: 'home-step-title' }, title)
        : h('a', { class: 'home-step-title', href, 'data-keep': name }, title),
      h('span', { class: 'visually-hidden' }, done ? ': done' : ': to do'),
      done ? null : h('p', { class: 'muted small' }, text),
    ),
  );
}
