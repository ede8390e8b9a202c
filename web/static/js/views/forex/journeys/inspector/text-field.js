/** A step's text: Telegram's HTML, with placeholders. */
import { glyph } from '../icons.js';
import { htmlField, textTool } from '../html-field.js';
import { KNOWN, variables } from '../model.js';
import { pick } from '../picker.js';

/**
 * @param {import('./parts.js').Form} form
 * @param {object} options
 * @param {string} options.key
 * @param {string} options.label
 * @param {string} options.value
 * @param {(step: import('../types.js').Step, value: string) => import('../types.js').Step} options.set
 * @param {number} options.most The longest allowed text, not counting tags.
 * @param {string} [options.help]
 * @param {boolean} [options.required]
 * @param {number} [options.lines]
 */
export function textField(form, { key, set, ...options }) {
  const made = htmlField({
    ...options,
    fixed: form.fixed,
    dataset: { key },
    onchange: (text) => form.type(key, (step) => set(step, text)),
  });

  const askName = () => {
    const { selectionEnd: at } = made.area;
    /** @param {string} name */
    const item = (name) => ({
      label: name,
      detail: `{${name}|…}`,
      glyph: glyph('braces'),
      run: () => {
        made.area.setSelectionRange(at, at);
        const fallback = name === 'first_name' ? 'there' : '';
        made.put(`{${name}${fallback ? `|${fallback}` : ''}}`);
      },
    });
    const own = variables(form.store.definition).filter((name) => !KNOWN.includes(name));
    pick({
      title: 'Insert a placeholder',
      note: 'The text after the bar is used when the value is unknown.',
      search: 'Search placeholders',
      groups: [
        { label: 'The person', items: KNOWN.map(item) },
        ...(own.length > 0 ? [{ label: 'Answers of this journey', items: own.map(item) }] : []),
      ],
    });
  };

  made.tools.append(textTool(glyph('braces', 'small'), 'Placeholder', askName));
  form.problems([key], made.setError);
  return made.root;
}
