/** The builder's own icons, on the same grid as the dashboard's. */
import { drawnIcon } from '../../../components/icons.js';

const PATHS = /** @type {const} */ ({
  message: ['M3.5 5h13v8.5H9L5.5 16.5v-3h-2z', 'M6.5 8.2h7M6.5 10.6h4.5'],
  question: ['M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14z', 'M7.9 8.1a2.1 2.1 0 1 1 3 1.9c-.6.3-.9.7-.9 1.4M10 13.9v.1'],
  reply: ['M8 5 3.5 9.3 8 13.5', 'M4 9.3h7.5c3 0 5 1.9 5 5.2'],
  clock: ['M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14z', 'M10 6.2V10l2.6 1.8'],
  branch: ['m10 3 5.5 5.5L10 14 4.5 8.5z', 'M10 14v3'],
  split: ['M3.5 10h4c3 0 3-5 6-5h3M7.5 10c3 0 3 5 6 5h3', 'm14.5 3 2 2-2 2M14.5 13l2 2-2 2'],
  jump: ['M4 15.5V11a3.5 3.5 0 0 1 3.5-3.5H16', 'm12.8 4.3 3.2 3.2-3.2 3.2'],
  tag: ['M3.5 4v5.5l7 7 6-6-7-7H4z', 'M6.9 7.1h.1'],
  handover: ['M10 9.6a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM4.5 16.5c.3-3.1 2.4-4.9 5.5-4.9s5.2 1.8 5.5 4.9'],
  flag: ['M5 17V3.5', 'M5 4.2h9.5l-2 3.3 2 3.3H5'],
  undo: ['M7.5 4.5 4 8l3.5 3.5', 'M4.3 8h7.2a4.2 4.2 0 0 1 0 8.4H8'],
  redo: ['M12.5 4.5 16 8l-3.5 3.5', 'M15.7 8H8.5a4.2 4.2 0 0 0 0 8.4H12'],
  map: ['M3.5 4.5h5v4h-5zM11.5 11.5h5v4h-5z', 'M8.5 6.5h3a1.5 1.5 0 0 1 1.5 1.5v3.5'],
  list: ['M8 5.5h8.5M8 10h8.5M8 14.5h8.5', 'M4.2 5.5h.1M4.2 10h.1M4.2 14.5h.1'],
  tidy: ['M3.5 3.5h4v4h-4zM12.5 3.5h4v4h-4zM12.5 12.5h4v4h-4z', 'M7.5 5.5h5M10 5.5v9h2.5'],
  fit: ['M3.5 7.5v-4h4M12.5 3.5h4v4M16.5 12.5v4h-4M7.5 16.5h-4v-4'],
  minus: ['M4.5 10h11'],
  chart: ['M3.5 16.5h13', 'M6 16v-5M10 16V5M14 16V8.5'],
  copy: ['M7.5 7.5h9v9h-9z', 'M12.5 7.5v-4h-9v9h4'],
  paste: ['M5 4.5h10v12.5H5z', 'M8 3h4v3H8zM7.7 10h4.6M7.7 13h4.6'],
  start: ['M5 3.5v13M5 10h11', 'm12.5 6.5 3.5 3.5-3.5 3.5'],
  bold: ['M6 4h4.5a3 3 0 0 1 0 6H6zM6 10h5.3a3 3 0 0 1 0 6H6z'],
  italic: ['M9 4h5M6 16h5M11.7 4 8.3 16'],
  braces: [
    'M8 3.5c-2 0-2.5 1-2.5 2.5v2c0 1.2-.5 2-2 2 1.5 0 2 .8 2 2v2c0 1.5.5 2.5 2.5 2.5',
    'M12 3.5c2 0 2.5 1 2.5 2.5v2c0 1.2.5 2 2 2-1.5 0-2 .8-2 2v2c0 1.5-.5 2.5-2.5 2.5',
  ],
  up: ['M10 15.5v-11M5.5 9 10 4.5 14.5 9'],
  down: ['M10 4.5v11M5.5 11l4.5 4.5 4.5-4.5'],
  skip: ['m4.5 5 6 5-6 5zM14.5 5v10'],
});

/** @typedef {keyof typeof PATHS} GlyphName */

/**
 * @param {GlyphName} name
 * @param {'small' | ''} [size]
 */
export function glyph(name, size = '') {
  return drawnIcon(PATHS[name], ['icon', size && `icon-${size}`].filter(Boolean).join(' '));
}
