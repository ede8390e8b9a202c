/** grammY against the simulated Bot API: SANDBOX is its server, PICTURE a JPEG. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { test } from "node:test";
import {
  Bot,
  GrammyError,
  InlineKeyboard,
  InputFile,
  Keyboard,
  webhookCallback,
} from "grammy";
import { API, control, inbox, newBot, until } from "./control.mjs";

const picture = readFileSync(process.env.PICTURE ?? "");
const STICKER = Buffer.from(
  "UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==",
  "base64",
); // WebP, of one point

/** A bot that puts every update into an inbox. */
async function listening() {
  const world = await newBot();
  const bot = new Bot(world.token, { client: { apiRoot: API } });
  const heard = inbox();
  bot.use((ctx, next) => {
    heard.put(ctx.update);
    return next();
  });
  return { bot, heard, ...world };
}

/** Runs a bot that polls while something is done with it. */
async function polling(
  /** @type {Bot} */ bot,
  /** @type {() => Promise<void>} */ work,
) {
  const running = bot.start();
  try {
    await Promise.race([
      work(),
      running.then(() => assert.fail("the bot stopped")),
    ]);
  } finally {
    await bot.stop();
  }
  await running;
}

/** The types of a text's entities, with their texts. */
const cutOut = (
  /** @type {string} */ text,
  /** @type {any[]} */ entities = [],
) =>
  entities.map((e) => `${e.type} ${text.slice(e.offset, e.offset + e.length)}`);

test("polls, and answers with keyboards whose buttons are pressed", async () => {
  const { bot, heard, does, messages, username } = await listening();
  bot.command("start", (ctx) =>
    ctx.reply(`Hello ${ctx.match}, see example.com`, {
      reply_markup: new InlineKeyboard()
        .text("Yes", "yes")
        .row()
        .url("Site", "https://example.com/"),
      link_preview_options: { is_disabled: true },
    }),
  );
  bot.callbackQuery("yes", async (ctx) => {
    await ctx.answerCallbackQuery({ text: "Taken" });
    await ctx.editMessageText("Choose", { reply_markup: new InlineKeyboard() });
    await ctx.reply("Which?", {
      reply_markup: new Keyboard().text("Gold").text("Silver").resized(),
    });
  });
  bot.hears("Silver", (ctx) =>
    ctx.reply("Good", { reply_parameters: { message_id: ctx.msg.message_id } }),
  );
  await polling(bot, async () => {
    await does("/messages", { text: "/start ad-1" });
    /** @type {any} */
    let greeting;
    await until(
      "the greeting is there",
      async () => (greeting = (await messages())[1]),
    );
    assert.equal(greeting.text, "Hello ad-1, see example.com");
    assert.deepEqual(cutOut(greeting.text, greeting.entities), [
      "url example.com",
    ]);
    assert.deepEqual(greeting.link_preview_options, { is_disabled: true });
    const press = await does("/callbacks", {
      message_id: greeting.message_id,
      data: "yes",
    });
    await until(
      "the press is answered",
      async () =>
        (await control(`/callbacks/${press.callback_query_id}`)).answered,
    );
    await until(
      "the keyboard is there",
      async () => (await messages()).at(-1).text === "Which?",
    );
    assert.equal((await messages())[1].text, "Choose");
    await does("/messages", { text: "Silver" });
    await until(
      "the answer is there",
      async () => (await messages()).at(-1).text === "Good",
    );
    assert.equal((await messages()).at(-1).reply_to_message.text, "Silver");
    await heard.take(
      "the press",
      (u) => u.callback_query?.message.chat.type === "private",
    );
    await does("/messages", {
      text: `😀 @${username} #promo $EUR a@example.org +1-212-555-0123 t.me/x /help`,
    });
    const { message } = await heard.take("a text with everything", (u) =>
      u.message?.text.startsWith("😀"),
    );
    assert.deepEqual(cutOut(message.text, message.entities), [
      `mention @${username}`,
      "hashtag #promo",
      "cashtag $EUR",
      "email a@example.org",
      "phone_number +1-212-555-0123",
      "url t.me/x",
      "bot_command /help",
    ]);
  });
});

test("gets what people send: edits, contacts, stickers, albums, videos, forwards and what is new", async () => {
  const { bot, heard, does, sends, username, person } = await listening();
  await polling(bot, async () => {
    const sent = await does("/messages", { text: "/start" });
    await does("/edits", { message_id: sent.message_id, text: "changed" });
    const edit = await heard.take("the edit", (u) => u.edited_message);
    assert.equal(edit.edited_message.text, "changed");
    await does("/contacts", {
      phone_number: "+15550001",
      first_name: "Ann",
      user_id: person,
    });
    assert.equal(
      (await heard.take("the contact", (u) => u.message?.contact)).message
        .contact.user_id,
      person,
    );
    await does("/forwards", { message_id: sent.message_id });
    const forward = await heard.take(
      "the forward",
      (u) => u.message?.forward_origin,
    );
    assert.equal(forward.message.forward_origin.type, "user");
    await sends([["sticker", new Blob([STICKER]), "s.webp"]], { emoji: "😀" });
    assert.equal(
      (await heard.take("the sticker", (u) => u.message?.sticker)).message
        .sticker.emoji,
      "😀",
    );
    await sends([
      ["video", new Blob(["moving"], { type: "video/mp4" }), "a.mp4"],
    ]);
    assert.equal(
      (await heard.take("the video", (u) => u.message?.video)).message.video
        .mime_type,
      "video/mp4",
    );
    await sends([
      ["photo", new Blob([picture]), "a.jpg"],
      ["photo", new Blob([picture]), "b.jpg"],
    ]);
    const first = await heard.take(
      "an album",
      (u) => u.message?.media_group_id,
    );
    const second = await heard.take(
      "the rest of it",
      (u) => u.message?.media_group_id,
    );
    assert.equal(first.message.media_group_id, second.message.media_group_id);
    await control("/updates", {
      bot: username,
      update: { message_reaction: { chat: { id: person } } },
    });
    await heard.take("a raw update", (u) => u.message_reaction);
  });
});

test("sends photos and loads those of people", async () => {
  const { bot, heard, does, sends, person } = await listening();
  await does("/messages", { text: "/start" });
  const sent = await bot.api.sendPhoto(
    person,
    new InputFile(picture, "promo.jpg"),
    {
      caption: "<b>Gold</b> at x.com",
      parse_mode: "HTML",
    },
  );
  assert.deepEqual(cutOut(sent.caption ?? "", sent.caption_entities), [
    "bold Gold",
    "url x.com",
  ]);
  const id = sent.photo.at(-1)?.file_id ?? "";
  assert.equal((await bot.api.sendPhoto(person, id)).photo.at(-1)?.file_id, id);
  const site = createServer((_, answer) => answer.end(picture));
  await new Promise((resolve) =>
    site.listen(0, "127.0.0.1", () => resolve(null)),
  );
  const { port } = /** @type {import('node:net').AddressInfo} */ (
    site.address()
  );
  const fetched = await bot.api.sendPhoto(
    person,
    `http://127.0.0.1:${port}/a.jpg`,
  );
  assert.equal(fetched.photo.at(-1)?.width, 400);
  site.close();
  const album = await bot.api.sendMediaGroup(person, [
    { type: "photo", media: id, caption: "one" },
    { type: "photo", media: new InputFile(picture) },
  ]);
  assert.equal(album.length, 2);
  await polling(bot, async () => {
    await sends([["photo", new Blob([picture]), "me.jpg"]], { caption: "me" });
    const { message } = await heard.take("the photo", (u) => u.message?.photo);
    const file = await bot.api.getFile(message.photo.at(-1).file_id);
    assert.match(file.file_path ?? "", /^photos\/.+\.jpg$/);
    const loaded = await fetch(`${API}/file/bot${bot.token}/${file.file_path}`);
    assert.deepEqual(Buffer.from(await loaded.arrayBuffer()), picture);
  });
});

test("is told by a webhook, and may answer in its reply", async () => {
  const { bot, heard, does, messages, token } = await listening();
  await bot.init();
  const answering = new Bot(token, {
    client: {
      apiRoot: API,
      canUseWebhookReply: (method) => method === "sendMessage",
    },
    botInfo: bot.botInfo,
  });
  answering.use((ctx, next) => {
    heard.put(ctx.update);
    return next();
  });
  answering.command("start", (ctx) => ctx.reply("by the reply"));
  const server = createServer(
    webhookCallback(answering, "http", { secretToken: "s3cret" }),
  );
  await new Promise((resolve) =>
    server.listen(0, "127.0.0.1", () => resolve(null)),
  );
  try {
    const { port } = /** @type {import('node:net').AddressInfo} */ (
      server.address()
    );
    await bot.api.setWebhook(`http://127.0.0.1:${port}/hook`, {
      secret_token: "s3cret",
      allowed_updates: ["message"],
    });
    await does("/messages", { text: "/start" });
    await heard.take("the update", (u) => u.message?.text === "/start");
    await until(
      "the reply is carried out",
      async () => (await messages()).at(-1).text === "by the reply",
    );
    const info = await bot.api.getWebhookInfo();
    assert.equal(info.pending_update_count, 0);
    assert.deepEqual(info.allowed_updates, ["message"]);
    const refused = await refusal(bot.api.getUpdates());
    assert.equal(refused.error_code, 409);
    await bot.api.deleteWebhook();
    assert.deepEqual(await bot.api.getUpdates(), []);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

/** The refusal that a call ends with. */
async function refusal(/** @type {Promise<unknown>} */ call) {
  const error = await call.then(
    () => assert.fail("the call was accepted"),
    (e) => e,
  );
  assert.ok(error instanceof GrammyError, String(error));
  return error;
}

test("is refused in words that it understands", async () => {
  const { bot, does, fault, person, username, token } = await listening();
  await does("/messages", { text: "/start" });
  const say = (chat = person, text = "x") =>
    refusal(bot.api.sendMessage(chat, text));
  assert.match(
    (await say(person, " ")).description,
    /^Bad Request: message text is empty/,
  );
  assert.match((await say(12345)).description, /^Bad Request: chat not found/);
  await fault("chat_not_found");
  assert.equal((await say()).error_code, 400);
  await fault("deactivated");
  assert.equal((await say()).description, "Forbidden: user is deactivated");
  await fault("502");
  assert.equal((await say()).error_code, 502);
  await fault("429", { method: "sendMessage", retry_after: 7 });
  const wait = await say();
  assert.equal(wait.error_code, 429);
  assert.equal(wait.parameters.retry_after, 7);
  await does("/block", { blocked: true });
  const blocked = await say();
  assert.equal(blocked.error_code, 403);
  assert.equal(blocked.description, "Forbidden: bot was blocked by the user");

  // Twenty a minute to a group, which then becomes a supergroup.
  const group = await control("/channels", {
    title: "Readers",
    type: "group",
    bot: username,
  });
  for (let i = 0; i < 20; i += 1)
    await bot.api.sendMessage(group.id, String(i));
  const limited = await say(group.id);
  assert.equal(limited.error_code, 429);
  assert.ok((limited.parameters.retry_after ?? 0) > 0);
  await control(`/channels/${group.id}/migrate`, {});
  const moved = await say(group.id);
  assert.equal(moved.error_code, 400);
  await bot.api.sendMessage(moved.parameters.migrate_to_chat_id ?? 0, "there");

  // Another poller ends this one.
  const other = new Bot(token, { client: { apiRoot: API } });
  /** @type {unknown} */
  let ended;
  const running = bot.start().catch((error) => (ended = error));
  await until("the first one is ended", async () => {
    await other.api.getUpdates({ timeout: 0 }).catch(() => {});
    return ended;
  });
  await running;
  assert.ok(ended instanceof GrammyError);
  assert.equal(ended.error_code, 409);
});
