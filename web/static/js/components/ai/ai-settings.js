/** Whether a language model writes the messages, how many a day, in which voice, and how it does. */
import { changeAI, readAI } from '../../api/forex.js';
import { h, redraw, replace } from '../../dom.js';
import { count, whole } from '../../format.js';
import { watch } from '../../live.js';
import { callout } from '../callout.js';
import { field } from '../field.js';
import { Mistake, workForm } from '../form-dialog.js';
import { failed, loading, skeleton } from '../states.js';
import { chip, madeUpTag } from '../status.js';
import { age } from '../time.js';
import { toast } from '../toast.js';
import { clean } from '../../typed.js';

/**
 * @typedef {import('../../types.js').Ai} AI
 * @typedef {import('../../types.js').AiProvider} Provider
 * @typedef {import('../../types.js').AiUsage} Usage
 */

export const MOST_MESSAGES = 5000;
export const LONGEST_VOICE = 400;

/** @type {Record<Provider['state'], [tone: 'good' | 'warn' | 'bad' | 'quiet', word: string]>} */
const STATES = {
  off: ['quiet', 'Not connected'],
  untried: ['quiet', 'Not asked yet'],
  working: ['good', 'Working'],
  waiting: ['warn', 'Waiting'],
  broken: ['bad', 'Broken'],
};

/** Why the written text went out in place of the model’s. @type {Record<string, string>} */
const REASONS = {
  no_provider: 'no language model is connected',
  switched_off: 'AI was switched off',
  over_budget: 'today’s messages were used up',
  late: 'the model was late',
  away: 'the model could not be reached',
  limited: 'the model’s provider asked for a pause',
  broken: 'the model’s provider refused the call',
  declined: 'the model declined',
  empty: 'the model wrote nothing',
  too_long: 'the model wrote too much',
  markup: 'the text had links or markup',
  invented: 'a figure was not among the facts',
  in_words: 'a figure was written as a word',
  odd_digits: 'a figure was written in unusual digits',
  repeats: 'the text repeated one of the last messages',
};

/** @param {string} reason */
export function reasonText(reason) {
  return REASONS[reason] ?? 'the model’s text could not be used';
}

/** @param {Provider} provider */
export function stateOf(provider) {
  return STATES[provider.state] ?? STATES.untried;
}

/**
 * What became of today’s messages.
 *
 * @param {Pick<AI, 'daily_budget' | 'today'>} ai
 */
export function usageText({ daily_budget: budget, today }) {
  const used = `${whole(today.used)} of ${count(budget, 'message')} used today`;
  const instead = today.refused + today.failed;
  if (instead === 0) return `${used}.`;
  const last = today.last_reason ? `, the last time because ${reasonText(today.last_reason)}` : '';
  return `${used}. The written text went out ${instead === 1 ? 'once' : `${whole(instead)} times`} instead${last}.`;
}

/**
 * What is wrong with a budget as it was typed; empty when nothing is.
 *
 * @param {string} text
 */
export function budgetProblem(text) {
  const n = Number(text);
  const sound = clean(text) !== '' && Number.isInteger(n) && n >= 0 && n <= MOST_MESSAGES;
  return sound ? '' : `Give a whole number from 0 to ${whole(MOST_MESSAGES)}.`;
}

/**
 * What is wrong with a voice; empty when nothing is.
 *
 * @param {string} text
 */
export function voiceProblem(text) {
  const length = [...clean(text)].length;
  return length <= LONGEST_VOICE ? '' : `Say it in at most ${LONGEST_VOICE} characters; this has ${length}.`;
}

/**
 * The panel.
 *
 * @param {object} options
 * @param {AbortSignal} options.signal
 * @param {boolean} options.editable Whether this person may change the settings.
 */
export function aiSettings({ signal, editable }) {
  const state = h('div', { class: 'stack' });
  const edit = h('div', null);
  const root = h(
    'section',
    { class: 'stack', 'aria-label': 'AI-written messages' },
    h('h2', null, 'AI-written messages'),
    h(
      'p',
      { class: 'muted' },
      'A language model says in its own words what happened. Every figure is checked against the facts; when one is wrong, or the model is late, the written text goes out.',
    ),
    state,
    edit,
  );
  replace(state, loading('the settings', skeleton('skeleton-row')));
  /** @type {AI | null} */
  let now = null;

  const load = async () => {
    try {
      const fresh = await readAI(signal);
      if (signal.aborted) return;
      const first = now === null;
      now = fresh;
      redraw(state, about(fresh));
      if (first && editable) replace(edit, form(fresh));
    } catch (error) {
      if (!signal.aborted && now === null) replace(state, failed(error, 'the settings', load));
    }
  };

  /** @param {AI} ai */
  const form = (ai) => {
    const enabled = h('input', { type: 'checkbox', checked: ai.enabled });
    const budget = h('input', {
      class: 'input figures',
      type: 'number',
      inputmode: 'numeric',
      min: 0,
      max: MOST_MESSAGES,
      value: String(ai.daily_budget),
    });
    const voice = h('textarea', { class: 'input', rows: 3 }, ai.voice);
    voice.value = ai.voice;
    const budgetField = field({
      label: 'Messages a day',
      control: budget,
      required: true,
      help: 'Then the written texts go out, until 00:00 UTC.',
    });
    const voiceField = field({
      label: 'Voice',
      control: voice,
      help: 'How it should sound, such as “calm and dry, never pushy”.',
    });
    return workForm({
      body: [
        h('label', { class: 'tick' }, enabled, h('span', null, 'Let the model write the messages')),
        budgetField.root,
        voiceField.root,
      ],
      verb: 'Save',
      signal,
      work: async () => {
        const wrong = budgetProblem(budget.value);
        const long = voiceProblem(voice.value);
        budgetField.setError(wrong);
        voiceField.setError(long);
        if (wrong || long) {
          (wrong ? budget : voice).focus();
          throw new Mistake();
        }
        const fresh = await changeAI(now ?? ai, {
          enabled: enabled.checked,
          daily_budget: Number(budget.value),
          voice: voice.value,
        });
        if (signal.aborted) return;
        now = fresh;
        voice.value = fresh.voice;
        redraw(state, about(fresh));
        toast('Saved.');
      },
      onerror: (error) => {
        if (error.status === 412) void load();
        const wrong = error.fieldError('daily_budget') ?? '';
        const long = error.fieldError('voice') ?? '';
        budgetField.setError(wrong);
        voiceField.setError(long);
        return wrong !== '' || long !== '';
      },
    });
  };

  watch('ai', null, load, signal);
  void load();
  return root;
}

/** @param {AI} ai */
function about(ai) {
  const { provider } = ai;
  const [tone, word] = stateOf(provider);
  return [
    h(
      'div',
      { class: 'row' },
      chip(ai.enabled ? tone : 'quiet', ai.enabled ? word : 'Switched off'),
      provider.simulated ? madeUpTag() : null,
      h(
        'span',
        { class: 'muted small' },
        provider.model,
        provider.asked_at ? [provider.model ? ', asked ' : 'asked ', age(provider.asked_at)] : null,
      ),
    ),
    h('p', { class: 'figures' }, usageText(ai)),
    ai.enabled && provider.problem
      ? callout(
          provider.state === 'broken' ? 'bad' : 'info',
          `${provider.problem.message}. ${provider.problem.remedy ?? ''}`,
        )
      : null,
    ai.enabled && provider.state === 'off'
      ? callout(
          'info',
          'No language model is connected: the written texts go out. Whoever runs the program sets OPENAI_API_KEY.',
        )
      : null,
  ];
}
