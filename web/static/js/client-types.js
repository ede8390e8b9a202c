/**
 * Types that several views share and that are not the API's: forms, filters, and what the sandbox
 * speaks. Types only: nothing to import at run time.
 *
 * @typedef {Pick<import('./types.js').Channel, 'role' | 'chat'>} ChannelChoice
 *
 * @typedef {{ layer: string, field: string, code: string, message: string }} RenderWarning In a header of the image.
 *
 * @typedef {object} RenderedImage
 * @property {Blob} blob
 * @property {string} filename
 * @property {RenderWarning[]} warnings
 * @property {boolean} cached
 *
 * @typedef {{ q: string, state: string, tag: string, source: string, connection: string }} SubscriberFilter
 * @typedef {{ journey: string, step: string, state: string, q: string, subscriber?: string }} ConversationFilter
 *
 * @typedef {object} SimulatedBot
 * @property {number} id
 * @property {string} username
 * @property {string} first_name
 * @property {string} [token] Told once, when the bot is made.
 *
 * @typedef {object} SimulatedChat
 * @property {number} id
 * @property {string} type
 * @property {string} [title]
 * @property {string} [username]
 */

export {};
