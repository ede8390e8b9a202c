/**
 * The types of the journeys' API around the definition (snake_case, as on the wire). Types only:
 * nothing to import at run time.
 *
 * @typedef {import('../journeys/types.js').Definition} Definition
 * @typedef {import('../journeys/types.js').Step} Step
 * @typedef {import('../journeys/types.js').Trigger} Trigger
 * @typedef {import('../journeys/types.js').Issue} Issue
 * @typedef {'draft' | 'active' | 'stopped'} JourneyState
 *
 * @typedef {object} Journey
 * @property {string} id
 * @property {string} name
 * @property {JourneyState} state
 * @property {boolean} is_locked
 * @property {string[]} connections Kinds.
 * @property {Trigger[]} triggers
 * @property {number} priority_int
 * @property {number} version The row's version, which is its ETag.
 * @property {{ id: string, number: number, published_at: string } | null} live_version
 * @property {boolean} draft_changed The draft differs from the live version.
 * @property {{ sends: number, people: number, inside: number }} figures
 * @property {string} created_at
 * @property {string} updated_at
 *
 * @typedef {Journey & { draft: Definition, issues: Issue[] }} JourneyDetail
 *
 * @typedef {{ step_id: string, type: string, title: string, people?: number, fields?: string[] }} StepChange
 * @typedef {{ added: StepChange[], removed: StepChange[], changed: StepChange[], settings: string[] }} Changes
 *
 * @typedef {object} Version
 * @property {string} id
 * @property {number} number
 * @property {string} note
 * @property {string} published_at
 * @property {number} people In it now.
 * @property {boolean} live
 * @property {Definition} [definition]
 *
 * @typedef {{ url: string, clicks: number, unique_clicks: number }} LinkFigures
 *
 * @typedef {object} StepFigures
 * @property {string} step_id '' is the welcome message.
 * @property {string} type
 * @property {string} title
 * @property {number} entered
 * @property {number} waiting
 * @property {number} passed
 * @property {number} dropped
 * @property {number} replied
 * @property {number} sends
 * @property {number} clicks
 * @property {number} unique_clicks
 * @property {LinkFigures[] | null} links
 *
 * @typedef {object} Figures
 * @property {string | null} version_id
 * @property {number} people
 * @property {number} inside
 * @property {number} completed
 * @property {number} dropped
 * @property {number} sends
 * @property {number} failed
 * @property {StepFigures[]} steps
 *
 * @typedef {'running' | 'paused' | 'ended' | 'broken'} ConversationState
 *
 * @typedef {object} Conversation
 * @property {string} id
 * @property {{ id: string, user_id: number, first_name: string, last_name: string, username: string }} subscriber
 * @property {{ id: string, kind: string }} connection
 * @property {{ id: string, name: string }} journey
 * @property {{ id: string, number: number }} version
 * @property {ConversationState} state
 * @property {string} phase
 * @property {{ id: string, type: string, title: string } | null} step
 * @property {string | null} since
 * @property {string | null} due
 * @property {Record<string, string> | null} variables
 * @property {string} trigger In words: "keyword gold".
 * @property {string} outcome
 * @property {string} problem
 * @property {string} started_at
 * @property {string | null} ended_at
 * @property {boolean} wants_person
 * @property {number} row_version
 *
 * @typedef {{ journey_id?: string, name?: string, code: string, message: string }} Reason
 *
 * @typedef {object} LogEntry
 * @property {string} id
 * @property {string} at
 * @property {string} what
 * @property {{ id: string, title: string } | null} step
 * @property {{ id: string, name: string } | null} [journey]
 * @property {string} text
 * @property {Reason[] | null} reasons
 *
 * @typedef {{ journey: string, step: string, state: string, q: string, subscriber?: string }} ConversationFilter
 */

export {};
