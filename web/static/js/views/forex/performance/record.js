/** The track record that everybody can check: its address and its head. */
import { h } from '../../../dom.js';
import { count, whole } from '../../../format.js';
import { button } from '../../../components/button.js';
import { callout } from '../../../components/callout.js';
import { copyText } from '../../../components/copy.js';
import { icon } from '../../../components/icons.js';
import { heading } from './groups.js';

/** @param {import('../../../types.js').RecordEnd} record */
export function recordPanel(record) {
  const begun = record.entries > 0;
  return h(
    'section',
    { class: 'market-panel performance-record', 'aria-labelledby': 'record-title' },
    heading('Track record', 'record-title'),
    begun
      ? h(
          'p',
          null,
          `${count(record.entries, 'entry', 'entries')}, each made when it happened and bound to the one before. Anybody can read and check them.`,
        )
      : h('p', null, 'It begins with the first signal that is told. Anybody can read and check it then.'),
    record.broken ? callout('bad', h('p', null, 'The record does not hold. ', record.broken)) : null,
    begun
      ? h(
          'div',
          { class: 'performance-links' },
          h(
            'a',
            { class: 'button', href: record.address, target: '_blank', rel: 'noopener' },
            icon('external'),
            'Open the public page',
          ),
          button('Copy its address', () => void copyText(record.address, 'The address is copied.')),
          button('Copy the head', () => void copyText(record.head, 'The head is copied.')),
        )
      : null,
    begun
      ? h(
          'p',
          { class: 'small muted' },
          `Head of entry ${whole(record.entries)}: `,
          h('code', { class: 'performance-hash' }, record.head),
        )
      : null,
  );
}
