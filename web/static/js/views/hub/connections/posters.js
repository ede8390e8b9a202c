/** Who may post to the promo bot's channels, or approve signals, from a chat with the bot. */
import { invitePoster, listPosters, removePoster } from '../../../api/telegram.js';
import { h, replace } from '../../../dom.js';
import { watch } from '../../../live.js';
import { button } from '../../../components/button.js';
import { copyText } from '../../../components/copy.js';
import { openDialog } from '../../../components/dialog.js';
import { confirmLoss } from '../../../components/form-dialog.js';
import { failed } from '../../../components/states.js';
import { age } from '../../../components/time.js';
import { toastError } from '../../../components/toast.js';
import { clean } from '../../../typed.js';

/** @typedef {import('../../../types.js').Poster} Poster */

/** What linked people may do, by the kind of their bot. */
const WORDS = {
  promo_bot: {
    title: 'People who may post from a chat',
    text: 'Under each image that they make in this bot they get a button that posts it to your channels. Nobody else does.',
    may: 'may post',
    loss: 'post to your channels from this bot, even images that they have made already',
  },
  signal_bot: {
    title: 'People who may approve signals from a chat',
    text: 'When a signal waits for approval, they are asked in this bot and answer with a button. Nobody else is.',
    may: 'may approve signals',
    loss: 'approve or reject signals in this bot, even those that they were asked about already',
  },
};

/**
 * @param {string} connection Its id.
 * @param {'promo_bot' | 'signal_bot'} kind
 * @param {AbortSignal} signal
 */
export function postersPart(connection, kind, signal) {
  const words = WORDS[kind];
  const list = h('div', null);
  const add = button('Add a person', () => void invite(), { small: true, icon: 'plus' });
  const root = h(
    'section',
    { class: 'quiet-part posters' },
    h('h3', null, words.title),
    h('p', { class: 'muted small' }, words.text),
    list,
    h('div', { class: 'row' }, add),
  );

  async function load() {
    try {
      const { items } = await listPosters(connection, signal);
      if (signal.aborted) return;
      replace(
        list,
        items.length === 0
          ? null
          : h(
              'ul',
              { class: 'poster-list' },
              items.map((poster) => row(poster)),
            ),
      );
    } catch (error) {
      if (!signal.aborted && list.childElementCount === 0) replace(list, failed(error, 'the people', load));
    }
  }

  /** @param {Poster} poster */
  function row(poster) {
    const name = nameOf(poster);
    const linked = poster.user_id !== 0;
    return h(
      'li',
      { class: 'poster' },
      h(
        'div',
        null,
        h('p', null, linked ? name : 'A link that nobody has opened yet'),
        h(
          'p',
          { class: 'muted small' },
          linked
            ? [poster.username ? `@${poster.username} · ` : '', 'since ', age(poster.linked_at ?? '')]
            : `It can be opened until ${new Date(poster.expires_at).toLocaleString(undefined, { weekday: 'long', hour: '2-digit', minute: '2-digit' })}`,
        ),
      ),
      button('Remove', () => (linked ? ask(poster, name) : void withdraw(poster)), {
        look: 'quiet',
        small: true,
        'aria-label': linked ? `Remove ${name}` : 'Remove this link',
      }),
    );
  }

  async function invite() {
    add.disabled = true;
    try {
      const { link } = await invitePoster(connection);
      if (!signal.aborted) show(link);
      await load();
    } catch (error) {
      if (!signal.aborted) toastError(error, 'Making a link');
    } finally {
      add.disabled = false;
    }
  }

  /** @param {string} link */
  function show(link) {
    openDialog({
      title: 'Send this link to the person',
      signal,
      body: h(
        'div',
        { class: 'stack' },
        h(
          'p',
          null,
          `Whoever opens it first, and presses Start in Telegram, ${words.may}. It can be opened for 24 hours, and is not shown again.`,
        ),
        h('p', { class: 'mono link-shown' }, link),
        h(
          'div',
          { class: 'row' },
          button('Copy link', () => copyText(link, 'Link copied.', 'Select the link and copy it by hand.'), {
            look: 'primary',
            icon: 'link',
          }),
        ),
      ),
    });
  }

  /**
   * @param {Poster} poster
   * @param {string} name
   */
  function ask(poster, name) {
    confirmLoss({
      title: `Remove ${name}?`,
      text: 'From now on they can’t:',
      losses: [words.loss],
      verb: 'Remove',
      keep: 'Keep',
      signal,
      work: async () => {
        await removePoster(connection, poster.id);
        await load();
      },
    });
  }

  /** @param {Poster} poster */
  async function withdraw(poster) {
    try {
      await removePoster(connection, poster.id);
      await load();
    } catch (error) {
      if (!signal.aborted) toastError(error, 'Removing the link');
    }
  }

  watch('poster', null, () => void load(), signal);
  void load();
  return root;
}

/** @param {Poster} poster */
function nameOf({ first_name, last_name, username, user_id }) {
  return clean(`${first_name} ${last_name}`) || (username ? `@${username}` : `User ${user_id}`);
}
