/** The form of a template's values. */
import { h } from '../../../dom.js';
import { field as labelled } from '../../../components/field.js';
import { uploader } from '../../../components/upload.js';
import { showMistake } from '../../../components/refusal.js';
import { couponState } from './coupon.js';
import { saysUntil, untilState } from './until-state.js';

/**
 * @typedef {import('../../../types.js').Template} TemplateMeta
 * @typedef {import('../../../types.js').Template['fields'][number]} TemplateField
 * @typedef {import('../../../types.js').Field} ProblemField
 * @typedef {import('./store.js').Draft} Draft
 */

/**
 * @param {object} options
 * @param {TemplateMeta} options.meta
 * @param {Draft} options.draft Changed in place.
 * @param {() => void} options.onchange
 * @param {() => void} options.onsubmit
 */
export function valueForm({ meta, draft, onchange, onsubmit }) {
  /** @type {Map<string, { setError: (message: string) => void, focus: () => void }>} */
  const fields = new Map();
  /** Fields that a person has touched: only those show errors before the first download. */
  const touched = new Set(Object.keys(draft.values).filter((name) => draft.values[name]));
  /** Messages from the server; each is cleared when its value changes. @type {Map<string, string>} */
  const refused = new Map();
  /** Files that were refused. The field keeps its previous value, so they block nothing. @type {Map<string, string>} */
  const untaken = new Map();
  /** Coupon checks that can be repeated. @type {(() => void)[]} */
  const checks = [];
  /** @type {(() => void)[]} */
  const cleanups = [];
  /** @type {(() => void)[]} */
  const refills = [];
  /** The field that says until when the code holds, and what is said beside it. */
  const ends = meta.fields.find(saysUntil);
  /** @type {ReturnType<typeof untilState> | null} */
  let until = null;

  /**
   * @param {string} name
   * @param {string} value
   */
  const change = (name, value) => {
    if (value) draft.values[name] = value;
    else delete draft.values[name];
    refused.delete(name);
    onchange();
  };

  /** @param {TemplateField} item */
  const text = (item) => {
    const count =
      item.max_length && item.kind === 'text' ? h('span', { class: 'count figures', 'aria-hidden': 'true' }) : null;
    const long = item.kind === 'text' && !item.coupon && (item.max_length ?? 0) > 60;
    const input = h(long ? 'textarea' : 'input', {
      class: ['input', item.coupon && 'mono'],
      type: long ? undefined : item.kind === 'url' ? 'url' : 'text',
      rows: long ? '2' : undefined,
      name: item.name,
      autocomplete: 'off',
      autocapitalize: item.coupon ? 'characters' : undefined,
      spellcheck: item.coupon || item.kind === 'url' ? 'false' : undefined,
      placeholder: item.sample,
      value: draft.values[item.name] ?? '',
    });
    const part = labelled({
      label: item.label,
      control: input,
      help: item.help,
      required: item.required,
      aside: count,
    });
    const coupon = item.coupon ? couponState(part.setNote, (result) => until?.know(result)) : null;
    if (coupon) {
      cleanups.push(coupon.destroy);
      checks.push(() => coupon.check(input.value));
    }
    const counted = () => {
      if (!count || !item.max_length) return;
      const used = [...input.value].length;
      count.textContent = `${used} / ${item.max_length}`;
      count.classList.toggle('count-over', used > item.max_length);
    };
    const typed = () => {
      // Templates break lines by themselves; a pasted line break becomes a space.
      if (/[\r\n]/.test(input.value)) input.value = input.value.replace(/[\r\n]+/g, ' ');
      counted();
      coupon?.check(input.value);
      change(item.name, input.value);
      if (item === ends) until?.tell();
    };
    if (item === ends)
      until = untilState(input, part.setNote, () => {
        touched.add(item.name);
        typed();
      });
    input.addEventListener('input', () => {
      touched.add(item.name);
      typed();
    });
    input.addEventListener('blur', () => {
      if (touched.has(item.name)) onchange();
    });
    if (long) {
      input.addEventListener('keydown', (/** @type {any} */ event) => {
        if (event.key === 'Enter' && !event.isComposing) {
          event.preventDefault();
          onsubmit();
        }
      });
    }
    counted();
    coupon?.check(input.value);
    fields.set(item.name, { setError: part.setError, focus: () => showMistake(input) });
    refills.push(() => {
      if (item.sample) {
        input.value = item.sample;
        typed();
      }
    });
    return part.root;
  };

  /** @param {TemplateField} item */
  const picture = (item) => {
    const id = draft.values[item.name];
    const slot = uploader({
      label: item.label,
      value: (id && draft.uploads[id]) || null,
      onchange: (file) => {
        touched.add(item.name);
        if (file) draft.uploads[file.id] = file;
        change(item.name, file?.id ?? '');
      },
      onerror: (message) => {
        if (message) untaken.set(item.name, message);
        else untaken.delete(item.name);
        show();
      },
    });
    const part = labelled({
      label: item.label,
      control: slot.input,
      wrap: slot.root,
      help: item.help,
      required: item.required,
    });
    slot.input.removeAttribute('aria-label'); // the label names it
    cleanups.push(slot.destroy);
    fields.set(item.name, { setError: part.setError, focus: () => showMistake(slot.input) });
    return part.root;
  };

  const root = h(
    'form',
    {
      class: 'value-form',
      id: 'generator-form',
      novalidate: true,
      'aria-label': 'Values',
      on: {
        submit: (/** @type {Event} */ event) => {
          event.preventDefault();
          onsubmit();
        },
      },
    },
    meta.fields.map((item) => (item.kind === 'image' ? picture(item) : text(item))),
    // Enter in a field submits only when the form has a button of its own.
    h('button', { type: 'submit', class: 'visually-hidden', tabindex: '-1', 'aria-hidden': 'true' }, 'Download'),
  );

  /** @type {ProblemField[]} */
  let problems = [];

  const show = () => {
    /** @type {string | null} */
    let first = null;
    for (const [name, part] of fields) {
      const found = problems.find((problem) => problem.name === `values.${name}`);
      const message = refused.get(name) ?? (found && touched.has(name) ? found.message : '');
      part.setError(untaken.get(name) ?? message);
      if (message) first ??= name;
    }
    return first;
  };

  return {
    root,
    /**
     * Shows what the layout found, for fields that were touched.
     *
     * @param {ProblemField[]} found
     */
    check(found) {
      problems = found;
      show();
    },
    /**
     * Shows the errors of every field, and focuses the first wrong one. True when there is none.
     * What the server refused earlier no longer counts: it is asked again.
     */
    insist() {
      refused.clear();
      for (const check of checks) check();
      for (const name of fields.keys()) touched.add(name);
      const first = show();
      if (first) fields.get(first)?.focus();
      return first === null;
    },
    /**
     * Shows the server's messages at their fields, and returns the rest.
     *
     * @param {ProblemField[]} found
     * @returns {ProblemField[]}
     */
    refuse(found) {
      const rest = [];
      for (const problem of found) {
        const name = problem.name.replace(/^values\./, '');
        if (problem.name.startsWith('values.') && fields.has(name)) refused.set(name, problem.message);
        else rest.push(problem);
      }
      const first = show();
      if (first) fields.get(first)?.focus();
      return rest;
    },
    fillExamples() {
      for (const refill of refills) refill();
    },
    destroy() {
      for (const cleanup of cleanups) cleanup();
    },
  };
}
