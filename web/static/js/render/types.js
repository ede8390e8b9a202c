/**
 * The renderer's input and output, as in the Go package internal/engine/render
 * (template.go and layout.go); lengths are pixels at 1×, line_height and letter_spacing are in em.
 *
 * @typedef {{x: number, y: number, width: number, height: number}} Box
 * @typedef {{color: string, x: number, y: number, blur: number}} Shadow
 * @typedef {{color: string, width: number}} Stroke
 *
 * @typedef {object} Field
 * @property {string} name
 * @property {string} label
 * @property {string} [help]
 * @property {string} kind text, image or url
 * @property {boolean} [required]
 * @property {boolean} [coupon]
 * @property {number} [max_length]
 * @property {string} [sample]
 *
 * @typedef {object} Layer
 * @property {string} id
 * @property {string} type text, logo, image, qr or shape
 * @property {string} [when] the field without whose value the layer is not there
 * @property {string} [field]
 * @property {string} [text]
 * @property {string} [prefix]
 * @property {string} [suffix]
 * @property {Box} box
 * @property {string} [font]
 * @property {number} [weight]
 * @property {number} [min_size]
 * @property {number} [max_size]
 * @property {number} [line_height]
 * @property {number} [letter_spacing]
 * @property {number} [max_lines]
 * @property {string} [case]
 * @property {string} [color]
 * @property {string} [background]
 * @property {string} [align]
 * @property {string} [valign]
 * @property {Partial<Shadow> & {color: string}} [shadow]
 * @property {Stroke} [stroke]
 * @property {number} [opacity]
 * @property {string} [fit]
 * @property {number} [radius]
 *
 * @typedef {object} Size
 * @property {string} name
 * @property {string} label
 * @property {number} width
 * @property {number} height
 * @property {string} background
 * @property {Layer[]} layers
 *
 * @typedef {object} Template
 * @property {number} [schema]
 * @property {string} slug
 * @property {string} name
 * @property {string} [description]
 * @property {string} [category]
 * @property {string} [language] BCP 47: it decides letter case
 * @property {Field[]} fields
 * @property {Size[]} sizes
 *
 * @typedef {{f: number, c: number, x: number, y: number}} PlacedGlyph f: index into fonts, c: code point
 * @typedef {{key: string, x: number, y: number, side: number}} PlacedEmoji
 *
 * @typedef {object} PlacedText
 * @property {number} size
 * @property {number} lines
 * @property {string} color
 * @property {Shadow} [shadow]
 * @property {Stroke} [stroke]
 * @property {string[]} fonts hashes
 * @property {PlacedGlyph[]} glyphs
 * @property {PlacedEmoji[]} [emoji]
 *
 * @typedef {{box: Box, fit: string, align: string, valign: string, radius: number}} PlacedSlot
 *
 * @typedef {object} PlacedQR
 * @property {Box} box
 * @property {number} x
 * @property {number} y
 * @property {number} module
 * @property {string} color
 * @property {string} background
 * @property {string[]} rows
 *
 * @typedef {{box: Box, color: string, radius: number}} PlacedShape
 *
 * @typedef {object} Placed
 * @property {string} id
 * @property {string} type
 * @property {string} [field]
 * @property {number} opacity
 * @property {PlacedText} [text]
 * @property {PlacedSlot} [slot]
 * @property {PlacedQR} [qr]
 * @property {PlacedShape} [shape]
 *
 * @typedef {{layer: string, field: string, code: string, message: string}} Warning
 * @typedef {{name: string, code: string, message: string}} FieldError
 *
 * @typedef {object} Layout
 * @property {number} engine
 * @property {string} size
 * @property {number} width
 * @property {number} height
 * @property {Placed[]} layers
 * @property {Warning[]} warnings
 *
 * @typedef {{code: string, message: string}} Problem
 * @typedef {import('./fonts.js').Fonts} Fonts
 * @typedef {import('./fonts.js').Face} Face
 */

export {};
