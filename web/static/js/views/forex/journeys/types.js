/**
 * The types of the journeys' API (snake_case, as on the wire). Types only: nothing to import at run
 * time. An empty text, 0 and an empty list are left out on the wire.
 *
 * @typedef {'message' | 'question' | 'delay' | 'wait_for_reply' | 'condition' | 'split' | 'jump' | 'tag' | 'handover' | 'end'} StepType
 *
 * @typedef {{ text: string, url?: string }} Button
 * @typedef {{ text: string, value?: string, next_step_id?: string }} Choice
 * @typedef {{ variable?: string, op: string, value?: string }} Rule
 * @typedef {{ name: string, weight: number, next_step_id?: string }} Arm
 *
 * @typedef {object} Step Which fields count depends on the type.
 * @property {string} id
 * @property {StepType} type
 * @property {string} [title]
 * @property {number} x
 * @property {number} y
 * @property {string} [next_step_id]
 * @property {string} [text]
 * @property {string} [photo] An upload's id.
 * @property {Button[][]} [buttons]
 * @property {boolean} [no_preview]
 * @property {string} [answer]
 * @property {string} [variable]
 * @property {Choice[]} [choices]
 * @property {number} [min]
 * @property {number} [max]
 * @property {string} [retry_text]
 * @property {number} [max_attempts]
 * @property {string} [invalid_step_id]
 * @property {string} [delay]
 * @property {number} [seconds]
 * @property {string} [time_of_day]
 * @property {string} [date]
 * @property {number} [timeout_seconds]
 * @property {string} [timeout_step_id]
 * @property {string} [branch_keyword]
 * @property {string} [branch_match]
 * @property {string} [branch_true_step_id]
 * @property {string} [branch_false_step_id]
 * @property {string} [rule_match]
 * @property {Rule[]} [rules]
 * @property {Arm[]} [arms]
 * @property {string[]} [add_tags]
 * @property {string[]} [remove_tags]
 * @property {string} [note]
 * @property {string} [outcome]
 *
 * @typedef {{ kind: string, value?: string, match?: string, interrupts?: boolean }} Trigger
 *
 * @typedef {object} Definition
 * @property {number} format
 * @property {string[]} connections
 * @property {Trigger[]} triggers
 * @property {number} priority_int
 * @property {string} [welcome_message]
 * @property {number} inactivity_timeout_days
 * @property {{ rule: string, days?: number }} re_entry
 * @property {string} timezone
 * @property {{ from: string, to: string, answer_at_once?: boolean }} [quiet_hours]
 * @property {string} start_step_id
 * @property {Step[]} steps
 *
 * @typedef {import('../../../types.js').Issue} Issue
 *
 * @typedef {import('../../../types.js').JourneyDetail} Journey
 *
 * @typedef {import('../../../types.js').StepFigure} StepFigures
 *
 * @typedef {import('../../../types.js').State} State One person's place in a journey; passed back as received.
 *
 * @typedef {import('../../../types.js').Effect} Effect
 *
 * @typedef {{ first_name?: string, last_name?: string, username?: string, language?: string, source?: string, tags?: string[] }} Person
 * @typedef {{ kind?: string, text?: string, start?: string, data?: string, callback_id?: string }} Inbound
 *
 * @typedef {object} Event
 * @property {string} kind
 * @property {string} [at]
 * @property {Person} [person]
 * @property {Inbound} [message]
 * @property {{ result: string }} [result]
 * @property {number} [seed]
 *
 * @typedef {import('../../../types.js').Trial} Walked What one event did to a state.
 */

export {};
