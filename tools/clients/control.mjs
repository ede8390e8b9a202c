/** What the tests of Bot API clients share: the control of the simulation, which plays the people. */
import assert from "node:assert/strict";

const SERVER = process.env.SANDBOX ?? "";
assert.ok(SERVER, "SANDBOX is missing: the address of a simulation");

/** Where the simulated Bot API is. */
export const API = `${SERVER}/sandbox/telegram`;

/**
 * @param {string} path
 * @param {object | FormData} [body] JSON, or a form with files.
 * @param {string} [method]
 * @returns {Promise<any>}
 */
export async function control(path, body, method = body ? "POST" : "GET") {
  const form = body instanceof FormData;
  const answered = await fetch(`${SERVER}/sandbox/api/telegram${path}`, {
    method,
    headers: body && !form ? { "Content-Type": "application/json" } : {},
    body: form ? body : body && JSON.stringify(body),
  });
  const text = await answered.text();
  assert.ok(answered.ok, `${method} ${path}: ${answered.status} ${text}`);
  return text ? JSON.parse(text) : null;
}

let made = 0;

/** A bot of a test's own, which may write as fast as it likes but to groups, and somebody to talk to. */
export async function newBot() {
  made += 1;
  const bot = await control("/bots", {
    username: `client_${process.pid}_${made}_bot`,
  });
  await control("/limits", {
    bot: bot.username,
    per_second: 0,
    per_chat_per_second: 0,
  });
  const person = await control("/users", { first_name: `Visitor ${made}` });
  return {
    token: bot.token,
    username: bot.username,
    person: person.id,
    /** Lets the person do something at the bot. */
    does: (/** @type {string} */ path, /** @type {object} */ body) =>
      control(path, { bot: bot.username, user: person.id, ...body }),
    /** Lets the person send files. */
    sends: (
      /** @type {[field: string, file: Blob, name: string][]} */ files,
      /** @type {Record<string, string>} */ values = {},
    ) => {
      const form = new FormData();
      for (const [name, value] of Object.entries({
        bot: bot.username,
        user: String(person.id),
        ...values,
      })) {
        form.append(name, value);
      }
      for (const file of files) form.append(...file);
      return control("/media", form);
    },
    /** Orders that the next call fails. */
    fault: (/** @type {string} */ kind, more = {}) =>
      control("/faults", { bot: bot.username, kind, ...more }),
    /** The person's messages with the bot, the oldest first. */
    messages: async () => {
      const { items } = await control(
        `/chats/${person.id}/messages?bot=${bot.username}`,
      );
      return items.map((/** @type {any} */ item) => item.message);
    },
  };
}

const PATIENCE = 20_000;

/** What was heard and is still to be looked at. */
export function inbox() {
  /** @type {any[]} */
  const items = [];
  let wake = () => {};
  return {
    put(/** @type {any} */ item) {
      items.push(item);
      wake();
    },
    /** Takes the first that fits, when it is there. */
    async take(
      /** @type {string} */ what,
      /** @type {(item: any) => unknown} */ fits,
    ) {
      const deadline = Date.now() + PATIENCE;
      for (;;) {
        const at = items.findIndex(fits);
        if (at >= 0) return items.splice(at, 1)[0];
        await new Promise((resolve, reject) => {
          const timer = setTimeout(
            () =>
              reject(
                new Error(
                  `${what} did not come; there was ${JSON.stringify(items)}`,
                ),
              ),
            deadline - Date.now(),
          );
          wake = () => {
            clearTimeout(timer);
            resolve(null);
          };
        });
      }
    },
  };
}

/**
 * Asks until something holds.
 *
 * @param {string} what
 * @param {() => unknown} holds
 */
export async function until(what, holds) {
  for (const deadline = Date.now() + PATIENCE; !(await holds());) {
    assert.ok(Date.now() < deadline, `not in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
