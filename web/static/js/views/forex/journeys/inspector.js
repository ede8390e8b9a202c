/** The form of the selected step; for several, their actions; for none, the journey. */
import { h, replace } from '../../../dom.js';
import { button, toolButton } from '../../../components/button.js';
import { callout } from '../../../components/callout.js';
import { changeStep, GRID } from './commands.js';
import { glyph } from './icons.js';
import { conditionForm, delayForm, jumpForm, splitForm } from './inspector/flow.js';
import { endForm, handoverForm, tagForm } from './inspector/ends.js';
import { numberInput, textInput } from './inspector/parts.js';
import { messageForm, questionForm, waitForm } from './inspector/talk.js';
import { overview } from './overview.js';
import { stepOf, typeOf } from './model.js';

/**
 * @typedef {import('./types.js').Step} Step
 * @typedef {import('./inspector/parts.js').Form} Form
 *
 * @typedef {object} Host
 * @property {import('./store.js').Store} store
 * @property {() => boolean} fixed
 * @property {() => import('./types.js').Issue[]} issues
 * @property {Form['uploads']} uploads
 * @property {(id: string, port: string) => void} onway
 * @property {import('./actions.js').Actions} actions
 * @property {() => void} onclose Closes the form where it covers the map.
 * @property {() => void} onback Returns the focus to the map or the list.
 */

/** @type {Record<import('./types.js').StepType, (form: Form) => import('../../../dom.js').Child[]>} */
const FORMS = {
  message: messageForm,
  question: questionForm,
  delay: delayForm,
  wait_for_reply: waitForm,
  condition: conditionForm,
  split: splitForm,
  jump: jumpForm,
  tag: tagForm,
  handover: handoverForm,
  end: endForm,
};

/** @param {Host} host */
export function createInspector(host) {
  const { store, actions } = host;
  const root = h('section', { class: 'inspector', 'aria-label': 'Selected step' });
  /** @type {{ keys: string[], setError: (message: string) => void }[]} */
  let shows = [];
  /** @type {(() => void)[]} */
  let goes = [];
  let others = h('div', null);
  let shownID = '';

  root.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || event.defaultPrevented || root.closest('dialog')) return;
    event.preventDefault();
    host.onback();
  });

  /** @param {string} [focus] The key of what gets the focus. */
  function draw(focus) {
    const active = /** @type {HTMLElement | null} */ (
      root.contains(document.activeElement) ? document.activeElement : null
    );
    const key = focus ?? active?.dataset.key;
    const range = active instanceof HTMLTextAreaElement ? [active.selectionStart, active.selectionEnd] : null;
    for (const go of goes) go();
    goes = [];
    shows = [];
    const ids = store.selected;
    const step = ids.length === 1 ? stepOf(store.definition, ids[0] ?? '') : undefined;
    const scroll = step && step.id === shownID ? root.scrollTop : 0;
    shownID = step?.id ?? '';
    if (step) replace(root, form(step));
    else if (ids.length > 1) replace(root, several(ids));
    else replace(root, overview({ ...host, closer: closer() }));
    drawIssues();
    root.scrollTop = scroll;
    if (!key) return;
    const next = /** @type {HTMLElement | undefined} */ (
      [...root.querySelectorAll('[data-key]')].find((item) => /** @type {HTMLElement} */ (item).dataset.key === key)
    );
    next?.focus({ preventScroll: focus === undefined });
    if (next instanceof HTMLTextAreaElement && range) next.setSelectionRange(range[0] ?? 0, range[1] ?? 0);
  }

  const closer = () => toolButton('close', 'Close the form', host.onclose, { class: 'inspector-close' });

  /** @param {Step} step */
  function form(step) {
    const words = typeOf(step.type);
    const fixed = host.fixed();
    /** @type {Form} */
    const made = {
      step,
      store,
      fixed,
      uploads: host.uploads,
      type: (key, change) =>
        store.apply(`Typing`, changeStep(store.definition, step.id, change), {
          group: `${step.id} ${key}`,
          by: 'typing',
        }),
      change: (label, change, focus) => {
        if (!store.apply(label, changeStep(store.definition, step.id, change), { by: 'form' })) return;
        if (focus) draw(focus);
      },
      problems: (keys, setError) => shows.push({ keys, setError }),
      way: (port) => host.onway(step.id, port),
      later: (go) => goes.push(go),
    };
    others = h('div', { class: 'inspector-issues' });
    const start = store.definition.start_step_id === step.id;
    return [
      h(
        'header',
        { class: 'inspector-top' },
        h('span', { class: ['node-glyph', `glyph-${step.type}`] }, glyph(words.icon)),
        h('h2', null, words.label),
        h(
          'div',
          { class: 'inspector-tools' },
          toolButton('play', 'Test from here', () => actions.testFrom(step.id)),
          fixed ? null : toolButton(glyph('copy'), 'Duplicate', actions.duplicate),
          fixed ? null : toolButton('trash', 'Delete', actions.remove),
          closer(),
        ),
      ),
      others,
      textInput(made, {
        key: 'title',
        label: 'Title',
        value: step.title ?? '',
        set: (old, value) => ({ ...old, title: value || undefined }),
        help: 'For your team; people in the chat don’t see it.',
        props: { maxlength: 200 },
      }),
      FORMS[step.type]?.(made) ?? null,
      h(
        'details',
        { class: 'inspector-more' },
        h('summary', null, 'Place and order'),
        h(
          'div',
          { class: 'stack' },
          start
            ? h('p', { class: 'muted small' }, 'The journey starts here.')
            : fixed
              ? null
              : button('Start the journey here', () => actions.start(step.id), {
                  small: true,
                  icon: glyph('start', 'small'),
                }),
          h(
            'div',
            { class: 'edit-pair' },
            /** @type {const} */ (['x', 'y']).map((axis) =>
              numberInput(made, {
                key: axis,
                label: axis === 'x' ? 'From the left' : 'From the top',
                value: step[axis],
                set: (old, value) => ({ ...old, [axis]: value ?? 0 }),
                required: true,
                props: { step: GRID },
              }),
            ),
          ),
        ),
      ),
    ];
  }

  /** @param {string[]} ids */
  function several(ids) {
    return [
      h(
        'header',
        { class: 'inspector-top' },
        h('h2', null, `${ids.length} steps`),
        h('div', { class: 'inspector-tools' }, closer()),
      ),
      h('p', { class: 'muted small' }, 'Drag them or press the arrow keys to move them together.'),
      h(
        'div',
        { class: 'row' },
        button('Copy', actions.copy, { small: true, icon: glyph('copy', 'small') }),
        host.fixed()
          ? null
          : [
              button('Duplicate', actions.duplicate, { small: true, icon: glyph('copy', 'small') }),
              button('Delete', actions.remove, { look: 'danger', small: true, icon: 'trash' }),
            ],
      ),
    ];
  }

  /** Shows each problem at its field, and those without a field at the top. */
  function drawIssues() {
    const id = shownID;
    if (!id) return;
    let left = host.issues().filter((issue) => issue.step_id === id);
    const told = shows.map(({ keys, setError }) => ({ setError, keys, found: /** @type {string[]} */ ([]) }));
    /** @param {(key: string, field: string) => boolean} meant */
    const take = (meant) => {
      left = left.filter(({ field = '', message }) => {
        const place = field && told.find(({ keys }) => keys.some((key) => meant(key, field)));
        if (place) place.found.push(message);
        return !place;
      });
    };
    take((key, field) => key === field);
    take((key, field) => field.startsWith(`${key}[`) || field.startsWith(`${key}.`));
    for (const { setError, found } of told) setError(found.join(' '));
    replace(
      others,
      left.map(({ severity, message }) =>
        callout(severity === 'error' ? 'bad' : 'warn', [
          h('span', { class: 'visually-hidden' }, `${severity === 'error' ? 'Error' : 'Warning'}: `),
          message,
        ]),
      ),
    );
  }

  return {
    root,
    draw,
    drawIssues,
    drawOverview: () => {
      if (!shownID && store.selected.length === 0) draw();
    },
    focus() {
      const first = /** @type {HTMLElement | null} */ (
        root.querySelector('input:not(:disabled), textarea:not(:disabled), button:not(:disabled)')
      );
      const title = /** @type {HTMLElement | null} */ (root.querySelector('[data-key="title"]'));
      (title ?? first)?.focus();
    },
    destroy() {
      for (const go of goes) go();
    },
  };
}
