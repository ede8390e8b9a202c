/** @mtcute/node against the simulated Telegram of user accounts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryStorage, TelegramClient } from '@mtcute/node';
import { NodeCryptoProvider, addPublicKey } from '@mtcute/node/utils.js';
import { FIRST, KEY, signIn, tryAccount } from './accounts.mjs';
import { control } from './control.mjs';

addPublicKey(new NodeCryptoProvider(), KEY);

/** @type {import('./accounts.mjs').Open} */
async function open({ phone, code, password, heard }) {
  const tg = new TelegramClient({
    apiId: 1,
    apiHash: 'hash',
    storage: new MemoryStorage(),
    defaultDcs: { main: FIRST, media: FIRST },
    updates: { catchUp: true },
    logLevel: Number(process.env.LOG ?? 1),
  });
  tg.onNewMessage.add((message) => {
    if (!message.isOutgoing) heard(message.text);
  });
  /** It hears what comes in from the moment on when it has caught up. */
  const caughtUp = new Promise((resolve) => {
    let updating = false;
    tg.onConnectionState.add((state) => {
      if (state === 'updating') updating = true;
      else if (state === 'connected' && updating) resolve(null);
    });
  });
  const me = await tg.start({
    phone,
    code: async () => code(),
    password: async () => password(),
    codeSentCallback: () => {},
    invalidCodeCallback: () => {},
  });
  await caughtUp;
  return {
    id: me.id,
    tg,
    dc: () => tg.getPrimaryDcId(),
    send: async (to, text) => (await tg.sendText(to, text)).id,
    edit: (to, message, text) => tg.editMessage({ chatId: to, message, text }),
    photo: (to, file, caption) => tg.sendMedia(to, { type: 'photo', file, caption }),
    history: async (to) => Array.from(await tg.getHistory(to), (m) => m.text),
    read: (to) => tg.readHistory(to),
    async unread() {
      let n = 0;
      for await (const dialog of tg.iterDialogs()) n += dialog.unreadCount;
      return n;
    },
    full: async (of) => (await tg.getFullUser(of)).id,
    close: () => tg.destroy(),
  };
}

tryAccount(open);

test('gets the answer that a cut took, and what was written meanwhile', async (t) => {
  const { client, writes, hears, sent, hangUp, isBack } = await signIn(t, open, '+15550000011');
  await writes('hello');
  await hears('hello');
  await control('/account-faults', { items: [{ method: 'messages.sendMessage', kind: 'drop', times: 1 }] }, 'PUT');
  await client.send(501, 'once');
  assert.equal((await sent()).length, 1);
  await hangUp();
  await writes('missed');
  await hears('missed');
  await isBack();
});

test('is known to another data centre by an exported authorization', async (t) => {
  const { client } = await signIn(t, open, '+15550000021');
  const asked = client.tg.call({ _: 'users.getUsers', id: [{ _: 'inputUserSelf' }] }, { dcId: 4 });
  await assert.rejects(asked, /USER_MIGRATE_2/, 'it lives in the first');
});
