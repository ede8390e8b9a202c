package botapi

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/message"
	"github.com/promostack/promostack/internal/host/secrets"
)

// allowed are the kinds of updates that Telegram is asked for.
const allowed = `["message","callback_query","my_chat_member"]`

// ParseUpdate reads an update. An update of a kind that is of no use comes back as
// message.KindIgnored; one that can't be read is fault.Malformed.
func ParseUpdate(body []byte) (message.Update, error) {
	var raw tgbotapi.Update
	if err := json.Unmarshal(body, &raw); err != nil {
		return message.Update{}, fault.New(fault.Malformed, "update_malformed", "This is not a Telegram update").WithCause(err)
	}
	if raw.UpdateID == 0 {
		return message.Update{}, fault.New(fault.Malformed, "update_malformed", "The update has no update_id")
	}
	u := message.Update{ID: int64(raw.UpdateID), Kind: message.KindIgnored}
	switch {
	case raw.Message != nil && raw.Message.From != nil && raw.Message.Chat != nil && raw.Message.Chat.IsPrivate():
		readMessage(&u, raw.Message, body)
	case raw.CallbackQuery != nil && raw.CallbackQuery.From != nil:
		q := raw.CallbackQuery
		u.From, u.CallbackID, u.CallbackData = sender(q.From), q.ID, q.Data
		if q.Message != nil && q.Message.Chat != nil { // a very old message comes without
			u.Chat, u.MessageID = q.Message.Chat.ID, int64(q.Message.MessageID)
		}
		u.Kind = message.KindCallback
		if u.CallbackID == "" || u.Chat != 0 && !q.Message.Chat.IsPrivate() {
			u.Kind = message.KindIgnored
		}
	case raw.MyChatMember != nil:
		membership(&u, raw.MyChatMember)
	}
	for _, text := range []*string{&u.Text, &u.Phone, &u.Album, &u.FileID, &u.CallbackID, &u.CallbackData, &u.ChatTitle, &u.From.FirstName, &u.From.LastName, &u.From.Username, &u.From.Language} {
		*text = strings.ReplaceAll(*text, "\x00", "") // no database takes it, and nobody reads it
	}
	if u.Kind != message.KindIgnored && u.From.ID <= 0 {
		u = message.Update{ID: u.ID, Kind: message.KindIgnored}
	}
	return u, nil
}

func readMessage(u *message.Update, m *tgbotapi.Message, body []byte) {
	u.From, u.Chat, u.MessageID, u.Text, u.Date = sender(m.From), m.Chat.ID, int64(m.MessageID), m.Text, int64(m.Date)
	u.Album = m.MediaGroupID
	switch {
	case m.From.IsBot:
		u.Kind = message.KindIgnored
	case m.Text != "":
		u.Kind = message.KindText
	case len(m.Photo) > 0:
		u.Kind, u.Text, u.FileID = message.KindPhoto, m.Caption, fileOf(m)
	case m.Contact != nil:
		u.Kind, u.Phone = message.KindContact, phoneOf(m)
	case isSaid(m, body):
		u.Kind, u.Text = message.KindOther, m.Caption
	default: // nobody said anything: a message was pinned, a timer was set
		u.Kind = message.KindIgnored
	}
}

// phoneOf is the number of a shared contact. Telegram writes a person's own in full, but often without its plus.
func phoneOf(m *tgbotapi.Message) string {
	phone := m.Contact.PhoneNumber
	if m.Contact.UserID == m.From.ID && phone != "" && phone[0] >= '0' && phone[0] <= '9' {
		phone = "+" + phone
	}
	return phone
}

// isSaid tells what a person sends from what Telegram notes in a chat.
func isSaid(m *tgbotapi.Message, body []byte) bool {
	if m.Animation != nil || m.Audio != nil || m.Document != nil || m.Sticker != nil || m.Video != nil || m.VideoNote != nil || m.Voice != nil ||
		m.Dice != nil || m.Game != nil || m.Poll != nil || m.Venue != nil || m.Location != nil || m.Invoice != nil || m.Caption != "" {
		return true
	}
	var newer struct { // than the library
		Message struct {
			Story     json.RawMessage `json:"story"`
			PaidMedia json.RawMessage `json:"paid_media"`
			Checklist json.RawMessage `json:"checklist"`
			Giveaway  json.RawMessage `json:"giveaway"`
		} `json:"message"`
	}
	if json.Unmarshal(body, &newer) != nil {
		return false
	}
	return newer.Message.Story != nil || newer.Message.PaidMedia != nil || newer.Message.Checklist != nil || newer.Message.Giveaway != nil
}

func membership(u *message.Update, m *tgbotapi.ChatMemberUpdated) {
	u.From, u.Chat, u.ChatTitle, u.Date = sender(&m.From), m.Chat.ID, m.Chat.Title, int64(m.Date)
	switch m.NewChatMember.Status {
	case "member", "administrator", "creator":
		u.Member = true
	case "restricted":
		u.Member = m.NewChatMember.IsMember
	}
	u.Kind = message.KindChannel
	if m.Chat.IsPrivate() {
		u.Kind = message.KindMembership
	}
}

func sender(u *tgbotapi.User) message.Sender {
	return message.Sender{ID: u.ID, FirstName: u.FirstName, LastName: u.LastName, Username: u.UserName, Language: u.LanguageCode}
}

// Updates waits up to wait for updates from offset on, at most 100. Those before offset are
// confirmed: Telegram forgets them.
func (c *Client) Updates(ctx context.Context, token secrets.Text, offset int64, wait time.Duration) ([]json.RawMessage, error) {
	call := Call{Method: "getUpdates", Params: map[string]string{"offset": id(offset), "limit": "100",
		"timeout": id(int64(wait / time.Second)), "allowed_updates": allowed}}
	result, err := c.do(ctx, token, call, wait+CallTimeout)
	if err != nil {
		return nil, err
	}
	var updates []json.RawMessage
	if err := json.Unmarshal(result, &updates); err != nil {
		return nil, fmt.Errorf("telegram's answer: %w", err)
	}
	return updates, nil
}
