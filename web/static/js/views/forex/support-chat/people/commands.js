/** What somebody on the team can do in a conversation. */
import { answerConversation, commandConversation, getVersion, moveConversation } from '../../../../api/journeys.js';
import { h, replace } from '../../../../dom.js';
import { ApiError, errorText } from '../../../../problem.js';
import { button } from '../../../../components/button.js';
import { confirmLoss, formDialog, Mistake } from '../../../../components/form-dialog.js';
import { field } from '../../../../components/field.js';
import { icon } from '../../../../components/icons.js';
import { toast, toastError } from '../../../../components/toast.js';
import { nameOf } from '../../../hub/subscribers/words.js';
import { inOrder } from '../../journeys/layout.js';
import { stepName } from '../words.js';
import { running } from '../../../../typed.js';

/**
 * @typedef {import('../../../../types.js').Conversation} Conversation
 * @typedef {'pause' | 'resume' | 'end'} Command
 */

/** Telegram's limit of a message. */
const LONGEST = 4096;
/** Polls after a command, in case the event stream is down (ms). */
const AGAIN = [700, 2500];

/**
 * @param {object} options
 * @param {AbortSignal} options.signal
 * @param {() => void} options.onchange Called after a command: reload.
 * @param {(fresh: Conversation) => void} options.onfresh
 */
export function commands({ signal, onchange, onfresh }) {
  /** @type {Conversation | null} */
  let now = null;
  let drawn = '';
  const buttons = h('div', { class: 'row' });
  const answer = answerForm({
    signal,
    onsent: () => {
      onchange();
      soon();
    },
  });
  const root = h('div', { class: 'stack conversation-commands' }, answer.root, buttons);

  const soon = () => {
    for (const ms of AGAIN) setTimeout(() => signal.aborted || onchange(), ms);
  };

  /**
   * @param {Command} command
   * @param {string} done
   */
  const order = async (command, done) => {
    if (!now) return;
    const fresh = await commandConversation(now.id, command);
    if (signal.aborted) return;
    toast(done);
    if (fresh?.id) onfresh(fresh);
    soon();
  };

  /**
   * @param {string} command
   * @param {string} label
   * @param {(name: string) => void | Promise<void>} run
   * @param {Parameters<typeof button>[2]} look
   */
  const commandButton = (command, label, run, look) => {
    const press = async () => {
      // Not disabled: it would lose the focus.
      if (!now || element.getAttribute('aria-busy')) return;
      element.setAttribute('aria-busy', 'true');
      try {
        await run(nameOf(now.subscriber));
      } catch (error) {
        toastError(error, label);
      } finally {
        element.removeAttribute('aria-busy');
      }
    };
    const element = button(label, press, { ...look, 'data-command': command });
    return element;
  };

  /** @param {string} name */
  const end = (name) =>
    confirmLoss({
      title: `End the conversation with ${name}?`,
      text: 'The journey stops for this person.',
      losses: ['no further message is sent', 'what they write next can trigger a journey again'],
      verb: 'End it',
      keep: 'Let it continue',
      signal,
      work: () => order('end', `The conversation with ${name} is ended.`),
    });

  const move = async () => {
    const conversation = now;
    if (!conversation) return;
    const { definition } = await getVersion(conversation.journey.id, conversation.version.id, signal);
    if (signal.aborted) return;
    const steps = inOrder(definition)
      .map(({ step }) => step)
      .filter(({ id }) => id !== conversation.step?.id);
    const select = h(
      'select',
      { class: 'input' },
      steps.map((step) => h('option', { value: step.id }, stepName(step))),
    );
    formDialog({
      title: `Move ${nameOf(conversation.subscriber)} to a step`,
      body: [
        field({
          label: 'Step',
          control: select,
          required: true,
          help: 'It begins at once, as if they had reached it by themselves.',
        }).root,
      ],
      verb: 'Move',
      signal,
      work: async () => {
        await moveConversation(conversation.id, select.value);
        toast(`Moved to ${stepName(steps.find(({ id }) => id === select.value))}.`);
        onchange();
        soon();
      },
    });
  };

  return {
    root,
    /** @param {Conversation} fresh */
    show(fresh) {
      const over = fresh.state === 'ended' || fresh.state === 'broken';
      now = fresh;
      root.hidden = over;
      answer.show(fresh);
      if (drawn === fresh.state) return;
      drawn = fresh.state;
      const held = buttons.contains(document.activeElement);
      const paused = fresh.state === 'paused';
      replace(
        buttons,
        over
          ? null
          : [
              paused
                ? commandButton('turn', 'Hand back', (name) => order('resume', `The journey continues with ${name}.`), {
                    icon: 'play',
                  })
                : commandButton(
                    'turn',
                    'Take over',
                    (name) => order('pause', `The journey waits. You talk to ${name}.`),
                    { look: 'primary', icon: 'hand' },
                  ),
              commandButton('move', 'Move to step', move, { icon: 'journey' }),
              commandButton('end', 'End', end, { look: 'quiet', icon: 'stop' }),
            ],
      );
      if (paused && held) answer.focus();
      else if (held) /** @type {HTMLElement | null} */ (buttons.querySelector('[data-command=turn]'))?.focus();
    },
  };
}

/** The field for answering by hand, while a person has taken over.
 *
 * @param {object} options
 * @param {AbortSignal} options.signal
 * @param {() => void} options.onsent
 */
function answerForm({ signal, onsent }) {
  /** @type {Conversation | null} */
  let now = null;
  let key = crypto.randomUUID();
  const text = h('textarea', {
    class: 'input',
    rows: 3,
    maxlength: LONGEST,
    on: {
      keydown: (/** @type {KeyboardEvent} */ event) => {
        if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        root.requestSubmit();
      },
    },
  });
  const part = field({ label: 'Your answer', control: text, required: true, help: 'Ctrl+Enter sends it.' });
  const go = h('button', { class: 'button button-primary', type: 'submit' }, icon('send'), 'Send');

  /** @param {Event} event */
  const submit = async (event) => {
    event.preventDefault();
    if (go.disabled || !now) return;
    part.setError('');
    go.disabled = true;
    try {
      const said = running(text.value);
      if (!said) throw new Mistake('Write something first.');
      await answerConversation(now.id, said, key);
      if (signal.aborted) return;
      key = crypto.randomUUID();
      text.value = '';
      toast('Your answer is on its way.');
      onsent();
    } catch (error) {
      if (signal.aborted) return;
      // A refusal ends the attempt; without an answer the same one is sent again.
      if (error instanceof ApiError && error.status >= 400 && error.status < 500) key = crypto.randomUUID();
      part.setError(error instanceof Mistake ? error.message : errorText(error));
    } finally {
      go.disabled = false;
      if (!signal.aborted) text.focus();
    }
  };

  const root = h(
    'form',
    {
      class: 'stack',
      novalidate: true,
      hidden: true,
      on: { submit: (/** @type {Event} */ event) => void submit(event) },
    },
    part.root,
    h('div', { class: 'row' }, go),
  );

  return {
    root,
    focus: () => text.focus(),
    /** @param {Conversation} fresh */
    show(fresh) {
      now = fresh;
      root.hidden = fresh.state !== 'paused';
    },
  };
}
