import { svg } from '../dom.js';

/** Icons drawn for this dashboard on a 20-unit grid with a 1.5 stroke. */
const PATHS = /** @type {const} */ ({
  home: ['M3.5 9.5 10 3.8l6.5 5.7', 'M5.3 8.2v8.3h9.4V8.2M8.3 16.5v-4.4h3.4v4.4'],
  promo: ['M3 5.5h14v3a1.5 1.5 0 0 0 0 3v3H3v-3a1.5 1.5 0 0 0 0-3z', 'M12 5.5v1.2M12 9.4v1.2M12 13.3v1.2'],
  coupon: ['M3 5.5h14v3a1.5 1.5 0 0 0 0 3v3H3v-3a1.5 1.5 0 0 0 0-3z', 'm7.8 12.2 4.4-4.4M7.9 8h.1M12 12h.1'],
  admin: ['M10 3 4 5.2v4.3c0 3.6 2.4 6.2 6 7.5 3.6-1.3 6-3.9 6-7.5V5.2z', 'm7.6 10 1.7 1.7 3.2-3.3'],
  hub: [
    'M10 12.6a2.1 2.1 0 1 0 0-4.2 2.1 2.1 0 0 0 0 4.2zM10 8.4V6.2M8.2 11.6l-2.3 1.6M11.8 11.6l2.3 1.6',
    'M10 6.2a1.6 1.6 0 1 0 0-3.2 1.6 1.6 0 0 0 0 3.2zM4.5 15.8a1.6 1.6 0 1 0 0-3.2 1.6 1.6 0 0 0 0 3.2zM15.5 15.8a1.6 1.6 0 1 0 0-3.2 1.6 1.6 0 0 0 0 3.2z',
  ],
  forex: ['M5.5 3v2.5M5.5 12v2.5M4 5.5h3V12H4zM14.5 5.5V8M14.5 14v3M13 8h3v6h-3z', 'M10 7v2M10 14v2M8.7 9h2.6v5H8.7z'],
  journey: [
    'M4.8 6.6a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6zM15.2 11.8a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6zM4.8 17a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6z',
    'M6.6 4.8h4a3 3 0 0 1 3 3v.5M6.6 15.2h4a3 3 0 0 0 3-3v-.5',
  ],
  lock: ['M5 9h10v7.5H5z', 'M7 9V6.5a3 3 0 0 1 6 0V9M10 12v1.6'],
  unlock: ['M5 9h10v7.5H5z', 'M7 9V6.5a3 3 0 0 1 5.8-1.1M10 12v1.6'],
  copy: ['M7 7h9.5v9.5H7z', 'M13 7V3.5H3.5V13H7'],
  stop: ['M5.5 5.5h9v9h-9z'],
  pencil: ['m4 16 .8-3.4L13.5 4 16 6.5l-8.6 8.7z', 'm11.8 5.7 2.5 2.5'],
  hand: [
    'M6.5 10V5.2a1.1 1.1 0 0 1 2.2 0V9V3.9a1.1 1.1 0 0 1 2.2 0V9V4.9a1.1 1.1 0 0 1 2.2 0V12c0 3-1.6 5-4.2 5-2 0-3-.9-4-2.6l-2-3.5a1.2 1.2 0 0 1 2-1.2z',
  ],
  connections: ['M6.5 9.5h7v2a3.5 3.5 0 0 1-7 0z', 'M8 9.5V6M12 9.5V6M10 15v2.5', 'M5 3.5h10'],
  people: [
    'M7.5 9.2a2.7 2.7 0 1 0 0-5.4 2.7 2.7 0 0 0 0 5.4zM2.8 16c.2-2.9 2-4.6 4.7-4.6s4.5 1.7 4.7 4.6',
    'M12.6 4.1a2.6 2.6 0 0 1 0 4.9M14.2 11.8c1.8.5 2.9 2 3 4.2',
  ],
  person: ['M10 9.6a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM4.5 16.5c.3-3.1 2.4-4.9 5.5-4.9s5.2 1.8 5.5 4.9'],
  signal: ['m3 13.5 4-4.2 3 2.6L16.5 5', 'M12.6 4.8h4v4', 'M3 16.5h14'],
  sliders: [
    'M3 6h6.2M12.8 6H17M3 14h2.2M8.8 14H17',
    'M11 7.8a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6zM7 15.8a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6z',
  ],
  send: ['M16.8 3.4 3.2 8.6l5.2 2.3 2.4 5.6z', 'm16.8 3.4-8.4 7.5'],
  posts: ['M3.5 9v3l2.2.4 7.8 3.1v-10L5.7 8.6z', 'M5.9 12.6l.9 3.6h2.1l-.8-3.1M15.6 8.6a2.6 2.6 0 0 1 0 3.8'],
  plus: ['M10 4.5v11M4.5 10h11'],
  phone: ['M6 3h8v14H6z', 'M9 14.6h2'],
  back: ['M12 5.5 7.5 10l4.5 4.5'],
  generate: ['m5 15 7.5-7.5M11 6l3 3', 'M14.5 3v3M13 4.5h3M5 4v2.4M3.8 5.2h2.4M15.5 12.5v2.4M14.3 13.7h2.4'],
  templates: ['M3.5 3.5h5.5v7H3.5zM11.5 3.5h5v4h-5zM11.5 10h5v6.5h-5zM3.5 13h5.5v3.5H3.5z'],
  backtest: ['M4 10a6 6 0 1 0 2-4.5', 'M4 4v3.4h3.4', 'M10 7v3.2l2.2 1.6'],
  megaphone: ['M3.5 8.2h3l7.5-4v11.6l-7.5-4h-3z', 'M6.5 11.8 7.7 16h2.2l-1.2-3M16.6 8.4v3.2'],
  recap: ['M4.5 3.5h11v13h-11z', 'M7.4 13.4v-2.6M10 13.4V6.6M12.6 13.4V9'],
  performance: ['M3.5 16.5v-3M7.8 16.5v-6M12.2 16.5V8M16.5 16.5v-12'],
  bulk: ['M3.5 6.5h9v10h-9z', 'M6 6.5v-3h10.5v10h-4', 'M6 10h4M6 13h4'],
  system: ['M3 10h3l2-5 3.5 10 2.2-5H17'],
  menu: ['M3.5 6h13M3.5 10h13M3.5 14h13'],
  close: ['m5.5 5.5 9 9M14.5 5.5l-9 9'],
  download: ['M10 3.5v8.5m-3.4-3.2L10 12.2l3.4-3.4M4 16h12'],
  link: [
    'M8.3 11.7a3 3 0 0 0 4.3 0l2.5-2.5a3 3 0 0 0-4.3-4.3l-.9.9',
    'M11.7 8.3a3 3 0 0 0-4.3 0l-2.5 2.5a3 3 0 0 0 4.3 4.3l.9-.9',
  ],
  share: ['M10 12V3.6M7 6.4l3-3 3 3', 'M5.5 9.5v6.8h9V9.5'],
  more: ['M4.9 10h.2M9.9 10h.2M14.9 10h.2'],
  check: ['m4.5 10.5 3.6 3.6 7.4-8'],
  alert: ['M10 3.5 17 16H3z', 'M10 8.4v3.2M10 13.7v.1'],
  info: ['M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14z', 'M10 9.2v4M10 6.7v.1'],
  search: ['M8.8 14.2a5.4 5.4 0 1 0 0-10.8 5.4 5.4 0 0 0 0 10.8zM12.8 12.8l3.7 3.7'],
  chevron: ['m6 8 4 4 4-4'],
  image: ['M3.5 4.5h13v11h-13z', 'm4 14 3.6-3.7 2.6 2.6 2.4-2.4 3.6 3.5M12.6 7.6v.1'],
  upload: ['M10 13V4.2m-3.2 3L10 4l3.2 3.2M4 16h12'],
  trash: ['M4.5 6h11M8 6V4.2h4V6M6 6l.6 10.3h6.8L14 6'],
  refresh: ['M15.8 8.2A6.2 6.2 0 0 0 4.6 7M4.2 11.8A6.2 6.2 0 0 0 15.4 13', 'M4.4 3.8V7h3.2M15.6 16.2V13h-3.2'],
  pause: ['M7.5 5v10M12.5 5v10'],
  play: ['M6.5 4.5v11l9-5.5z'],
  external: ['M11.5 4h4.5v4.5M16 4l-6.5 6.5', 'M14 11.8V16H4V6h4.2'],
  out: ['M8.5 4H4v12h4.5', 'M12.5 6.8 15.8 10l-3.3 3.2M15.5 10H8'],
  eye: ['M2.5 10S5.2 5 10 5s7.5 5 7.5 5-2.7 5-7.5 5-7.5-5-7.5-5z', 'M10 12.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4z'],
  bot: ['M4.5 8h11v7.5h-11z', 'M10 8V4.6M8 11.5v.6M12 11.5v.6M2.8 10.8v2.4M17.2 10.8v2.4M9.9 4.2h.2'],
  publish: ['M10 16V7M6.6 10.2 10 6.8l3.4 3.4M4.5 3.8h11'],
  reset: ['M4.2 4.4v3.4h3.4', 'M4.6 7.6A6 6 0 1 1 4 11'],
  offline: [
    'm3.5 3.5 13 13',
    'M3 8.6a10 10 0 0 1 3-2M10 5.5a10 10 0 0 1 7 3.1M6 11.6a5.8 5.8 0 0 1 2.6-1.5M13.2 11a6 6 0 0 1 .8.6M9.9 14.6h.2',
  ],
});

/** @typedef {keyof typeof PATHS} IconName */

/**
 * A decorative icon: the text beside it, or its button's label, says what it means.
 *
 * @param {IconName} name
 * @param {'small' | ''} [size]
 * @returns {SVGElement}
 */
export function icon(name, size = '') {
  return drawnIcon(PATHS[name], ['icon', `icon-${name}`, size && `icon-${size}`].filter(Boolean).join(' '));
}

/**
 * An icon that one view brings, on the same grid.
 *
 * @param {readonly string[]} paths
 * @param {string} [name] Its class.
 */
export function drawnIcon(paths, name = 'icon') {
  return svg(
    'svg',
    {
      class: name,
      viewBox: '0 0 20 20',
      fill: 'none',
      stroke: 'currentColor',
      'stroke-linecap': 'round',
      'stroke-linejoin': 'round',
      'aria-hidden': 'true',
      focusable: 'false',
    },
    ...paths.map((d) => svg('path', { d })),
  );
}

/** The product's logo. */
export function logo() {
  return svg(
    'svg',
    { class: 'logo', viewBox: '0 0 64 64', 'aria-hidden': 'true', focusable: 'false' },
    svg('path', { class: 'logo-top', d: 'M14 26 32 16l18 10-18 10z' }),
    svg('path', { class: 'logo-middle', d: 'm14 34 18 10 18-10' }),
    svg('path', { class: 'logo-bottom', d: 'm14 43 18 10 18-10' }),
  );
}
