package telegram

import (
	"crypto/rand"
	"encoding/json"
	"math/big"
	"slices"
	"time"
)

// callbackLife is how long a press of a button can be answered.
const callbackLife = 10 * time.Minute

func answerCallbackQuery(c *call) (any, error) {
	id := c.text("callback_query_id")
	old := bad("query is too old and response timeout expired or query ID is invalid")
	var answered bool
	var at, userID, messageID int64
	found, err := c.get("SELECT answered, at, user, message FROM callbacks WHERE id = ? AND bot = ?", []any{id, c.bot.ID}, &answered, &at, &userID, &messageID)
	if err != nil {
		return nil, err
	}
	if !found || answered || c.now.Sub(time.UnixMicro(at)) > callbackLife {
		return nil, old
	}
	if units(c.text("text")) > 200 {
		return nil, bad("MESSAGE_TOO_LONG")
	}
	c.chat = userID
	reply := map[string]any{"bot": c.bot.Username, "user_id": userID, "message_id": messageID, "text": c.text("text"), "show_alert": c.flag("show_alert"), "url": c.text("url")}
	c.announce("answer", reply)
	return true, c.exec("UPDATE callbacks SET answered = 1, answer = ? WHERE id = ?", asJSON(reply), id)
}

// press makes the update of a pressed button.
func press(t *tx, b *bot, u *user, m message, data string, now time.Time) (string, error) {
	n, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		return "", err
	}
	q := &callbackQuery{ID: n.String(), From: *u, Message: &m, Instance: "-" + n.String()[:min(8, len(n.String()))], Data: data}
	if err := t.exec("INSERT INTO callbacks (id, bot, user, message, chat, at) VALUES (?,?,?,?,?,?)", q.ID, b.ID, u.ID, m.ID, m.Chat.ID, now.UnixMicro()); err != nil {
		return "", err
	}
	return q.ID, t.enqueue(b, update{Callback: q}, u.ID, now)
}

// sendChatAction is shown to the person and forgotten.
func sendChatAction(c *call) (any, error) {
	to, err := c.reachable("chat_id")
	if err != nil {
		return nil, err
	}
	action := c.text("action")
	if !slices.Contains([]string{"typing", "upload_photo", "upload_document", "upload_video", "record_video", "record_voice", "upload_voice", "choose_sticker", "find_location", "record_video_note", "upload_video_note"}, action) {
		return nil, bad("wrong parameter action in request")
	}
	c.announce("action", map[string]any{"bot": c.bot.Username, "chat_id": to.chat.ID, "action": action})
	return true, nil
}

// command is one entry of a bot's menu.
type command struct {
	Command     string `json:"command"`
	Description string `json:"description"`
}

// scope is which people a bot's commands are for, as a key.
func (c *call) scope() (string, error) {
	raw := c.text("scope")
	if raw == "" {
		return `{"type":"default"}`, nil
	}
	var s map[string]any
	if json.Unmarshal([]byte(raw), &s) != nil || s["type"] == nil {
		return "", bad("can't parse BotCommandScope: Can't find field \"type\"")
	}
	return asJSON(s), nil
}

func setMyCommands(c *call) (any, error) {
	scope, err := c.scope()
	if err != nil {
		return nil, err
	}
	var list []command
	if json.Unmarshal([]byte(c.text("commands")), &list) != nil {
		return nil, bad("can't parse commands JSON object")
	}
	if len(list) > 100 {
		return nil, bad("BOT_COMMANDS_TOO_MUCH")
	}
	for _, item := range list {
		if !commandForm(item.Command) {
			return nil, bad("BOT_COMMAND_INVALID")
		}
		if n := units(item.Description); n < 1 || n > 256 {
			return nil, bad("BOT_COMMAND_DESCRIPTION_INVALID")
		}
	}
	c.announce("commands", map[string]any{"bot": c.bot.Username})
	return true, c.exec("INSERT INTO commands (bot, scope, language, body) VALUES (?,?,?,?) ON CONFLICT DO UPDATE SET body = excluded.body",
		c.bot.ID, scope, c.text("language_code"), asJSON(list))
}

// commandForm reports whether a text can be a command: 1-32 small letters, digits and underscores.
func commandForm(name string) bool {
	if len(name) < 1 || len(name) > 32 {
		return false
	}
	for _, r := range name {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '_' {
			return false
		}
	}
	return true
}

func getMyCommands(c *call) (any, error) {
	scope, err := c.scope()
	if err != nil {
		return nil, err
	}
	body := "[]"
	_, err = c.get("SELECT body FROM commands WHERE bot = ? AND scope = ? AND language = ?", []any{c.bot.ID, scope, c.text("language_code")}, &body)
	return json.RawMessage(body), err
}

func deleteMyCommands(c *call) (any, error) {
	scope, err := c.scope()
	if err != nil {
		return nil, err
	}
	c.announce("commands", map[string]any{"bot": c.bot.Username})
	return true, c.exec("DELETE FROM commands WHERE bot = ? AND scope = ? AND language = ?", c.bot.ID, scope, c.text("language_code"))
}
