/** Lists of the differences between two versions, and of a draft's problems. */
import { h } from '../../../dom.js';
import { count } from '../../../format.js';
import { icon } from '../../../components/icons.js';
import { finishText, mendedAt, namesText, sortedIssues, STEP_TYPES, stepName } from './words.js';

/**
 * @typedef {import('../../../types.js').StepChange & { people?: number, fields?: string[] }} StepChange
 * @typedef {Record<'added' | 'removed' | 'changed', StepChange[]> & { settings: string[] }} Changes Of a draft, or between two versions.
 */

/** @param {Changes} changes */
export function isSame(changes) {
  const { added, removed, changed, settings } = changes;
  return [added, removed, changed, settings].every((list) => list.length === 0);
}

/** @param {Changes} changes */
export function changesList(changes) {
  const kept = changes.removed.reduce((sum, step) => sum + (step.people ?? 0), 0);
  return h(
    'div',
    { class: 'stack' },
    h(
      'ul',
      { class: 'changes' },
      changes.added.map((step) => line('added', 'Added', step)),
      changes.removed.map((step) => line('removed', 'Removed', step)),
      changes.changed.map((step) => line('changed', 'Changed', step)),
      changes.settings.length > 0
        ? h(
            'li',
            { class: 'change' },
            h('span', { class: 'change-kind change-changed' }, 'Settings'),
            h('span', null, namesText(changes.settings)),
          )
        : null,
    ),
    kept > 0 ? h('p', { class: 'warn-note' }, icon('people', 'small'), h('span', null, finishText(kept))) : null,
  );
}

/**
 * @param {'added' | 'removed' | 'changed'} kind
 * @param {string} word
 * @param {StepChange} step
 */
function line(kind, word, step) {
  const type = STEP_TYPES[step.type] ?? step.type;
  const name = stepName(step);
  const people = step.people ?? 0;
  return h(
    'li',
    { class: 'change' },
    h('span', { class: `change-kind change-${kind}` }, word),
    h(
      'span',
      null,
      name,
      name === type ? null : h('span', { class: 'muted' }, ` · ${type}`),
      step.fields?.length ? h('span', { class: 'muted' }, `: ${namesText(step.fields)}`) : null,
      people > 0 ? h('span', { class: 'muted' }, ` · ${count(people, 'person', 'people')} here`) : null,
    ),
  );
}

/**
 * @param {import('../../../types.js').JourneyDetail} journey
 * @param {import('../journeys/types.js').Issue[]} issues
 * @param {() => void} [onleave] Called before a link is followed.
 */
export function issueList(journey, issues, onleave) {
  const steps = new Map(journey.draft.steps.map((step) => [step.id, stepName(step)]));
  return h(
    'ul',
    { class: 'draft-issues' },
    sortedIssues(issues).map((issue) => {
      const bad = issue.severity === 'error';
      const where = issue.step_id ? steps.get(issue.step_id) : '';
      return h(
        'li',
        { class: ['draft-issue', bad ? 'draft-issue-error' : 'draft-issue-warning'] },
        icon(bad ? 'alert' : 'info', 'small'),
        h(
          'a',
          { href: mendedAt(journey.id, issue), on: { click: () => onleave?.() } },
          h('span', { class: 'visually-hidden' }, bad ? 'Error: ' : 'Warning: '),
          where ? `${where}: ${issue.message}` : issue.message,
        ),
      );
    }),
  );
}
