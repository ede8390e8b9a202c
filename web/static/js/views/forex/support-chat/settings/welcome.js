/** The message before the first step. */
import { h } from '../../../../dom.js';
import { button } from '../../../../components/button.js';
import { field } from '../../../../components/field.js';
import { length } from '../../journeys/markup.js';
import { PLACEHOLDERS } from '../words.js';
import { settingsSection } from './section.js';

/** Telegram's limit of a message. */
const LONGEST = 4096;

/** @param {import('../settings.js').Editing} editing */
export function welcomePart({ now, edit }) {
  const counter = h('span', { class: 'count figures' });
  const text = h('textarea', {
    class: 'input',
    rows: 4,
    value: now().welcome_message ?? '',
    on: {
      input: () => {
        edit('Welcome message', { welcome_message: text.value || undefined }, 'welcome');
        count();
      },
    },
  });
  const part = field({
    label: 'Welcome message',
    control: text,
    aside: counter,
    help: 'Telegram’s HTML: <b>, <i>, <u>, <s>, <code>, <a href="…">. If empty, none is sent.',
  });

  function count() {
    const n = length(text.value);
    counter.textContent = `${n} of ${LONGEST}`;
    counter.classList.toggle('count-over', n > LONGEST);
    part.setError(n > LONGEST ? `Telegram allows ${LONGEST} characters. Shorten it by ${n - LONGEST}.` : '');
  }

  /** @param {string} name */
  const insert = (name) => {
    text.setRangeText(`{${name}}`, text.selectionStart, text.selectionEnd, 'end');
    text.dispatchEvent(new Event('input'));
    text.focus();
  };

  count();
  return {
    root: settingsSection(
      'Welcome',
      'Sent at once when a person enters, before the first step.',
      part.root,
      h(
        'div',
        { class: 'placeholders', role: 'group', 'aria-label': 'Placeholders' },
        h('span', { class: 'muted small' }, 'Insert'),
        PLACEHOLDERS.map((name) =>
          button(`{${name}}`, () => insert(name), {
            small: true,
            class: 'mono',
            'aria-label': `Insert ${name.replace('_', ' ')}`,
          }),
        ),
      ),
    ),
    clear: count,
    /** @type {import('../settings.js').Part['issue']} */
    issue(name, message) {
      if (!name.startsWith('welcome_message')) return false;
      part.setError(message);
      return true;
    },
  };
}
