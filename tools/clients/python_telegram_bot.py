"""python-telegram-bot 13 against the simulated Bot API: SANDBOX is its server, PICTURE a JPEG."""

import json
import os
import queue
import socket
import time
import unittest

import urllib3
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputMediaPhoto, ReplyKeyboardMarkup, Update
from telegram.error import BadRequest, ChatMigrated, Conflict, NetworkError, RetryAfter, Unauthorized
from telegram.ext import CallbackQueryHandler, CommandHandler, Filters, MessageHandler, TypeHandler, Updater

SERVER = os.environ["SANDBOX"]
API = SERVER + "/sandbox/telegram"
PATIENCE = 20
pool = urllib3.PoolManager()

with open(os.environ["PICTURE"], "rb") as file:
    picture = file.read()


def control(path, body=None, form=None):
    """Asks the control of the simulation, which plays the people."""
    address = SERVER + "/sandbox/api/telegram" + path
    if form is not None:
        answered = pool.request("POST", address, fields=form)
    elif body is not None:
        answered = pool.request("POST", address, body=json.dumps(body), headers={"Content-Type": "application/json"})
    else:
        answered = pool.request("GET", address)
    if answered.status >= 400:
        raise AssertionError(f"{path}: {answered.status} {answered.data!r}")
    return json.loads(answered.data) if answered.data else None


def until(what, holds):
    """Asks until something holds, and returns it."""
    deadline = time.monotonic() + PATIENCE
    while True:
        found = holds()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"not in time: {what}")
        time.sleep(0.01)


def cut_out(text, entities):
    """The types of a text's entities, with their texts."""
    raw = text.encode("utf-16-le")
    return [f"{e.type} {raw[2 * e.offset:2 * (e.offset + e.length)].decode('utf-16-le')}" for e in entities]


class World:
    """A bot of a test's own, which may write as fast as it likes but to groups, and somebody to talk to."""

    made = 0

    def __init__(self):
        World.made += 1
        made = control("/bots", {"username": f"ptb_{os.getpid()}_{World.made}_bot"})
        self.username, self.token = made["username"], made["token"]
        control("/limits", {"bot": self.username, "per_second": 0, "per_chat_per_second": 0})
        self.person = control("/users", {"first_name": f"Visitor {World.made}"})["id"]
        self.bot = Bot(self.token, base_url=API + "/bot", base_file_url=API + "/file/bot")

    def does(self, path, **body):
        return control(path, {"bot": self.username, "user": self.person, **body})

    def sends(self, *files, **values):
        form = [("bot", self.username), ("user", str(self.person)), *values.items(), *files]
        return control("/media", form=form)

    def fault(self, kind, **more):
        control("/faults", {"bot": self.username, "kind": kind, **more})

    def messages(self):
        """The person's messages with the bot, the oldest first."""
        return [item["message"] for item in control(f"/chats/{self.person}/messages?bot={self.username}")["items"]]

    def updater(self):
        """An updater that puts every update into the queue heard."""
        updater = Updater(self.token, base_url=API + "/bot", base_file_url=API + "/file/bot", use_context=True)
        self.heard = queue.Queue()
        updater.dispatcher.add_handler(TypeHandler(Update, lambda update, context: self.heard.put(update)), group=-1)
        return updater

    def hears(self, what, fits):
        """The next update that fits; those before it are passed over."""
        while True:
            try:
                update = self.heard.get(timeout=PATIENCE)
            except queue.Empty:
                raise AssertionError(f"{what} did not come") from None
            if fits(update):
                return update


class PythonTelegramBot(unittest.TestCase):
    def test_polls_and_answers_with_keyboards_whose_buttons_are_pressed(self):
        w = World()
        updater = w.updater()

        def start(update, context):
            keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Yes", callback_data="yes")], [InlineKeyboardButton("Site", url="https://example.com/")]])
            update.message.reply_text(f"Hello {context.args[0]}, see example.com", reply_markup=keyboard, disable_web_page_preview=True)

        def pressed(update, context):
            update.callback_query.answer("Taken")
            update.callback_query.edit_message_text("Choose")
            context.bot.send_message(w.person, "Which?", reply_markup=ReplyKeyboardMarkup([["Gold", "Silver"]], resize_keyboard=True))

        updater.dispatcher.add_handler(CommandHandler("start", start))
        updater.dispatcher.add_handler(CallbackQueryHandler(pressed, pattern="^yes$"))
        updater.dispatcher.add_handler(MessageHandler(Filters.text("Silver"), lambda u, c: u.message.reply_text("Good", quote=True)))
        updater.start_polling(timeout=1)
        try:
            w.does("/messages", text="/start ad-1")
            until("the greeting is there", lambda: len(w.messages()) == 2)
            greeting = w.messages()[1]
            self.assertEqual(greeting["text"], "Hello ad-1, see example.com")
            self.assertEqual([e["type"] for e in greeting["entities"]], ["url"])
            self.assertEqual(greeting["link_preview_options"], {"is_disabled": True})
            press = w.does("/callbacks", message_id=greeting["message_id"], data="yes")
            until("the press is answered", lambda: control("/callbacks/" + press["callback_query_id"])["answered"])
            until("the keyboard is there", lambda: w.messages()[-1].get("text") == "Which?")
            self.assertEqual(w.messages()[1]["text"], "Choose")
            w.does("/messages", text="Silver")
            until("the answer is there", lambda: w.messages()[-1].get("text") == "Good")
            self.assertEqual(w.messages()[-1]["reply_to_message"]["text"], "Silver")
            w.does("/messages", text=f"😀 @{w.username} #promo $EUR a@example.org +1-212-555-0123 t.me/x /help")
            message = w.hears("a text with everything", lambda u: u.message and u.message.text.startswith("😀")).message
            self.assertEqual(
                cut_out(message.text, message.entities),
                [f"mention @{w.username}", "hashtag #promo", "cashtag $EUR", "email a@example.org", "phone_number +1-212-555-0123", "url t.me/x", "bot_command /help"],
            )
        finally:
            updater.stop()

    def test_gets_what_people_send(self):
        w = World()
        updater = w.updater()
        updater.start_polling(timeout=1)
        try:
            sent = w.does("/messages", text="/start")
            w.does("/edits", message_id=sent["message_id"], text="changed")
            self.assertEqual(w.hears("the edit", lambda u: u.edited_message).edited_message.text, "changed")
            w.does("/contacts", phone_number="+15550001", first_name="Ann", user_id=w.person)
            self.assertEqual(w.hears("the contact", lambda u: u.message and u.message.contact).message.contact.user_id, w.person)
            w.does("/forwards", message_id=sent["message_id"])
            self.assertEqual(w.hears("the forward", lambda u: u.message and u.message.forward_date).message.forward_from.id, w.person)
            w.sends(("photo", ("a.jpg", picture)), ("photo", ("b.jpg", picture)), ("video", ("c.mp4", b"moving", "video/mp4")))
            album = [w.hears("an album", lambda u: u.message and u.message.media_group_id).message for _ in range(3)]
            self.assertEqual(len({m.media_group_id for m in album}), 1)
            self.assertEqual(album[2].video.mime_type, "video/mp4")
            control("/updates", {"bot": w.username, "update": {"poll_answer": {"poll_id": "7", "user": {"id": w.person, "is_bot": False, "first_name": "A"}, "option_ids": [0]}}})
            self.assertEqual(w.hears("a raw update", lambda u: u.poll_answer).poll_answer.poll_id, "7")
        finally:
            updater.stop()

    def test_sends_photos_and_loads_those_of_people(self):
        w = World()
        w.does("/messages", text="/start")
        sent = w.bot.send_photo(w.person, picture, caption="<b>Gold</b> at x.com", parse_mode="HTML")
        self.assertEqual(cut_out(sent.caption, sent.caption_entities), ["bold Gold", "url x.com"])
        again = w.bot.send_photo(w.person, sent.photo[-1].file_id)
        self.assertEqual(again.photo[-1].file_id, sent.photo[-1].file_id)
        album = w.bot.send_media_group(w.person, [InputMediaPhoto(picture), InputMediaPhoto(sent.photo[-1].file_id, caption="two")])
        self.assertEqual(len(album), 2)
        w.sends(("photo", ("me.jpg", picture)), caption="me")
        updates = w.bot.get_updates()
        self.assertEqual(updates[-1].message.caption, "me")
        loaded = updates[-1].message.photo[-1].get_file()
        self.assertRegex(loaded.file_path, r"/photos/[^/]+\.jpg$")
        self.assertEqual(bytes(loaded.download_as_bytearray()), picture)

    def test_is_told_by_a_webhook(self):
        w = World()
        updater = w.updater()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        updater.start_webhook(listen="127.0.0.1", port=port, url_path="hook", webhook_url=f"http://127.0.0.1:{port}/hook")
        try:
            w.does("/messages", text="/start")
            self.assertEqual(w.hears("the update", lambda u: u.message).message.text, "/start")
            until("nothing waits", lambda: w.bot.get_webhook_info().pending_update_count == 0)
            with self.assertRaises(Conflict):
                w.bot.get_updates()
        finally:
            updater.stop()
        self.assertTrue(w.bot.delete_webhook())
        self.assertEqual(w.bot.get_updates(), [])

    def test_is_refused_in_words_that_it_understands(self):
        w = World()
        w.does("/messages", text="/start")

        def refused(kind, words, chat=w.person, text="x"):
            with self.assertRaises(kind) as caught:
                w.bot.send_message(chat, text)
            self.assertIs(type(caught.exception), kind)
            self.assertIn(words, str(caught.exception))
            return caught.exception

        refused(BadRequest, "Message text is empty", text=" ")
        refused(BadRequest, "Chat not found", chat=12345)
        w.fault("chat_not_found")
        refused(BadRequest, "Chat not found")
        w.fault("deactivated")
        refused(Unauthorized, "user is deactivated")
        w.fault("502")
        refused(NetworkError, "Bad Gateway")
        w.fault("429", method="sendMessage", retry_after=7)
        self.assertEqual(refused(RetryAfter, "7").retry_after, 7)
        w.does("/block", blocked=True)
        refused(Unauthorized, "bot was blocked by the user")
        w.fault("409")
        with self.assertRaises(Conflict):
            w.bot.get_updates()

        # Twenty a minute to a group, which then becomes a supergroup.
        group = control("/channels", {"title": "Readers", "type": "group", "bot": w.username})["id"]
        for i in range(20):
            w.bot.send_message(group, str(i))
        self.assertGreater(refused(RetryAfter, "Flood", chat=group).retry_after, 0)
        control(f"/channels/{group}/migrate", {})
        moved = refused(ChatMigrated, "migrated", chat=group)
        w.bot.send_message(moved.new_chat_id, "there")


if __name__ == "__main__":
    unittest.main()
