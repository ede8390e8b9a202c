/** The dialog with the settings of cross-promotion. */
import { changeCrossPromotion, readCrossPromotion } from '../../../api/cross-promotion.js';
import { h } from '../../../dom.js';
import { Mistake, formDialog } from '../../../components/form-dialog.js';
import { toast } from '../../../components/toast.js';
import { guardUnsaved } from '../../../components/unsaved.js';
import { may } from '../signals/parts.js';
import { tellFields } from '../strategies/parts.js';
import { programmeFields } from './settings-fields.js';

/**
 * @param {object} options
 * @param {import('../../../types.js').CrossPromo} options.settings What the form begins with.
 * @param {() => unknown} options.onsaved
 * @param {AbortSignal} options.signal
 */
export function openSettings({ settings, onsaved, signal }) {
  let now = settings;
  const shown = new AbortController();
  const within = AbortSignal.any([signal, shown.signal]);
  const fields = programmeFields(settings);
  const readonly = !may('strategies.write');
  const kept = JSON.stringify(fields.read());
  const note = h('p', { class: 'muted small', role: 'status' });
  const dirty = () => !readonly && JSON.stringify(fields.read()) !== kept;
  const held = () => {
    const is = dirty();
    if (is) note.textContent = 'Your changes are not saved yet: save them, or cancel.';
    return is;
  };
  guardUnsaved(() => !shown.signal.aborted && dirty(), within);
  const dialog = formDialog({
    title: 'Settings of cross-promotion',
    class: 'dialog-wide',
    held,
    onclose: () => shown.abort(),
    body: [
      h(
        'fieldset',
        { class: 'settings programme-settings', disabled: readonly },
        h('legend', { class: 'visually-hidden' }, 'Settings'),
        fields.body,
      ),
      note,
    ],
    verb: 'Save',
    keep: readonly ? 'Close' : 'Cancel',
    signal,
    onerror: (error) => {
      if (error.status !== 412) return tellFields(error, fields.partOf);
      // What is typed stays, and the next try is based on what is there now.
      void readCrossPromotion(within).then(
        (fresh) => (now = fresh),
        () => {}, // then the next try is refused the same way
      );
      return false;
    },
    work: async () => {
      note.textContent = '';
      for (const part of fields.parts) part.setError('');
      const wrong = fields.parts.filter((part) => part.check() !== '');
      if (wrong[0]) {
        wrong[0].input.focus();
        throw new Mistake();
      }
      await changeCrossPromotion(now, fields.read());
      toast('Saved. It counts from now on.');
      await onsaved();
    },
  });
  dialog.root.querySelector('[type=submit]')?.toggleAttribute('hidden', readonly);
}
