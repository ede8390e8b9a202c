/** The details of a test: its log, the variables, the person. */
import { h, replace, uid } from '../../../dom.js';
import { dateTime } from '../../../format.js';
import { field } from '../../../components/field.js';
import { tabs } from '../../../components/tabs.js';
import { nameOf, stepOf, ways } from './model.js';
import { tagName } from '../../../typed.js';

/** The words before a log line's own text. @type {Record<string, string>} */
const WORDS = {
  began: 'The journey begins',
  entered: 'Enters',
  passed: 'Leaves',
  dropped: 'Drops out at',
  replied: 'Replies',
  invalid: 'No valid answer',
  timed_out: 'No answer in time',
  sent: 'Sent',
  not_sent: 'Not sent',
  unknown: 'May have been sent',
  held: 'Held by quiet hours',
  unheard: 'Ignored',
  paused: 'A person takes over',
  resumed: 'Handed back',
  moved: 'Moved',
  said: 'Your team writes',
  ended: 'The journey ended',
  tagged: 'Tags',
  branch: 'Takes the way',
  old_button: 'An old button',
  alert: 'Calls your team',
  none: 'No journey begins',
  pressed: 'Presses',
};
/** Redundant beside the lines next to them. */
const QUIET = new Set(['passed', 'sent']);

/**
 * @param {object} host
 * @param {import('./walk.js').Walk} host.walk
 * @param {import('./store.js').Store} host.store
 * @param {(id: string) => void} host.onshow Shows a step of the log.
 */
export function testPanel({ walk, store, onshow }) {
  let panel = 'log';
  const panelRoot = h('div', { class: 'test-panel', tabindex: '0' });
  const parts = tabs({
    label: 'About the test',
    panel: panelRoot,
    choices: [
      { id: 'log', label: 'Log' },
      { id: 'variables', label: 'Variables' },
      { id: 'person', label: 'Person' },
    ],
    onchange: (id) => {
      panel = id;
      drawPanel(true);
    },
  });

  /** @param {boolean} chosen The tab was just chosen. */
  function drawPanel(chosen) {
    if (panel === 'person') {
      if (chosen) drawPerson();
      return;
    }
    if (panel === 'variables') {
      const entries = Object.entries(walk.state?.variables ?? {});
      replace(
        panelRoot,
        entries.length === 0
          ? h('p', { class: 'muted small' }, 'No variables yet.')
          : h(
              'table',
              { class: 'test-table' },
              h(
                'thead',
                null,
                h('tr', null, h('th', { scope: 'col' }, 'Variable'), h('th', { scope: 'col' }, 'Value')),
              ),
              h(
                'tbody',
                null,
                entries.map(([name, value]) =>
                  h('tr', null, h('th', { scope: 'row', class: 'mono' }, name), h('td', null, value)),
                ),
              ),
            ),
        (walk.person.tags ?? []).length > 0
          ? h(
              'p',
              { class: 'small' },
              'Tags: ',
              (walk.person.tags ?? []).map((tag) => h('span', { class: 'tag' }, tag)),
            )
          : null,
      );
      return;
    }
    const lines = walk.log.filter(({ what }) => !QUIET.has(what));
    replace(
      panelRoot,
      lines.length === 0
        ? h('p', { class: 'muted small' }, 'What happens appears here, step by step.')
        : h('ol', { class: 'test-log' }, lines.map(line)),
    );
    panelRoot.scrollTop = panelRoot.scrollHeight;
  }

  /** @param {import('./walk.js').Told} told */
  function line({ at, what, stepID, text: words }) {
    const step = stepOf(store.definition, stepID);
    const named = step && ['entered', 'dropped'].includes(what);
    const way = step && what === 'branch' ? ways(step).find(({ port }) => port === words) : undefined;
    const detail = way?.label ?? (words || (what === 'entered' && !step ? 'the welcome message' : ''));
    return h(
      'li',
      { class: `test-line test-${what}` },
      h('time', { class: 'figures muted', title: dateTime(at) }, new Date(at).toISOString().slice(11, 19)),
      h(
        'span',
        null,
        WORDS[what] ?? what,
        named
          ? [
              ' ',
              h('button', { class: 'link-button', type: 'button', on: { click: () => onshow(step.id) } }, nameOf(step)),
            ]
          : null,
        detail ? `: ${detail}` : null,
      ),
    );
  }

  function drawPerson() {
    /** @param {'first_name' | 'last_name' | 'username' | 'language' | 'source'} key @param {string} label */
    const one = (key, label) => {
      const control = h('input', {
        class: 'input',
        type: 'text',
        id: uid('person'),
        autocomplete: 'off',
        value: walk.person[key] ?? '',
        on: { input: () => walk.change({ [key]: control.value }) },
      });
      return field({ label, control, required: true }).root;
    };
    const tags = h('input', {
      class: 'input',
      type: 'text',
      autocomplete: 'off',
      value: (walk.person.tags ?? []).join(', '),
      on: {
        input: () =>
          walk.change({
            tags: tags.value.split(',').map(tagName).filter(Boolean),
          }),
      },
    });
    replace(
      panelRoot,
      h(
        'div',
        { class: 'test-person' },
        one('first_name', 'First name'),
        one('last_name', 'Last name'),
        one('username', 'Username'),
        one('language', 'Language'),
        one('source', 'Source'),
        field({ label: 'Tags', control: tags, required: true }).root,
      ),
    );
  }

  drawPanel(true);
  return { root: h('div', { class: 'test-about' }, parts.root, panelRoot), draw: () => drawPanel(false) };
}
