import { keptUnder } from '../../../kept.js';
import { cleanValue } from '../../../render/clean.js';

/**
 * What a person typed, kept for the browser's tab: it survives a reload, an expired session and a
 * switch to another template.
 *
 * @typedef {import('../../../types.js').Upload} Upload
 *
 * @typedef {object} Draft
 * @property {Record<string, string>} values By field name; an image field holds an upload's id.
 * @property {Record<string, Upload>} uploads By id.
 * @property {string} logo "brand", "none" or an upload's id.
 * @property {string} size
 *
 * @typedef {{ format: 'jpeg' | 'png', scale: 1 | 2 }} Output
 */

/**
 * @param {Pick<Storage, 'getItem' | 'setItem'>} storage
 * @param {import('../../../types.js').Session} session Whose drafts they are: one person's in one tenant.
 */
export function store(storage, session) {
  const prefix = keptUnder('generator', session);
  /**
   * @param {string} key
   * @returns {Record<string, any>}
   */
  const read = (key) => {
    try {
      const value = JSON.parse(storage.getItem(`${prefix}.${key}`) ?? '{}');
      return value && typeof value === 'object' && !Array.isArray(value) ? value : {};
    } catch {
      return {}; // written by another version, or storage is switched off
    }
  };
  /**
   * @param {string} key
   * @param {unknown} value
   */
  const write = (key, value) => {
    try {
      storage.setItem(`${prefix}.${key}`, JSON.stringify(value));
    } catch {
      // Storage is full or switched off: the form still works, its values just aren't kept.
    }
  };
  return {
    /**
     * @param {string} slug
     * @returns {Draft}
     */
    draft(slug) {
      const kept = read(`draft.${slug}`);
      return {
        values: strings(kept.values),
        uploads: plain(kept.uploads),
        logo: typeof kept.logo === 'string' ? kept.logo : 'brand',
        size: typeof kept.size === 'string' ? kept.size : '',
      };
    },
    /**
     * @param {string} slug
     * @param {Draft} draft
     */
    keep(slug, draft) {
      write(`draft.${slug}`, draft);
      write('last', { slug });
    },
    /** The template that was used last; '' for none. */
    last() {
      const { slug } = read('last');
      return typeof slug === 'string' ? slug : '';
    },
    /** @returns {Output} */
    output() {
      const kept = read('output');
      return { format: kept.format === 'png' ? 'png' : 'jpeg', scale: kept.scale === 2 ? 2 : 1 };
    },
    /** @param {Output} output */
    keepOutput(output) {
      write('output', output);
    },
  };
}

/**
 * A record without inherited names: a template may call a field `constructor`.
 *
 * @param {unknown} [value]
 * @returns {Record<string, any>}
 */
export function plain(value) {
  const entries = value && typeof value === 'object' ? Object.entries(value) : [];
  const out = Object.create(null);
  for (const [name, item] of entries) out[name] = item;
  return out;
}

/**
 * @param {unknown} value
 * @returns {Record<string, string>}
 */
function strings(value) {
  const out = plain(value);
  for (const [name, item] of Object.entries(out)) if (typeof item !== 'string') delete out[name];
  return out;
}

/**
 * The values that are sent and shown: clean, without empty ones and without fields that the template doesn't
 * have.
 *
 * @param {import('../../../types.js').Template} meta
 * @param {Record<string, string>} values
 * @returns {Record<string, string>}
 */
export function sent(meta, values) {
  /** @type {Record<string, string>} */
  const out = plain();
  for (const field of meta.fields) {
    const value = Object.hasOwn(values, field.name) ? cleanValue(field, values[field.name] ?? '') : '';
    if (value !== '') out[field.name] = value;
  }
  return out;
}

/**
 * The values with an empty text for each field that has none, as the layout takes them: it copies
 * them into an object that inherits names.
 *
 * @param {import('../../../types.js').Template} meta
 * @param {Record<string, string>} values
 * @returns {Record<string, string>}
 */
export function whole(meta, values) {
  const out = plain(values);
  for (const { name } of meta.fields) out[name] ??= '';
  return out;
}

/**
 * The values that the preview shows: an example stands in for each required text that is still
 * missing, so that the picture is whole from the start.
 *
 * @param {import('../../../types.js').Template} meta
 * @param {Record<string, string>} values
 * @returns {{ values: Record<string, string>, examples: number }}
 */
export function previewed(meta, values) {
  const out = sent(meta, values);
  let examples = 0;
  for (const item of meta.fields) {
    if (item.kind === 'image' || !item.required || out[item.name] || !item.sample) continue;
    out[item.name] = item.sample;
    examples += 1;
  }
  return { values: out, examples };
}
