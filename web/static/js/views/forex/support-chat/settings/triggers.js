/** The triggers of a journey. */
import { h, replace } from '../../../../dom.js';
import { button, iconButton } from '../../../../components/button.js';
import { copyText } from '../../../../components/copy.js';
import { field } from '../../../../components/field.js';
import { icon } from '../../../../components/icons.js';
import { MATCHES } from '../words.js';
import { settingsSection } from './section.js';
import { clean } from '../../../../typed.js';

/**
 * @typedef {import('../../journeys/types.js').Trigger} Trigger
 * @typedef {import('../settings.js').Part} Part
 */

/** What Telegram allows in a link's payload: these, and 64 at most. */
const PAYLOAD = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * What is wrong with the payload of a link, in words; '' for nothing.
 *
 * @param {string} value
 */
export function payloadProblem(value) {
  if (value === '') return 'Give the link a name.';
  return PAYLOAD.test(value) ? '' : 'Telegram allows letters, digits, _ and - here, 64 at most.';
}

/**
 * @param {import('../settings.js').Editing} editing
 */
export function triggersPart({ now, edit }) {
  /** @type {string[]} Usernames. */
  let bots = [];
  /** @type {{ setError: (message: string) => void, links: () => void }[]} */
  let rows = [];
  const list = h('ol', { class: 'triggers', 'aria-label': 'Triggers' });
  const error = h('p', { class: 'field-error', hidden: true });

  /** @param {Trigger[]} triggers @param {string} [group] */
  const keep = (triggers, group = '') => edit('Triggers', { triggers }, group);

  /**
   * @param {number} at
   * @param {Partial<Trigger>} changes
   */
  const change = (at, changes) =>
    keep(
      now().triggers.map((trigger, i) => (i === at ? { ...trigger, ...changes } : trigger)),
      `trigger ${at}`,
    );

  /** @param {Trigger} trigger */
  const add = (trigger) => {
    keep([...now().triggers, trigger]);
    draw();
    const last = list.lastElementChild;
    /** @type {HTMLElement | null} */ (
      last?.querySelector('input[type=text]') ?? last?.querySelector('input')
    )?.focus();
  };

  /** @param {number} at */
  const remove = (at) => {
    keep(now().triggers.filter((_, i) => i !== at));
    draw();
    const next = list.children[Math.min(at, list.children.length - 1)];
    /** @type {HTMLElement | null} */ (next?.querySelector('input') ?? adders.querySelector('button'))?.focus();
  };

  const draw = () => {
    const made = now().triggers.map((trigger, at) => triggerRow(trigger, at, { change, remove, bots: () => bots }));
    rows = made;
    replace(
      list,
      made.map(({ root }) => root),
    );
    empty.hidden = made.length > 0;
  };

  /** @param {string} label @param {Trigger} trigger */
  const adder = (label, trigger) => button(label, () => add(trigger), { small: true, icon: 'plus' });
  const adders = h(
    'div',
    { class: 'row' },
    adder('Keyword', { kind: 'keyword', value: '' }),
    adder('Link', { kind: 'deep_link', value: '' }),
    adder('Any message', { kind: 'any_message' }),
  );
  const empty = h('p', { class: 'muted' }, 'Nothing lets people in yet. Add a trigger.');
  draw();

  return {
    root: settingsSection(
      'Triggers',
      'What lets a person in. The first one that matches starts the journey; between journeys, the priority decides.',
      empty,
      list,
      error,
      adders,
    ),
    clear() {
      tell('');
      for (const row of rows) row.setError('');
    },
    /** @type {Part['issue']} */
    issue(name, message) {
      const at = /^triggers(?:\[(\d+)\]|\.(\d+))?/.exec(name);
      if (!at) return false;
      const row = rows[Number(at[1] ?? at[2])];
      if (row) row.setError(message);
      else tell(message);
      return true;
    },
    /** @param {import('../../../../types.js').Connection[]} connections */
    connected(connections) {
      const kinds = new Set(now().connections);
      const known = connections.filter(({ kind, username }) => username !== '' && kind !== 'user_account');
      const own = known.filter(({ kind }) => kinds.has(kind));
      bots = (own.length > 0 ? own : known).map(({ username }) => username);
      for (const row of rows) row.links();
    },
  };

  /** @param {string} message */
  function tell(message) {
    error.hidden = message === '';
    replace(error, message ? [icon('alert', 'small'), h('span', null, message)] : null);
  }
}

/**
 * @param {Trigger} trigger
 * @param {number} at
 * @param {object} options
 * @param {(at: number, changes: Partial<Trigger>) => void} options.change
 * @param {(at: number) => void} options.remove
 * @param {() => string[]} options.bots
 */
function triggerRow(trigger, at, { change, remove, bots }) {
  const isLink = trigger.kind === 'deep_link';
  const name = isLink ? 'Link' : trigger.kind === 'keyword' ? 'Keyword' : 'Any message';
  let value = trigger.value ?? '';
  const input = h('input', {
    class: ['input', isLink && 'mono'],
    type: 'text',
    maxlength: isLink ? 64 : 100,
    autocomplete: 'off',
    autocapitalize: 'off',
    spellcheck: 'false',
    value,
    on: {
      input: () => {
        value = input.value;
        part.setError(isLink ? payloadProblem(value) : '');
        change(at, { value });
        links();
      },
    },
  });
  const part = field({ label: isLink ? 'Text after ?start=' : 'Word or words', control: input, required: true });
  const address = h('div', { class: 'trigger-links' });
  const error = h('p', { class: 'field-error', hidden: true });

  function links() {
    if (!isLink) return;
    const good = payloadProblem(value) === '';
    replace(
      address,
      good && bots().length === 0
        ? h('p', { class: 'field-help' }, 'Connect a bot, and the finished link appears here.')
        : null,
      good ? bots().map((bot) => linkRow(`t.me/${bot}?start=${value}`)) : null,
    );
  }

  const match =
    trigger.kind === 'keyword'
      ? h(
          'select',
          { class: 'input', on: { change: () => change(at, { match: match?.value }) } },
          Object.entries(MATCHES).map(([id, label]) =>
            h('option', { value: id, selected: id === (trigger.match || 'exact') }, label),
          ),
        )
      : null;
  const interrupts = h('input', {
    type: 'checkbox',
    checked: trigger.interrupts === true,
    on: { change: () => change(at, { interrupts: interrupts.checked || undefined }) },
  });
  links();
  const root = h(
    'li',
    { class: 'trigger' },
    h(
      'div',
      { class: 'trigger-top' },
      h(
        'span',
        { class: 'trigger-kind' },
        icon(isLink ? 'link' : trigger.kind === 'keyword' ? 'search' : 'people', 'small'),
        name,
      ),
      iconButton('trash', clean(`Remove trigger ${at + 1}: ${name.toLowerCase()} ${value}`), () => remove(at), {
        small: true,
      }),
    ),
    trigger.kind === 'any_message'
      ? h('p', { class: 'muted small' }, 'Anything that somebody writes while no other journey runs or matches.')
      : h(
          'div',
          { class: 'trigger-fields' },
          part.root,
          match ? field({ label: 'Matches when it is', control: match, required: true }).root : null,
        ),
    address,
    trigger.kind === 'any_message'
      ? null
      : h(
          'label',
          { class: 'tick' },
          interrupts,
          h(
            'span',
            null,
            'Interrupts another journey',
            h('span', { class: 'field-help tick-help' }, 'Otherwise it is ignored while another journey runs.'),
          ),
        ),
    error,
  );
  return {
    root,
    links,
    /** @param {string} message */
    setError(message) {
      if (trigger.kind !== 'any_message') {
        part.setError(message);
        return;
      }
      error.hidden = message === '';
      replace(error, message ? [icon('alert', 'small'), h('span', null, message)] : null);
    },
  };
}

/** @param {string} address */
function linkRow(address) {
  return h(
    'div',
    { class: 'trigger-link' },
    h('code', { class: 'mono' }, address),
    button('Copy', () => copyText(`https://${address}`, 'Link copied.'), {
      small: true,
      icon: 'copy',
      'aria-label': `Copy ${address}`,
    }),
  );
}
