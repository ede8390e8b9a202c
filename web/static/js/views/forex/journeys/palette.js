/** The choice of a new step, and of where a way leads. */
import { icon } from '../../../components/icons.js';
import { addStep, connect } from './commands.js';
import { glyph } from './icons.js';
import { inOrder } from './layout.js';
import { nameOf, stepOf, summary, TYPE_NAMES, typeOf, TYPES, ways } from './model.js';
import { pick } from './picker.js';

/**
 * @typedef {import('./types.js').StepType} StepType
 * @typedef {import('./store.js').Store} Store
 */

/**
 * @param {(type: StepType) => void} take
 * @returns {import('./picker.js').Item[]}
 */
function typeItems(take) {
  return TYPE_NAMES.map((type) => ({
    label: TYPES[type].label,
    detail: TYPES[type].help,
    glyph: glyph(TYPES[type].icon),
    run: () => take(type),
  }));
}

/** Asks for a type and adds a step of it.
 *
 * @param {object} options
 * @param {Store} options.store
 * @param {import('./commands.js').Where} [options.where]
 * @param {(id: string) => void} options.onadded
 */
export function openPalette({ store, where = {}, onadded }) {
  const before = where.after ? stepOf(store.definition, where.after) : undefined;
  const way = before && ways(before).find(({ port }) => port === where.port);
  const follows = way?.target ? stepOf(store.definition, way.target) : undefined;
  pick({
    title: before ? `Add a step after ${nameOf(before)}` : 'Add a step',
    note: follows ? `It goes before ${nameOf(follows)}.` : '',
    search: 'Search step types',
    groups: [
      {
        label: 'Types',
        items: typeItems((type) => {
          const added = addStep(store.definition, type, where);
          store.apply(`Add ${TYPES[type].label.toLowerCase()}`, added.definition, { select: [added.id] });
          onadded(added.id);
        }),
      },
    ],
  });
}

/**
 * Asks where a way leads: to an existing step, to a new one, or nowhere.
 *
 * @param {object} options
 * @param {Store} options.store
 * @param {string} options.id
 * @param {string} options.port
 * @param {(added: string | null) => void} options.onchosen Called with the step that was added, if any.
 */
export function openWay({ store, id, port, onchosen }) {
  const step = stepOf(store.definition, id);
  const way = step && ways(step).find((item) => item.port === port);
  if (!step || !way) return;
  /** @param {string} target */
  const lead = (target) => {
    store.apply(target ? 'Connect' : 'Disconnect', connect(store.definition, id, port, target));
    onchosen(null);
  };
  const name = (/** @type {string} */ to) => {
    const found = stepOf(store.definition, to);
    return found ? nameOf(found) : to;
  };
  const steps = inOrder(store.definition).map(({ step: item }) => ({
    label: nameOf(item),
    detail: `${typeOf(item.type).label} · ${summary(item, name)}`,
    glyph: glyph(typeOf(item.type).icon),
    chosen: item.id === way.target,
    run: () => lead(item.id),
  }));
  pick({
    title: `“${way.label}” leads to`,
    note: `From ${nameOf(step)}.`,
    search: 'Search steps',
    groups: [
      ...(way.target
        ? [
            {
              label: 'Now',
              items: [{ label: 'Nowhere', detail: 'Disconnects it', glyph: icon('close'), run: () => lead('') }],
            },
          ]
        : []),
      { label: 'Steps', items: steps },
      {
        label: way.target ? `A new step before ${name(way.target)}` : 'A new step',
        items: typeItems((type) => {
          const added = addStep(store.definition, type, { after: id, port });
          store.apply(`Add ${TYPES[type].label.toLowerCase()}`, added.definition, { select: [added.id] });
          onchosen(added.id);
        }),
      },
    ],
  });
}
