/** Import of a journey from the file that an export made. */
import { importJourney } from '../../../api/journeys.js';
import { h, replace, uid } from '../../../dom.js';
import { bytes } from '../../../format.js';
import { field } from '../../../components/field.js';
import { fileDrop } from '../../../components/file-drop.js';
import { formDialog, Mistake } from '../../../components/form-dialog.js';
import { icon } from '../../../components/icons.js';
import { toast } from '../../../components/toast.js';
import { pageOf } from './words.js';

/** Bytes; the server has the last word. */
const LARGEST = 1024 * 1024;
/** How many errors are shown; more add nothing new. */
const SHOWN = 20;

/** @param {AbortSignal} signal */
export function importJourneys(signal) {
  /** @type {File | null} */
  let file = null;
  let key = '';
  const problems = h('ul', { class: 'import-problems', 'aria-live': 'polite' });
  const {
    root: zone,
    input,
    face,
  } = fileDrop({
    id: uid('import'),
    accept: '.json,application/json',
    take: (chosen) => take(chosen),
  });
  const fileField = field({
    label: 'File',
    control: input,
    wrap: zone,
    required: true,
    help: 'A JSON file that “Export” made, here or in another PromoStack. It becomes a draft.',
  });

  /** @param {File | null} chosen */
  const take = (chosen) => {
    file = chosen;
    key = crypto.randomUUID();
    replace(problems);
    fileField.setError(chosen && chosen.size > LARGEST ? `This file is ${bytes(chosen.size)}; the limit is 1 MB.` : '');
    replace(
      face,
      icon(chosen ? 'journey' : 'upload'),
      chosen
        ? h('span', null, chosen.name, h('span', { class: 'upload-detail figures' }, bytes(chosen.size)))
        : h('span', null, 'Choose a JSON file', h('span', { class: 'upload-detail' }, 'or drop one here')),
    );
  };

  /** @param {string} text */
  const wrong = (text) => {
    fileField.setError(text);
    input.focus();
    return new Mistake();
  };

  take(null);
  formDialog({
    title: 'Import a journey',
    class: 'start-dialog',
    body: [fileField.root, problems],
    verb: 'Import',
    signal,
    work: async () => {
      replace(problems);
      fileField.setError('');
      if (!file) throw wrong('Choose a file first.');
      if (file.size > LARGEST) throw wrong(`This file is ${bytes(file.size)}; the limit is 1 MB.`);
      let content;
      try {
        content = JSON.parse(await file.text());
      } catch {
        throw wrong('This isn’t a JSON file. Choose one that “Export” made.');
      }
      const journey = await importJourney(content, key);
      toast(`${journey.name} is imported as a draft.`);
      location.hash = pageOf(journey.id);
    },
    onerror: (error) => {
      key = crypto.randomUUID(); // what comes next is a new attempt
      if (error.fields.length === 0) return false;
      fileField.setError(error.text);
      replace(
        problems,
        error.fields
          .slice(0, SHOWN)
          .map((item) => h('li', null, h('code', { class: 'mono' }, item.name), ' ', item.message)),
        error.fields.length > SHOWN ? h('li', null, `and ${error.fields.length - SHOWN} more`) : null,
      );
      input.focus();
      return true;
    },
  });
}
