/**
 * The types of the sandbox's control API (snake_case, as on the wire). Types only: nothing to import at
 * run time.
 *
 * @typedef {{ id: number, first_name: string, last_name?: string, username?: string, language_code?: string }} Person
 *
 * @typedef {object} SimulatedMarket
 * @property {string} symbol
 * @property {string} now The market's time.
 * @property {number} speed
 * @property {boolean} paused
 * @property {string} price
 * @property {boolean} open
 * @property {string} [closed] Why it is closed.
 * @property {{ kind: string, ends?: string } | null} outage
 *
 * @typedef {object} SimulatedModel
 * @property {number} asked
 * @property {{ kind: string, count: number, texts?: string[], retry_after?: number }[]} orders
 * @property {{ at: string, model: string, system: string, user: string, text: string, status: number, order?: string }[]} calls The newest first.
 *
 * @typedef {object} Bot
 * @property {number} id
 * @property {string} username
 * @property {string} first_name
 * @property {string} [token] Only in the answer that makes it.
 * @property {number} per_second
 * @property {number} per_chat_per_second
 * @property {number} burst
 * @property {number} per_group_per_minute
 * @property {string} webhook
 * @property {number} pending_update_count
 * @property {string} last_error_message
 *
 * @typedef {{ type: string, offset: number, length: number, url?: string, language?: string }} Entity
 * @typedef {{ file_id: string, width: number, height: number, url?: string }} PhotoSize With a url when it isn't a file of the sandbox.
 * @typedef {{ text: string, url?: string, callback_data?: string }} InlineButton
 *
 * @typedef {object} Message
 * @property {number} message_id
 * @property {{ id: number, type: string, title?: string, first_name?: string }} chat
 * @property {number} date
 * @property {number} [edit_date]
 * @property {string} [text]
 * @property {Entity[]} [entities]
 * @property {PhotoSize[]} [photo]
 * @property {{ file_id: string, file_name?: string, file_size?: number }} [document]
 * @property {{ file_id: string, file_name?: string, file_size?: number }} [video]
 * @property {{ file_id: string, emoji?: string }} [sticker]
 * @property {{ phone_number: string, first_name: string, last_name?: string }} [contact]
 * @property {number} [migrate_to_chat_id]
 * @property {number} [migrate_from_chat_id]
 * @property {string} [caption]
 * @property {Entity[]} [caption_entities]
 * @property {boolean} [show_caption_above_media]
 * @property {boolean} [has_media_spoiler]
 * @property {string} [media_group_id]
 * @property {{ type: string, sender_user?: Person, chat?: { title?: string } }} [forward_origin]
 * @property {Message} [reply_to_message]
 * @property {{ inline_keyboard: InlineButton[][] }} [reply_markup]
 *
 * @typedef {object} Keyboard A keyboard that is not below a message.
 * @property {(string | { text: string })[][]} [keyboard]
 * @property {boolean} [one_time_keyboard]
 * @property {boolean} [remove_keyboard]
 *
 * @typedef {object} Shown A message, and what the Bot API's object doesn't contain.
 * @property {number} seq
 * @property {string} [bot]
 * @property {boolean} by_bot
 * @property {Keyboard} [keyboard]
 * @property {Message} message
 *
 * @typedef {object} Chat
 * @property {number} id
 * @property {string} type
 * @property {string} [title]
 * @property {string} [username]
 * @property {string} [first_name]
 * @property {string} [bot]
 * @property {boolean} [blocked]
 * @property {{ bot: string, status: string, can_post: boolean }[]} [members]
 * @property {number} [member_count]
 * @property {number} last_seq
 * @property {Shown} [last]
 *
 * @typedef {object} Call
 * @property {number} id
 * @property {string} at
 * @property {string} bot
 * @property {string} method
 * @property {number} [chat_id]
 * @property {number} [message_id]
 * @property {Record<string, unknown>} params
 * @property {number} status
 * @property {string} [error]
 * @property {string} [fault]
 * @property {number} micros
 *
 * @typedef {{ id: number, bot?: string, method?: string, kind: string, count: number, retry_after?: number }} Fault
 *
 * @typedef {object} Crowd
 * @property {number} id
 * @property {string} bot
 * @property {number} users
 * @property {string} [start]
 * @property {number} click
 * @property {number} block
 * @property {number} joined
 * @property {number} received
 * @property {number} clicked
 * @property {number} blocked
 * @property {boolean} running
 *
 * @typedef {{ command: string, description: string }} Command
 * @typedef {{ bot: string, user_id: number, message_id: number, text: string, show_alert: boolean, url: string }} Answer
 */

/**
 * @template T
 * @typedef {{ items: T[], next: string | null }} Page
 */

export {};
