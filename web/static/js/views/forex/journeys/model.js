/**
 * What steps are: their types, the ways that lead out of them, and how one line describes them.
 * Pure.
 *
 * @typedef {import('./types.js').Step} Step
 * @typedef {import('./types.js').StepType} StepType
 * @typedef {import('./types.js').Definition} Definition
 *
 * @typedef {object} Way
 * @property {string} port next, timeout, invalid, true, false, choice:0, arm:0
 * @property {string} label
 * @property {string} target '' when it leads nowhere.
 * @property {string} [falls] The port whose way it takes while it has no target.
 */
import { length, plain } from './markup.js';
import { span } from './spans.js';
import { clean } from '../../../typed.js';

/**
 * @typedef {object} TypeWords
 * @property {string} label
 * @property {import('./icons.js').GlyphName} icon
 * @property {string} help
 */

/** @type {Record<StepType, TypeWords>} */
export const TYPES = {
  message: { label: 'Message', icon: 'message', help: 'Sends text, a photo, buttons.' },
  question: { label: 'Question', icon: 'question', help: 'Asks, checks the answer and saves it.' },
  wait_for_reply: { label: 'Wait for reply', icon: 'reply', help: 'Goes on when the person writes, or after a time.' },
  delay: { label: 'Delay', icon: 'clock', help: 'Waits for a duration, or until a time of day or a date.' },
  condition: { label: 'Condition', icon: 'branch', help: 'Takes one of two ways, by what is known about the person.' },
  split: { label: 'A/B split', icon: 'split', help: 'Sends people different ways at random.' },
  jump: { label: 'Jump', icon: 'jump', help: 'Continues at another step.' },
  tag: { label: 'Tag', icon: 'tag', help: 'Adds tags to the person or removes them.' },
  handover: { label: 'Hand over', icon: 'handover', help: 'Calls someone from your team.' },
  end: { label: 'End', icon: 'flag', help: 'Ends the journey with an outcome.' },
};

/** The types in the order in which they are offered. */
export const TYPE_NAMES = /** @type {StepType[]} */ (Object.keys(TYPES));

/** @param {string} type */
export function typeOf(type) {
  return TYPES[/** @type {StepType} */ (type)] ?? { label: type, icon: 'jump', help: '' };
}

/**
 * The step's ways, in the order of its ports.
 *
 * @param {Step} step
 * @returns {Way[]}
 */
export function ways(step) {
  /** @type {Way[]} */
  const out = [];
  /** @param {string} port @param {string} label @param {string | undefined} target @param {string} [falls] */
  const add = (port, label, target, falls) => out.push({ port, label, target: target ?? '', falls });
  switch (step.type) {
    case 'end':
      break;
    case 'condition':
      add('true', 'Yes', step.branch_true_step_id);
      add('false', 'No', step.branch_false_step_id);
      break;
    case 'split':
      (step.arms ?? []).forEach((arm, i) => add(`arm:${i}`, arm.name || `Arm ${i + 1}`, arm.next_step_id));
      break;
    case 'question':
      if (step.answer === 'choice') {
        const choices = step.choices ?? [];
        choices.forEach((choice, i) =>
          add(`choice:${i}`, choice.text || `Choice ${i + 1}`, choice.next_step_id, 'Any other'),
        );
        const open = choices.length === 0 || choices.some((choice) => !choice.next_step_id);
        if (open || step.next_step_id) add('next', 'Any other', step.next_step_id);
      } else {
        add('next', 'Answered', step.next_step_id);
      }
      if (step.max_attempts || step.invalid_step_id) add('invalid', 'Too many wrong answers', step.invalid_step_id);
      if (step.timeout_seconds || step.timeout_step_id) add('timeout', 'No answer', step.timeout_step_id);
      break;
    case 'wait_for_reply':
      if (step.branch_keyword || step.branch_true_step_id || step.branch_false_step_id) {
        add('true', `Says “${step.branch_keyword ?? ''}”`, step.branch_true_step_id);
        add('false', 'Says something else', step.branch_false_step_id, 'Any reply');
        if (!step.branch_false_step_id || step.next_step_id) add('next', 'Any reply', step.next_step_id);
      } else {
        add('next', 'Replied', step.next_step_id);
      }
      if (step.timeout_seconds || step.timeout_step_id) add('timeout', 'No reply', step.timeout_step_id);
      break;
    case 'jump':
      add('next', 'Goes to', step.next_step_id);
      break;
    default:
      add('next', 'Then', step.next_step_id);
  }
  return out;
}

/** @type {Record<string, 'next_step_id' | 'timeout_step_id' | 'invalid_step_id' | 'branch_true_step_id' | 'branch_false_step_id'>} */
const PORT_FIELDS = {
  next: 'next_step_id',
  timeout: 'timeout_step_id',
  invalid: 'invalid_step_id',
  true: 'branch_true_step_id',
  false: 'branch_false_step_id',
};

/**
 * The step with one way changed; '' clears it.
 *
 * @param {Step} step
 * @param {string} port
 * @param {string} target
 * @returns {Step}
 */
export function withWay(step, port, target) {
  const [kind = '', index] = port.split(':');
  const at = Number(index);
  const to = target || undefined;
  if (kind === 'choice') {
    const choices = (step.choices ?? []).map((item, i) => (i === at ? tidied({ ...item, next_step_id: to }) : item));
    return { ...step, choices };
  }
  if (kind === 'arm') {
    const arms = (step.arms ?? []).map((item, i) => (i === at ? tidied({ ...item, next_step_id: to }) : item));
    return { ...step, arms };
  }
  const field = PORT_FIELDS[kind];
  return field ? tidied({ ...step, [field]: to }) : step;
}

/**
 * Without undefined fields, so that equal steps compare as equal.
 *
 * @template {object} T
 * @param {T} value
 * @returns {T}
 */
export function tidied(value) {
  return /** @type {T} */ (Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)));
}

/**
 * All targets of a step changed by a function; '' clears one. Includes ways that the form doesn't show.
 *
 * @param {Step} step
 * @param {(target: string) => string} change
 * @returns {Step} The same object when nothing changed.
 */
export function retargeted(step, change) {
  let out = step;
  for (const field of Object.values(PORT_FIELDS)) {
    const old = step[field];
    if (old && change(old) !== old) out = tidied({ ...out, [field]: change(old) || undefined });
  }
  for (const list of /** @type {const} */ (['choices', 'arms'])) {
    const items = /** @type {{ next_step_id?: string }[]} */ (step[list] ?? []);
    if (!items.some(({ next_step_id: old }) => old && change(old) !== old)) continue;
    out = {
      ...out,
      [list]: items.map((item) =>
        item.next_step_id ? tidied({ ...item, next_step_id: change(item.next_step_id) || undefined }) : item,
      ),
    };
  }
  return out;
}

/**
 * A new step with what its type needs to begin with.
 *
 * @param {StepType} type
 * @param {{ id: string, x: number, y: number }} place
 * @returns {Step}
 */
export function newStep(type, { id, x, y }) {
  /** @type {Partial<Step>} */
  const start =
    {
      question: { answer: 'text' },
      delay: { delay: 'for', seconds: 3600 },
      condition: { rules: [{ op: 'exists' }] },
      split: {
        arms: [
          { name: 'A', weight: 50 },
          { name: 'B', weight: 50 },
        ],
      },
    }[/** @type {string} */ (type)] ?? {};
  return { id, type, x, y, ...start };
}

/** @param {() => number} [random] */
export function newID(random = Math.random) {
  return `s${Array.from({ length: 9 }, () => Math.floor(random() * 36).toString(36)).join('')}`;
}

/** The name of a step: its title, or the beginning of its text.
 *
 * @param {Step} step
 */
export function nameOf(step) {
  if (step.title) return step.title;
  const words = step.text ? clean(plain(step.text).replace(/\s+/g, ' ')) : '';
  if (words) return words.length > 40 ? `${words.slice(0, 39).trimEnd()}…` : words;
  const { label } = typeOf(step.type);
  const told = ['delay', 'tag'].includes(step.type) || (step.type === 'end' && step.outcome);
  return told ? `${label}: ${step.type === 'end' ? step.outcome : lower(summary(step))}` : label;
}

/** @param {string} text */
const lower = (text) => text.slice(0, 1).toLowerCase() + text.slice(1);

/** @param {Definition} definition @param {string} id */
export function stepOf(definition, id) {
  return definition.steps.find((step) => step.id === id);
}

/** @type {Record<string, string>} */
export const ANSWERS = { text: 'Text', number: 'Number', email: 'E-mail', phone: 'Phone', choice: 'Choice' };

/** @type {Record<string, string>} */
export const OPERATORS = {
  equals: 'is',
  not_equals: 'is not',
  contains: 'contains',
  greater: 'is more than',
  less: 'is less than',
  exists: 'is known',
  missing: 'is not known',
  has_tag: 'has the tag',
  lacks_tag: 'does not have the tag',
};

/** What a step does, in one line.
 *
 * @param {Step} step
 * @param {(id: string) => string} [name] Of a step.
 */
export function summary(step, name = (id) => id) {
  const words = () => clean(plain(step.text ?? '').replace(/\s+/g, ' '));
  switch (step.type) {
    case 'message': {
      const extra = [step.photo && 'photo', (step.buttons ?? []).flat().length > 0 && 'buttons'].filter(Boolean);
      return words() || (extra.length > 0 ? `With ${extra.join(' and ')}` : 'Nothing to say yet');
    }
    case 'question':
      return words() || 'Nothing asked yet';
    case 'delay':
      if (step.delay === 'until_time') return step.time_of_day ? `Until ${step.time_of_day}` : 'Until a time of day';
      if (step.delay === 'until_date') return step.date ? `Until ${step.date.replace('T', ', ')}` : 'Until a date';
      return step.seconds ? `For ${span(step.seconds)}` : 'No time yet';
    case 'wait_for_reply':
      return step.timeout_seconds ? `At most ${span(step.timeout_seconds)}` : 'As long as it takes';
    case 'condition': {
      const rules = step.rules ?? [];
      return rules.map(ruleText).join(step.rule_match === 'any' ? ' or ' : ' and ') || 'No rule yet';
    }
    case 'split':
      return shares(step.arms ?? [])
        .map((share, i) => `${step.arms?.[i]?.name || `Arm ${i + 1}`} ${share} %`)
        .join(' · ');
    case 'jump':
      return step.next_step_id ? `To ${name(step.next_step_id)}` : 'No step chosen yet';
    case 'tag':
      return (
        [...(step.add_tags ?? []).map((tag) => `+ ${tag}`), ...(step.remove_tags ?? []).map((tag) => `− ${tag}`)].join(
          ', ',
        ) || 'No tags yet'
      );
    case 'handover':
      return step.note || 'Someone from your team takes over';
    case 'end':
      return step.outcome ? `Outcome: ${step.outcome}` : 'The journey ends here';
    default:
      return '';
  }
}

/** @param {import('./types.js').Rule} rule */
function ruleText(rule) {
  const op = OPERATORS[rule.op] ?? rule.op;
  if (rule.op === 'has_tag' || rule.op === 'lacks_tag') return `${op} ${rule.value || '…'}`;
  if (rule.op === 'exists' || rule.op === 'missing') return `${rule.variable || '…'} ${op}`;
  return `${rule.variable || '…'} ${op} ${rule.value || '…'}`;
}

/**
 * Weights as whole per cent that add up to 100, by the largest remainders.
 *
 * @param {{ weight: number }[]} arms
 * @returns {number[]}
 */
export function shares(arms) {
  const weights = arms.map(({ weight }) => Math.max(0, weight || 0));
  const sum = weights.reduce((a, b) => a + b, 0);
  if (sum === 0) return weights;
  const exact = weights.map((weight) => (100 * weight) / sum);
  const out = exact.map(Math.floor);
  const rest = 100 - out.reduce((a, b) => a + b, 0);
  exact
    .map((value, i) => ({ i, left: value - Math.floor(value) }))
    .sort((a, b) => b.left - a.left || a.i - b.i)
    .slice(0, rest)
    .forEach(({ i }) => (out[i] = (out[i] ?? 0) + 1));
  return out;
}

/** The longest text of a message, and of a photo's caption. */
export const LONGEST = { text: 4096, caption: 1024 };

/** @param {Step} step */
export function room(step) {
  const most = step.photo ? LONGEST.caption : LONGEST.text;
  return { used: length(step.text ?? ''), most };
}

/** What is typed, as a variable's name: a lowercase letter, then lowercase letters, digits and _.
 *
 * @param {string} typed
 */
export function variableName(typed) {
  return typed
    .toLowerCase()
    .replace(/[\s.-]+/g, '_')
    .replace(/[^a-z0-9_]/g, '')
    .replace(/^[^a-z]+/, '')
    .slice(0, 40);
}

/** What is known about everybody. */
export const KNOWN = ['first_name', 'last_name', 'username', 'language', 'source'];

/**
 * Names that texts and rules can use: what is known about everybody, then what the steps save.
 *
 * @param {Definition} definition
 */
export function variables(definition) {
  const own = definition.steps.flatMap((step) => (step.variable ? [step.variable] : []));
  return [...new Set([...KNOWN, ...own])];
}

/**
 * Where the ways lead, for screen readers.
 *
 * @param {Step} step
 * @param {(id: string) => string} name
 */
export function destinations(step, name) {
  const list = ways(step);
  if (list.length === 0) return 'Nothing follows.';
  return list.map((way) => `${way.label}: ${leads(way, name)}.`).join(' ');
}

/**
 * @param {Way} way
 * @param {(id: string) => string} name
 */
export function leads({ target, falls }, name) {
  if (target) return `leads to ${name(target)}`;
  return falls ? `takes the way “${falls}”` : 'leads nowhere yet';
}
