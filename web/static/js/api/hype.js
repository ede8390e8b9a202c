/** API calls for the hype bot: its prompts, its flows, and what became of their messages. */
import { match, read, send } from '../api.js';

/**
 * @typedef {import('../types.js').HypePrompt} HypePrompt
 * @typedef {import('../types.js').HypeFlow} HypeFlow
 */

const PROMPTS = '/api/v1/hype/prompts';
const FLOWS = '/api/v1/hype/flows';

/** @param {string} id */
const prompt = (id) => `${PROMPTS}/${encodeURIComponent(id)}`;

/** @param {string} id */
const flow = (id) => `${FLOWS}/${encodeURIComponent(id)}`;

/**
 * @param {AbortSignal} [signal]
 * @returns {Promise<import('../types.js').HypePromptPage>}
 */
export function listPrompts(signal) {
  return read(PROMPTS, { signal });
}

/**
 * @param {import('../types.js').HypePromptNew} fields
 * @returns {Promise<HypePrompt>}
 */
export function createPrompt(fields) {
  return read(PROMPTS, { method: 'POST', json: fields });
}

/**
 * @param {HypePrompt} seen
 * @param {import('../types.js').HypePromptPatch} changes
 * @returns {Promise<HypePrompt>}
 */
export function changePrompt(seen, changes) {
  return read(prompt(seen.id), { method: 'PATCH', json: changes, headers: match(seen) });
}

/** @param {HypePrompt} seen */
export async function deletePrompt(seen) {
  await send(prompt(seen.id), { method: 'DELETE', headers: match(seen) });
}

/**
 * @param {AbortSignal} [signal]
 * @returns {Promise<import('../types.js').HypeFlowPage>}
 */
export function listFlows(signal) {
  return read(FLOWS, { signal });
}

/**
 * @param {import('../types.js').HypeFlowNew} fields
 * @returns {Promise<HypeFlow>}
 */
export function createFlow(fields) {
  return read(FLOWS, { method: 'POST', json: fields });
}

/**
 * @param {HypeFlow} seen
 * @param {import('../types.js').HypeFlowPatch} changes
 * @returns {Promise<HypeFlow>}
 */
export function changeFlow(seen, changes) {
  return read(flow(seen.id), { method: 'PATCH', json: changes, headers: match(seen) });
}

/** @param {HypeFlow} seen */
export async function deleteFlow(seen) {
  await send(flow(seen.id), { method: 'DELETE', headers: match(seen) });
}

/**
 * @param {string[]} ids Of all flows, in their new order.
 * @returns {Promise<import('../types.js').HypeFlowPage>}
 */
export function orderFlows(ids) {
  return read(`${FLOWS}/order`, { method: 'POST', json: { ids } });
}

/**
 * Starts a flow at once; the run after the day's call to action comes besides.
 *
 * @param {string} id
 * @param {string} key The same for each attempt at the same run.
 * @returns {Promise<import('../types.js').HypeRun>}
 */
export function runFlow(id, key) {
  return read(`${flow(id)}/run`, { method: 'POST', headers: { 'Idempotency-Key': key } });
}

/**
 * The messages of a flow as they would go out now. Nothing is sent.
 *
 * @param {string} id
 * @param {AbortSignal} [signal]
 * @returns {Promise<import('../types.js').HypePreview>}
 */
export function previewFlow(id, signal) {
  return read(`${flow(id)}/preview`, { method: 'POST', signal });
}

/**
 * What became of a flow's messages in the last 30 days.
 *
 * @param {string} id
 * @param {AbortSignal} [signal]
 * @returns {Promise<import('../types.js').HypeFigures>}
 */
export function readFigures(id, signal) {
  return read(`${flow(id)}/figures`, { signal });
}
