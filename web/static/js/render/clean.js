/**
 * What people gave for a template's fields as it is checked and drawn. The Go side is
 * internal/engine/render/clean.go.
 */
import { clean, code, running } from '../typed.js';
import { MAX_TEXT_BYTES } from './text.js';

/**
 * @typedef {import('./types.js').Field} Field
 */

/**
 * @param {Pick<Field, 'kind' | 'coupon'>} field
 * @param {string} value
 */
export function cleanValue(field, value) {
  if (new TextEncoder().encode(value).length > MAX_TEXT_BYTES || !value.isWellFormed()) return value;
  if (field.coupon) return code(value);
  return field.kind === 'text' ? running(value) : clean(value);
}
