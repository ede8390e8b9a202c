/** The first rows of a file as pictures, painted here as the generator does. */
import { canvas as makeCanvas, h, loadImage, replace } from '../../../dom.js';
import { layout, missingEmoji, paint } from '../../../render/index.js';
import { describe, prepare } from '../generator/preview.js';
import { plain, sent, whole } from '../generator/store.js';

/**
 * @typedef {import('../../../types.js').TemplateDetail} Template
 * @typedef {import('../../../types.js').Template} TemplateMeta
 */

/** Pixels across, and how many rows are painted. */
const WIDTH = 220;
const PICTURES = 3;

/**
 * A row's values by field.
 *
 * @param {TemplateMeta} meta
 * @param {string[]} columns the field of each column, '' for none
 * @param {string[]} cells
 */
export function rowValues(meta, columns, cells) {
  const values = plain();
  columns.forEach((name, i) => {
    if (name) values[name] = cells[i] ?? '';
  });
  return sent(meta, values);
}

/**
 * @param {object} options
 * @param {HTMLElement} options.root is filled
 * @param {Template} options.template
 * @param {TemplateMeta} options.meta
 * @param {string} options.size
 * @param {string[]} options.columns
 * @param {import('../../../types.js').PreviewRow[]} options.rows
 * @param {string} options.logo an address, or ''
 * @param {AbortSignal} options.signal ends when other rows are shown
 */
export async function firstRows({ root, template, meta, size, columns, rows, logo, signal }) {
  const spec = meta.sizes.find((item) => item.name === size);
  if (!spec) return;
  const ground = template.backgrounds[size]?.url;
  const [fonts, background, sign] = await Promise.all([
    prepare(
      meta,
      rows.slice(0, PICTURES).flatMap((row) => row.cells),
    ),
    ground ? loadImage(ground, signal) : null,
    logo ? loadImage(logo, signal).catch(() => null) : null, // without it the picture is still worth showing
  ]);
  if (signal.aborted) return;
  const scale = (WIDTH * Math.min(devicePixelRatio, 2)) / spec.width;
  const figures = [];
  for (const row of rows.slice(0, PICTURES)) {
    const values = rowValues(meta, columns, row.cells);
    const { layout: result, errors } = layout(meta, size, whole(meta, values), fonts, { lenient: true });
    if (!result) continue;
    for (const { key, url } of missingEmoji(result, fonts)) {
      const bitmap = await loadImage(url, signal).then(createImageBitmap, () => null);
      if (bitmap) fonts.emoji.set(key, bitmap);
    }
    if (signal.aborted) return;
    const picture = makeCanvas(Math.round(spec.width * scale), Math.round(spec.height * scale));
    picture.className = 'bulk-picture';
    picture.setAttribute('role', 'img');
    picture.setAttribute('aria-label', describe({ template, meta, size, values, images: {}, logo: null }));
    const context = /** @type {CanvasRenderingContext2D} */ (picture.getContext('2d'));
    paint(context, result, { background, logo: sign, scale, fonts });
    const labels = errors.map((e) => {
      const name = e.name.replace(/^values\./, '');
      return `${meta.fields.find((f) => f.name === name)?.label ?? name}: ${e.message}`;
    });
    figures.push(
      h(
        'figure',
        { class: 'bulk-figure' },
        picture,
        h(
          'figcaption',
          { class: 'small' },
          h('span', { class: 'muted' }, `Line ${row.line}`),
          labels.map((text) => h('span', { class: 'bulk-figure-bad' }, text)),
          result.warnings.map((w) => h('span', { class: 'bulk-figure-warn' }, w.message)),
        ),
      ),
    );
  }
  replace(root, ...figures);
}
