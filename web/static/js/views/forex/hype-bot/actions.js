/** What is asked before a flow is started at once, and before a flow or a prompt is deleted. */
import { deleteFlow, deletePrompt, runFlow } from '../../../api/hype.js';
import { h } from '../../../dom.js';
import { count } from '../../../format.js';
import { confirmLoss, formDialog } from '../../../components/form-dialog.js';
import { toast } from '../../../components/toast.js';
import { channelName } from '../cross-promotion/words.js';
import { quoted, usersText } from './words.js';
import { simulatedText } from '../../../components/status.js';

/**
 * @typedef {object} Around
 * @property {() => import('./store.js').Known} known
 * @property {() => Promise<void>} reload
 * @property {() => void} onclose After the dialog.
 * @property {AbortSignal} signal
 */

/** @param {import('./words.js').Flow} flow @param {Around} around */
export function askRun(flow, { known, onclose, signal }) {
  const key = crypto.randomUUID();
  const channel = simulatedText('telegram', channelName(known().bot, 'free'));
  formDialog({
    title: `Run ${quoted(flow.name)} now?`,
    safe: true,
    onclose,
    body: [
      h(
        'p',
        null,
        flow.messages === 1
          ? `Its message goes to ${channel} at once.`
          : `Its ${count(flow.messages, 'message')} go to ${channel}, the first one at once.`,
      ),
      h('p', null, 'This is besides today’s run, which still comes after the call to action.'),
    ],
    verb: 'Run it now',
    keep: 'Not now',
    signal,
    work: async () => {
      await runFlow(flow.id, key);
      toast(`${quoted(flow.name)} runs. Its messages appear under Promo, Posts.`);
    },
  });
}

/** @param {import('./words.js').Flow} flow @param {Around} around */
export function askDeleteFlow(flow, { known, reload, onclose, signal }) {
  confirmLoss({
    title: `Delete ${quoted(flow.name)}?`,
    text: 'What it has posted stays in your channel and in the list of posts.',
    losses: ['its times and its figures go', 'if a run of it is under way, the messages that are left are not sent'],
    verb: 'Delete the flow',
    keep: 'Keep it',
    onclose,
    signal,
    work: async () => {
      try {
        await deleteFlow(known().flows.find(({ id }) => id === flow.id) ?? flow);
        toast(`Deleted: ${quoted(flow.name)}.`);
      } finally {
        await reload();
      }
    },
  });
}

/** @param {import('./words.js').Prompt} prompt @param {Around} around */
export function askDeletePrompt(prompt, { known, reload, onclose, signal }) {
  confirmLoss({
    title: `Delete ${quoted(prompt.name)}?`,
    text: usersText(prompt.id, known().flows),
    losses: ['its angle and its style go'],
    verb: 'Delete the prompt',
    keep: 'Keep it',
    onclose,
    signal,
    work: async () => {
      try {
        await deletePrompt(known().prompts.find(({ id }) => id === prompt.id) ?? prompt);
        toast(`Deleted: ${quoted(prompt.name)}.`);
      } finally {
        await reload();
      }
    },
  });
}
