import { h, uid } from '../dom.js';

/**
 * A row of tabs over one panel: arrows move, the panel is named by its tab.
 *
 * @param {object} options
 * @param {string} options.label
 * @param {HTMLElement} options.panel What the tabs change.
 * @param {{ id: string, label: string }[]} options.choices The first one is chosen.
 * @param {(id: string) => void} options.onchange
 */
export function tabs({ label, panel, choices, onchange }) {
  panel.id ||= uid('panel');
  panel.setAttribute('role', 'tabpanel');
  const list = choices.map((choice) =>
    h(
      'button',
      {
        class: 'tab',
        type: 'button',
        role: 'tab',
        id: uid('tab'),
        'aria-controls': panel.id,
        on: { click: () => choose(choice.id) },
      },
      choice.label,
    ),
  );

  /** @param {string} id */
  const mark = (id) => {
    choices.forEach((choice, i) => {
      const chosen = choice.id === id;
      list[i]?.setAttribute('aria-selected', String(chosen));
      list[i]?.setAttribute('tabindex', chosen ? '0' : '-1');
      if (chosen) panel.setAttribute('aria-labelledby', list[i]?.id ?? '');
    });
  };

  /** @param {string} id */
  const choose = (id) => {
    mark(id);
    onchange(id);
  };

  const root = h(
    'div',
    {
      class: 'tabs',
      role: 'tablist',
      'aria-label': label,
      on: {
        keydown: (/** @type {KeyboardEvent} */ event) => {
          const at = list.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
          const to = /** @type {Record<string, number>} */ ({
            ArrowRight: (at + 1) % list.length,
            ArrowLeft: (at - 1 + list.length) % list.length,
            Home: 0,
            End: list.length - 1,
          })[event.key];
          const choice = to === undefined ? undefined : choices[to];
          if (to === undefined || !choice) return;
          event.preventDefault();
          list[to]?.focus();
          choose(choice.id);
        },
      },
    },
    list,
  );
  mark(choices[0]?.id ?? '');
  return { root };
}
