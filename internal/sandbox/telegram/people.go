package telegram

import (
	"strings"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
)

// What people do. Each is one transaction: what they see changes and the bot's update waits.

// says is a person who writes to a bot. /start also lifts a block, as the Restart button does.
func (s *Service) says(t *tx, b *bot, u *user, m message) (message, error) {
	now := s.clock()
	blocked, known, err := dialog(t, b, u)
	if err != nil {
		return m, err
	}
	if blocked {
		if m.ForwardOrigin != nil || m.Text != "/start" && !strings.HasPrefix(m.Text, "/start ") {
			return m, fault.New(fault.Conflict, "bot_blocked", "%s has blocked this bot", u.FirstName).WithRemedy("Lift the block first, or send /start")
		}
		if err := s.blocks(t, b, u, false); err != nil {
			return m, err
		}
	}
	if !known {
		if err := t.exec("INSERT INTO dialogs (bot, user) VALUES (?, ?)", b.ID, u.ID); err != nil {
			return m, err
		}
		t.announce("chats", map[string]any{})
	}
	m.From, m.Chat, m.Date = u, u.chat(), now.Unix()
	if m.ForwardOrigin == nil {
		m.Entities, m.CaptionEntities = findEntities(m.Text), findEntities(m.Caption)
	}
	if _, err := t.get("UPDATE bots SET next_message = next_message + 1 WHERE id = ? RETURNING next_message - 1", []any{b.ID}, &m.ID); err != nil {
		return m, err
	}
	seq, err := t.insert("INSERT INTO messages (bot, chat, id, author, body) VALUES (?,?,?,?,?)", b.ID, u.ID, m.ID, u.ID, asJSON(m))
	if err != nil {
		return m, err
	}
	t.announce("message", Shown{Seq: seq, Bot: b.Username, Message: m})
	return m, t.enqueue(b, update{Message: &m}, u.ID, now)
}

// dialog reports whether a person has started a bot, and blocked it since.
func dialog(t *tx, b *bot, u *user) (blocked, known bool, err error) {
	known, err = t.get("SELECT blocked FROM dialogs WHERE bot = ? AND user = ?", []any{b.ID, u.ID}, &blocked)
	return blocked, known, err
}

// edits is a person who changes what they wrote to a bot: a text, or the caption of what they sent.
func (s *Service) edits(t *tx, b *bot, u *user, messageID int64, text string) error {
	now := s.clock()
	found, err := s.written(t, b, u, messageID)
	if err != nil {
		return err
	}
	m := found.message
	switch {
	case m.ForwardOrigin != nil || m.Sticker != nil || m.Contact != nil:
		return fault.InvalidField("message_id", "not_editable", "A text or a caption can be changed, and nothing that was forwarded")
	case m.Text != "":
		m.Text, m.Entities = text, findEntities(text)
	case units(text) > maxCaption:
		return fault.InvalidField("text", "malformed", "A caption has at most %d characters", maxCaption)
	default:
		m.Caption, m.CaptionEntities = text, findEntities(text)
	}
	m.EditDate = now.Unix()
	if err := t.exec("UPDATE messages SET body = ? WHERE seq = ?", asJSON(m), found.seq); err != nil {
		return err
	}
	t.announce("edit", Shown{Seq: found.seq, Bot: b.Username, Message: m})
	return t.enqueue(b, update{Edited: &m}, u.ID, now)
}

// written finds a message that a person wrote to a bot which may still hear from them.
func (s *Service) written(t *tx, b *bot, u *user, messageID int64) (*stored, error) {
	found, err := loadMessage(t, &target{chat: u.chat(), owner: b.ID, user: u}, messageID)
	if err != nil || found == nil || found.author != u.ID {
		return nil, orFault(err, fault.InvalidField("message_id", "no_such_message", "%s wrote no message %d to this bot", u.FirstName, messageID))
	}
	if blocked, _, err := dialog(t, b, u); err != nil || blocked {
		return nil, orFault(err, fault.New(fault.Conflict, "bot_blocked", "%s has blocked this bot", u.FirstName).WithRemedy("Lift the block first"))
	}
	return found, nil
}

// forwards is a person who passes a message on to a bot: one of a channel, or one of somebody's chat
// with that bot.
func (s *Service) forwards(t *tx, b *bot, u *user, fromChat, messageID int64) (message, error) {
	from := &target{owner: b.ID}
	if fromChat < 0 {
		ch, err := findChannel(t, fromChat, "")
		if err != nil || ch == nil {
			return message{}, orFault(err, fault.InvalidField("from_chat_id", "no_such_chat", "There is no channel %d", fromChat))
		}
		from.owner, from.channel, from.chat = 0, ch, ch.chat()
	} else {
		other, err := findUser(t, fromChat)
		if err != nil || other == nil {
			return message{}, orFault(err, fault.InvalidField("from_chat_id", "no_such_chat", "There is no person %d", fromChat))
		}
		from.user, from.chat = other, other.chat()
	}
	found, err := loadMessage(t, from, messageID)
	switch {
	case err != nil:
		return message{}, err
	case found == nil:
		return message{}, fault.InvalidField("message_id", "no_such_message", "There is no message %d in this chat", messageID)
	case found.message.ProtectContent:
		return message{}, fault.InvalidField("message_id", "protected", "This message may not be forwarded")
	}
	var m message
	m.forward(from, found.message)
	return s.says(t, b, u, m)
}

// presses is a person who presses a button below a message.
func (s *Service) presses(t *tx, b *bot, u *user, messageID int64, data string) (string, error) {
	to := &target{chat: u.chat(), owner: b.ID, user: u}
	found, err := loadMessage(t, to, messageID)
	if err != nil {
		return "", err
	}
	if found == nil {
		return "", fault.InvalidField("message_id", "no_such_message", "There is no message %d in this chat", messageID)
	}
	if !found.message.Markup.has(data) {
		return "", fault.InvalidField("data", "no_such_button", "The message has no button with this data")
	}
	if blocked, _, err := dialog(t, b, u); err != nil || blocked {
		return "", orFault(err, fault.New(fault.Conflict, "bot_blocked", "%s has blocked this bot", u.FirstName).WithRemedy("Lift the block first"))
	}
	return press(t, b, u, found.message, data, s.clock())
}

// blocks is a person who blocks a bot or lifts the block. The same again changes nothing.
func (s *Service) blocks(t *tx, b *bot, u *user, blocked bool) error {
	now := s.clock()
	was, known, err := dialog(t, b, u)
	if err != nil {
		return err
	}
	if !known {
		return fault.InvalidField("user", "not_started", "%s has not started this bot", u.FirstName)
	}
	if was == blocked {
		return nil
	}
	if err := t.exec("UPDATE dialogs SET blocked = ? WHERE bot = ? AND user = ?", blocked, b.ID, u.ID); err != nil {
		return err
	}
	t.announce("block", map[string]any{"bot": b.Username, "user": u.ID, "blocked": blocked})
	before, after := "member", "kicked"
	if !blocked {
		before, after = after, before
	}
	return t.enqueue(b, update{MyChatMember: &memberUpdate{Chat: u.chat(), From: *u, Date: now.Unix(), Old: memberOf(b, before, false), New: memberOf(b, after, false)}}, u.ID, now)
}

// admits is a channel's owner who gives a bot a place in it, or takes it.
func (s *Service) admits(t *tx, b *bot, ch *channel, status string, canPost bool, now time.Time) error {
	before, couldPost := "left", false
	if _, err := t.get("SELECT status, can_post FROM memberships WHERE channel = ? AND bot = ?", []any{ch.ID, b.ID}, &before, &couldPost); err != nil {
		return err
	}
	if before == status && couldPost == canPost {
		return nil
	}
	owner, err := ownerOf(t)
	if err != nil {
		return err
	}
	if err := setMember(t, ch.ID, b.ID, status, canPost); err != nil {
		return err
	}
	t.announce("chats", map[string]any{})
	return t.enqueue(b, update{MyChatMember: &memberUpdate{Chat: ch.chat(), From: *owner, Date: now.Unix(),
		Old: memberOf(b, before, couldPost), New: memberOf(b, status, canPost)}}, ch.ID, now)
}

// ownerOf is who owns the channels and groups.
func ownerOf(t *tx) (*user, error) {
	owner, err := findUser(t, firstUser)
	if owner == nil {
		owner = &user{ID: firstUser, FirstName: "Owner"}
	}
	return owner, err
}

func orFault(err error, f *fault.Error) error {
	if err != nil {
		return err
	}
	return f
}
