/**
 * The shapes that the API speaks (snake_case, as on the wire). Types only: nothing to import at
 * run time.
 *
 * @typedef {{ name: string, code: string, message: string }} ProblemField
 *
 * @typedef {object} Session
 * @property {boolean} signed_in
 * @property {string[]} [methods]
 * @property {string} [role]
 * @property {string} [name]
 * @property {{ id: string, name: string, slug: string }} [tenant]
 * @property {string} [expires_at]
 * @property {string[]} [capabilities]
 * @property {{ temporal_ui?: string }} [links]
 * @property {boolean} [sandbox]
 * @property {string} [version]
 *
 * @typedef {{ name: string, label: string, width: number, height: number }} SizeSummary
 * @typedef {{ size: string, url: string, width: number, height: number }} PreviewImage
 * @typedef {{ state: 'pending' | 'ready' | 'none', images: PreviewImage[] }} Previews
 *
 * @typedef {object} TemplateSummary
 * @property {string} id
 * @property {string} slug
 * @property {string} name
 * @property {string} description
 * @property {string} category
 * @property {'published' | 'draft'} state
 * @property {number | null} published_version
 * @property {boolean} has_draft
 * @property {boolean} visible_web
 * @property {boolean} visible_bot
 * @property {number} version The row's version, which is its ETag.
 * @property {string} updated_at
 * @property {SizeSummary[] | null} sizes
 * @property {Previews} previews
 *
 * @typedef {import('./render/types.js').Template} TemplateMeta What meta.json holds.
 * @typedef {import('./render/types.js').Field} TemplateField
 * @typedef {import('./render/types.js').Size} TemplateSize
 *
 * @typedef {TemplateSummary & {
 *   version_id: string,
 *   meta: TemplateMeta | null,
 *   backgrounds: Record<string, { url: string, scale: number }>,
 *   draft: { version_id: string, meta: TemplateMeta } | null,
 * }} Template
 *
 * @typedef {{ items: TemplateSummary[], next: string | null }} TemplatePage
 *
 * @typedef {object} Upload
 * @property {string} id
 * @property {string} url
 * @property {number} width
 * @property {number} height
 * @property {string} [format]
 * @property {number} [bytes]
 *
 * @typedef {{ name: string, logo: Upload | null }} Brand
 *
 * @typedef {object} RenderRequest
 * @property {string} template
 * @property {Record<string, string>} values
 * @property {'jpeg' | 'png'} format
 * @property {1 | 2} scale
 * @property {string} size
 * @property {string} logo "brand", "none" or the id of an upload.
 *
 * @typedef {{ layer: string, field: string, code: string, message: string }} RenderWarning
 *
 * @typedef {object} RenderedImage
 * @property {Blob} blob
 * @property {string} filename
 * @property {RenderWarning[]} warnings
 * @property {boolean} cached
 *
 * @typedef {{ url: string, expires_at: string }} PromoLink
 *
 * @typedef {{ kind: string, value: string, currency?: string }} CouponDiscount
 *
 * @typedef {object} CouponCheck
 * @property {string} code
 * @property {'valid' | 'invalid' | 'unavailable'} outcome
 * @property {string} [reason] A code: "expired", "unknown", …
 * @property {string} [message] In plain words.
 * @property {CouponDiscount | null} [discount]
 * @property {string | null} [expires_at]
 *
 * @typedef {{ code: string, message: string, remedy: string }} Note
 * @typedef {'checking' | 'ready' | 'running' | 'paused' | 'finishing' | 'cancelling' | 'done' | 'cancelled' | 'failed' | 'expired'} BulkState
 *
 * @typedef {object} BulkJob
 * @property {string} id
 * @property {{ id: string, slug: string, name: string }} template
 * @property {string} size
 * @property {string} format
 * @property {number} scale
 * @property {string} file_name
 * @property {BulkState} state
 * @property {number} total
 * @property {number} checked
 * @property {number} invalid
 * @property {number} done
 * @property {number} failed
 * @property {number | null} rate Images a second.
 * @property {number | null} seconds_left
 * @property {string[]} columns
 * @property {string} created_at
 * @property {string | null} started_at
 * @property {string | null} finished_at
 * @property {string | null} expires_at
 * @property {{ url: string, file_name: string, bytes: number, images: number, expires_at: string } | null} archive
 * @property {string} report_url
 * @property {Note | null} notice
 * @property {Note | null} problem
 * @property {number} version
 *
 * @typedef {{ column: number, field: string, code: string, message: string }} BulkProblem
 *
 * @typedef {object} BulkRow
 * @property {number} number
 * @property {number} line
 * @property {Record<string, string>} values
 * @property {string} state
 * @property {string} file
 * @property {BulkProblem[]} problems
 * @property {BulkProblem[]} warnings
 *
 * @typedef {'promo_bot' | 'signal_bot' | 'user_account'} ConnectionKind
 * @typedef {'untested' | 'working' | 'broken' | 'signed_out'} ConnectionState
 * @typedef {'post' | 'vip' | 'free'} ChannelRole
 * @typedef {{ role: ChannelRole, chat: string }} ChannelChoice
 * @typedef {ChannelChoice & { id: number, title: string, username: string }} Channel
 * @typedef {{ name: string, ok: boolean, message: string, remedy: string }} ConnectionCheck
 *
 * @typedef {object} Connection
 * @property {string} id
 * @property {ConnectionKind} kind
 * @property {string} username Without @; '' until Telegram has told it.
 * @property {string} display_name
 * @property {ConnectionState} state
 * @property {Note | null} problem
 * @property {Channel[]} channels
 * @property {ConnectionCheck[]} checks
 * @property {string | null} checked_at
 * @property {string | null} last_seen_at
 * @property {string} created_at
 * @property {number} version The row's version, which is its ETag.
 *
 * @typedef {object} Post
 * @property {string} id
 * @property {string} channel Its title.
 * @property {number} chat_id
 * @property {'queued' | 'sending' | 'sent' | 'failed' | 'unknown'} state
 * @property {number} message_id In the channel, once it is sent.
 * @property {boolean} resent It was sent again after it may have arrived.
 * @property {Note | null} problem
 * @property {string} created_at
 * @property {string | null} sent_at
 * @property {number} version
 *
 * @typedef {'active' | 'blocked' | 'unsubscribed'} SubscriberState
 *
 * @typedef {object} Subscriber
 * @property {string} id
 * @property {string} connection_id
 * @property {number} user_id Telegram's number of the person.
 * @property {string} first_name
 * @property {string} last_name
 * @property {string} username Without @.
 * @property {string} language
 * @property {string} source Payload of the deep link that brought them.
 * @property {string[]} tags
 * @property {SubscriberState} state
 * @property {string} created_at
 * @property {string} last_seen_at
 * @property {string | null} blocked_at
 * @property {number} version The row's version, which is its ETag.
 *
 * @typedef {{ q: string, state: string, tag: string, source: string, connection: string }} SubscriberFilter
 * @typedef {{ active: number, blocked: number, unsubscribed: number }} SubscriberCounts
 * @typedef {{ retention_days: number, version: number }} SubscriberSettings
 *
 * @typedef {object} AccountSignIn How far the user account's sign-in is.
 * @property {string} connection_id '' before the first sign-in.
 * @property {string} method
 * @property {'idle' | 'starting' | 'code_needed' | 'password_needed' | 'qr' | 'signed_in' | 'failed'} state
 * @property {string} qr_url
 * @property {string | null} qr_expires_at
 * @property {Note | null} problem
 * @property {number} version
 * @property {string | null} expires_at
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
 *
 * @typedef {object} ServiceHealth
 * @property {string} name
 * @property {string} label
 * @property {'ok' | 'degraded' | 'down'} state
 * @property {string} [detail]
 * @property {string} [remedy]
 * @property {string} [address]
 * @property {number | null} [latency_ms]
 * @property {boolean} [simulated]
 *
 * @typedef {object} SystemReport
 * @property {string} checked_at
 * @property {string} version
 * @property {number} uptime_seconds
 * @property {ServiceHealth[]} services
 * @property {{ temporal_ui?: string }} links
 */

export {};
