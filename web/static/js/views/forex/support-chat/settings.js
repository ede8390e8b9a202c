/** The settings of a journey: who comes in, when it talks, when it ends. */
import { listConnections } from '../../../api/telegram.js';
import { h, replace } from '../../../dom.js';
import { createSaving } from '../journeys/saving.js';
import { createStore } from '../journeys/store.js';
import { issueList } from './changes.js';
import { limitsPart } from './settings/limits.js';
import { placesPart } from './settings/places.js';
import { timesPart } from './settings/times.js';
import { triggersPart } from './settings/triggers.js';
import { welcomePart } from './settings/welcome.js';
import { callout } from '../../../components/callout.js';
import { copyText } from '../../../components/copy.js';
import { showMistake } from '../../../components/refusal.js';

/**
 * @typedef {import('../journeys/types.js').Definition} Definition
 * @typedef {import('../../../types.js').JourneyDetail} JourneyDetail
 *
 * @typedef {object} Part
 * @property {HTMLElement} root
 * @property {(field: string, message: string) => boolean} issue True when it has shown it.
 * @property {() => void} clear Clears all errors.
 * @property {(items: import('../../../types.js').Connection[]) => void} [connected] Told what is connected.
 *
 * @typedef {object} Editing
 * @property {() => Definition} now
 * @property {(label: string, changes: Partial<Definition>, group?: string) => void} edit Changes of one group are undone together.
 */

/**
 * @param {HTMLElement} root
 * @param {import('./tabs.js').TabOptions} options
 */
export function settingsTab(root, { journey, params, signal, onedit, onsaved, onfresh }) {
  const store = createStore(journey().draft);
  /** @type {Editing} */
  const editing = {
    now: () => store.definition,
    edit: (label, changes, group = '') =>
      void store.apply(label, { ...store.definition, ...changes }, { group, by: 'settings' }),
  };
  const saving = createSaving(
    {
      journey: journey(),
      store,
      onsaved: (detail) => onsaved(/** @type {JourneyDetail} */ (detail)),
      onrefused: (issues) => {
        told = '';
        judge(journey(), issues);
      },
      oncopy: () => {
        // Only the content of these fields would be lost, and the builder's Undo doesn't reach here.
        void copyText(JSON.stringify(settingsOf(store.definition), null, 2), 'Your settings are copied.');
      },
    },
    signal,
  );
  const note = h('div', { class: 'settings-note' });
  const general = h('div', { class: 'settings-issues', role: 'status' });
  const fields = h('fieldset', { class: 'settings' });
  /** @type {Part[]} */
  let parts = [];
  /** @type {import('../../../types.js').Connection[] | null} */
  let connections = null;
  let told = '';
  let locked = journey().is_locked;
  replace(root, h('div', { class: 'settings-top' }, saving.root), note, general, fields);

  const draw = () => {
    const places = placesPart(editing);
    const triggers = triggersPart(editing);
    parts = [places, triggers, welcomePart(editing), timesPart(editing), limitsPart(editing)];
    fields.disabled = locked;
    replace(
      fields,
      h('legend', { class: 'visually-hidden' }, 'Settings'),
      parts.map((part) => part.root),
    );
    replace(note, locked ? callout('info', 'This journey is locked: unlock it to change its settings.') : null);
    if (connections) name(connections);
    told = '';
    tell(journey());
  };

  /** @param {import('../../../types.js').Connection[]} items */
  const name = (items) => {
    connections = items;
    for (const part of parts) part.connected?.(items);
  };

  /** @param {JourneyDetail} fresh */
  const tell = (fresh) => {
    const mark = JSON.stringify(fresh.issues);
    if (mark === told) return; // the error of an unsaved field stays
    told = mark;
    judge(fresh, fresh.issues);
  };

  /**
   * @param {JourneyDetail} fresh
   * @param {import('../journeys/types.js').Issue[]} issues
   */
  const judge = (fresh, issues) => {
    for (const part of parts) part.clear();
    const own = issues.filter((issue) => !issue.step_id);
    const rest = own.filter((issue) => !parts.some((part) => part.issue(issue.field ?? '', issue.message)));
    replace(general, rest.length > 0 ? issueList(fresh, rest) : null);
  };

  onfresh((fresh) => {
    if (fresh.is_locked !== locked) {
      locked = fresh.is_locked;
      draw();
    }
    // What is being typed is not checked before it is saved.
    if (!saving.dirty) tell(fresh);
  });
  const end = store.subscribe(({ definition, by }) => {
    if (definition && by !== 'settings') draw();
  });
  signal.addEventListener('abort', end, { once: true });
  onedit({
    flush: async () => {
      await saving.flush();
      return !saving.dirty;
    },
    take: saving.take,
  });
  draw();
  if (params.part === 'triggers') showMistake(parts[1]?.root.querySelector('input, button'));
  saving.restore();
  // Without them only the names are missing; the settings can be edited all the same.
  void listConnections(signal).then(
    ({ items }) => signal.aborted || name(items),
    () => {},
  );
}

/** @param {Definition} definition */
function settingsOf(definition) {
  return Object.fromEntries(
    Object.entries(definition).filter(([name]) => name !== 'steps' && name !== 'start_step_id'),
  );
}
