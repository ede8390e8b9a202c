/** The form that moves an open signal's stop and the targets that were not hit yet. */
import { editSignal, getSignal } from '../../../api/forex.js';
import { h, replace } from '../../../dom.js';
import { button, iconButton } from '../../../components/button.js';
import { callout } from '../../../components/callout.js';
import { field } from '../../../components/field.js';
import { formDialog, Mistake } from '../../../components/form-dialog.js';
import { toast } from '../../../components/toast.js';
import { tellRefusal } from '../../../components/refusal.js';
import { hits, percentText } from './words.js';
import { clean } from '../../../typed.js';

/** Targets of a signal at most, with those that were hit. */
const MOST = 3;

/** @param {string} label @param {string} value @param {string} [help] */
function figure(label, value, help) {
  const input = h('input', { class: 'input figures', type: 'text', inputmode: 'decimal', autocomplete: 'off', value });
  return { input, ...field({ label, control: input, required: true, help }) };
}

/**
 * The form's fields for a signal as it is.
 *
 * @param {import('../../../types.js').Signal} item
 */
function levelFields(item) {
  const done = hits(item);
  const stop = figure('Stop', item.stop, `At first ${item.first_stop}. From the next minute on.`);
  const rest = h('p', { class: 'muted small' });
  const problem = h('div', { role: 'alert' });
  const list = h('div', { class: 'stack' });
  const add = button('Add a target', () => insert('', ''), { small: true, icon: 'plus' });
  /** @type {{ root: HTMLElement, price: ReturnType<typeof figure>, percent: ReturnType<typeof figure> }[]} */
  let rows = [];

  const draw = () => {
    replace(list, ...rows.map(({ root }) => root));
    add.hidden = rows.length + done >= MOST;
    for (const [i, row] of rows.entries()) {
      const of = row.root.querySelector('legend');
      if (of) of.textContent = `Target ${done + i + 1}`;
      /** @type {HTMLButtonElement} */ (row.root.querySelector('button')).hidden = rows.length === 1;
    }
    sum();
  };

  const sum = () => {
    const total = rows.reduce((n, { percent }) => n + (Number(percent.input.value) || 0), 0);
    const whole = Math.abs(total - Number(item.left)) < 0.001;
    rest.textContent = whole
      ? `They close all that is still open: ${percentText(item.left)}.`
      : `They close ${percentText(String(Math.round(total * 100) / 100))} of the ${percentText(item.left)} that is still open.`;
  };

  /** @param {string} value @param {string} part */
  function insert(value, part) {
    const price = figure('Price', value);
    const percent = figure('Closes, in percent', part);
    percent.input.addEventListener('input', sum);
    const root = h(
      'fieldset',
      { class: 'level' },
      h('legend', { class: 'label' }),
      price.root,
      percent.root,
      iconButton('trash', 'Remove this target', () => {
        rows = rows.filter((row) => row.root !== root);
        draw();
        stop.input.focus();
      }),
    );
    rows.push({ root, price, percent });
    draw();
  }

  for (const { price, percent } of item.targets.slice(done)) insert(price, percent);
  const all = () => [stop, ...rows.flatMap(({ price, percent }) => [price, percent])];
  return {
    nodes: [stop.root, list, add, rest, problem],
    read() {
      replace(problem);
      let first = null;
      for (const part of all()) {
        const wrong = /^\d+(\.\d+)?$/.test(clean(part.input.value)) ? '' : 'Type a figure, like 2650.10.';
        part.setError(wrong);
        if (wrong) first ??= part.input;
      }
      if (first) {
        first.focus();
        throw new Mistake();
      }
      return {
        stop: clean(stop.input.value),
        targets: rows.map(({ price, percent }) => ({
          price: clean(price.input.value),
          percent: clean(percent.input.value),
        })),
      };
    },
    /** Shows an error beside what it is about. @param {import('../../../problem.js').ApiError} error */
    tell(error) {
      let shown = false;
      for (const { name, message } of error.fields) {
        const [, i, what] = /^targets\[(\d+)\]\.?(\w*)/.exec(name) ?? [];
        // The server counts from the first target, or from the first that is left.
        const row = i === undefined ? null : (rows[Number(i) - (Number(i) >= rows.length ? done : 0)] ?? null);
        if (name === 'stop') stop.setError(message);
        else if (row) (what === 'share' || what === 'percent' ? row.percent : row.price).setError(message);
        else tellRefusal(problem, callout('bad', message));
        shown = true;
      }
      all()
        .find(({ input }) => input.getAttribute('aria-invalid'))
        ?.input.focus();
      return shown;
    },
  };
}

/** @param {import('./actions.js').Doing} doing */
export function changeLevels({ item: first, onchange, name, signal }) {
  let item = first;
  let fields = levelFields(item);
  const place = h('div', { class: 'stack' }, fields.nodes);
  formDialog({
    title: `Levels of ${name}`,
    body: [
      h(
        'p',
        { class: 'muted' },
        item.practice
          ? 'It is a practice signal: nobody is told.'
          : 'Your channel is told of the change, with the old and the new levels.',
      ),
      place,
    ],
    verb: 'Change the levels',
    signal,
    onerror: (error) => {
      if (error.status !== 412) return fields.tell(error);
      void again();
      return true;
    },
    work: async () => {
      const fresh = await editSignal(item, fields.read());
      onchange(fresh);
      toast(`The levels of ${name} change with the next minute of the market.`);
    },
  });

  /** Somebody or the market changed it: its levels as they are now. */
  async function again() {
    try {
      const fresh = await getSignal(item.id, signal);
      item = fresh;
      onchange(fresh);
      fields = levelFields(fresh);
      const news = callout(
        'warn',
        'The signal changed meanwhile: these are its levels now. Look at them, and change them again.',
      );
      replace(place, h('div', { role: 'alert' }, news), fresh.state === 'open' ? fields.nodes : null);
    } catch {
      replace(place, callout('bad', 'The signal changed meanwhile. Close this and load the page again.'));
    }
  }
}
