/** Lists within the forms of steps: choices, rules, arms. */
import { h } from '../../../../dom.js';
import { button } from '../../../../components/button.js';
import { glyph } from '../icons.js';
import { errorLine, rowButton } from './parts.js';

/**
 * @typedef {import('./parts.js').Form} Form
 * @typedef {import('../types.js').Step} Step
 */

/**
 * A list whose rows are added, moved and removed.
 *
 * @template T
 * @param {Form} form
 * @param {object} options
 * @param {string} options.key The list's name on the wire.
 * @param {string} options.label
 * @param {string} options.one What a row is: "choice".
 * @param {T[]} options.items
 * @param {(item: T, index: number) => { body: import('../../../../dom.js').Child, keys: string[] }} options.row With the names of its fields.
 * @param {(step: Step, items: T[]) => Step} options.set
 * @param {() => T} options.blank
 * @param {(index: number) => string} options.focus The key of a row's first control.
 * @param {string} [options.help]
 * @param {number} [options.least]
 * @param {number} [options.most]
 */
export function rows(form, { key, label, one, items, row, set, blank, focus, help = '', least = 0, most = 100 }) {
  const whole = errorLine();
  form.problems([key], whole.set);
  /** @param {number} from @param {number} to */
  const moved = (from, to) => {
    const next = [...items];
    next.splice(to, 0, ...next.splice(from, 1));
    return next;
  };
  const lines = items.map((item, i) => {
    const error = errorLine();
    const { body, keys } = row(item, i);
    form.problems(keys, error.set);
    return h(
      'li',
      { class: 'edit-row' },
      h(
        'div',
        { class: 'edit-line' },
        h('div', { class: 'edit-body' }, body),
        form.fixed
          ? null
          : h(
              'div',
              { class: 'edit-tools' },
              i > 0
                ? rowButton(glyph('up', 'small'), `Move ${one} ${i + 1} up`, `${key}.up.${i}`, () =>
                    form.change(`Move ${one}`, (step) => set(step, moved(i, i - 1)), focus(i - 1)),
                  )
                : null,
              rowButton(
                'trash',
                `Remove ${one} ${i + 1}`,
                `${key}.remove.${i}`,
                () =>
                  form.change(
                    `Remove ${one}`,
                    (step) =>
                      set(
                        step,
                        items.filter((_, at) => at !== i),
                      ),
                    items.length > 1 ? focus(Math.max(0, i - 1)) : `${key}.add`,
                  ),
                items.length <= least,
              ),
            ),
      ),
      error.root,
    );
  });
  return h(
    'fieldset',
    { class: 'edit-list' },
    h('legend', { class: 'label' }, label),
    help ? h('p', { class: 'field-help' }, help) : null,
    lines.length > 0 ? h('ol', { class: 'edit-rows' }, lines) : null,
    whole.root,
    form.fixed || items.length >= most
      ? null
      : button(
          `Add ${one}`,
          () => form.change(`Add ${one}`, (step) => set(step, [...items, blank()]), focus(items.length)),
          { look: 'quiet', small: true, class: 'edit-add', icon: 'plus', dataset: { key: `${key}.add` } },
        ),
  );
}

/**
 * A list with one item changed.
 *
 * @template T
 * @param {T[] | undefined} items
 * @param {number} index
 * @param {Partial<T>} change undefined removes a field.
 * @returns {T[]}
 */
export function withItem(items, index, change) {
  return (items ?? []).map((item, i) =>
    i === index
      ? /** @type {T} */ (
          Object.fromEntries(Object.entries({ ...item, ...change }).filter(([, value]) => value !== undefined))
        )
      : item,
  );
}
