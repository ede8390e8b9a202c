/** What the inspector shows when no step is selected: triggers, problems, keys. */
import { h } from '../../../dom.js';
import { callout } from '../../../components/callout.js';
import { icon } from '../../../components/icons.js';
import { count } from '../../../format.js';
import { nameOf, stepOf } from './model.js';

/**
 * @typedef {import('./types.js').Trigger} Trigger
 * @typedef {import('./types.js').Issue} Issue
 */

/** @param {Trigger} trigger */
export function triggerText(trigger) {
  if (trigger.kind === 'deep_link') return `Link with “${trigger.value ?? ''}”`;
  if (trigger.kind === 'any_message') return 'Any first message';
  const how = { word: 'with the word', prefix: 'that begins with', contains: 'that contains' }[trigger.match ?? ''];
  return how ? `Message ${how} “${trigger.value ?? ''}”` : `Message “${trigger.value ?? ''}”`;
}

/** @type {[keys: string[], does: string][]} */
const KEYS = [
  [['A'], 'Add a step after the selected one'],
  [['C'], 'Connect it to a step'],
  [['Enter'], 'Open its form; Esc returns'],
  [['←', '↑', '↓', '→'], 'Move it; with Shift, further'],
  [['Del'], 'Delete'],
  [['Ctrl', 'Z'], 'Undo; with Shift, redo'],
  [['Ctrl', 'C'], 'Copy; Ctrl V pastes, here or in another journey'],
  [['Ctrl', 'D'], 'Duplicate'],
  [['Ctrl', 'A'], 'Select all'],
  [['+', '−', '0'], 'Zoom in, out, show all'],
];

/**
 * @param {object} options
 * @param {import('./store.js').Store} options.store
 * @param {() => Issue[]} options.issues
 * @param {Node} options.closer Closes the form.
 * @param {import('./actions.js').Actions} options.actions
 */
export function overview({ store, issues, actions, closer }) {
  const { definition } = store;
  const start = stepOf(definition, definition.start_step_id);
  return [
    h(
      'header',
      { class: 'inspector-top' },
      h('h2', null, 'This journey'),
      h('div', { class: 'inspector-tools' }, closer),
    ),
    h(
      'dl',
      { class: 'overview' },
      h('div', null, h('dt', null, 'Triggers'), h('dd', null, begins(definition.triggers ?? []))),
      h(
        'div',
        null,
        h('dt', null, 'First step'),
        h(
          'dd',
          null,
          start
            ? h(
                'button',
                { class: 'link-button', type: 'button', on: { click: () => actions.show(start.id) } },
                nameOf(start),
              )
            : 'None yet',
        ),
      ),
      h('div', null, h('dt', null, 'Steps'), h('dd', { class: 'figures' }, String(definition.steps.length))),
    ),
    issueList(issues(), store, actions),
    h(
      'details',
      { class: 'inspector-more keys' },
      h('summary', null, 'Keys'),
      h(
        'dl',
        { class: 'key-list' },
        KEYS.map(([keys, does]) =>
          h(
            'div',
            null,
            h(
              'dt',
              null,
              keys.map((key) => h('kbd', null, key)),
            ),
            h('dd', null, does),
          ),
        ),
      ),
    ),
  ];
}

/** @param {Trigger[]} triggers */
function begins(triggers) {
  if (triggers.length === 0) return 'None yet: add one in the settings.';
  return h(
    'ul',
    null,
    triggers.map((trigger) => h('li', null, triggerText(trigger))),
  );
}

/**
 * @param {Issue[]} issues
 * @param {import('./store.js').Store} store
 * @param {import('./actions.js').Actions} actions
 */
function issueList(issues, store, actions) {
  if (issues.length === 0) return callout('good', 'No problems. It can be published.');
  return h(
    'section',
    { class: 'issue-list' },
    h('h3', null, count(issues.length, 'problem')),
    h(
      'ul',
      null,
      issues.map((issue) => {
        const step = issue.step_id ? stepOf(store.definition, issue.step_id) : undefined;
        const face = [
          icon('alert', 'small'),
          h(
            'span',
            null,
            h(
              'span',
              { class: 'issue-where' },
              issue.severity === 'error' ? 'Error' : 'Warning',
              step ? ` · ${nameOf(step)}` : '',
            ),
            h('span', { class: 'issue-text' }, issue.message),
          ),
        ];
        const kind = `issue issue-${issue.severity}`;
        return h(
          'li',
          null,
          step
            ? h(
                'button',
                { class: kind, type: 'button', on: { click: () => actions.show(step.id, issue.field) } },
                face,
              )
            : h('div', { class: kind }, face),
        );
      }),
    ),
  );
}
