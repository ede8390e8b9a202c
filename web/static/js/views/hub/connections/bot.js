/** The content of a bot's card: its health, token, channels and actions. */
import { changeBot, connectBot, removeConnection, testConnection } from '../../../api/telegram.js';
import { h, replace } from '../../../dom.js';
import { count } from '../../../format.js';
import { ApiError, sentence } from '../../../problem.js';
import { button } from '../../../components/button.js';
import { callout } from '../../../components/callout.js';
import { confirmLoss } from '../../../components/form-dialog.js';
import { field } from '../../../components/field.js';
import { icon } from '../../../components/icons.js';
import { tellRefusal } from '../../../components/refusal.js';
import { toastError } from '../../../components/toast.js';
import { channelList, channelPair } from './channels.js';
import { crossPromotionPart } from './cross-promotion.js';
import { postersPart } from './posters.js';
import { askAboutToken } from './real-token.js';
import { connectionChecks, connectionFacts, troubleOf } from './health.js';
import { offerSimulatedBot } from './simulated.js';
import { chosenChannels, placeErrors, sameChannels } from './words.js';
import { clean } from '../../../typed.js';

/**
 * @typedef {import('../../../types.js').Connection} Connection
 * @typedef {import('./health.js').Sandbox} Sandbox
 */

/**
 * @param {object} options
 * @param {import('./words.js').Kind} options.kind
 * @param {Sandbox | null} options.sandbox Null where nothing is simulated.
 * @param {AbortSignal} options.signal
 * @param {(connection: Connection | null) => void} options.onchange The current row; null when it is gone.
 * @param {() => void} options.onstale Somebody else changed it.
 */
export function botPanel({ kind, sandbox, signal, onchange, onstale }) {
  /** @type {Connection | null} */
  let now = null;
  /** What the form was filled with: a newer one doesn't overwrite what is typed. @type {Connection | null} */
  let base = null;
  /** The same for each attempt at the same bot. */
  let key = crypto.randomUUID();
  let busy = false;
  /** What the part above the form shows. @type {Connection | null} */
  let drawn = null;
  /** Whether a person was in the form since it was filled. */
  let touched = false;

  const health = h('div', { class: 'stack' });
  /** What a bot has once it is connected: cross-promotion, and who may use it from a chat. */
  const parts = h('div', null);
  let partsOf = '';
  let partsLife = new AbortController();
  const said = h('p', { class: 'saved', role: 'status' });
  const problem = h('div', { role: 'alert' });

  const token = h('input', {
    class: 'input mono',
    type: 'password',
    name: `${kind.id}_token`,
    autocomplete: 'off',
    autocapitalize: 'off',
    spellcheck: 'false',
    placeholder: '123456789:AA…',
    on: { input: () => changed() },
  });
  const tokenField = field({
    label: 'Token',
    control: token,
    required: true,
    help: 'You get it from @BotFather in Telegram: /newbot makes a bot, /mybots finds one. It is stored encrypted and never shown again.',
  });
  const replaceToken = button('Replace token', () => openToken(true), { small: true });
  const keepToken = button('Keep the current one', () => openToken(false), { look: 'quiet', small: true });
  const sealed = h(
    'div',
    { class: 'sealed' },
    h(
      'div',
      null,
      h('p', { class: 'label' }, 'Token'),
      h('p', { class: 'muted small' }, 'Stored encrypted. It is never shown again.'),
    ),
    replaceToken,
  );
  const channels = kind.id === 'signal_bot' ? channelPair(changed) : channelList(changed);
  const save = h('button', { class: 'button button-primary', type: 'submit' });
  const discard = button('Discard changes', () => now && fill(now), { look: 'quiet' });
  const test = button('Test', () => runTest(), { icon: 'refresh' });
  const remove = button('Remove', () => askRemove(), { look: 'quiet', class: 'button-lost', icon: 'trash' });
  const simulated = sandbox
    ? button(
        'Use a simulated bot',
        () =>
          offerSimulatedBot({
            kind: kind.id,
            signal,
            onmade: ({ username, token: made = '' }, into) => {
              sandbox.bots.push(username);
              token.value = made;
              tokenField.setError('');
              for (const chat of into) channels.offer(chat);
              changed();
              say('The bot is made, and its token filled in. Connect it now.');
              save.focus();
            },
          }),
        { look: 'quiet', icon: 'bot' },
      )
    : null;

  const root = h(
    'div',
    { class: 'bot-panel' },
    health,
    h(
      'form',
      { class: 'bot-form', novalidate: true, on: { submit: (/** @type {Event} */ event) => void submit(event) } },
      h('div', { class: 'token-part' }, sealed, tokenField.root, keepToken),
      channels.root,
      problem,
      h('div', { class: 'row bot-actions' }, save, discard, test, simulated, said, remove),
    ),
    parts,
  );

  /**
   * @param {string} text
   * @param {boolean} [well]
   */
  const say = (text, well = true) => {
    said.classList.toggle('saved-badly', !well);
    replace(said, text ? [icon(well ? 'check' : 'alert', 'small'), h('span', null, text)] : null);
  };

  const chosen = () => chosenChannels(channels.typed());
  const dirty = () => token.value !== '' || !sameChannels(chosen().channels, base ? base.channels : []);

  /** @param {boolean} open */
  function openToken(open) {
    tokenField.root.hidden = !open;
    keepToken.hidden = !open || now === null;
    sealed.hidden = open;
    tokenField.setError('');
    if (!open) {
      token.value = '';
      replaceToken.focus();
    } else if (now) token.focus();
    changed();
  }

  function changed() {
    touched = true;
    key = crypto.randomUUID();
    replace(problem);
    say('');
    draw();
  }

  const draw = () => {
    const connected = now !== null;
    const edited = dirty();
    save.textContent = connected ? 'Save' : 'Connect';
    save.disabled = busy || (connected && !edited);
    discard.hidden = !connected || !edited;
    test.hidden = !connected || edited;
    test.disabled = busy;
    remove.hidden = !connected;
    if (simulated) simulated.hidden = connected;
  };

  /** @param {Connection | null} connection */
  const fill = (connection) => {
    base = connection;
    touched = false;
    token.value = '';
    channels.show(connection?.channels ?? [], connection?.checks ?? []);
    tokenField.root.hidden = connection !== null;
    keepToken.hidden = true;
    sealed.hidden = connection === null;
    tokenField.setError('');
    replace(problem);
    draw();
  };

  /** @param {Connection} connection */
  const drawHealth = (connection) => {
    const before = drawn;
    const same = before !== null && before.id === connection.id && before.version === connection.version;
    // Hearing from it again must not take the focus away.
    if (same && (before.last_seen_at === connection.last_seen_at || health.contains(document.activeElement))) return;
    drawn = connection;
    replace(
      health,
      troubleOf(connection),
      connectionFacts(connection),
      connectionChecks(connection, sandbox, () => void runTest()),
    );
  };
  const clearHealth = () => {
    drawn = null;
    replace(health);
  };

  /** @param {Connection | null} connection */
  const drawParts = (connection) => {
    const id = connection?.id ?? '';
    if (id === partsOf || kind.id === 'user_account') return;
    partsOf = id;
    partsLife.abort();
    partsLife = new AbortController();
    const within = AbortSignal.any([signal, partsLife.signal]);
    replace(
      parts,
      id && kind.id === 'signal_bot' ? crossPromotionPart({ onchannel: channels.focus, signal: within }) : null,
      id ? postersPart(id, kind.id, within) : null,
    );
  };

  /**
   * @param {Event} event
   * @param {boolean} [known] The person knows that Telegram is simulated.
   */
  async function submit(event, known = false) {
    event.preventDefault();
    if (save.disabled) return;
    say('');
    replace(problem);
    tokenField.setError('');
    channels.setErrors(new Map());
    const secret = clean(token.value);
    if (!now && secret === '') {
      tokenField.setError('Paste the bot’s token first.');
      token.focus();
      return;
    }
    const { channels: list, rows } = chosen();
    const was = now;
    await working(save, async () => {
      try {
        const fresh = was
          ? await changeBot(base ?? was, {
              ...(secret ? { token: secret } : {}),
              ...(known ? { simulated: true } : {}),
              ...(sameChannels(list, base?.channels ?? []) ? {} : { channels: list }),
            })
          : await connectBot(
              { kind: kind.id, token: secret, channels: list, ...(known ? { simulated: true } : {}) },
              key,
            );
        if (signal.aborted) return;
        token.value = '';
        now = fresh;
        fill(fresh);
        onchange(fresh);
        const done = was ? 'Saved' : 'Connected';
        if (fresh.state === 'broken') say(`${done}, but the test found a problem: see above.`, false);
        else say(`${done} and tested.`);
      } catch (error) {
        if (!signal.aborted) refuse(error, rows);
      }
    });
  }

  /**
   * @param {unknown} error
   * @param {number[]} rows
   */
  function refuse(error, rows) {
    if (!(error instanceof ApiError)) {
      toastError(error, 'Saving');
      return;
    }
    if (error.status !== 0) key = crypto.randomUUID(); // what comes next is a new attempt
    if (error.fields.some(({ code }) => code === 'token_real')) {
      askAboutToken(
        problem,
        error,
        () => void submit(new Event('submit'), true),
        () => {
          token.value = '';
          changed();
          token.focus();
        },
      );
      return;
    }
    const placed = placeErrors(error.fields, rows);
    const alone = error.fields.length === 1 && error.remedy ? ` ${sentence(error.remedy)}` : '';
    channels.setErrors(placed.rows);
    if (placed.token) {
      openToken(true);
      tokenField.setError(placed.token + alone);
      token.focus();
    }
    if (error.fields.length > 0 && placed.rest.length === 0) return;
    const text = placed.rest.length > 0 ? placed.rest.join(' ') : error.text;
    tellRefusal(
      problem,
      callout(
        'bad',
        text,
        error.status === 412 || error.status === 409 || error.status === 404
          ? button(
              'Show the current version',
              () => {
                now = null;
                fill(null);
                onstale();
              },
              { small: true },
            )
          : null,
      ),
    );
  }

  /**
   * @param {HTMLElement} button
   * @param {() => Promise<void>} work
   */
  async function working(button, work) {
    busy = true;
    button.setAttribute('aria-busy', 'true');
    const had = root.contains(document.activeElement);
    draw();
    try {
      await work();
    } finally {
      busy = false;
      button.removeAttribute('aria-busy');
      draw();
      // A button that was disabled or removed meanwhile has lost the focus.
      if (had && document.activeElement === document.body) {
        const next = [button, test, save].find((item) => !item.hidden && !(/** @type {any} */ (item).disabled));
        next?.focus();
      }
    }
  }

  async function runTest() {
    const was = now;
    if (!was || busy) return;
    say('');
    await working(test, async () => {
      try {
        const fresh = await testConnection(was.id);
        if (signal.aborted) return;
        const bad = fresh.checks.filter((check) => !check.ok).length;
        show(fresh);
        onchange(fresh);
        say(bad === 0 ? 'Tested: everything works.' : `Tested: ${count(bad, 'check')} failed.`, bad === 0);
      } catch (error) {
        if (!signal.aborted) refuse(error, []);
      }
    });
  }

  function askRemove() {
    const was = now;
    if (!was) return;
    confirmLoss({
      title: `Remove ${kind.title}?`,
      text: `PromoStack forgets ${was.username ? `@${was.username}` : 'this bot'} and everything that belongs to it:`,
      losses: [
        'everybody who wrote to it, with their tags',
        'the conversations that are under way',
        'its token, its channels, and messages still waiting to be sent',
      ],
      verb: 'Remove the bot',
      keep: 'Keep it',
      signal,
      work: async () => {
        await removeConnection(was);
        now = null;
        fill(null);
        clearHealth();
        onchange(null);
      },
    });
  }

  /** @param {Connection | null} connection */
  function show(connection) {
    // What is typed stays. Its base version moves on, unless somebody else changed what is being edited.
    const keep = touched && (now === null) === (connection === null);
    now = connection;
    if (!keep) fill(connection);
    else if (connection && base) {
      if (sameChannels(base.channels, connection.channels)) base = connection;
      channels.know(connection.channels, connection.checks);
    }
    if (connection) drawHealth(connection);
    else clearHealth();
    drawParts(connection);
    draw();
  }

  fill(null);
  return { root, show, dirty };
}
