/** A field for Telegram's HTML, with formatting buttons and the length. */
import { h, uid } from '../../../dom.js';
import { toolButton } from '../../../components/button.js';
import { field } from '../../../components/field.js';
import { openDialog } from '../../../components/dialog.js';
import { whole } from '../../../format.js';
import { glyph } from './icons.js';
import { escape, length } from './markup.js';
import { clean, running } from '../../../typed.js';

/** One of the buttons above the text. @type {typeof toolButton} */
export const textTool = (sign, name, press) =>
  toolButton(sign, name, press, { class: 'icon-button-small', small: true });

/**
 * @param {object} options
 * @param {string} options.label
 * @param {string} options.value
 * @param {number} options.most The longest allowed text, not counting tags.
 * @param {string} [options.help]
 * @param {boolean} [options.required]
 * @param {boolean} [options.fixed] It is only shown.
 * @param {number} [options.lines]
 * @param {Record<string, string>} [options.dataset] Of the text's element.
 * @param {(text: string) => void} [options.onchange]
 */
export function htmlField({
  label,
  value,
  most,
  help = '',
  required = false,
  fixed = false,
  lines = 6,
  dataset = {},
  onchange,
}) {
  const count = h('span', { class: 'count figures' });
  const area = h('textarea', {
    class: 'input text-area',
    rows: lines,
    value,
    disabled: fixed,
    dataset,
    on: { input: () => changed(), keydown },
  });

  const measure = () => {
    const used = length(area.value);
    count.textContent = `${whole(used)} / ${whole(most)}`;
    count.classList.toggle('count-over', used > most);
  };
  const changed = () => {
    measure();
    onchange?.(area.value);
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
    area.dispatchEvent(new Event('input', { bubbles: true }));
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

  const tools = h(
    'div',
    { class: 'text-tools', role: 'group', 'aria-label': `Insert into ${label}` },
    textTool(glyph('bold', 'small'), 'Bold', () => put('<b>', '</b>')),
    textTool(glyph('italic', 'small'), 'Italic', () => put('<i>', '</i>')),
    textTool('link', 'Link', askLink),
  );
  const made = field({
    label,
    control: area,
    wrap: h('div', { class: 'text-box' }, fixed ? null : tools, area),
    help,
    required,
    aside: count,
  });
  measure();
  return { root: made.root, setError: made.setError, area, tools, put };
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
            const given = clean(url.value);
            if (!/^(https?:\/\/|tg:\/\/)\S+$/i.test(given)) {
              address.setError('Type an address that begins with https:// and has no spaces.');
              url.focus();
              return;
            }
            dialog.close();
            done(given, escape(running(text.value) || given));
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
