/** One strategy: its mode, its parameters, its protections. */
import { changeStrategy, listStrategies, readGate } from '../../../api/forex.js';
import { h, replace } from '../../../dom.js';
import { whole } from '../../../format.js';
import { watch } from '../../../live.js';
import { ApiError } from '../../../problem.js';
import { button } from '../../../components/button.js';
import { page } from '../../../components/page.js';
import { failed, loading, skeleton } from '../../../components/states.js';
import { settingsSection } from '../support-chat/settings/section.js';
import { may } from '../signals/parts.js';
import { askAnyway, gateList } from './gate.js';
import { modeControl } from './mode.js';
import { numberField, savedForm, tellFields } from './parts.js';
import { PATH } from './words.js';

/** @typedef {import('../../../types.js').Strategy} Strategy */

const TRAIL = [{ label: 'Strategies', href: `#${PATH}` }];
/** Bounds that may be typed; the server has the last word. */
const MONTH = 31 * 24 * 60;
const MOST_OPEN = 5;

/**
 * @param {HTMLElement} root
 * @param {string} name
 * @param {AbortSignal} signal
 */
export function mountStrategy(root, name, signal) {
  const find = async () => {
    const found = (await listStrategies(signal)).items.find((item) => item.name === name);
    if (found) return found;
    throw new ApiError({
      status: 404,
      code: 'not_found',
      message: 'There is no such strategy',
      remedy: 'Open the list',
    });
  };

  const load = async () => {
    const waiting = page({ title: 'Strategy', trail: TRAIL });
    replace(root, waiting.root);
    replace(waiting.content, loading('the strategy', skeleton('skeleton-banner'), skeleton('skeleton-row')));
    try {
      const item = await find();
      if (!signal.aborted) draw(root, item, find, signal);
    } catch (error) {
      if (!signal.aborted) replace(waiting.content, failed(error, 'the strategy', load));
    }
  };
  void load();
}

/**
 * @param {HTMLElement} root
 * @param {Strategy} first
 * @param {() => Promise<Strategy>} find Reads it again.
 * @param {AbortSignal} signal
 */
function draw(root, first, find, signal) {
  let row = first;
  const mode = modeControl(first, { onchange: (fresh) => take(fresh), signal });
  const place = h('div', null);
  const gate = h('div', null, skeleton('skeleton-row'));
  const frame = page({
    title: first.title,
    trail: TRAIL,
    actions: [h('a', { class: 'button', href: `#forex/signals?strategy=${first.name}` }, 'Its signals')],
  });
  replace(
    frame.content,
    h(
      'div',
      { class: 'settings' },
      h('p', { class: 'muted strategy-summary' }, first.summary),
      settingsSection('Mode', 'It takes effect at once.', mode.root),
      settingsSection('Proof', 'What it shows before it goes live. Other parameters or protections begin anew.', gate),
    ),
    place,
  );
  replace(root, frame.root);
  /** @type {AbortController | null} */
  let inside = null;
  /** @type {ReturnType<typeof strategyForm> | null} */
  let form = null;

  const fill = () => {
    inside?.abort();
    inside = new AbortController();
    form = strategyForm(row, {
      save: async (changes) => {
        row = await changeStrategy(row, changes);
        mode.show(row);
      },
      stale: async () => {
        row = await find();
        mode.show(row);
      },
      unproven: (error, changes) => {
        askAnyway({
          strategy: row,
          missing: h('p', null, `${error.message}.`),
          signal,
          work: async () => {
            row = await changeStrategy(row, { ...changes, anyway: true });
            mode.show(row);
            fill();
          },
        });
      },
      reset: fill,
      signal: AbortSignal.any([signal, inside.signal]),
    });
    replace(place, form.root);
  };

  /** @param {Strategy} fresh */
  const take = (fresh) => {
    if (signal.aborted || fresh.version <= row.version) return;
    // What is typed stays; its version is the new one only when nothing of the form changed elsewhere.
    const same =
      JSON.stringify([fresh.params, fresh.protections, fresh.max_open]) ===
      JSON.stringify([row.params, row.protections, row.max_open]);
    mode.show(fresh);
    if (same) row = fresh;
    else if (!form?.dirty()) {
      row = fresh;
      fill();
    }
  };

  const lookAtGate = async () => {
    try {
      const known = await readGate(first.name, signal);
      if (!gate.contains(document.activeElement)) replace(gate, gateList(known, row));
    } catch (error) {
      if (!signal.aborted && gate.querySelector('.gate') === null)
        replace(gate, failed(error, 'its proof', lookAtGate));
    }
  };

  watch('strategy', first.name, () => void find().then(take, () => {}), signal);
  watch('strategy', null, () => void lookAtGate(), signal); // the spread of the settings counts as well
  watch('backtest', null, () => void lookAtGate(), signal);
  fill();
  void lookAtGate();
}

/**
 * @param {Strategy} row
 * @param {object} options
 * @param {(changes: import('../../../types.js').StrategyPatch) => Promise<void>} options.save
 * @param {() => Promise<void>} options.stale Somebody else changed it: the next save goes through.
 * @param {(error: ApiError, changes: import('../../../types.js').StrategyPatch) => void} options.unproven It is live, and its parameters or protections are others.
 * @param {() => void} options.reset
 * @param {AbortSignal} options.signal
 */
function strategyForm(row, { save, stale, unproven, reset, signal }) {
  const params = row.params.map((param) => ({
    param,
    part: numberField({
      label: param.title,
      help: param.help,
      value: param.value,
      min: param.min,
      max: param.max,
      step: param.step,
      otherwise: param.default,
    }),
  }));
  const { protections: rules } = row;
  /** @param {string} label @param {string} help @param {number} value @param {number} max */
  const minutes = (label, help, value, max = MONTH) =>
    numberField({ label, unit: 'minutes', help, value, min: 0, max, step: 1, bounds: 'Up to 31 days' });
  const guards = {
    cooldown_minutes: minutes('Rest after a close', '0 is off', rules.cooldown_minutes),
    stops: numberField({
      label: 'Stops that pause it',
      help: 'Losses by the stop within the window below. 0 is off',
      value: rules.stops,
      min: 0,
      max: 20,
      step: 1,
    }),
    window_minutes: minutes('Window of the stops', '', rules.window_minutes),
    pause_minutes: minutes('Pause after them', '', rules.pause_minutes),
    daily_loss_r: numberField({
      label: 'Loss that ends the day',
      unit: 'R',
      help: 'Of a day in UTC. 0 is off',
      value: Number(rules.daily_loss_r),
      min: 0,
      max: 100,
      step: 0.1,
    }),
  };
  const open = numberField({
    label: 'Open signals at most',
    help: 'Of this strategy at the same time',
    value: row.max_open,
    min: 1,
    max: MOST_OPEN,
    step: 1,
  });
  const all = () => [...params.map(({ part }) => part), ...Object.values(guards), open];
  const read = () => ({
    params: Object.fromEntries(
      params
        .filter(({ param, part }) => part.value() !== param.default)
        .map(({ param, part }) => [param.name, part.value()]),
    ),
    protections: {
      cooldown_minutes: guards.cooldown_minutes.value(),
      stops: guards.stops.value(),
      window_minutes: guards.window_minutes.value(),
      pause_minutes: guards.pause_minutes.value(),
      daily_loss_r: String(guards.daily_loss_r.value()),
    },
    max_open: open.value(),
  });
  const defaults = () => {
    for (const { param, part } of params) {
      part.input.value = String(param.default);
      part.input.dispatchEvent(new Event('input', { bubbles: true }));
    }
  };
  /** @param {string} name */
  const partOf = (name) => {
    if (name === 'max_open') return open;
    if (name.startsWith('params.')) return params.find(({ param }) => param.name === name.slice(7))?.part;
    const own = name.replace('protections.', '');
    return Object.hasOwn(guards, own) ? guards[/** @type {keyof typeof guards} */ (own)] : null;
  };
  const grid = (/** @type {{ root: HTMLElement }[]} */ parts) =>
    h(
      'div',
      { class: 'pair' },
      parts.map(({ root }) => root),
    );
  return savedForm({
    body: [
      settingsSection(
        'Protections',
        'They hold the strategy back when it does badly.',
        grid([
          open,
          guards.cooldown_minutes,
          guards.stops,
          guards.window_minutes,
          guards.pause_minutes,
          guards.daily_loss_r,
        ]),
      ),
      settingsSection(
        'Parameters',
        `It decides on candles of fifteen minutes, after ${whole(row.warm_up)} of them. New parameters count from the next candle on.`,
        grid(params.map(({ part }) => part)),
        h('div', null, button('Reset all to their defaults', defaults, { small: true, icon: 'reset' })),
      ),
    ],
    parts: all,
    read: () => read(),
    save: () => save(read()),
    onerror: (error) => {
      if (error.code === 'not_proven') {
        unproven(error, read());
        return true;
      }
      if (error.status !== 412) return tellFields(error, partOf);
      void stale();
      return false;
    },
    reset,
    readonly: !may('strategies.write'),
    signal,
  });
}
