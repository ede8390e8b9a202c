/** How saving the draft is shown: the status line, and the choice after somebody else's change. */
import { readJourney, saveDraft } from '../../../api/journey-draft.js';
import { currentSession } from '../../../api.js';
import { h, replace } from '../../../dom.js';
import { on } from '../../../events.js';
import { keptUnder } from '../../../kept.js';
import { watch } from '../../../live.js';
import { button } from '../../../components/button.js';
import { openDialog } from '../../../components/dialog.js';
import { icon } from '../../../components/icons.js';
import { toastError } from '../../../components/toast.js';
import { guardUnsaved } from '../../../components/unsaved.js';
import { createAutosave } from './autosave.js';

/**
 * @typedef {import('./types.js').Journey} Journey
 * @typedef {import('./types.js').Definition} Definition
 *
 * @typedef {object} Host
 * @property {Journey} journey
 * @property {import('./store.js').Store} store
 * @property {(detail: Journey) => void} onsaved After each save, and after somebody else's.
 * @property {(issues: import('./types.js').Issue[]) => void} onrefused What the server refused, by step and field.
 * @property {() => void} oncopy Puts all steps into the clipboard.
 */

/**
 * @param {Host} host
 * @param {AbortSignal} signal
 */
export function createSaving({ journey, store, onsaved, onrefused, oncopy }, signal) {
  const root = h('div', { class: 'saving', role: 'status' });
  const name = `${keptUnder('journey', currentSession())}.${journey.id}`;
  /** The definition on the server, as it sent it. */
  let known = JSON.stringify(journey.draft);
  let asking = false;

  const saver = createAutosave({
    row: journey,
    save: saveDraft,
    onstatus: ({ state, fields }) => {
      draw();
      if (signal.aborted) return;
      if (state === 'failed') onrefused(fields.map((item) => refused(item, store.definition)));
      if (state === 'conflict') void consider();
    },
    onsaved: (detail) => {
      known = JSON.stringify(detail.draft);
      if (!saver.dirty) forget();
      if (!signal.aborted) onsaved(detail);
    },
  });

  /** What is not saved survives a reload and an expired session. @param {Definition} definition */
  const keep = (definition) => {
    try {
      sessionStorage.setItem(name, JSON.stringify({ version: saver.version, definition }));
    } catch {
      // Storage is full or switched off: the draft is saved all the same, just not kept meanwhile.
    }
  };
  const forget = () => {
    try {
      sessionStorage.removeItem(name);
    } catch {
      // Nothing was kept.
    }
  };

  function draw() {
    if (signal.aborted) return;
    const { state, message, again } = saver.status;
    root.className = `saving saving-${state}`;
    if (state === 'conflict') {
      replace(
        root,
        icon('alert', 'small'),
        h('span', null, 'Not saved: someone else changed this journey.'),
        button('Choose', () => ask(), { small: true }),
      );
      return;
    }
    if (state === 'failed') {
      replace(
        root,
        icon('alert', 'small'),
        h('span', { title: message }, `Not saved: ${message}`, again ? ' It retries by itself.' : ''),
        button('Try now', () => saver.flush(), { small: true }),
      );
      return;
    }
    const words = { saved: 'Saved', waiting: 'Saving…', saving: 'Saving…' }[state];
    if (root.textContent === words) return;
    replace(
      root,
      state === 'saved' ? icon('check', 'small') : h('span', { class: 'saving-dot', 'aria-hidden': 'true' }),
      words,
    );
  }

  /** A new name or a publication changes the journey too: what matters is whether the draft changed. */
  async function consider() {
    try {
      const theirs = await readJourney(journey.id, signal);
      if (JSON.stringify(theirs.draft) !== known) {
        ask();
        return;
      }
      saver.rebase(theirs.version, true);
      onsaved(theirs);
    } catch {
      if (!signal.aborted) ask(); // its buttons try again
    }
  }

  /** Somebody else's change: nothing is saved until a person has chosen. */
  function ask() {
    if (asking || signal.aborted) return;
    asking = true;
    const busy = h('div', { role: 'alert' });
    /** @param {(theirs: Journey) => void} decide */
    const choose = (decide) => async () => {
      replace(busy);
      try {
        const theirs = await readJourney(journey.id, signal);
        decide(theirs);
        dialog.close();
      } catch {
        if (!signal.aborted)
          replace(
            busy,
            h(
              'p',
              { class: 'field-error' },
              icon('alert', 'small'),
              'That can’t be loaded now. Try again in a moment.',
            ),
          );
      }
    };
    const dialog = openDialog({
      title: 'Someone else changed this journey',
      onclose: () => (asking = false),
      body: h(
        'div',
        { class: 'stack' },
        h('p', null, 'Your last changes are not saved yet. Nothing is lost until you choose.'),
        choice(
          'Take theirs',
          'Your steps are copied to the clipboard, and Undo brings them back.',
          'button-primary',
          choose((theirs) => {
            oncopy();
            saver.rebase(theirs.version, false);
            forget();
            known = JSON.stringify(theirs.draft);
            store.apply('Take theirs', theirs.draft, { by: 'theirs' });
            onsaved(theirs);
          }),
        ),
        choice(
          'Keep mine',
          'Your draft replaces theirs.',
          '',
          choose((theirs) => {
            saver.rebase(theirs.version, true);
          }),
        ),
        choice('Copy my steps and decide later', 'They go to the clipboard, to paste here or elsewhere.', '', () => {
          oncopy();
          dialog.close();
        }),
        busy,
      ),
    });
  }

  /** Somebody else's change is simply shown while nothing of ours is unsaved. @param {Journey} fresh */
  function take(fresh) {
    if (fresh.version <= saver.version || saver.status.state === 'conflict') return;
    const text = JSON.stringify(fresh.draft);
    if (saver.dirty && text !== known) return; // the next save will report the conflict
    saver.rebase(fresh.version, saver.dirty);
    if (text !== known) {
      known = text;
      store.apply('Change from elsewhere', fresh.draft, { by: 'theirs' });
    }
    onsaved(fresh);
  }
  watch(
    'journey',
    journey.id,
    async () => {
      if (saver.dirty || saver.status.state !== 'saved') return;
      try {
        take(await readJourney(journey.id, signal));
      } catch (error) {
        if (!signal.aborted) toastError(error, 'Reading the journey again');
      }
    },
    signal,
  );
  on('recovered', () => void saver.flush(), signal);
  addEventListener('online', () => void saver.flush(), { signal });
  // Leaving for another page of the dashboard doesn't wait: the draft is sent in the background.
  guardUnsaved(() => saver.dirty && ['failed', 'conflict'].includes(saver.status.state), signal);
  addEventListener(
    'beforeunload',
    (event) => {
      if (saver.dirty) event.preventDefault();
    },
    { signal },
  );
  signal.addEventListener('abort', () => saver.destroy(), { once: true });

  store.subscribe(({ definition, by }) => {
    if (!definition || by === 'theirs') return;
    keep(store.definition);
    saver.change(store.definition);
  });

  draw();
  return {
    root,
    flush: () => saver.flush(),
    take,
    get dirty() {
      return saver.dirty;
    },
    /** Restores what an earlier visit could not save. */
    restore() {
      let value;
      try {
        value = JSON.parse(sessionStorage.getItem(name) ?? 'null');
      } catch {
        return;
      }
      if (!value || !Array.isArray(value.definition?.steps)) return;
      if (JSON.stringify(value.definition) === JSON.stringify(store.definition)) {
        forget();
        return;
      }
      if (value.version !== journey.version) saver.rebase(value.version, false); // the answer will be 412
      store.apply('What was not saved', value.definition);
    },
  };
}

/**
 * A field of the request (`definition.steps[3].seconds`) as a problem of the step.
 *
 * @param {import('../../../types.js').Field} field
 * @param {Definition} definition
 * @returns {import('./types.js').Issue}
 */
export function refused({ name, code, message }, definition) {
  const [, at, rest = ''] = /^(?:definition\.)?steps\[(\d+)\]\.?(.*)$/.exec(name) ?? [];
  const step = at === undefined ? undefined : definition.steps[Number(at)];
  return { severity: 'error', step_id: step?.id ?? '', field: step ? rest : name, code, message };
}

/** @param {string} verb @param {string} means @param {string} kind @param {() => void} run */
function choice(verb, means, kind, run) {
  return h(
    'div',
    { class: 'conflict-choice' },
    h('button', { class: ['button', kind], type: 'button', on: { click: run } }, verb),
    h('p', { class: 'muted small' }, means),
  );
}
