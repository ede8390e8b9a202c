/** The prompts of a flow, in their order. */
import { h, replace, uid } from '../../../dom.js';
import { button, iconButton } from '../../../components/button.js';
import { icon } from '../../../components/icons.js';
import { LIMITS, moved, onward, quoted } from './words.js';

/**
 * @param {string[]} first Their ids.
 * @param {import('./words.js').Prompt[]} prompts All that there are.
 * @returns {import('../strategies/parts.js').Part & { value: () => string[] }}
 */
export function promptsField(first, prompts) {
  let ids = first;
  const errorId = uid('prompts-error');
  const error = h('p', { class: 'field-error', id: errorId, role: 'alert', hidden: true });
  const list = h('ol', { class: 'hype-chosen', 'aria-label': 'Chosen prompts' });
  const heard = h('p', { class: 'visually-hidden', role: 'status' });
  const select = h('select', { class: 'input', 'aria-label': 'Prompt to add', 'aria-describedby': errorId });
  const add = button('Add', () => put([...ids, select.value], `Added: ${nameOf(select.value)}.`), { icon: 'plus' });
  const adding = h('div', { class: 'hype-adding' }, select, add);

  /** @param {string} id */
  const nameOf = (id) => prompts.find((one) => one.id === id)?.name ?? 'A prompt that is gone';

  /** @param {string} message */
  const setError = (message) => {
    error.hidden = message === '';
    replace(error, message ? [icon('alert', 'small'), h('span', null, message)] : null);
    if (message) select.setAttribute('aria-invalid', 'true');
    else select.removeAttribute('aria-invalid');
  };

  /** @param {string[]} next @param {string} said @param {string} [keep] What has the focus then. */
  function put(next, said, keep) {
    ids = next;
    setError('');
    draw();
    replace(heard, said);
    const otherwise = adding.hidden ? list.querySelector('li:last-child button:not(:disabled)') : select;
    const focus = (keep && list.querySelector(`[data-keep="${keep}"]`)) || otherwise;
    /** @type {HTMLElement | null} */ (focus)?.focus();
  }

  /** @param {number} from @param {-1 | 1} by */
  function move(from, by) {
    const order = moved(ids, from, by);
    if (!order) return;
    const at = from + by;
    const said = `${nameOf(order[at] ?? '')} is number ${at + 1} of ${order.length}.`;
    put(order, said, `${onward(at, order.length, by)}-${at}`);
  }

  /** @param {string} id @param {number} at */
  function row(id, at) {
    const name = quoted(nameOf(id));
    return h(
      'li',
      { class: 'hype-choice' },
      h('span', { class: 'hype-choice-name' }, nameOf(id)),
      iconButton('chevron', `Move ${name} up`, () => move(at, -1), {
        class: 'hype-up',
        disabled: at === 0,
        'data-keep': `up-${at}`,
      }),
      iconButton('chevron', `Move ${name} down`, () => move(at, 1), {
        disabled: at === ids.length - 1,
        'data-keep': `down-${at}`,
      }),
      iconButton('close', `Take ${name} out`, () =>
        put(
          ids.filter((_, i) => i !== at),
          `Taken out: ${nameOf(id)}.`,
        ),
      ),
    );
  }

  function draw() {
    const others = prompts.filter(({ id }) => !ids.includes(id));
    replace(list, ids.map(row));
    list.hidden = ids.length === 0;
    replace(
      select,
      others.map(({ id, name }) => h('option', { value: id }, name)),
    );
    adding.hidden = others.length === 0 || ids.length >= LIMITS.prompts;
  }

  draw();
  return {
    root: h(
      'fieldset',
      { class: 'hype-prompts-field' },
      h('legend', { class: 'label' }, 'Prompts'),
      h('p', { class: 'field-help' }, 'Each message takes the next one, and the first again after the last.'),
      list,
      adding,
      error,
      heard,
    ),
    input: select,
    setError,
    check() {
      const wrong = ids.length === 0 ? 'Add at least one prompt.' : '';
      setError(wrong);
      return wrong;
    },
    value: () => ids,
  };
}
