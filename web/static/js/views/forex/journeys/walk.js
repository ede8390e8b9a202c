/**
 * One simulated person on their way through a draft. The server's engine makes each step; the
 * state, the clock and the messages stay here. Knows nothing about the page.
 *
 * @typedef {import('./types.js').Definition} Definition
 * @typedef {import('./types.js').State} State
 * @typedef {import('./types.js').Effect} Effect
 * @typedef {import('./types.js').Event} Event
 * @typedef {import('./types.js').Person} Person
 * @typedef {import('./types.js').Walked} Walked
 *
 * @typedef {object} Said One message in the chat.
 * @property {boolean} mine From the person who tests.
 * @property {number} at Milliseconds of the simulated clock.
 * @property {string} text HTML from the journey, plain text from the person.
 * @property {string} [photo]
 * @property {NonNullable<Effect['buttons']>} [buttons]
 *
 * @typedef {object} Told One line of the log.
 * @property {number} at
 * @property {string} what A note's kind, or `none`, `enter`, `alert`, `tags`, `answer`.
 * @property {string} stepID
 * @property {string} text
 */

/** No journey sends this much without a wait; one that does runs in a loop. */
const MOST = 60;

/**
 * @param {object} options
 * @param {(definition: Definition, state: State | null, event: Event) => Promise<Walked>} options.ask
 * @param {() => void} options.onchange
 * @param {number} options.now Where the clock begins.
 */
export function createWalk({ ask, onchange, now }) {
  /** @type {State | null} */
  let state = null;
  let clock = now;
  let busy = false;
  /** @type {Person} */
  let person = { first_name: 'Anna', last_name: 'Berg', username: 'anna_berg', language: 'en', tags: [] };
  /** @type {Said[]} */
  let said = [];
  /** @type {Told[]} */
  let log = [];
  /** @type {import('./types.js').Issue[]} */
  let issues = [];
  let answer = '';

  const due = () => {
    const at = Date.parse(state?.due ?? '');
    return Number.isFinite(at) && at > 0 && state?.phase !== 'ended' ? at : 0;
  };

  /** @param {Effect} effect */
  const take = (effect) => {
    const { kind, step_id: stepID = '', text = '' } = effect;
    /** @param {string} what @param {string} [words] */
    const note = (what, words = text) => log.push({ at: clock, what, stepID, text: words });
    if (kind === 'send') said.push({ mine: false, at: clock, text, photo: effect.photo, buttons: effect.buttons });
    else if (kind === 'note') note(effect.what ?? '');
    else if (kind === 'alert') note('alert');
    else if (kind === 'answer') answer = text;
    else if (kind === 'tags') {
      const tags = new Set(person.tags);
      for (const tag of effect.add ?? []) tags.add(tag);
      for (const tag of effect.remove ?? []) tags.delete(tag);
      person = { ...person, tags: [...tags] };
    }
  };

  /**
   * Applies one event, and all that follow from it at once: how a send went, what fell due.
   *
   * @param {Definition} definition
   * @param {Event} event
   */
  const drive = async (definition, event) => {
    /** @type {Event | null} */
    let next = event;
    for (let i = 0; next && i < MOST; i += 1) {
      const walked = await ask(definition, state, { ...next, at: new Date(clock).toISOString(), person });
      issues = walked.issues ?? [];
      const { decision } = walked;
      if (decision?.action === 'none') {
        const why = (decision.why ?? []).map(({ message }) => message).join(' ');
        log.push({ at: clock, what: 'none', stepID: '', text: why });
      }
      state = walked.state;
      const effects = walked.effects ?? [];
      for (const effect of effects) take(effect);
      onchange();
      if (effects.some(({ kind }) => kind === 'send')) next = { kind: 'sent', result: { result: 'ok' } };
      else next = due() > 0 && due() <= clock ? { kind: 'timer' } : null;
    }
  };

  /** Runs one thing at a time, and tells the page. @param {() => Promise<void>} work */
  const alone = async (work) => {
    if (busy) return;
    busy = true;
    answer = '';
    onchange();
    try {
      await work();
    } finally {
      busy = false;
      onchange();
    }
  };

  /** Whole numbers that JSON keeps exactly. */
  const seed = () => Math.floor(Math.random() * 2 ** 48);

  const walk = {
    get state() {
      return state;
    },
    get clock() {
      return clock;
    },
    get due() {
      return due();
    },
    get busy() {
      return busy;
    },
    get person() {
      return person;
    },
    get said() {
      return said;
    },
    get log() {
      return log;
    },
    get issues() {
      return issues;
    },
    /** The answer to a pressed button. */
    get answer() {
      return answer;
    },

    /** @param {number} at Where the clock restarts. */
    reset(at) {
      state = null;
      clock = at;
      said = [];
      log = [];
      issues = [];
      answer = '';
      person = { ...person, tags: [] };
      onchange();
    },

    /** @param {Partial<Person>} change */
    change(change) {
      person = { ...person, ...change };
    },

    /** Begins at the first step, or at another one. @param {Definition} definition @param {string} from */
    start: (definition, from) =>
      alone(async () => {
        state = null;
        const begun = from ? { ...definition, start_step_id: from, welcome_message: undefined } : definition;
        await drive(begun, { kind: 'start', seed: seed() });
      }),

    /** @param {Definition} definition @param {string} text */
    write: (definition, text) =>
      alone(async () => {
        said.push({ mine: true, at: clock, text });
        const payload = /^\/start (\S+)$/.exec(text)?.[1];
        await drive(definition, {
          kind: 'came',
          seed: seed(),
          message: payload ? { kind: 'text', text, start: payload } : { kind: 'text', text },
        });
      }),

    /** @param {Definition} definition @param {string} data @param {string} label */
    press: (definition, data, label) =>
      alone(async () => {
        log.push({ at: clock, what: 'pressed', stepID: state?.step_id ?? '', text: label });
        await drive(definition, {
          kind: 'came',
          seed: seed(),
          message: { kind: 'callback', data, callback_id: 'test' },
        });
      }),

    /** Lets time pass; what falls due meanwhile happens at its time. @param {Definition} definition @param {number} ms */
    pass: (definition, ms) =>
      alone(async () => {
        const until = clock + ms;
        for (let i = 0; i < MOST && due() > 0 && due() <= until; i += 1) {
          clock = Math.max(clock, due());
          await drive(definition, { kind: 'timer' });
        }
        clock = until;
      }),

    /** @param {Definition} definition */
    skip: (definition) =>
      alone(async () => {
        if (due() === 0) return;
        clock = Math.max(clock, due());
        await drive(definition, { kind: 'timer' });
      }),
  };
  return walk;
}

/** @typedef {ReturnType<typeof createWalk>} Walk */
