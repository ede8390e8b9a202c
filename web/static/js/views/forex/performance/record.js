/** The track record that everybody can check: its address, its head, and its end. */
import { endRecord } from '../../../api/forex.js';
import { h } from '../../../dom.js';
import { count, whole } from '../../../format.js';
import { button } from '../../../components/button.js';
import { callout } from '../../../components/callout.js';
import { copyText } from '../../../components/copy.js';
import { lossList } from '../../../components/form-dialog.js';
import { icon } from '../../../components/icons.js';
import { typedDialog } from '../../../components/typed-dialog.js';
import { heading } from './groups.js';

/** @typedef {import('../../../types.js').RecordEnd} RecordEnd */

/** @param {RecordEnd} record @param {() => void} changed @param {AbortSignal} signal */
export function recordPanel(record, changed, signal) {
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
    endNote(record),
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
          record.ending ? null : button('End the record', () => askEnd(record, changed, signal), { look: 'danger' }),
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

/** @param {RecordEnd} record */
function endNote(record) {
  if (record.ended)
    return callout('info', h('p', null, 'The record has ended. It stays public, and no signal can be made any more.'));
  if (!record.ending) return null;
  return callout('info', h('p', null, 'The record is ending: what is open closes at the next price of its market.'));
}

/** Asks whether the record is to end. @param {RecordEnd} record @param {() => void} changed @param {AbortSignal} signal */
function askEnd(record, changed, signal) {
  const name = record.address.slice(record.address.lastIndexOf('/') + 1);
  return typedDialog({
    words: name,
    title: 'End the track record',
    body: [
      h('p', null, 'Nothing takes this back. From now on:'),
      lossList([
        'every strategy is switched off, and no signal can be made any more',
        'open signals close at the next price, and those that wait are cancelled',
        'the public page stays, and says that the record has ended',
      ]),
    ],
    verb: 'End the record',
    keep: 'Keep it',
    signal,
    work: async () => {
      await endRecord(name);
      changed();
    },
  });
}
