/** One step on the canvas. */
import { h, setVars } from '../../../dom.js';
import { icon } from '../../../components/icons.js';
import { glyph } from './icons.js';
import { count, whole } from '../../../format.js';
import { destinations, leads, nameOf, summary, typeOf, ways } from './model.js';

/**
 * @typedef {import('./types.js').Step} Step
 * @typedef {import('./types.js').Issue} Issue
 * @typedef {import('./types.js').StepFigures} StepFigures
 *
 * @typedef {object} Shown What is shown of a step.
 * @property {Step} step
 * @property {boolean} start
 * @property {Issue[]} issues
 * @property {StepFigures | null} figures
 * @property {(id: string) => string} name
 * @property {boolean} fixed Nothing can be changed.
 */

/**
 * @param {Shown} shown
 * @returns {HTMLElement}
 */
export function node({ step, start, issues, figures, name, fixed }) {
  const words = typeOf(step.type);
  const title = nameOf(step);
  const errors = issues.filter(({ severity }) => severity === 'error').length;
  const ports = ways(step);
  const problem = issues.length > 0 ? ` ${issueWords(issues)}: ${issues.map(({ message }) => message).join(' ')}` : '';
  const root = h(
    'li',
    { class: ['node', `node-${step.type}`, start && 'node-start', errors > 0 && 'node-bad'], dataset: { id: step.id } },
    h(
      'button',
      {
        class: 'node-face',
        type: 'button',
        'aria-pressed': 'false',
        'aria-label': `${words.label}: ${title}.${start ? ' The journey starts here.' : ''} ${destinations(step, name)}${problem}`,
      },
      h(
        'span',
        { class: 'node-top' },
        h('span', { class: 'node-glyph' }, glyph(words.icon)),
        h('span', { class: 'node-type' }, words.label),
        start ? h('span', { class: 'node-flag' }, 'Start') : null,
      ),
      faceWords(step, name),
    ),
    issues.length > 0
      ? h(
          'p',
          {
            class: ['node-issues', errors > 0 ? 'node-issues-bad' : 'node-issues-warn'],
            title: issues.map(({ message }) => message).join('\n'),
          },
          icon('alert', 'small'),
          issueWords(issues),
        )
      : null,
    figures ? figureRow(figures) : null,
    ports.length > 0
      ? h(
          'div',
          { class: 'node-ports', role: 'group', 'aria-label': `Ways of ${title}` },
          ports.map((way) =>
            h(
              'button',
              {
                class: ['port', !way.target && 'port-open'],
                type: 'button',
                tabindex: '-1',
                disabled: fixed,
                dataset: { port: way.port },
                'aria-haspopup': 'dialog',
                'aria-label': `${way.label}: ${leads(way, name)}. Connect to…`,
              },
              h('span', { class: 'port-label' }, way.label),
              h('span', { class: 'port-dot', 'aria-hidden': 'true' }),
            ),
          ),
        )
      : null,
  );
  setVars(root, { x: `${step.x}px`, y: `${step.y}px` });
  return root;
}

/** Its title with its summary below; without a title, the summary alone.
 *
 * @param {Step} step
 * @param {(id: string) => string} name
 */
export function faceWords(step, name) {
  const text = summary(step, name);
  return [
    h('span', { class: 'node-title' }, step.title || text),
    step.title && step.title !== text ? h('span', { class: 'node-summary' }, text) : null,
  ];
}

/** @param {Issue[]} issues */
export function issueWords(issues) {
  const errors = issues.filter(({ severity }) => severity === 'error').length;
  const warnings = issues.length - errors;
  return [errors > 0 && count(errors, 'error'), warnings > 0 && count(warnings, 'warning')].filter(Boolean).join(', ');
}

/** @param {StepFigures} figures */
function figureRow(figures) {
  return h(
    'dl',
    { class: 'node-figures figures' },
    /** @type {const} */ (['entered', 'waiting', 'passed', 'dropped']).map((key) =>
      h(
        'div',
        { class: `node-figure node-figure-${key}` },
        h('dt', null, key),
        h('dd', null, whole(figures[key] ?? 0)),
      ),
    ),
  );
}
