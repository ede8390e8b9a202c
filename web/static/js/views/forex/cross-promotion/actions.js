/** What a person can do with a post of today: send it at once, or leave it out. */
import { runSlot, skipSlot } from '../../../api/cross-promotion.js';
import { h } from '../../../dom.js';
import { timeOfDay } from '../../../format.js';
import { formDialog } from '../../../components/form-dialog.js';
import { toast } from '../../../components/toast.js';
import { SLOTS, channelName, isAhead } from './words.js';
import { simulatedText } from '../../../components/status.js';

/**
 * @typedef {object} About
 * @property {import('./words.js').OwnEntry} entry
 * @property {import('./store.js').Known} known
 * @property {() => Promise<void>} reload
 * @property {() => void} onclose After the dialog.
 * @property {AbortSignal} signal
 */

/** @param {string} text */
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** @param {About} about */
export function askRun({ entry, known, reload, onclose, signal }) {
  const { the } = SLOTS[entry.slot];
  const key = crypto.randomUUID();
  formDialog({
    title: `Send ${the} now?`,
    safe: true,
    onclose,
    body: [
      h('p', null, `It is made and goes to ${simulatedText('telegram', channelName(known.bot, 'free'))} at once.`),
      isAhead(entry, known.today, Date.now())
        ? h('p', null, `The planned one still comes at ${timeOfDay(entry.at)}. To have one alone, skip that one, too.`)
        : null,
    ],
    verb: 'Send it now',
    keep: 'Not now',
    signal,
    work: async () => {
      await runSlot(entry.slot, key);
      toast(`${capital(the)} ${entry.slot === 'brag' ? 'are' : 'is'} on the way.`);
      await reload();
    },
  });
}

/** @param {About} about */
export function askSkip({ entry, reload, onclose, signal }) {
  const { the } = SLOTS[entry.slot];
  formDialog({
    title: `Skip ${the} today?`,
    safe: true,
    onclose,
    body: [
      h(
        'p',
        null,
        `Nothing is posted at ${timeOfDay(entry.at)}, and your name stands beside it. This can’t be undone.`,
      ),
      h('p', { class: 'muted' }, 'You can still send it by hand, and it comes again on the next day.'),
    ],
    verb: 'Skip it today',
    keep: 'Keep it',
    signal,
    work: async () => {
      try {
        await skipSlot(entry.slot);
        toast(`Skipped for today: ${SLOTS[entry.slot].name}.`);
      } finally {
        await reload();
      }
    },
  });
}
