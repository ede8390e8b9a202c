/** gramjs (npm telegram) against the simulated Telegram of user accounts. */
import assert from 'node:assert/strict';
import { createHash, createPublicKey } from 'node:crypto';
import { test } from 'node:test';
import bigInt from 'big-integer';
import { Api, TelegramClient } from 'telegram';
import { CustomFile } from 'telegram/client/uploads.js';
import { _serverKeys } from 'telegram/crypto/RSA.js';
import { NewMessage } from 'telegram/events/index.js';
import { Logger } from 'telegram/extensions/index.js';
import { ConnectionTCPFull } from 'telegram/network/index.js';
import { StringSession } from 'telegram/sessions/index.js';
import { FIRST, KEY, signIn, tryAccount } from './accounts.mjs';

trust(KEY);

/** Adds a public key to those that the client knows. */
function trust(/** @type {string} */ pem) {
  const { n = '', e = '' } = createPublicKey(pem).export({ format: 'jwk' });
  const [modulus, exponent] = [Buffer.from(n, 'base64url'), Buffer.from(e, 'base64url')];
  // The fingerprint is the end of the hash of both numbers as TL writes bytes, with their length before.
  const hash = createHash('sha1')
    .update(Buffer.from([254, 0, 1, 0])) // 256 bytes
    .update(modulus)
    .update(Buffer.from([3]))
    .update(exponent)
    .digest();
  _serverKeys.set(hash.readBigInt64LE(12).toString(), { n: bigInt(modulus.toString('hex'), 16), e: bigInt(exponent.toString('hex'), 16) });
}

/** The ports of the data centres: the client itself believes that all have Telegram's. */
const ports = new Map([[FIRST.id, FIRST.port]]);

class Connection extends ConnectionTCPFull {
  constructor(/** @type {any} */ options) {
    super({ ...options, port: ports.get(options.dcId) });
  }
}

/** @type {import('./accounts.mjs').Open} */
async function open({ phone, code, password, heard }) {
  const session = new StringSession('');
  session.setDC(FIRST.id, FIRST.ipAddress, FIRST.port);
  const tg = new TelegramClient(session, 1, 'hash', {
    connection: Connection,
    connectionRetries: 100,
    retryDelay: 200,
    baseLogger: new Logger(/** @type {any} */ (process.env.LOG ?? 'none')),
  });
  tg.onError = async (error) => {
    if (process.env.LOG) console.error(error);
  };
  tg.addEventHandler(({ message }) => heard(message.message), new NewMessage({ incoming: true }));
  await tg.connect();
  const config = await tg.invoke(new Api.help.GetConfig());
  for (const dc of config.dcOptions) ports.set(dc.id, dc.port);
  await tg.start({
    phoneNumber: phone,
    phoneCode: async () => code(),
    password: async () => password(),
    onError: () => {},
  });
  const me = await tg.getMe();
  return {
    id: Number(me.id),
    tg,
    dc: () => session.dcId,
    send: async (to, message) => (await tg.sendMessage(to, { message })).id,
    edit: (to, message, text) => tg.editMessage(to, { message, text }),
    photo: (to, file, caption) => tg.sendFile(to, { file: new CustomFile('picture.jpg', file.length, '', file), caption }),
    history: async (to) => Array.from(await tg.getMessages(to, { limit: 10 }), (m) => m.message),
    read: (to) => tg.markAsRead(to),
    unread: async () => (await tg.getDialogs({})).reduce((n, dialog) => n + dialog.unreadCount, 0),
    full: async (of) => Number((await tg.invoke(new Api.users.GetFullUser({ id: of }))).fullUser.id),
    close: () => tg.destroy(),
  };
}

tryAccount(open);

test('is known to another data centre by an exported authorization', async (t) => {
  const { client } = await signIn(t, open, '+15550000021');
  const answered = await client.tg.invoke(new Api.help.GetNearestDc(), 4);
  assert.equal(answered.thisDc, 4);
});
