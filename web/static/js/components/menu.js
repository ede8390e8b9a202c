import { h, replace, uid } from '../dom.js';
import { icon } from './icons.js';

/**
 * @typedef {object} MenuItem
 * @property {string} label
 * @property {import('./icons.js').IconName} [icon]
 * @property {() => void} run
 * @property {boolean} [checked] Makes it a switch that shows its state.
 * @property {string} [disabled] Why it can't be used now.
 */

/**
 * A button that opens a menu: arrows move, Escape closes, focus comes back.
 *
 * @param {object} options
 * @param {string} options.label What the button is called: "Actions for Gold coupon".
 * @param {() => MenuItem[]} options.items Called each time it opens.
 * @param {import('../dom.js').Child} [options.face] What the button shows, instead of three dots.
 */
export function menuButton({ label, items, face }) {
  const id = uid('menu');
  const list = h('div', { class: 'menu', role: 'menu', id, 'aria-label': label, hidden: true });
  const button = h(
    'button',
    {
      class: face ? 'menu-face' : 'icon-button',
      type: 'button',
      'aria-label': label,
      'aria-haspopup': 'menu',
      'aria-expanded': 'false',
      'aria-controls': id,
      on: {
        click: () => (list.hidden ? open(0) : close(true)),
        keydown: (/** @type {KeyboardEvent} */ event) => {
          if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
          event.preventDefault();
          open(event.key === 'ArrowDown' ? 0 : -1);
        },
      },
    },
    face ?? icon('more'),
  );
  const root = h('div', { class: 'menu-root' }, button, list);

  const buttons = () => /** @type {HTMLElement[]} */ ([...list.querySelectorAll('[role^=menuitem]')]);

  /** @param {PointerEvent} event */
  const outside = (event) => {
    if (!root.contains(/** @type {Node} */ (event.target))) close(false);
  };

  /** @param {number} index */
  function open(index) {
    replace(list, ...items().map(row));
    list.hidden = false;
    place();
    button.setAttribute('aria-expanded', 'true');
    root.classList.add('menu-open');
    document.addEventListener('pointerdown', outside);
    buttons().at(index)?.focus();
  }

  /** Opens on the other side of the button where the window's edge or the bottom bar would cover it. */
  function place() {
    list.classList.remove('menu-above', 'menu-below');
    const bar = document.querySelector('.rail')?.getBoundingClientRect().top ?? 0;
    const foot = bar > 0 ? bar : innerHeight;
    const { top, bottom, height } = list.getBoundingClientRect();
    const { top: above, bottom: below } = button.getBoundingClientRect();
    if (bottom > foot && above > height) list.classList.add('menu-above');
    else if (top < 0 && foot - below > height) list.classList.add('menu-below');
  }

  /** @param {boolean} back */
  function close(back) {
    if (list.hidden) return;
    list.hidden = true;
    button.setAttribute('aria-expanded', 'false');
    root.classList.remove('menu-open');
    document.removeEventListener('pointerdown', outside);
    if (back) button.focus();
  }

  /** @param {MenuItem} item */
  function row(item) {
    const isSwitch = item.checked !== undefined;
    return h(
      'button',
      {
        class: 'menu-item',
        type: 'button',
        role: isSwitch ? 'menuitemcheckbox' : 'menuitem',
        tabindex: '-1',
        'aria-checked': isSwitch ? String(item.checked) : undefined,
        'aria-disabled': item.disabled ? 'true' : undefined,
        on: {
          click: () => {
            if (item.disabled) return;
            close(true);
            item.run();
          },
        },
      },
      h(
        'span',
        { class: 'menu-mark' },
        isSwitch ? (item.checked ? icon('check') : null) : icon(item.icon ?? 'chevron'),
      ),
      h('span', null, item.label, item.disabled ? h('span', { class: 'menu-why' }, item.disabled) : null),
    );
  }

  list.addEventListener('keydown', (event) => {
    const all = buttons();
    const at = all.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const moves = /** @type {Record<string, number>} */ ({
      ArrowDown: (at + 1) % all.length,
      ArrowUp: (at - 1 + all.length) % all.length,
      Home: 0,
      End: all.length - 1,
    });
    const to = moves[event.key];
    if (to !== undefined) {
      event.preventDefault();
      all[to]?.focus();
    } else if (event.key === 'Escape') {
      event.stopPropagation();
      close(true);
    } else if (event.key === 'Tab') {
      close(false);
    }
  });
  return root;
}
