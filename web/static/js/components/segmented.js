import { h, uid } from '../dom.js';

/**
 * A choice among a few options, all visible. Native radio buttons, so arrows and screen readers work.
 *
 * @template {string} V
 * @param {object} options
 * @param {string} options.label
 * @param {{ value: V, label: string, detail?: string, glyph?: Node }[]} options.choices
 * @param {V} options.value
 * @param {(value: V) => void} options.onchange
 * @param {boolean} [options.quietLabel] Only for screen readers.
 * @param {string} [options.class]
 * @returns {{ root: HTMLElement, choose: (value: V) => void }} choose: without a call of onchange
 */
export function segmented({ label, choices, value, onchange, quietLabel = false, class: extra = '' }) {
  const name = uid('choice');
  /** @type {Map<V, HTMLInputElement>} */
  const inputs = new Map();
  const items = choices.map((choice) => {
    const input = h('input', {
      type: 'radio',
      name,
      value: choice.value,
      checked: choice.value === value,
      on: { change: () => onchange(choice.value) },
    });
    inputs.set(choice.value, input);
    return h(
      'label',
      { class: 'segment' },
      input,
      h(
        'span',
        { class: 'segment-face' },
        choice.glyph ?? null,
        h('span', null, choice.label),
        choice.detail ? h('span', { class: 'segment-detail figures' }, choice.detail) : null,
      ),
    );
  });
  const root = h(
    'fieldset',
    { class: ['segmented', extra] },
    h('legend', { class: quietLabel ? 'visually-hidden' : 'label' }, label),
    h('div', { class: 'segments' }, items),
  );
  return {
    root,
    choose(chosen) {
      const input = inputs.get(chosen);
      if (input) input.checked = true;
    },
  };
}
