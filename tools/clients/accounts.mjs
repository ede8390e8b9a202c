/**
 * What the tests of clients of user accounts share: what an account does, whatever the client. SANDBOX is
 * the server of the controls, MTPROTO the address of the first data centre, MTPROTO_KEY the file with its
 * public key, PICTURE a JPEG.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { control, inbox, until } from './control.mjs';

const [host, port] = (process.env.MTPROTO ?? '').split(':');
assert.ok(host && port, 'MTPROTO is missing: host:port of a simulated data centre');

/** The data centre that a new client knows. */
export const FIRST = { id: 2, ipAddress: host, port: Number(port) };
export const KEY = readFileSync(process.env.MTPROTO_KEY ?? '', 'utf8');

const picture = readFileSync(process.env.PICTURE ?? '');
const ANN = { id: 501, first_name: 'Ann', username: 'ann' };

/**
 * What a client is asked to do.
 *
 * @typedef {object} Client
 * @property {number} id of the account
 * @property {() => number | Promise<number>} dc where it is signed in
 * @property {(to: number, text: string) => Promise<number>} send returns the message's id
 * @property {(to: number, id: number, text: string) => Promise<unknown>} edit
 * @property {(to: number, file: Buffer, text: string) => Promise<unknown>} photo
 * @property {(to: number) => Promise<string[]>} history the newest first
 * @property {(to: number) => Promise<unknown>} read
 * @property {() => Promise<number>} unread messages in all conversations
 * @property {(of: number) => Promise<number>} full asks for all about a person, and returns whose answer it is
 * @property {() => Promise<unknown>} close
 *
 * @typedef {object} SignIn
 * @property {string} phone
 * @property {() => string} code the next one that the person types
 * @property {() => string} password
 * @property {(text: string) => void} heard is told of messages that come in
 *
 * @typedef {(how: SignIn) => Promise<Client>} Open
 */

/**
 * Signs in, with a mistake in each step, and tells what the client hears.
 *
 * @param {import('node:test').TestContext} t
 * @param {(how: SignIn) => Promise<C>} open
 * @param {string} phone
 * @template {Client} C
 */
export async function signIn(t, open, phone) {
  const heard = inbox();
  const codes = ['54321', '12345'];
  const passwords = ['guess', 'sandbox'];
  const client = await open({
    phone,
    code: () => codes.shift() ?? '',
    password: () => passwords.shift() ?? '',
    heard: heard.put,
  });
  t.after(() => client.close());
  assert.equal(codes.length, 0, 'the code was asked for twice');
  assert.equal(passwords.length, phone.endsWith('2') ? 0 : 2);
  const account = `/accounts/${client.id}`;
  return {
    client,
    /** Lets Ann write to the account. */
    writes: (/** @type {string} */ text) => control(`${account}/messages`, { from: ANN, text }),
    hears: (/** @type {string} */ text) => heard.take(text, (t) => t === text),
    /** What the account wrote, the oldest first. */
    sent: async () => (await control(`${account}/messages`)).items.filter((/** @type {any} */ m) => m.out),
    hangUp: () => control(`${account}/hang-up`, {}),
    isBack: () =>
      until('the client is back', async () => {
        const { items } = await control('/accounts');
        return items.find((/** @type {any} */ a) => a.id === client.id).connections > 0;
      }),
  };
}

/** Tries what each client must be able to do. */
export function tryAccount(/** @type {Open} */ open) {
  test('signs in by code, writes, hears, and comes back', async (t) => {
    const { client, writes, hears, sent, hangUp, isBack } = await signIn(t, open, '+15550000001');
    assert.equal(await client.dc(), 2);
    await writes('hello');
    await hears('hello');
    const id = await client.send(ANN.id, 'hi An');
    await client.edit(ANN.id, id, 'hi Ann');
    assert.deepEqual(await client.history(ANN.id), ['hi Ann', 'hello']);
    assert.equal(await client.unread(), 1);
    await client.read(ANN.id);
    assert.equal(await client.unread(), 0);
    assert.equal(await client.full(ANN.id), ANN.id);
    await client.photo(ANN.id, picture, 'look');
    assert.deepEqual(
      (await sent()).map((/** @type {any} */ m) => [m.text, Boolean(m.photo)]),
      [
        ['hi Ann', false],
        ['look', true],
      ],
    );

    await hangUp();
    await isBack();
    await writes('after the cut');
    await hears('after the cut');
    await control('/restart', {});
    await isBack();
    await writes('after the restart');
    await hears('after the restart');
    await client.send(ANN.id, 'still here');
    assert.equal((await sent()).at(-1).text, 'still here');
  });

  test('is led to the data centre of the number, and asked for the password', async (t) => {
    const { client, writes, hears, sent, isBack } = await signIn(t, open, '+15554000002');
    assert.equal(await client.dc(), 4);
    await writes('hello');
    await hears('hello');
    await control('/restart', {});
    await isBack();
    await writes('after the restart');
    await hears('after the restart');
    await client.send(ANN.id, 'hi Ann');
    assert.equal((await sent()).at(-1).text, 'hi Ann');
  });
}
