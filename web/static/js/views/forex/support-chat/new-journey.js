/** A new journey: blank, or from one of the ready-made starts. */
import { getJSON } from '../../../api.js';
import { createJourney } from '../../../api/journeys.js';
import { h } from '../../../dom.js';
import { formDialog } from '../../../components/form-dialog.js';
import { toast } from '../../../components/toast.js';
import { nameField } from './actions.js';
import { pageOf } from './words.js';
import { isBlank } from '../../../typed.js';

/** The ready-made starts; their definitions are in journeys/starts. */
export const STARTS = /** @type {const} */ ([
  { id: 'welcome', name: 'Welcome', text: 'Greets whoever writes first, and asks what brings them.' },
  { id: 'lead-questions', name: 'Lead questions', text: 'Asks for experience, goal and e-mail, then hands over.' },
  { id: 'vip-follow-up', name: 'VIP follow-up', text: 'Comes back after a day and after three with the VIP offer.' },
]);

/** @param {AbortSignal} signal */
export function newJourney(signal) {
  const key = crypto.randomUUID();
  let start = '';
  let suggested = '';
  const name = nameField('');

  /**
   * @param {string} id
   * @param {string} title
   * @param {string} text
   */
  const choice = (id, title, text) =>
    h(
      'label',
      { class: 'start-choice' },
      h('input', {
        type: 'radio',
        name: 'start',
        checked: id === start,
        on: {
          change: () => {
            start = id;
            // A name that was typed stays; one that was suggested follows the choice.
            if (!isBlank(name.input.value) && name.input.value !== suggested) return;
            suggested = id ? title : '';
            name.input.value = suggested;
          },
        },
      }),
      h('span', null, h('span', { class: 'start-title' }, title), h('span', { class: 'muted small' }, text)),
    );

  formDialog({
    title: 'New journey',
    class: 'start-dialog',
    body: [
      h(
        'fieldset',
        { class: 'start-choices' },
        h('legend', { class: 'label' }, 'Begin with'),
        choice('', 'A blank journey', 'One message to begin with; the rest is up to you.'),
        STARTS.map((item) => choice(item.id, item.name, item.text)),
      ),
      name.root,
    ],
    verb: 'Make it',
    signal,
    onerror: name.tell,
    work: async () => {
      const called = name.read();
      const wanted = start
        ? {
            name: called,
            definition: await getJSON(new URL(`../journeys/starts/${start}.json`, import.meta.url).href, signal),
          }
        : { name: called, template: 'blank' };
      const journey = await createJourney(wanted, key);
      toast(`${journey.name} is ready as a draft. It starts for nobody until you publish it.`);
      location.hash = pageOf(journey.id, 'build');
    },
  });
}
