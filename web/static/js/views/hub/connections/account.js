/** The content of the user account's card. */
import { removeConnection } from '../../../api/telegram.js';
import { h, replace } from '../../../dom.js';
import { button } from '../../../components/button.js';
import { confirmLoss } from '../../../components/form-dialog.js';
import { mountAccountSignIn } from '../account-sign-in.js';
import { connectionFacts, troubleOf } from './health.js';

/** @typedef {import('../../../types.js').Connection} Connection */

/**
 * @param {object} options
 * @param {AbortSignal} options.signal
 * @param {(connection: Connection | null) => void} options.onchange
 */
export function accountPanel({ signal, onchange }) {
  /** @type {Connection | null} */
  let now = null;
  const health = h('div', { class: 'stack' });
  /** Where signing in takes place. */
  const place = h('div', { dataset: { account: '' } });
  const signIn = mountAccountSignIn(place, { signal });
  const remove = button('Remove', () => askRemove(), {
    look: 'quiet',
    class: 'button-lost',
    icon: 'trash',
    hidden: true,
  });
  const root = h('div', { class: 'bot-panel' }, health, place, h('div', { class: 'row bot-actions' }, remove));

  function askRemove() {
    const was = now;
    if (!was) return;
    confirmLoss({
      title: 'Remove User Account?',
      text: `PromoStack forgets ${was.username ? `@${was.username}` : 'this account'} and everything that belongs to it:`,
      losses: [
        'its session: PromoStack is signed out of the account',
        'everybody who wrote to it, with their tags',
        'the conversations that are under way',
      ],
      verb: 'Remove the account',
      keep: 'Keep it',
      signal,
      work: async () => {
        await removeConnection(was);
        onchange(null);
      },
    });
  }

  return {
    root,
    dirty: signIn.dirty,
    /** @param {Connection | null} connection */
    show(connection) {
      now = connection;
      remove.hidden = connection === null;
      signIn.show(connection);
      replace(
        health,
        connection
          ? [troubleOf(connection), connectionFacts(connection)]
          : h('p', { class: 'none' }, 'No user account is connected.'),
      );
    },
  };
}
