/** Where a journey listens. */
import { h, replace } from '../../../../dom.js';
import { icon } from '../../../../components/icons.js';
import { format } from '../../../../router.js';
import { LISTENS_ON } from '../words.js';
import { settingsSection } from './section.js';
import { serviceOf, simulatedTag } from '../../../../components/status.js';

/** @param {import('../settings.js').Editing} editing */
export function placesPart({ now, edit }) {
  const error = h('p', { class: 'field-error', hidden: true });
  /** @type {Map<string, HTMLElement>} */
  const notes = new Map();
  const ticks = Object.entries(LISTENS_ON).map(([kind, label]) => {
    const note = h('span', { class: 'field-help tick-help' });
    notes.set(kind, note);
    const box = h('input', {
      type: 'checkbox',
      checked: now().connections.includes(kind),
      on: {
        change: () => {
          const wanted = new Set(now().connections);
          if (box.checked) wanted.add(kind);
          else wanted.delete(kind);
          edit('Where it listens', { connections: Object.keys(LISTENS_ON).filter((one) => wanted.has(one)) });
        },
      },
    });
    return h('label', { class: 'tick' }, box, h('span', null, label, note));
  });
  const root = settingsSection(
    'Where it listens',
    'The same journey can run on several of your connections. Each person is answered where they wrote.',
    h('fieldset', { class: 'ticks' }, h('legend', { class: 'visually-hidden' }, 'Where it listens'), ticks),
    error,
  );

  return {
    root,
    clear: () => tell(''),
    /** @type {import('../settings.js').Part['issue']} */
    issue(field, message) {
      if (!field.startsWith('connections')) return false;
      tell(message);
      return true;
    },
    /** @param {import('../../../../types.js').Connection[]} connections */
    connected(connections) {
      for (const [kind, note] of notes) {
        const one = connections.find((connection) => connection.kind === kind);
        replace(
          note,
          one
            ? [one.username ? `@${one.username}` : one.display_name, ' ', simulatedTag(serviceOf(kind))]
            : [h('span', null, 'Not connected. '), h('a', { href: format('hub/connections') }, 'Open Connections')],
        );
      }
    },
  };

  /** @param {string} message */
  function tell(message) {
    error.hidden = message === '';
    replace(error, message ? [icon('alert', 'small'), h('span', null, message)] : null);
  }
}
