/** The flows as cards, in their order. */
import { changeFlow, listFlows, orderFlows } from '../../../api/hype.js';
import { h, redraw, replace } from '../../../dom.js';
import { ApiError } from '../../../problem.js';
import { button, iconButton } from '../../../components/button.js';
import { segmented } from '../../../components/segmented.js';
import { blank } from '../../../components/states.js';
import { toast, toastError } from '../../../components/toast.js';
import { may } from '../signals/parts.js';
import { askDeleteFlow, askRun } from './actions.js';
import { openFigures } from './figures.js';
import { openFlow } from './flow-form.js';
import { openPreview } from './preview.js';
import { moved, promptNames, quoted, termsText } from './words.js';

/**
 * @typedef {import('./words.js').Flow} Flow
 * @typedef {import('./store.js').Known} Known
 */

/**
 * Changes a flow, once more when somebody else changed something else of it meanwhile.
 *
 * @param {Flow} flow
 * @param {import('../../../types.js').HypeFlowPatch} changes
 */
async function onFlow(flow, changes) {
  try {
    return await changeFlow(flow, changes);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 412) throw error;
    const fresh = (await listFlows()).items.find(({ id }) => id === flow.id);
    if (!fresh) throw error;
    return changeFlow(fresh, changes);
  }
}

/**
 * @param {object} options
 * @param {() => Known} options.known
 * @param {() => Promise<void>} options.reload
 * @param {(flows: Flow[]) => void} options.put Shows what is known already.
 * @param {(keep: string) => () => void} options.back Gives the focus back after a dialog.
 * @param {AbortSignal} options.signal
 */
export function flowsPart({ known, reload, put, back, signal }) {
  let moving = false;
  const list = h('ol', { class: 'hype-flows', 'aria-label': 'Flows' });
  const empty = h('div', null);
  const heard = h('p', { class: 'visually-hidden', role: 'status' });
  const root = h(
    'section',
    { class: 'stack hype-stack', 'aria-labelledby': 'hype-flows-title' },
    h('h2', { id: 'hype-flows-title' }, 'Flows'),
    empty,
    list,
    heard,
  );

  /** @param {string} keep */
  const around = (keep) => ({ known, reload, onclose: back(keep), signal });

  /** @param {Flow | null} flow @param {string} keep @param {boolean} [enabled] */
  const edit = (flow, keep, enabled) => openFlow({ flow, enabled, prompts: known().prompts, ...around(keep) });

  /** @param {Flow} flow @param {boolean} enabled */
  async function set(flow, enabled) {
    try {
      await onFlow(flow, { enabled });
      toast(`${quoted(flow.name)} is ${enabled ? 'on' : 'off'}.`);
      await reload();
    } catch (error) {
      show(); // as it is
      if (error instanceof ApiError && error.status === 422) edit(flow, `switch-${flow.id}-off`, enabled);
      else toastError(error, 'Switching the flow');
    }
  }

  /** @param {number} from @param {-1 | 1} by */
  async function move(from, by) {
    const { flows } = known();
    const order = moved(
      flows.map(({ id }) => id),
      from,
      by,
    );
    const flow = flows[from];
    if (!order || !flow || moving) return;
    moving = true;
    try {
      put((await orderFlows(order)).items);
      replace(heard, `${quoted(flow.name)} is number ${from + by + 1} of ${order.length}.`);
    } catch (error) {
      toastError(error, 'Moving the flow');
      await reload();
    } finally {
      moving = false;
    }
  }

  /** @param {Flow} flow */
  function onOff(flow) {
    const choice = segmented({
      label: `${quoted(flow.name)} is`,
      quietLabel: true,
      value: flow.enabled ? 'on' : 'off',
      choices: [
        { value: 'off', label: 'Off' },
        { value: 'on', label: 'On' },
      ],
      onchange: (value) => void set(flow, value === 'on'),
    });
    if (!may('signals.write')) choice.root.setAttribute('disabled', '');
    for (const input of choice.root.querySelectorAll('input'))
      input.setAttribute('data-keep', `switch-${flow.id}-${input.value}`);
    return choice.root;
  }

  /** @param {Flow} flow @param {number} at @param {Known} all */
  function card(flow, at, { flows, prompts }) {
    const write = may('signals.write');
    const name = h('span', { class: 'visually-hidden' }, ` ${quoted(flow.name)}`);
    /**
     * @param {string} label
     * @param {string} keep
     * @param {() => unknown} press
     * @param {import('../../../components/icons.js').IconName} icon
     */
    const act = (label, keep, press, icon) =>
      button([label, name.cloneNode(true)], press, { small: true, look: 'quiet', icon, 'data-keep': keep });
    const { id } = flow;
    return h(
      'li',
      { class: 'card hype-flow', dataset: { flow: id } },
      h(
        'div',
        { class: 'hype-top' },
        h('h3', null, flow.name),
        h(
          'div',
          { class: 'hype-place' },
          onOff(flow),
          write && flows.length > 1
            ? [
                iconButton('chevron', `Move ${quoted(flow.name)} up`, () => move(at, -1), {
                  class: 'hype-up',
                  disabled: at === 0,
                  'data-keep': `up-${id}`,
                }),
                iconButton('chevron', `Move ${quoted(flow.name)} down`, () => move(at, 1), {
                  disabled: at === flows.length - 1,
                  'data-keep': `down-${id}`,
                }),
              ]
            : null,
        ),
      ),
      h('p', { class: 'figures' }, `${termsText(flow)}.`),
      h(
        'ul',
        { class: 'hype-tags', 'aria-label': `Prompts of ${quoted(flow.name)}` },
        promptNames(flow, prompts).map((one) => h('li', { class: 'tag' }, one)),
      ),
      h(
        'div',
        { class: 'hype-actions' },
        write ? act('Preview', `preview-${id}`, () => openPreview(flow, around(`preview-${id}`)), 'eye') : null,
        act('Figures', `figures-${id}`, () => openFigures(flow, around(`figures-${id}`)), 'performance'),
        write
          ? [
              flow.enabled ? act('Run now', `run-${id}`, () => askRun(flow, around(`run-${id}`)), 'send') : null,
              act('Edit', `edit-${id}`, () => edit(flow, `edit-${id}`), 'pencil'),
              act('Delete', `delete-${id}`, () => askDeleteFlow(flow, around(`delete-${id}`)), 'trash'),
            ]
          : null,
      ),
    );
  }

  function show() {
    const all = known();
    const none = all.flows.length === 0;
    list.hidden = none;
    empty.hidden = !none;
    const held = list.contains(document.activeElement) && document.activeElement?.getAttribute('data-keep');
    redraw(list, ...all.flows.map((flow, i) => card(flow, i, all)));
    // One that has come to an end of the list can only go the other way.
    const [, way, id] = /^(up|down)-(.+)$/.exec(held || '') ?? [];
    if (way && document.activeElement === document.body) {
      const other = list.querySelector(`[data-keep="${way === 'up' ? 'down' : 'up'}-${id}"]`);
      /** @type {HTMLElement | null} */ (other)?.focus();
    }
    redraw(
      empty,
      none
        ? blank({
            title: 'No flow yet',
            text: 'A flow says how many messages go out, when, and by which prompts.',
            action: may('signals.write')
              ? button('Make the first flow', () => edit(null, 'new-flow'), { icon: 'plus', 'data-keep': 'first-flow' })
              : null,
          })
        : null,
    );
  }

  return { root, show, add: () => edit(null, 'new-flow') };
}
