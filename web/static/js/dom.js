/**
 * The only maker of elements. Text always goes in as text, never as markup, so there is nothing
 * to escape anywhere else, and the page's policy (Trusted Types) would refuse markup anyway.
 */

/** @typedef {Node | string | number | null | undefined | false | Child[]} Child */

/**
 * @typedef {Record<string, any> & {
 *   class?: string | (string | false | null | undefined)[],
 *   dataset?: Record<string, string>,
 *   vars?: Record<string, string>,
 *   on?: Record<string, (event: any) => void>,
 * }} Props
 */

const SVG = 'http://www.w3.org/2000/svg';

/** Attributes that name an address: their scheme is checked, so no value can become a script. */
const ADDRESSES = new Set(['href', 'src', 'action', 'formaction']);

/**
 * Makes an element.
 *
 * Props: `class` (text or a list, falsy entries left out), `dataset`, `vars` (CSS custom
 * properties, the one way to pass a number to a style), `on` (listeners). A prop that is a
 * property of inputs (`value`, `checked`, `disabled`, …) is set as one; the rest become attributes,
 * where true means present and false, null or undefined mean absent.
 *
 * @example h('button', { class: 'button', type: 'button', on: { click: save } }, 'Save')
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Props | null} [props]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, props, ...children) {
  const element = document.createElement(tag);
  apply(element, props ?? {});
  append(element, children);
  return element;
}

/**
 * Makes an SVG element, with attributes only.
 *
 * @param {string} tag
 * @param {Record<string, string | number | boolean | undefined>} [attributes]
 * @param {...SVGElement} children
 * @returns {SVGElement}
 */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) element.setAttribute(name, String(value));
  }
  element.append(...children);
  return /** @type {SVGElement} */ (element);
}

const PROPERTIES = new Set([
  'value',
  'checked',
  'disabled',
  'indeterminate',
  'hidden',
  'multiple',
  'readOnly',
  'required',
]);

/**
 * @param {HTMLElement} element
 * @param {Props} props
 */
function apply(element, props) {
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null) continue;
    if (name === 'class') {
      element.className = Array.isArray(value) ? value.filter(Boolean).join(' ') : value;
    } else if (name === 'dataset') {
      Object.assign(element.dataset, value);
    } else if (name === 'vars') {
      setVars(element, value);
    } else if (name === 'on') {
      for (const [event, listener] of Object.entries(value)) {
        element.addEventListener(event, /** @type {EventListener} */ (listener));
      }
    } else if (PROPERTIES.has(name)) {
      /** @type {any} */ (element)[name] = value;
    } else {
      setAttribute(element, name, value);
    }
  }
}

/**
 * Sets or removes an attribute. Addresses with a scheme other than http, https, blob, data (for
 * pictures) or none are left out.
 *
 * @param {Element} element
 * @param {string} name
 * @param {string | number | boolean | null | undefined} value
 */
export function setAttribute(element, name, value) {
  if (value === false || value === null || value === undefined) {
    element.removeAttribute(name);
    return;
  }
  if (name.startsWith('on') || name === 'style' || name === 'srcdoc') {
    throw new Error(`dom: ${name} can't be set as an attribute`);
  }
  if (ADDRESSES.has(name) && !safeAddress(String(value))) return;
  element.setAttribute(name, value === true ? '' : String(value));
}

/**
 * @param {string} address
 * @returns {boolean}
 */
export function safeAddress(address) {
  // Browsers drop control characters and leading spaces before they look for a scheme.
  // eslint-disable-next-line no-control-regex
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(address.replace(/[\u0000-\u0020]/g, ''));
  if (!scheme) return true;
  const name = scheme[1]?.toLowerCase();
  if (name === 'data') return /^data:image\/(png|jpeg|webp|gif)[;,]/i.test(address.trim());
  return name === 'http' || name === 'https' || name === 'blob';
}

/**
 * @param {HTMLElement} element
 * @param {Record<string, string>} vars Names without the leading dashes.
 */
export function setVars(element, vars) {
  for (const [name, value] of Object.entries(vars)) {
    element.style.setProperty(`--${name}`, value);
  }
}

/**
 * @param {Node} parent
 * @param {Child[]} children
 */
function append(parent, children) {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    if (Array.isArray(child)) append(parent, child);
    else if (typeof child === 'object') parent.appendChild(child);
    else parent.appendChild(document.createTextNode(String(child)));
  }
}

/**
 * Puts new children in place of the old ones.
 *
 * @param {Element} parent
 * @param {...Child} children
 */
export function replace(parent, ...children) {
  parent.replaceChildren();
  append(parent, children);
}

/**
 * Like replace; the focus returns to the child that has the same `data-keep` as the one that had it.
 *
 * @param {Element} parent
 * @param {...Child} children
 */
export function redraw(parent, ...children) {
  const held = parent.contains(document.activeElement) && document.activeElement?.getAttribute('data-keep');
  replace(parent, ...children);
  if (held) /** @type {HTMLElement | null} */ (parent.querySelector(`[data-keep="${CSS.escape(held)}"]`))?.focus();
}

let counter = 0;

/**
 * An id that is unique on the page, for labels and descriptions.
 *
 * @param {string} [prefix]
 */
export function uid(prefix = 'u') {
  counter += 1;
  return `${prefix}-${counter}`;
}

/**
 * An off-screen canvas to paint on.
 *
 * @param {number} width
 * @param {number} height
 */
export function canvas(width, height) {
  const element = document.createElement('canvas');
  element.width = width;
  element.height = height;
  return element;
}

/**
 * Loads a picture, ready to be painted.
 *
 * @param {string} url
 * @param {AbortSignal} [signal]
 * @returns {Promise<HTMLImageElement>}
 */
export async function loadImage(url, signal) {
  if (!safeAddress(url)) throw new Error(`dom: not the address of a picture: ${url}`);
  const image = new Image();
  image.decoding = 'async';
  if (new URL(url, location.href).origin !== location.origin && /^https?:/.test(url)) {
    image.crossOrigin = 'anonymous';
  }
  image.src = url;
  await image.decode();
  signal?.throwIfAborted();
  return image;
}

/** @type {Map<string, Promise<void>>} */
const sheets = new Map();

/**
 * Loads the style sheets of a view that the first page load leaves out. Each loads once and stays;
 * one that failed is tried again next time.
 *
 * @example load: () => useStyles('support-chat.css').then(() => import('./views/forex/support-chat.js'))
 * @param {...string} names Files in static/css, in order.
 * @returns {Promise<void>} Resolves when all have loaded, so that nothing is drawn without them.
 */
export async function useStyles(...names) {
  await Promise.all(names.map((name) => sheets.get(name) ?? sheet(name)));
}

/** @param {string} name */
function sheet(name) {
  const link = document.createElement('link');
  const loaded = new Promise((/** @type {(value: void) => void} */ resolve, reject) => {
    link.addEventListener('load', () => resolve());
    link.addEventListener('error', () => {
      sheets.delete(name);
      link.remove();
      reject(new Error(`dom: the style sheet ${name} can't be loaded`));
    });
  });
  sheets.set(name, loaded);
  link.rel = 'stylesheet';
  // Beside this file, so that the address carries the same hash.
  link.href = new URL(`../css/${name}`, import.meta.url).href;
  document.head.append(link);
  return loaded;
}
