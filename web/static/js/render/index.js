/** The renderer's entry point: lay out a promo template, and paint it on a canvas. */
export { ENGINE_VERSION, checkValue, layout } from './layout.js';
export { loadFonts } from './fonts.js';
export { fitRect, loadEmoji, missingEmoji, paint } from './paint.js';
