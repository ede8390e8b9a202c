/**
 * The journey builder: the map (or the list) of a draft, the form of what is selected, and the
 * phone that tests it. Changes are saved by themselves.
 */
import { h, replace, setVars, useStyles } from '../../../dom.js';
import { callout } from '../../../components/callout.js';
import { openDialog } from '../../../components/dialog.js';
import { createActions } from './actions.js';
import { createBar } from './bar.js';
import { createCanvas } from './canvas.js';
import { emptyState } from './empty.js';
import { createInspector } from './inspector.js';
import { bindKeys } from './keys.js';
import { createList } from './list.js';
import { stepOf } from './model.js';
import { openPalette, openWay } from './palette.js';
import { createSaving } from './saving.js';
import { createStore } from './store.js';
import { createTest } from './test.js';

/**
 * @typedef {import('./types.js').Journey} Journey
 * @typedef {import('./types.js').StepFigures} StepFigures
 *
 * @typedef {object} Mounted
 * @property {() => Promise<boolean>} flush Saves pending changes, for instance before publishing. False when they can't be saved.
 * @property {(detail: Journey) => void} take Takes the journey after an action outside the builder.
 * @property {(id: string) => void} show Selects a step and opens its form, for instance for a link to it.
 * @property {(figures: Map<string, StepFigures> | null) => void} setFigures
 */

/** Below this width the list stands alone and forms are sheets (px). */
const NARROW = 640;
/** Below this width the form covers the map (px). */
const MIDDLE = 1000;
const KEPT_VIEW = 'promostack.journey.view';

// Nothing of it is drawn before its styles have loaded.
await useStyles(
  'sandbox.css',
  'sandbox-chat.css',
  'journey-builder.css',
  'journey-steps.css',
  'journey-canvas.css',
  'journey-ways.css',
  'html-field.css',
  'journey-inspector.css',
  'journey-lists.css',
  'journey-test.css',
);

/**
 * @param {HTMLElement} root
 * @param {object} options
 * @param {Journey & { uploads?: Record<string, import('../../../types.js').Upload> }} options.journey The detail of GET /journeys/:journey.
 * @param {(detail: Journey) => void} [options.onChange] After each save, with the fresh detail.
 * @param {Map<string, StepFigures> | null} [options.figures] By the step's id.
 * @returns {(() => void) & Mounted} Ends it.
 */
export function mountBuilder(root, { journey, onChange, figures = null }) {
  const controller = new AbortController();
  const { signal } = controller;
  const store = createStore({ ...journey.draft, steps: journey.draft.steps ?? [] });
  let detail = journey;
  let counts = figures;
  let showFigures = figures !== null;
  let view = chosenView();
  let narrow = matchMedia(`(width < ${NARROW}px)`).matches;
  /** @type {ReturnType<typeof openDialog> | null} The form on phones. */
  let sheet = null;
  /** @type {ReturnType<typeof openDialog> | null} The test on phones. */
  let testSheet = null;

  const fixed = () => detail.is_locked;
  /** @type {import('./types.js').Issue[]} */
  let refused = [];
  const issues = () => [...refused, ...(detail.issues ?? [])];
  /** @type {Map<string, import('./types.js').Issue[]>} */
  let byStep = new Map();
  const uploads = { ...journey.uploads };

  /** @param {string} id */
  const focusStep = (id) => (view === 'map' ? canvas : list).focus(id);
  /** @param {string} id @param {string} port */
  const onway = (id, port) => openWay({ store, id, port, onchosen: (added) => added && !sheet && focusStep(added) });

  const actions = createActions({
    store,
    fixed,
    middle: () => canvas.middle(),
    heightOf: (id) => canvas.heightOf(id),
    focus: (id) => {
      if (!sheet) focusStep(id);
    },
    show: (id, field) => {
      store.select([id]);
      if (view === 'map') canvas.reveal(id);
      openForm(true);
      if (field) inspector.draw(field);
    },
    testFrom: (id) => {
      sheet?.close();
      test.open(id);
    },
    onway,
    fit: () => canvas.fit(),
  });

  const host = {
    store,
    fixed,
    issues: (/** @type {string} */ id) => byStep.get(id) ?? [],
    figures: (/** @type {string} */ id) => (showFigures ? (counts?.get(id) ?? null) : null),
    onopen: (/** @type {boolean} */ keyboard) => openForm(keyboard),
    onway,
    covered: () => {
      if (!frame.classList.contains('builder-middle')) return 0;
      if (test.shown) return test.root.offsetWidth;
      return frame.classList.contains('builder-form') ? inspector.root.offsetWidth : 0;
    },
  };
  const canvas = createCanvas(
    {
      ...host,
      oninsert: (id, port) => openPalette({ store, where: { after: id, port }, onadded: focusStep }),
      ontidy: actions.tidy,
    },
    signal,
  );
  const list = createList({ ...host, actions });
  const inspector = createInspector({
    store,
    fixed,
    issues,
    uploads,
    onway,
    actions,
    onback: () => back(),
    onclose: () => back(),
  });
  const test = createTest(
    {
      store,
      uploads,
      onmark: mark,
      onshow: (id) => {
        store.select([id]);
        if (view === 'map') canvas.reveal(id);
      },
      onclose: () => {
        testSheet?.close();
        layout();
      },
      onopen: () => {
        layout();
        if (narrow && !testSheet) openTest();
      },
    },
    signal,
  );
  const saving = createSaving(
    {
      journey,
      store,
      onsaved: (fresh) => {
        const relocked = fresh.is_locked !== detail.is_locked;
        detail = fresh;
        refused = [];
        redraw();
        if (relocked) inspector.draw();
        onChange?.(fresh);
      },
      onrefused: (found) => {
        refused = found;
        redraw();
      },
      oncopy: () => {
        const before = store.selected;
        actions.selectAll();
        void actions.copy();
        store.select(before);
      },
    },
    signal,
  );

  const bar = createBar({
    actions,
    saving: saving.root,
    onview: (kind) => {
      view = kind;
      try {
        localStorage.setItem(KEPT_VIEW, kind);
      } catch {
        // Not stored: it is loaded again the next time.
      }
      layout();
      drawView();
    },
    onfigures: () => {
      showFigures = !showFigures;
      redraw();
    },
    onproblems: () => {
      store.select([]);
      openForm(true);
    },
    ontest: () => (test.shown ? test.close() : test.open('')),
  });
  const told = h('p', { class: 'visually-hidden', role: 'status' });
  const locked = h('div', { class: 'builder-locked' });
  const stage = h('div', { class: 'builder-stage' }, canvas.root, list.root, emptyState(actions));
  const body = h('div', { class: 'builder-body' }, stage, inspector.root, test.root);
  const frame = h('div', { class: 'builder' }, locked, bar.root, body, told);
  replace(root, frame);

  /** The form of the selection: beside the map, or as a sheet. @param {boolean} focus */
  function openForm(focus) {
    if (!narrow) {
      if (test.shown && frame.classList.contains('builder-middle')) test.close();
      frame.classList.add('builder-form');
      const id = store.selected[0];
      if (id && view === 'map' && host.covered() > 0) canvas.reveal(id);
      if (focus) inspector.focus();
      return;
    }
    if (sheet) return;
    sheet = openDialog({
      title: 'Step',
      class: 'journey-sheet',
      body: inspector.root,
      onclose: () => {
        sheet = null;
        layout();
        drawView();
        const id = store.selected[0];
        if (id && document.activeElement === document.body) focusStep(id);
      },
    });
  }

  /** On phones the test has the whole screen. */
  function openTest() {
    testSheet = openDialog({
      title: 'Test',
      class: 'journey-sheet journey-sheet-test',
      body: test.root,
      onclose: () => {
        testSheet = null;
        test.close();
        layout();
      },
    });
  }

  /** Returns the focus from the form to the step. */
  function back() {
    frame.classList.remove('builder-form');
    const id = store.selected[0];
    if (id) focusStep(id);
    else {
      const place = view === 'map' ? canvas.root.querySelector('.canvas-view') : list.root.querySelector('button');
      /** @type {HTMLElement | null} */ (place)?.focus();
    }
  }

  /** @param {string} id */
  function mark(id) {
    canvas.mark(id, view === 'map');
    list.mark(id, view === 'list');
  }

  /** Places everything, by the width, the view and the test. */
  function layout() {
    const width = frame.clientWidth || innerWidth;
    const nowNarrow = innerWidth < NARROW;
    if (narrow && !nowNarrow) {
      sheet?.close();
      testSheet?.close();
    }
    narrow = nowNarrow;
    frame.classList.toggle('builder-narrow', narrow);
    frame.classList.toggle('builder-middle', !narrow && width < MIDDLE);
    frame.classList.toggle('builder-testing', test.shown);
    frame.dataset.view = view;
    if (!sheet && inspector.root.parentElement !== body) body.prepend(stage, inspector.root);
    if (!testSheet && test.root.parentElement !== body) body.append(test.root);
    bar.place(view, test.shown);
    canvas.root.hidden = view !== 'map';
    list.root.hidden = view !== 'list';
    setVars(frame, { top: `${Math.round(frame.getBoundingClientRect().top + scrollY)}px` });
  }

  /** Draws only the visible view; the other one is drawn when it is shown. */
  function drawView() {
    if (view === 'map') canvas.draw();
    else if (!sheet) list.draw();
  }

  function redraw() {
    byStep = Map.groupBy(issues(), ({ step_id: id }) => id ?? '');
    const off = fixed();
    const empty = store.definition.steps.length === 0;
    frame.classList.toggle('builder-fixed', off);
    stage.classList.toggle('builder-blank', empty);
    canvas.allow(off || empty);
    drawView();
    bar.draw({ store, fixed: off, figures: counts === null ? null : showFigures, issues: issues() });
    inspector.drawIssues();
    inspector.drawOverview();
    replace(
      locked,
      off
        ? callout(
            'info',
            'This journey is locked: you can look at it and test it, but not change it. Unlock it, or duplicate it.',
          )
        : null,
    );
  }

  store.subscribe(({ definition, by }) => {
    if (definition) {
      redraw();
      if (by !== 'typing') inspector.draw();
    } else {
      if (view === 'map') canvas.drawPlaces();
      else if (!sheet) list.draw();
      inspector.draw();
      bar.select(store);
      if (store.selected.length === 0 && !sheet) frame.classList.remove('builder-form');
    }
  });
  bindKeys(
    {
      root: frame,
      actions,
      store,
      canvas,
      ontold: (label) => (told.textContent = label === 'copy' ? 'Copied.' : label ? `Undone: ${label}.` : ''),
    },
    signal,
  );
  addEventListener('resize', () => layout(), { signal });
  // The trouble strip moves everything down.
  const above = new ResizeObserver(() => layout());
  for (const element of [document.querySelector('.trouble'), frame]) if (element) above.observe(element);
  signal.addEventListener('abort', () => above.disconnect(), { once: true });
  layout();
  redraw();
  inspector.draw();
  saving.restore();

  return Object.assign(
    () => {
      controller.abort();
      sheet?.close();
      testSheet?.close();
      inspector.destroy();
      replace(root);
    },
    {
      flush: async () => {
        await saving.flush();
        return !saving.dirty;
      },
      take: saving.take,
      show: (/** @type {string} */ id) => {
        if (stepOf(store.definition, id)) actions.show(id);
      },
      setFigures: (/** @type {Map<string, StepFigures> | null} */ next) => {
        if (counts === null && next !== null) showFigures = true;
        counts = next;
        redraw();
      },
    },
  );
}

/** The view that was used last: the map, on phones the list. @returns {'map' | 'list'} */
function chosenView() {
  const usual = innerWidth < NARROW ? 'list' : 'map';
  try {
    const kept = localStorage.getItem(KEPT_VIEW);
    return innerWidth >= NARROW && (kept === 'map' || kept === 'list') ? kept : usual;
  } catch {
    return usual;
  }
}
