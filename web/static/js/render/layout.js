/**
 * layout(template, size, values, fonts) → where everything goes. Pure and synchronous. The Go side
 * is internal/engine/render/layout.go; golden vectors (test/render) check that both give the same result.
 */
import { Fitter } from './fit.js';
import { placeQR } from './qr.js';
import { MAX_TEXT_BYTES, checkText, codePoints, isBlank, isInvisible, isSpace, prepare } from './text.js';

/**
 * @typedef {import('./types.js').Template} Template
 * @typedef {import('./types.js').Field} Field
 * @typedef {import('./types.js').Layer} Layer
 * @typedef {import('./types.js').Layout} Layout
 * @typedef {import('./types.js').Placed} Placed
 * @typedef {import('./types.js').Warning} Warning
 * @typedef {import('./types.js').Problem} Problem
 * @typedef {import('./types.js').FieldError} FieldError
 * @typedef {import('./fonts.js').Fonts} Fonts
 * @typedef {{lenient?: boolean, samples?: boolean}} Options
 */

/** The version of the layout that this file implements. */
export const ENGINE_VERSION = 3;

/**
 * Places the values on one size of a template. With errors the layout is null, unless `lenient`:
 * then a wrong value is left out, or replaced by the field's sample when `samples` is set.
 * @param {Template} template
 * @param {string} sizeName
 * @param {Record<string, string>} values
 * @param {Fonts} fonts
 * @param {Options} [options]
 * @returns {{layout: Layout | null, errors: FieldError[]}}
 */
export function layout(template, sizeName, values, fonts, options = {}) {
  const size = template.sizes.find((s) => s.name === sizeName);
  if (!size) {
    const message = `The template “${template.slug}” has no size “${shorten(sizeName)}”`;
    return { layout: null, errors: [{ name: 'size', code: 'size_not_found', message }] };
  }
  /** @type {FieldError[]} */
  const errors = [];
  /** @type {Set<string>} fields that can't be shown */
  const bad = new Set();
  const shown = { ...values };
  for (const f of template.fields) {
    const problem = checkValue(f, values[f.name] ?? '');
    if (problem) {
      errors.push({ name: 'values.' + f.name, ...problem });
      stumble(f.name, template, shown, bad, options);
    }
  }
  for (const name of Object.keys(values).sort(byCodePoint)) {
    if (!template.fields.some((f) => f.name === name)) {
      const message = `The template has no field “${shorten(name)}”`;
      errors.push({ name: 'values.' + shorten(name), code: 'unknown_field', message });
    }
  }
  /** @type {Layout} */
  const out = {
    engine: ENGINE_VERSION,
    size: size.name,
    width: size.width,
    height: size.height,
    layers: [],
    warnings: [],
  };
  for (const layer of size.layers) {
    const name = layer.field ?? '';
    if (bad.has(name)) continue;
    if (layer.when && (bad.has(layer.when) || isBlank(shown[layer.when] ?? ''))) continue;
    let result = place(template, layer, shown, fonts);
    if (result.problem) {
      errors.push({ name: name ? 'values.' + name : `sizes.${size.name}.layers.${layer.id}`, ...result.problem });
      if (name) stumble(name, template, shown, bad, options);
      if (bad.has(name) || !name) continue;
      result = place(template, layer, shown, fonts);
    }
    if (result.placed) out.layers.push(result.placed);
    out.warnings.push(...(result.warnings ?? []));
  }
  return { layout: errors.length === 0 || options.lenient ? out : null, errors };
}

/**
 * A field is wrong: show its sample instead, once, or leave it out.
 * @param {string} name
 * @param {Template} template
 * @param {Record<string, string>} shown
 * @param {Set<string>} bad
 * @param {Options} options
 */
function stumble(name, template, shown, bad, options) {
  const sample = template.fields.find((f) => f.name === name)?.sample ?? '';
  if (options.lenient && options.samples && sample !== '' && shown[name] !== sample) shown[name] = sample;
  else bad.add(name);
}

/**
 * Go sorts by bytes of UTF-8, which is the order of code points.
 * @param {string} a
 * @param {string} b
 */
function byCodePoint(a, b) {
  const x = codePoints(a);
  const y = codePoints(b);
  for (let i = 0; i < x.length && i < y.length; i++) {
    if (x[i] !== y[i]) return (x[i] ?? 0) - (y[i] ?? 0);
  }
  return x.length - y.length;
}

/** @param {string} text */
function shorten(text) {
  const codes = [...text];
  return codes.length <= 40 ? text : codes.slice(0, 40).join('') + '…';
}

/** The checks that don't depend on a layer.
 * @param {Field} field
 * @param {string} value
 * @returns {Problem | null}
 */
export function checkValue(field, value) {
  const limit = field.max_length ?? 200;
  if (new TextEncoder().encode(value).length > MAX_TEXT_BYTES) {
    return { code: 'too_long', message: `Is longer than ${limit} characters` };
  }
  const problem = checkText(value);
  if (problem) return problem;
  if (isBlank(value)) return field.required ? { code: 'required', message: 'A value is required' } : null;
  const count = codePoints(value.normalize('NFC')).length;
  if (count > limit) return { code: 'too_long', message: `Has ${count} characters; at most ${limit} are allowed` };
  if (field.kind === 'url' && !isWebAddress(value)) {
    return { code: 'invalid_url', message: 'Must be an address that begins with https:// or http://' };
  }
  return null;
}

/** @param {string} value */
function isWebAddress(value) {
  const rest = /^https?:\/\/([^/][^]*)$/i.exec(value)?.[1];
  if (!rest) return false;
  return codePoints(rest).every(
    (c) => c > 0x20 && !isSpace(c) && !isInvisible(c) && !'"<>\\'.includes(String.fromCodePoint(c)),
  );
}

/**
 * @param {Template} template
 * @param {Layer} layer
 * @param {Record<string, string>} values
 * @param {Fonts} fonts
 * @returns {{placed?: Placed, warnings?: Warning[], problem?: Problem}}
 */
function place(template, layer, values, fonts) {
  /** @type {Placed} */
  const placed = { id: layer.id, type: layer.type, opacity: layer.opacity ?? 1 };
  if (layer.field) placed.field = layer.field;
  const value = layer.field ? (values[layer.field] ?? '') : '';
  if (layer.field && isBlank(value)) return {};
  if (layer.type === 'text') {
    const [prefix, suffix] = [layer.prefix ?? '', layer.suffix ?? ''];
    /** @type {import('./text.js').Part[]} */
    let parts = [{ text: layer.field ? prefix + value + suffix : (layer.text ?? '') }];
    if (isCode(template, layer)) parts = [{ text: prefix }, { text: value, verbatim: true }, { text: suffix }];
    return placeText(template, layer, parts, fonts, placed);
  }
  if (layer.type === 'qr') {
    const { qr, problem } = placeQR(layer, value.normalize('NFC'));
    if (problem) return { problem };
    placed.qr = qr;
    return { placed };
  }
  if (layer.type === 'shape') {
    placed.shape = { box: layer.box, color: layer.color ?? '', radius: layer.radius ?? 0 };
    return { placed };
  }
  const cover = layer.type === 'image' ? 'cover' : 'contain';
  placed.slot = {
    box: layer.box,
    fit: layer.fit ?? cover,
    align: layer.align ?? 'center',
    valign: layer.valign ?? 'middle',
    radius: layer.radius ?? 0,
  };
  return { placed };
}

/** Whether a layer shows a coupon code.
 * @param {Template} template
 * @param {Layer} layer
 */
const isCode = (template, layer) => Boolean(template.fields.find((f) => f.name === layer.field)?.coupon);

/**
 * @param {Template} template
 * @param {Layer} layer
 * @param {import('./text.js').Part[]} parts
 * @param {Fonts} fonts
 * @param {Placed} placed
 * @returns {{placed?: Placed, warnings?: Warning[], problem?: Problem}}
 */
function placeText(template, layer, parts, fonts, placed) {
  for (const { text } of parts) {
    const refused = checkText(text);
    if (refused) return { problem: refused };
  }
  const { units, lacks, problem } = prepare(fonts, layer, template.language ?? '', parts);
  if (problem) return { problem };
  const face = fonts.face(layer.font ?? '', layer.weight ?? 400);
  if (!face) return {};
  const fitter = new Fitter(layer, face, units);
  if (fitter.units.length === 0) return {};
  const { q, lines, ok } = fitter.fit();
  placed.text = fitter.positions(q, lines);
  if (!ok && isCode(template, layer) && lines.at(-1)?.ellipsis) {
    return { problem: { code: 'code_cut', message: 'Is too long for its space, and a code is never cut' } };
  }
  const label = template.fields.find((f) => f.name === layer.field)?.label ?? layer.id;
  const about = { layer: layer.id, field: layer.field ?? '' };
  /** @type {Warning[]} */
  const warnings = [];
  if (lacks !== 0) {
    const name = (/** @type {string | undefined} */ hash) => fonts.list.find((f) => f.hash === hash)?.label ?? '';
    const letter = String.fromCodePoint(lacks);
    const message = `“${label}”: ${name(face.hash)} has no “${letter}”, so ${name(face.fallback?.hash)} stands in`;
    warnings.push({ ...about, code: 'font_fallback', message });
  }
  if (!ok) {
    const message = `“${label}” does not fit its space, even at the smallest size`;
    warnings.push({ ...about, code: 'text_fit_failed', message });
  }
  return { placed, warnings };
}
