/** The texts of the hype bot. Pure. */
import { reasonText } from '../../../components/ai/ai-settings.js';
import { count, duration, whole } from '../../../format.js';
import { writtenText } from '../signals/words.js';

/**
 * @typedef {import('../../../types.js').HypePrompt} Prompt
 * @typedef {import('../../../types.js').HypeFlow} Flow
 * @typedef {import('../../../types.js').HypeFigures} Figures
 */

export const PATH = 'forex/hype-bot';

/** What it is for. */
export const PURPOSE =
  'After the VIP teaser has gone out, each flow that is on sends its messages to your FREE channel, once a day. None repeats one of the last thirty.';

/** The limits that the server checks, too. */
export const LIMITS = { name: 80, angle: 400, style: 200, messages: 10, minutes: 240, prompts: 10 };

/** As a new flow begins. */
export const NEW_FLOW = { messages: 3, interval_minutes: 30, delay_minutes: 10, days: [1, 2, 3, 4, 5] };

/** @param {string} name */
export const quoted = (name) => `“${name}”`;

/** In the order of a week. 0 is Sunday, as the API counts them. @type {[number, string][]} */
const DAYS = [
  [1, 'Mon'],
  [2, 'Tue'],
  [3, 'Wed'],
  [4, 'Thu'],
  [5, 'Fri'],
  [6, 'Sat'],
  [0, 'Sun'],
];

/** The days of a week, three and more in a row as a span: `Mon–Fri`, `Tue, Thu`. @param {number[]} days */
export function daysText(days) {
  if (days.length === 0) return 'on no day';
  if (days.length === DAYS.length) return 'every day';
  /** @type {string[][]} */
  const rows = [];
  let before = false;
  for (const [day, name] of DAYS) {
    const is = days.includes(day);
    if (is && before) rows.at(-1)?.push(name);
    else if (is) rows.push([name]);
    before = is;
  }
  return rows.map((row) => (row.length > 2 ? `${row[0]}–${row.at(-1)}` : row.join(', '))).join(', ');
}

/** @param {number} minutes */
const span = (minutes) => duration(minutes * 60);

/** What a flow sends, and when. @param {Pick<Flow, 'messages' | 'interval_minutes' | 'delay_minutes' | 'days'>} flow */
export function termsText({ messages, interval_minutes: interval, delay_minutes: delay, days }) {
  const many = messages > 1;
  const start = delay > 0 ? `${many ? 'from ' : ''}${span(delay)} after` : `${many ? 'from ' : ''}right after`;
  return [
    count(messages, 'message'),
    many ? `${span(interval)} apart` : '',
    `${start} the call to action`,
    daysText(days),
  ]
    .filter(Boolean)
    .join(', ');
}

/**
 * When a message comes, counted from the call to action.
 *
 * @param {number} index From 0.
 * @param {Pick<Flow, 'interval_minutes' | 'delay_minutes'>} flow
 */
export function whenText(index, { interval_minutes: interval, delay_minutes: delay }) {
  const minutes = delay + index * interval;
  return minutes === 0 ? 'right after the call to action' : `${span(minutes)} after the call to action`;
}

/** A flow's prompts by their names, in their order. @param {Pick<Flow, 'prompts'>} flow @param {Prompt[]} prompts */
export function promptNames({ prompts: ids }, prompts) {
  return ids.map((id) => prompts.find((one) => one.id === id)?.name ?? 'a prompt that is gone');
}

/** The flows that use a prompt. @param {string} id @param {Flow[]} flows */
export const usersOf = (id, flows) => flows.filter(({ prompts }) => prompts.includes(id));

/** @param {string} id @param {Flow[]} flows */
export function usersText(id, flows) {
  const names = usersOf(id, flows).map(({ name }) => quoted(name));
  return names.length === 0 ? 'No flow uses it yet.' : `Used by ${names.join(', ')}.`;
}

/**
 * Another order, with one of them a place further up or down; null at an end.
 *
 * @param {string[]} ids
 * @param {number} from
 * @param {-1 | 1} by
 */
export function moved(ids, from, by) {
  const to = from + by;
  const [one, other] = [ids[from], ids[to]];
  return one === undefined || other === undefined ? null : ids.with(from, other).with(to, one);
}

/** Which way the one that was moved can go on from its place, the same way first. @param {number} at @param {number} length @param {-1 | 1} by */
export function onward(at, length, by) {
  const end = by < 0 ? at === 0 : at === length - 1;
  return by < 0 !== end ? 'up' : 'down';
}

/** Why messages were not sent. @type {Record<string, string>} */
const SKIPPED = {
  late: 'their turn came too late',
  repeats: 'they would have repeated one of the last messages',
  switched_off: 'their flow was switched off, or deleted, before',
  prompt_gone: 'their prompt was deleted before they were written',
};

/** @param {string} code */
export const skippedText = (code) => SKIPPED[code] ?? `for another reason (${code.replaceAll('_', ' ')})`;

/**
 * Counts with their reasons in words, the most frequent one first.
 *
 * @param {Record<string, number>} counts
 * @param {(code: string) => string} words
 */
export function reasonLines(counts, words) {
  return Object.entries(counts)
    .filter(([, n]) => n > 0)
    .sort(([a, n], [b, m]) => m - n || a.localeCompare(b))
    .map(([code, n]) => `${whole(n)}: ${words(code)}`);
}

/** @param {Pick<Figures, 'skipped_by_reason'>} figures */
export const skippedLines = ({ skipped_by_reason: counts }) => reasonLines(counts, skippedText);

/** @param {Pick<Figures, 'by_template'>} figures */
export const templateLines = ({ by_template: counts }) => reasonLines(counts, reasonText);

/** @param {Record<string, number>} counts */
export const total = (counts) => Object.values(counts).reduce((sum, n) => sum + n, 0);

/** A difference with its sign and a true minus. @param {number} n */
const change = (n) => (n === 0 ? 'no change' : `${n < 0 ? '−' : '+'}${whole(Math.abs(n))}`);

/**
 * How the FREE channel has grown: `1,204 then, 1,240 now (+36)`.
 *
 * @param {Pick<Figures, 'members_first' | 'members_last'>} figures
 */
export function membersText({ members_first: first, members_last: last }) {
  if (first === null || last === null) return 'Not counted yet';
  return `${whole(first)} then, ${whole(last)} now (${change(last - first)})`;
}

/** @param {Pick<Figures, 'clicks' | 'unique_clicks'>} figures */
export function clicksText({ clicks, unique_clicks: unique }) {
  return clicks === unique ? whole(clicks) : `${whole(clicks)}, ${whole(unique)} of them unique`;
}

/** The days on which something happened, the last one first. @param {Pick<Figures, 'days'>} figures */
export function busyDays({ days }) {
  return days
    .filter(({ sent, skipped, failed, unknown, clicks }) => sent + skipped + failed + unknown + clicks > 0)
    .reverse();
}

/** Where a message of a preview comes from. @param {Pick<import('../../../types.js').HypeMessage, 'prompt' | 'source' | 'reason'>} message */
export function madeText({ prompt, source, reason }) {
  return [quoted(prompt), writtenText({ source, reason })].filter(Boolean).join(' · ');
}
