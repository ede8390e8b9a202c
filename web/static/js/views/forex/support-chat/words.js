/** The texts of the journeys' pages. Pure. */
import { count } from '../../../format.js';
import { format } from '../../../router.js';
import { sentence } from '../../../problem.js';
import { clean } from '../../../typed.js';
import { read as readMarkup } from '../journeys/markup.js';

/**
 * @typedef {import('../journeys/types.js').Trigger} Trigger
 * @typedef {import('../journeys/types.js').Issue} Issue
 */

export const PATH = 'forex/support-chat';

/** @type {Record<import('../../../types.js').JourneySummary['state'], ['good' | 'warn' | 'quiet', string]>} */
export const STATES = {
  draft: ['quiet', 'Draft'],
  active: ['good', 'Active'],
  stopped: ['warn', 'Stopped'],
};

/** @type {Record<import('../../../types.js').Conversation['state'], ['good' | 'warn' | 'bad' | 'quiet', string]>} */
export const CONVERSATION_STATES = {
  running: ['good', 'Running'],
  paused: ['warn', 'With a person'],
  ended: ['quiet', 'Ended'],
  broken: ['bad', 'Broken'],
};

/** The kinds of connections that a journey can listen on. @type {Record<string, string>} */
export const LISTENS_ON = { signal_bot: 'Signal Bot', promo_bot: 'Promo Bot', user_account: 'User Account' };

/** @type {Record<string, string>} */
export const STEP_TYPES = {
  message: 'Message',
  question: 'Question',
  delay: 'Delay',
  wait_for_reply: 'Wait for reply',
  condition: 'Condition',
  split: 'A/B split',
  jump: 'Jump',
  tag: 'Tag',
  handover: 'Hand over',
  end: 'End',
  welcome: 'Welcome message',
  removed: 'Removed since',
};

/** @type {Record<string, string>} */
export const MATCHES = {
  exact: 'The whole message',
  word: 'A word of it',
  prefix: 'Its beginning',
  contains: 'Anywhere in it',
};

/** The placeholders of texts, in braces; each saved answer adds one under its own name. */
export const PLACEHOLDERS = ['first_name', 'last_name', 'username', 'language', 'source'];

/** The settings that can differ between two versions. @type {Record<string, string>} */
const SETTINGS = {
  connections: 'where it listens',
  triggers: 'triggers',
  priority_int: 'priority',
  welcome_message: 'welcome message',
  inactivity_timeout_days: 'inactivity',
  re_entry: 're-entry',
  timezone: 'timezone',
  quiet_hours: 'quiet hours',
  start_step_id: 'first step',
};

/**
 * The address of a journey's page.
 *
 * @param {string} journey
 * @param {string} [tab]
 * @param {Record<string, string | null | undefined>} [more]
 */
export function pageOf(journey, tab = '', more = {}) {
  return format(PATH, { journey, tab, ...more });
}

/**
 * A trigger in words: `keyword gold`, `link t.me/gold_bot?start=vip`, `any message`.
 *
 * @param {Trigger} trigger
 * @param {string} [bot] The username behind links; '' when there is none.
 */
export function triggerText(trigger, bot = '') {
  if (trigger.kind === 'any_message') return 'any message';
  if (trigger.kind === 'deep_link') return `link t.me/${bot || '…'}?start=${trigger.value ?? ''}`;
  /** @type {Record<string, string>} */
  const how = { word: ' as a word', prefix: ' at the beginning', contains: ' anywhere' };
  return `keyword ${trigger.value || '…'}${how[trigger.match ?? ''] ?? ''}`;
}

/** @param {string[]} kinds */
export function listensText(kinds) {
  return kinds.length === 0 ? 'Listens nowhere yet' : kinds.map((kind) => LISTENS_ON[kind] ?? kind).join(', ');
}

/** The name of a step: its title, how its text begins, or its type; the one before all others is the welcome.
 *
 * @param {{ id?: string, step_id?: string, type?: string, title?: string, text?: string } | null | undefined} step
 */
export function stepName(step) {
  if (!step) return '–';
  if ((step.id ?? step.step_id) === '') return 'Welcome message';
  const type = step.type ?? '';
  // One that was removed from every version that is remembered has lost its name; nobody knows it by its id.
  return (
    step.title ||
    beginning(step.text ?? '') ||
    STEP_TYPES[type] ||
    (type === '' ? 'A removed step' : sentenceCase(type))
  );
}

/** How many characters of its text name a step. */
const NAME = 48;

/** How a text begins, without its markup, in one line. @param {string} html */
function beginning(html) {
  const line = clean(readMarkup(html).text.replace(/\s+/g, ' '));
  const letters = [...line];
  return letters.length <= NAME ? line : `${clean(letters.slice(0, NAME - 1).join(''))}…`;
}

/** A name on the wire in words: `retry_text` is "retry text".
 *
 * @param {string} name
 */
export function plain(name) {
  return SETTINGS[name] ?? name.replace(/_id$/, '').replaceAll('_', ' ').replaceAll('.', ' ');
}

/** @param {string[]} names */
export function namesText(names) {
  const words = [...new Set(names.map(plain))];
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** Where an issue can be fixed.
 *
 * @param {string} journey
 * @param {Issue} issue
 */
export function mendedAt(journey, issue) {
  return issue.step_id
    ? pageOf(journey, 'build', { step: issue.step_id })
    : pageOf(journey, tabOfField(issue.field ?? ''));
}

/** @param {string} field */
function tabOfField(field) {
  return Object.keys(SETTINGS).some((name) => name !== 'start_step_id' && field.startsWith(name))
    ? 'settings'
    : 'build';
}

/**
 * Errors first, and those of one step together.
 *
 * @param {Issue[]} issues
 */
export function sortedIssues(issues) {
  const weight = (/** @type {Issue} */ issue) => (issue.severity === 'error' ? 0 : 1);
  return [...issues].sort((a, b) => weight(a) - weight(b) || (a.step_id ?? '').localeCompare(b.step_id ?? ''));
}

/** @param {number} people */
export function finishText(people) {
  if (people === 0) return '';
  return `${count(people, 'person is', 'people are')} at a step that this change removes: they finish on the version that they started.`;
}

/** How a conversation ended, in words. @type {Record<string, string>} */
const OUTCOMES = {
  completed: 'completed',
  inactive: 'ended by inactivity',
  interrupted: 'interrupted by another journey',
  stopped: 'ended by your team',
  away: 'can’t be reached any more',
  looping: 'its steps ran in a loop',
  broken: 'broken',
};

/** @param {string} outcome */
export function outcomeText(outcome) {
  return OUTCOMES[outcome] ?? outcome.replaceAll('_', ' ');
}

/** The log's entries in words, with their icons. @type {Record<string, [import('../../../components/icons.js').IconName, string]>} */
const LOG = {
  message: ['person', 'Wrote'],
  trigger: ['play', 'A trigger matched'],
  no_trigger: ['info', 'Triggered nothing'],
  redirected: ['out', 'Moved to another journey'],
  began: ['journey', 'Entered the journey'],
  entered: ['chevron', 'Reached'],
  dropped: ['out', 'Left at'],
  replied: ['person', 'Answered'],
  invalid: ['alert', 'Gave an invalid answer'],
  timed_out: ['refresh', 'Didn’t answer in time'],
  sent: ['send', 'The bot said'],
  not_sent: ['alert', 'Message not sent'],
  unknown: ['alert', 'Message may have arrived'],
  held: ['pause', 'Held back by quiet hours'],
  unheard: ['info', 'Wrote something this step doesn’t listen for'],
  paused: ['hand', 'Your team took over'],
  handed_over: ['hand', 'Handed over to your team'],
  resumed: ['play', 'Handed back to the journey'],
  moved: ['journey', 'Moved to'],
  said: ['send', 'Your team wrote'],
  ended: ['stop', 'Ended'],
  tagged: ['check', 'Tagged'],
  branch: ['journey', 'Took the way'],
  old_button: ['info', 'Pressed an old button'],
};

/** Entries whose text is somebody's own words, and is quoted. */
const QUOTED = new Set([
  'message',
  'replied',
  'invalid',
  'unheard',
  'said',
  'old_button',
  'no_trigger',
  'trigger',
  'sent',
]);

/**
 * One line of the log.
 *
 * @param {import('../../../types.js').LogLine} entry
 */
export function logLine(entry) {
  const silent = entry.what === 'sent' && !entry.text; // it was written before texts were kept
  const [sign, word] = silent
    ? /** @type {const} */ (['send', 'Message sent'])
    : (LOG[entry.what] ?? /** @type {const} */ (['info', sentenceCase(entry.what)]));
  const named = ['entered', 'dropped', 'moved'].includes(entry.what) && entry.step;
  const text =
    entry.what === 'ended' ? outcomeText(entry.text) : entry.what === 'branch' ? way(entry.text) : entry.text;
  return {
    sign,
    title: named ? `${word} ${stepName(entry.step)}` : word,
    step: named || !entry.step ? '' : stepName(entry.step),
    text: QUOTED.has(entry.what) ? '' : text,
    quote: QUOTED.has(entry.what) ? text : '',
    reasons: entry.reasons.map((reason) => ({
      journey: reason.journey_id ?? '',
      name: reason.name ?? '',
      message: sentence(reason.message),
    })),
  };
}

/** A way as the map names it; arms have their own names. @param {string} port */
const way = (port) => ({ true: 'Yes', false: 'No' })[port] ?? port;

/** @param {string} name */
export function sentenceCase(name) {
  const words = name.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/**
 * @param {number} part
 * @param {number} whole
 * @returns {string} '–' when there is nothing to divide by.
 */
export function percent(part, whole) {
  return whole > 0 ? `${Math.round((100 * part) / whole)} %` : '–';
}
