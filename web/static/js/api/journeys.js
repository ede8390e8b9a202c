/** API calls for journeys and their conversations; the builder's are in journey-draft.js. */
import { match, query, read, send } from '../api.js';

/**
 * @typedef {import('../types.js').JourneySummary} Journey
 * @typedef {import('../types.js').JourneyDetail} JourneyDetail
 * @typedef {import('../views/forex/journeys/types.js').Definition} Definition
 * @typedef {import('../types.js').Version} Version
 * @typedef {import('../types.js').Conversation} Conversation
 * @typedef {import('../types.js').LogLine} LogEntry
 */

/**
 * @template T
 * @typedef {{ items: T[], next: string | null }} Page
 */

/** @typedef {{ id: string, version: number }} Row What a change is based on. */

const JOURNEYS = '/api/v1/journeys';
const CONVERSATIONS = '/api/v1/conversations';

/** @param {string} id */
const journey = (id) => `${JOURNEYS}/${encodeURIComponent(id)}`;

/** @param {string} id */
const conversation = (id) => `${CONVERSATIONS}/${encodeURIComponent(id)}`;

/**
 * The API may leave an empty list out.
 *
 * @template {Journey | JourneyDetail} J
 * @param {J} row
 * @returns {J}
 */
function whole(row) {
  const lists = { connections: row.connections ?? [], triggers: row.triggers ?? [] };
  if (!('draft' in row)) return { ...row, ...lists };
  const { draft } = row;
  const filled = {
    ...draft,
    connections: draft.connections ?? [],
    triggers: draft.triggers ?? [],
    steps: draft.steps ?? [],
  };
  return { ...row, ...lists, issues: row.issues ?? [], draft: filled };
}

/**
 * @param {string} path
 * @param {import('../api.js').Call} [call]
 * @returns {Promise<JourneyDetail>}
 */
async function readDetail(path, call) {
  return whole(/** @type {JourneyDetail} */ (await read(path, call)));
}

/**
 * @param {{ q?: string, state?: string, after?: string | null, limit?: number }} options
 * @param {AbortSignal} [signal]
 * @returns {Promise<Page<Journey>>}
 */
export async function listJourneys(options, signal) {
  /** @type {Page<Journey>} */
  const page = await read(JOURNEYS + query(options), { signal });
  return { ...page, items: page.items.map(whole) };
}

/**
 * @param {{ name: string, definition?: Definition, template?: string }} start
 * @param {string} key The same for each attempt at the same journey.
 * @returns {Promise<JourneyDetail>}
 */
export function createJourney(start, key) {
  return readDetail(JOURNEYS, { method: 'POST', json: start, headers: { 'Idempotency-Key': key } });
}

/**
 * @param {unknown} file The content of an export.
 * @param {string} key The same for each attempt at the same file.
 * @returns {Promise<JourneyDetail>}
 */
export function importJourney(file, key) {
  return readDetail(`${JOURNEYS}/import`, { method: 'POST', json: file, headers: { 'Idempotency-Key': key } });
}

/** @param {string} id */
export function journeyExport(id) {
  return `${journey(id)}/export`;
}

/**
 * @param {string} id
 * @param {AbortSignal} [signal]
 * @returns {Promise<JourneyDetail>}
 */
export function getJourney(id, signal) {
  return readDetail(journey(id), { signal });
}

/**
 * @param {Row} row
 * @param {{ name?: string, is_locked?: boolean }} changes
 * @returns {Promise<JourneyDetail>}
 */
export function patchJourney(row, changes) {
  return readDetail(journey(row.id), { method: 'PATCH', json: changes, headers: match(row) });
}

/** @param {Row} row */
export async function deleteJourney(row) {
  await send(journey(row.id), { method: 'DELETE', headers: match(row) });
}

/**
 * The draft becomes the live version again.
 *
 * @param {Row} row
 * @returns {Promise<JourneyDetail>}
 */
export function discardDraft(row) {
  return readDetail(`${journey(row.id)}/draft`, { method: 'DELETE', headers: match(row) });
}

/**
 * @param {Row} row
 * @param {string} note
 * @returns {Promise<JourneyDetail>}
 */
export function publishJourney(row, note) {
  const json = note ? { note } : {};
  return readDetail(`${journey(row.id)}/publish`, { method: 'POST', json, headers: match(row) });
}

/**
 * @param {Row} row
 * @returns {Promise<JourneyDetail>}
 */
export function stopJourney(row) {
  return readDetail(`${journey(row.id)}/stop`, { method: 'POST', headers: match(row) });
}

/**
 * @param {string} id
 * @param {{ name?: string, stop_original?: boolean }} options
 * @param {string} key The same for each attempt at the same copy.
 * @returns {Promise<JourneyDetail>} The copy.
 */
export function duplicateJourney(id, options, key) {
  return readDetail(`${journey(id)}/duplicate`, { method: 'POST', json: options, headers: { 'Idempotency-Key': key } });
}

/** Compares the draft with the live version.
 *
 * @param {string} id
 * @param {AbortSignal} [signal]
 * @returns {Promise<import('../types.js').Changes>}
 */
export function journeyChanges(id, signal) {
  return read(`${journey(id)}/changes`, { signal });
}

/**
 * @param {string} id
 * @param {AbortSignal} [signal]
 * @returns {Promise<Page<Version>>}
 */
export function listVersions(id, signal) {
  return read(`${journey(id)}/versions`, { signal });
}

/**
 * @param {string} id
 * @param {string} version
 * @param {AbortSignal} [signal]
 * @returns {Promise<Version & { definition: Definition }>}
 */
export function getVersion(id, version, signal) {
  return read(`${journey(id)}/versions/${encodeURIComponent(version)}`, { signal });
}

/**
 * The draft becomes that version.
 *
 * @param {Row} row
 * @param {string} version
 * @returns {Promise<JourneyDetail>}
 */
export function restoreVersion(row, version) {
  const path = `${journey(row.id)}/versions/${encodeURIComponent(version)}/restore`;
  return readDetail(path, { method: 'POST', headers: match(row) });
}

/**
 * @param {string} id
 * @param {string} version '' for all of them.
 * @param {AbortSignal} [signal]
 * @returns {Promise<import('../types.js').Figures>}
 */
export function journeyFigures(id, version, signal) {
  return read(`${journey(id)}/figures${query({ version })}`, { signal });
}

/**
 * The address of the figures' CSV.
 *
 * @param {string} id
 * @param {string} version
 */
export function figuresTable(id, version) {
  return `${journey(id)}/figures.csv${query({ version })}`;
}

// Conversations --------------------------------------------------------------------------------

/**
 * @param {Partial<import('../client-types.js').ConversationFilter>} filter
 * @param {{ after: string | null, limit: number }} page
 * @param {AbortSignal} [signal]
 * @returns {Promise<Page<Conversation>>}
 */
export function listConversations(filter, page, signal) {
  return read(CONVERSATIONS + query({ ...filter, ...page }), { signal });
}

/**
 * @param {string} id
 * @param {AbortSignal} [signal]
 * @returns {Promise<Conversation>}
 */
export function getConversation(id, signal) {
  return read(conversation(id), { signal });
}

/**
 * @param {string} id
 * @param {{ after: string | null, limit: number }} page
 * @param {AbortSignal} [signal]
 * @returns {Promise<Page<LogEntry>>}
 */
export function conversationLog(id, page, signal) {
  return read(`${conversation(id)}/log${query(page)}`, { signal });
}

/**
 * What one person wrote and what happened then, across all journeys.
 *
 * @param {string} subscriber
 * @param {{ after: string | null, limit: number }} page
 * @param {AbortSignal} [signal]
 * @returns {Promise<Page<LogEntry>>}
 */
export function messagesLog(subscriber, page, signal) {
  return read(`/api/v1/messages/log${query({ subscriber, ...page })}`, { signal });
}

/**
 * @param {string} id
 * @param {'pause' | 'resume' | 'end'} command
 * @returns {Promise<Conversation>}
 */
export function commandConversation(id, command) {
  return read(`${conversation(id)}/${command}`, { method: 'POST' });
}

/**
 * @param {string} id
 * @param {string} step
 */
export async function moveConversation(id, step) {
  await send(`${conversation(id)}/move`, { method: 'POST', json: { step_id: step } });
}

/**
 * @param {string} id
 * @param {string} text
 * @param {string} key The same for each attempt at the same answer.
 */
export async function answerConversation(id, text, key) {
  const headers = { 'Idempotency-Key': key };
  await send(`${conversation(id)}/answer`, { method: 'POST', json: { text }, headers });
}
