/**
 * The live picture: the server's layout, computed and painted here. A change asks for a frame; all
 * changes within one frame are painted once.
 */
import { ApiError, getJSON } from '../../../api.js';
import { canvas as makeCanvas, h, loadImage } from '../../../dom.js';
import { on } from '../../../events.js';
import { layout, loadFonts, missingEmoji, paint } from '../../../render/index.js';
import { arrivals } from './arrivals.js';
import { plain, whole } from './store.js';

/**
 * @typedef {import('../../../types.js').TemplateDetail} Template
 * @typedef {import('../../../types.js').Template} TemplateMeta
 * @typedef {import('../../../types.js').Upload} Upload
 * @typedef {import('../../../render/types.js').Fonts} Fonts
 *
 * @typedef {object} Picture
 * @property {Template} template
 * @property {TemplateMeta} meta
 * @property {string} size
 * @property {Record<string, string>} values What is shown (examples filled in).
 * @property {Record<string, Upload>} images By field name.
 * @property {Upload | null} logo
 *
 * @typedef {{ warnings: { layer: string, field: string, code: string, message: string }[], zoom: number }} Painted
 */

/** @type {Promise<Fonts> | null} */
let fontsOnce = null;

/**
 * The fonts' manifest is read once per page; a failed attempt is not remembered.
 *
 * @returns {Promise<Fonts>}
 */
function sharedFonts() {
  if (fontsOnce) return fontsOnce;
  const loading = loadFonts((url) => getJSON(url));
  fontsOnce = loading;
  loading.catch(() => (fontsOnce = null));
  return loading;
}

/**
 * What is wrong with the values, by the layout's own rules, which are the server's.
 *
 * @param {Fonts} fonts
 * @param {TemplateMeta} meta
 * @param {string} size
 * @param {Record<string, string>} values
 * @returns {{ name: string, code: string, message: string }[]}
 */
export function check(fonts, meta, size, values) {
  return layout(meta, size, whole(meta, values), fonts).errors;
}

/**
 * Loads the outlines that the template's texts need: of the fonts that it uses, and of what stands in for
 * them only when these texts have letters that they lack. A missing font means that the manifest is older
 * than the server: it is read again, once.
 *
 * @param {TemplateMeta} meta
 * @param {string[]} texts
 */
export async function prepare(meta, texts) {
  const fonts = await sharedFonts();
  try {
    await fonts.need(meta, texts);
    return fonts;
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 404)) throw error;
    fontsOnce = null;
    const fresh = await sharedFonts();
    await fresh.need(meta, texts);
    return fresh;
  }
}

/**
 * @param {object} options
 * @param {HTMLElement} options.area The element that the picture is fitted into.
 * @param {Fonts} options.fonts
 * @param {(painted: Painted) => void} options.onpaint
 * @param {(error: unknown) => void} options.onerror
 */
export function preview({ area, fonts, onpaint, onerror }) {
  const canvas = h('canvas', { class: 'picture', role: 'img', 'aria-label': 'Preview' });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  // Painted off screen and copied in one go: resizing a canvas clears it, which would flicker.
  const buffer = makeCanvas(1, 1);
  const back = /** @type {CanvasRenderingContext2D} */ (buffer.getContext('2d'));
  /** @type {Picture | null} */
  let picture = null;
  let frame = 0;
  let over = false;

  area.append(canvas);
  const observer = new ResizeObserver(() => request());
  observer.observe(area);

  const pictures = arrivals({
    load: loadImage,
    onready: () => request(),
    onfailed: (error) => {
      if (over) return;
      onerror(error);
      request();
    },
  });
  /** An emoji that fails is left out of the picture; nothing is repainted for it. */
  const emoji = arrivals({
    load: async (url) => createImageBitmap(await loadImage(url)),
    onready: () => request(),
  });
  const ended = new AbortController();
  on(
    'recovered',
    () => {
      const lost = [pictures.retry(), emoji.retry()];
      if (lost.includes(true)) request();
    },
    ended.signal,
  );

  /** @param {string | undefined} url */
  const image = (url) => (url ? pictures.want(url) : null);

  const draw = () => {
    frame = 0;
    if (!picture || over) return;
    const { template, meta, size, values, images, logo } = picture;
    const spec = meta.sizes.find((item) => item.name === size);
    if (!spec) return;
    const box = area.getBoundingClientRect();
    const style = getComputedStyle(area);
    const width = box.width - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    const height = box.height - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom);
    const zoom = Math.min(width / spec.width, height / spec.height, 1);
    if (!(zoom > 0)) return;
    const scale = Math.min(zoom * devicePixelRatio, 2);

    const { layout: result } = layout(meta, size, whole(meta, values), fonts, { lenient: true });
    if (!result) return;
    for (const { key, url } of missingEmoji(result, fonts)) {
      const bitmap = emoji.want(url);
      if (bitmap) fonts.emoji.set(key, bitmap);
    }
    const ground = template.backgrounds[size]?.url;
    const background = image(ground);
    // Text without its background would flicker: the old picture stays until the new one has loaded.
    if (ground && pictures.pending(ground)) return;
    /** @type {Record<string, HTMLImageElement>} */
    const slots = plain();
    for (const [name, file] of Object.entries(images)) {
      const loaded = image(file.url);
      if (loaded) slots[name] = loaded;
    }
    buffer.width = Math.max(1, Math.round(spec.width * scale));
    buffer.height = Math.max(1, Math.round(spec.height * scale));
    paint(back, result, {
      background,
      images: slots,
      logo: image(logo?.url),
      scale,
      fonts,
      emoji: fonts.emoji,
    });
    if (canvas.width !== buffer.width || canvas.height !== buffer.height) {
      canvas.width = buffer.width;
      canvas.height = buffer.height;
    }
    canvas.style.setProperty('width', `${Math.round(spec.width * zoom)}px`);
    canvas.style.setProperty('height', `${Math.round(spec.height * zoom)}px`);
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.drawImage(buffer, 0, 0);
    canvas.setAttribute('aria-label', describe(picture));
    onpaint({ warnings: result.warnings ?? [], zoom });
  };

  const request = () => {
    if (!frame && !over) frame = requestAnimationFrame(guarded);
  };
  const guarded = () => {
    try {
      draw();
    } catch (error) {
      frame = 0;
      onerror(error);
    }
  };

  return {
    canvas,
    /** @param {Picture} next */
    show(next) {
      picture = next;
      request();
    },
    destroy() {
      over = true;
      ended.abort();
      cancelAnimationFrame(frame);
      observer.disconnect();
      canvas.remove();
    },
  };
}

/**
 * The picture in words.
 *
 * @param {Picture} picture
 */
export function describe({ template, meta, size, values }) {
  const spec = meta.sizes.find((item) => item.name === size);
  const texts = meta.fields
    .filter((item) => item.kind === 'text' && values[item.name])
    .map((item) => `${item.label}: ${values[item.name]}`);
  return [`Preview of ${template.name}, ${spec?.label ?? size}`, ...texts].join('. ');
}
