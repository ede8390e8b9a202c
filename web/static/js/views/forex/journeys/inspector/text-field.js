/** A text field for Telegram's HTML, with formatting buttons and the length. */
import { h, uid } from '../../../../dom.js';
import { toolButton } from '../../../../components/button.js';
import { field } from '../../../../components/field.js';
import { openDialog } from '../../../../components/dialog.js';
import { whole } from '../../../../format.js';
import { glyph } from '../icons.js';
import { escape, length } from '../markup.js';
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
export function textField(form, { key, label, value, set, most, help = '', required = false, lines = 6 }) {
  const count = h('span', { class: 'count figures' });
  const area = h('textarea', {
    class: 'input text-area',
    rows: lines,
    value,
    disabled: form.fixed,
    dataset: { key },
    on: { input: () => changed(), keydown },
  });

  const measure = () => {
    const used = length(area.value);
    count.textContent = `${whole(used)} / ${whole(most)}`;
    count.classList.toggle('count-over', used > most);
  };
  const changed = () => {
    measure();
    form.type(key, (step) => set(step, area.value));
  };

  /**
   * @param {string} before
   * @param {string} [after]
   * @param {string} [inside] Instead of what is selected.
   */
  const put = (before, after = '', inside) => {
    const { selectionStart: from, selectionEnd: to } = area;
    const middle = inside ?? area.value.slice(from, to);
    area.setRangeText(before + middle + after, from, to, 'end');
    const start = from + before.length;
    if (after) area.setSelectionRange(start, start + middle.length);
    area.focus();
    changed();
  };

  /** @param {KeyboardEvent} event */
  function keydown(event) {
    if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    const run = { b: () => put('<b>', '</b>'), i: () => put('<i>', '</i>'), k: () => askLink() }[event.key];
    if (!run) return;
    event.preventDefault();
    run();
  }

  const askLink = () => {
    const { selectionStart: from, selectionEnd: to } = area;
    linkDialog(area.value.slice(from, to), (url, words) => {
      area.setSelectionRange(from, to);
      put(`<a href="${escape(url)}">`, '</a>', words);
    });
  };

  const askName = () => {
    const { selectionEnd: at } = area;
    /** @param {string} name */
    const item = (name) => ({
      label: name,
      detail: `{${name}|…}`,
      glyph: glyph('braces'),
      run: () => {
        area.setSelectionRange(at, at);
        const fallback = name === 'first_name' ? 'there' : '';
        put(`{${name}${fallback ? `|${fallback}` : ''}}`);
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

  /** @type {typeof toolButton} */
  const tool = (sign, name, press) => toolButton(sign, name, press, { class: 'icon-button-small', small: true });

  const bar = h(
    'div',
    { class: 'text-tools', role: 'group', 'aria-label': `Insert into ${label}` },
    tool(glyph('bold', 'small'), 'Bold', () => put('<b>', '</b>')),
    tool(glyph('italic', 'small'), 'Italic', () => put('<i>', '</i>')),
    tool('link', 'Link', askLink),
    tool(glyph('braces', 'small'), 'Placeholder', askName),
  );
  const made = field({
    label,
    control: area,
    wrap: h('div', { class: 'text-box' }, form.fixed ? null : bar, area),
    help,
    required,
    aside: count,
  });
  form.problems([key], made.setError);
  measure();
  return made.root;
}

/**
 * @param {string} words
 * @param {(url: string, words: string) => void} done
 */
function linkDialog(words, done) {
  const url = h('input', { class: 'input', type: 'url', placeholder: 'https://', id: uid('url'), autofocus: true });
  const text = h('input', { class: 'input', type: 'text', value: words });
  const address = field({ label: 'Address', control: url, required: true });
  const dialog = openDialog({
    title: 'Insert a link',
    body: h(
      'form',
      {
        class: 'stack',
        novalidate: true,
        on: {
          submit: (/** @type {Event} */ event) => {
            event.preventDefault();
            const given = url.value.trim();
            if (!/^(https?:\/\/|tg:\/\/)\S+$/i.test(given)) {
              address.setError('Type an address that begins with https:// and has no spaces.');
              url.focus();
              return;
            }
            dialog.close();
            done(given, escape(text.value.trim() || given));
          },
        },
      },
      address.root,
      field({ label: 'Text to show', control: text, help: 'If empty, the address is shown.' }).root,
      h('div', { class: 'row' }, h('button', { class: 'button button-primary', type: 'submit' }, 'Insert')),
    ),
  });
  url.focus();
}
