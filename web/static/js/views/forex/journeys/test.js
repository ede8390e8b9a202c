/** Test mode: a phone beside the map that walks the draft with simulated time. */
import { testDraft } from '../../../api/journey-draft.js';
import { h, replace } from '../../../dom.js';
import { dateTime, duration } from '../../../format.js';
import { BROKEN, errorText } from '../../../problem.js';
import { button, toolButton } from '../../../components/button.js';
import { callout } from '../../../components/callout.js';
import { icon } from '../../../components/icons.js';
import { bubble } from '../../hub/sandbox/bubble.js';
import { avatar } from '../../hub/sandbox/parts.js';
import { glyph } from './icons.js';
import { read } from './markup.js';
import { nameOf, stepOf } from './model.js';
import { testPanel } from './test-panel.js';
import { createWalk } from './walk.js';
import { running } from '../../../typed.js';

/**
 * @typedef {import('./walk.js').Said} Said
 * @typedef {import('../../hub/sandbox/types.js').Shown} Shown
 *
 * @typedef {object} Host
 * @property {import('./store.js').Store} store
 * @property {Record<string, import('../../../types.js').Upload>} uploads
 * @property {(id: string) => void} onmark Marks the step that the person has reached; '' for none.
 * @property {(id: string) => void} onshow Shows a step of the log.
 * @property {() => void} onopen
 * @property {() => void} onclose
 */

const HOUR = 3_600_000;

/** @type {Record<string, string>} */
const PHASES = {
  sending: 'is sending',
  held: 'waits for the end of quiet hours',
  waiting: 'waits for a reply',
  sleeping: 'waits',
  ended: 'has ended',
};

/**
 * @param {Host} host
 * @param {AbortSignal} signal
 */
export function createTest({ store, uploads, onmark, onshow, onopen, onclose }, signal) {
  let shown = false;
  let drawn = 0;
  /** @type {HTMLElement | null} */
  let opener = null;
  const walk = createWalk({
    ask: (definition, state, event) => testDraft(definition, state, event, signal),
    onchange: () => draw(),
    now: Date.now(),
  });

  const clock = h('p', { class: 'test-clock figures' });
  const phase = h('p', { class: 'chat-sub', role: 'status' });
  const messages = h('div', { class: 'chat-messages' });
  const starts = h('div', { class: 'test-starts' });
  const log = h(
    'div',
    { class: 'chat-log', role: 'log', tabindex: '0', 'aria-label': 'Messages of the test' },
    messages,
    starts,
  );
  const answer = h('p', { class: 'chat-answer', role: 'status' });
  const problem = h('div', { class: 'test-problem', role: 'alert' });
  const edited = h('p', { class: 'test-edited small', role: 'status' });
  /** The draft with which the test began; what was edited since counts from the next step on. */
  let begun = store.definition;
  const skip = button('Skip to the next event', () => run(() => walk.skip(store.definition)), {
    small: true,
    icon: glyph('skip', 'small'),
  });
  const hour = passes('+1 hour', HOUR);
  const day = passes('+1 day', 24 * HOUR);
  const text = h('textarea', {
    class: 'composer-text',
    rows: 1,
    maxlength: 4096,
    placeholder: 'Message',
    'aria-label': 'Message of the person who tests',
    on: {
      keydown: (/** @type {KeyboardEvent} */ event) => {
        if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
          event.preventDefault();
          send();
        }
      },
    },
  });
  const about = testPanel({ walk, store, onshow });
  const title = h('h2', { tabindex: '-1' }, 'Test');
  const root = h(
    'section',
    {
      class: 'journey-test',
      'aria-label': 'Test',
      hidden: true,
      on: {
        keydown: (/** @type {KeyboardEvent} */ event) => {
          if (event.key === 'Escape' && !event.defaultPrevented) close();
        },
      },
    },
    h(
      'header',
      { class: 'test-top' },
      title,
      clock,
      toolButton('reset', 'Start again', () => {
        walk.reset(Date.now());
        text.focus();
      }),
      toolButton('close', 'Close the test', () => close(), { class: 'test-close' }),
    ),
    h('div', { class: 'test-time', role: 'group', 'aria-label': 'Time' }, skip, hour, day),
    edited,
    h(
      'div',
      { class: 'phone test-phone' },
      h(
        'div',
        { class: 'phone-screen' },
        h(
          'header',
          { class: 'chat-head' },
          avatar('Journey'),
          h('div', { class: 'chat-who' }, h('h3', null, 'Your bot'), phase),
        ),
        log,
        answer,
        problem,
        h(
          'div',
          { class: 'composer' },
          h(
            'form',
            {
              class: 'composer-line',
              on: {
                submit: (/** @type {Event} */ event) => {
                  event.preventDefault();
                  send();
                },
              },
            },
            text,
            h('button', { class: 'icon-button composer-send', type: 'submit', 'aria-label': 'Send' }, icon('send')),
          ),
        ),
      ),
    ),
    about.root,
  );

  /** @param {string} label @param {number} ms */
  function passes(label, ms) {
    return button(label, () => run(() => walk.pass(store.definition, ms)), { small: true });
  }

  /** @param {() => Promise<void>} work */
  async function run(work) {
    replace(problem);
    if (!walk.state) begun = store.definition;
    try {
      await work();
    } catch (error) {
      if (signal.aborted) return;
      replace(problem, callout('bad', errorText(error, `${BROKEN} Start the test again.`)));
    }
  }

  function send() {
    const words = running(text.value);
    if (words === '' || walk.busy) return;
    text.value = '';
    void run(() => walk.write(store.definition, words));
  }

  function draw() {
    if (signal.aborted) return;
    const { state, said, due } = walk;
    clock.textContent = dateTime(walk.clock);
    const step = stepOf(store.definition, state?.step_id ?? '');
    const ended = state?.phase === 'ended';
    phase.textContent = walk.busy
      ? 'typing…'
      : !state
        ? 'not started'
        : ended
          ? `ended: ${state.outcome || 'completed'}`
          : `${step ? nameOf(step) : 'Welcome message'} ${PHASES[state.phase ?? ''] ?? ''}`;
    if (said.length < drawn) {
      replace(messages);
      drawn = 0;
    }
    for (; drawn < said.length; drawn += 1) {
      const one = said[drawn];
      if (one) messages.append(draw1(one, drawn));
      log.scrollTop = log.scrollHeight;
    }
    answer.textContent = walk.answer;
    const other = Boolean(walk.state) && begun !== store.definition;
    if (other !== Boolean(edited.textContent))
      edited.textContent = other ? 'Edited since the test began: what comes next is as it is now.' : '';
    skip.disabled = walk.busy || due === 0;
    skip.title = due ? `At ${dateTime(due)}, in ${duration((due - walk.clock) / 1000)}` : 'Nothing is due';
    hour.disabled = walk.busy;
    day.disabled = walk.busy;
    if (drawStarts(!state || ended, ended)) log.scrollTop = log.scrollHeight;
    if (walk.issues.length > 0) {
      replace(problem, callout('bad', `The draft can’t run yet: ${walk.issues[0]?.message ?? ''}`));
    }
    about.draw();
    if (shown) onmark(ended ? '' : (state?.step_id ?? ''));
  }

  /** The ways to start the test: by a trigger, as people do, or at once. @param {boolean} possible @param {boolean} ended @returns {boolean} Whether it is new. */
  function drawStarts(possible, ended) {
    starts.hidden = !possible || walk.busy;
    const { definition } = store;
    const key = JSON.stringify([possible, ended, definition.triggers, ended && walk.said.length, walk.busy]);
    if (starts.dataset.key === key) return false;
    starts.dataset.key = key;
    /** @param {string} label @param {() => Promise<void>} work */
    const begin = (label, work) =>
      h('button', { class: 'key', type: 'button', on: { click: () => void run(work) } }, label);
    replace(
      starts,
      h(
        'p',
        { class: 'muted small' },
        ended ? 'The journey has ended. Start again:' : 'Start as a person would, or write a message:',
      ),
      (definition.triggers ?? [])
        .slice(0, 4)
        .map(({ kind, value = '' }) =>
          kind === 'deep_link'
            ? begin(`Open the link “${value}”`, () => walk.write(store.definition, `/start ${value}`))
            : kind === 'keyword'
              ? begin(`Write “${value}”`, () => walk.write(store.definition, value))
              : begin('Write “Hello”', () => walk.write(store.definition, 'Hello')),
        ),
      begin('Start without a trigger', () => walk.start(store.definition, '')),
    );
    return possible;
  }

  /** @param {Said} one @param {number} index */
  function draw1(one, index) {
    const { text: words, entities } = one.mine ? { text: one.text, entities: [] } : read(one.text);
    const upload = one.photo ? uploads[one.photo] : undefined;
    const date = Math.floor(one.at / 1000);
    const body = one.photo ? { caption: words, caption_entities: entities } : { text: words, entities };
    /** @type {Shown} */
    const message = {
      seq: index,
      by_bot: !one.mine,
      message: {
        message_id: index + 1,
        chat: { id: 1, type: 'private' },
        date,
        ...body,
        ...(upload
          ? { photo: [{ file_id: upload.id, url: upload.url, width: upload.width, height: upload.height }] }
          : {}),
        ...(one.buttons?.length ? { reply_markup: { inline_keyboard: one.buttons } } : {}),
      },
    };
    const element = bubble(message, {
      author: one.mine ? (walk.person.first_name ?? 'You') : 'Your bot',
      actions: {
        press: (_message, data, button) => {
          button.setAttribute('aria-busy', 'true');
          void run(() => walk.press(store.definition, data, button.textContent ?? '')).finally(() =>
            button.removeAttribute('aria-busy'),
          );
        },
        say: (command) => void run(() => walk.write(store.definition, command)),
      },
    });
    if (one.photo && !upload) element.prepend(h('p', { class: 'muted small' }, 'With its photo'));
    return element;
  }

  function close() {
    if (!shown) return;
    shown = false;
    root.hidden = true;
    onmark('');
    onclose();
    if (opener?.isConnected) opener.focus();
  }

  signal.addEventListener('abort', () => (shown = false), { once: true });
  draw();

  return {
    root,
    get shown() {
      return shown;
    },
    close,
    /** @param {string} from The step where it starts at once; '' waits for a trigger. */
    open(from) {
      opener ??= /** @type {HTMLElement | null} */ (document.activeElement);
      if (!shown) opener = /** @type {HTMLElement | null} */ (document.activeElement);
      shown = true;
      root.hidden = false;
      onopen();
      if (from) {
        walk.reset(walk.clock);
        void run(() => walk.start(store.definition, from));
      }
      draw();
      if (from) title.focus();
      else text.focus();
    },
    /** The draft changed: the names of steps may have changed. */
    refresh: () => draw(),
  };
}
