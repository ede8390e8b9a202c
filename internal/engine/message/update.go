package message

import (
	"strings"

	typed "github.com/promostack/promostack/internal/base/text"
)

// MaxUpdate is the most bytes of an update that are read.
const MaxUpdate = 256 << 10

// Kind of an update.
type Kind string

// The kinds of updates.
const (
	KindText       Kind = "text"
	KindPhoto      Kind = "photo"
	KindContact    Kind = "contact"
	KindOther      Kind = "other" // a video, a sticker, a voice message: flows read its caption alone
	KindCallback   Kind = "callback"
	KindMembership Kind = "membership" // the person blocked the bot or let it back in
	KindChannel    Kind = "channel"    // the bot's place in a group or a channel changed
	KindIgnored    Kind = "ignored"    // of no use here: an edit, a message in a group, a note of Telegram's (a pin, a timer)
)

// Sender is who an update comes from.
type Sender struct {
	ID        int64  `json:"id"`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name,omitempty"`
	Username  string `json:"username,omitempty"`
	Language  string `json:"language,omitempty"`
}

// Update is something that happened to a bot or an account, in the few words that flows need.
type Update struct {
	ID           int64  `json:"id"`
	Kind         Kind   `json:"kind"`
	Date         int64  `json:"date,omitempty"` // seconds since 1970; a pressed button has none
	From         Sender `json:"from"`
	Chat         int64  `json:"chat"`
	MessageID    int64  `json:"message_id,omitempty"`
	Text         string `json:"text,omitempty"`  // or the caption of a photo, a video, a document
	Phone        string `json:"phone,omitempty"` // of a contact
	Album        string `json:"album,omitempty"` // of which it is a part
	FileID       string `json:"file_id,omitempty"`
	CallbackID   string `json:"callback_id,omitempty"`
	CallbackData string `json:"callback_data,omitempty"`
	Member       bool   `json:"member,omitempty"` // of membership: the bot may write
	ChatTitle    string `json:"chat_title,omitempty"`
}

// Command splits "/name@bot rest" into its name, in lower case, and the rest; a text that is none
// has no name. A command to another bot is none.
func (u Update) Command(bot string) (name, rest string) {
	if u.Kind != KindText || !strings.HasPrefix(u.Text, "/") {
		return "", ""
	}
	name, rest, _ = strings.Cut(u.Text[1:], " ")
	name, to, addressed := strings.Cut(name, "@")
	if addressed && !typed.Equal(to, bot) {
		return "", ""
	}
	return typed.Lower(typed.Clean(name)), typed.Clean(rest)
}

// LinkPrefix begins the payload of a link by which a person proves who they are. It brings nobody, so it is no source.
const LinkPrefix = "link_"

// StartPayload returns the payload of a deep link's /start, at most 64 of A-Z, a-z, 0-9, _ and -, or
// nothing.
func (u Update) StartPayload(bot string) string {
	name, rest := u.Command(bot)
	if name != "start" || len(rest) == 0 || len(rest) > 64 {
		return ""
	}
	for _, r := range rest {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '_', r == '-':
		default:
			return ""
		}
	}
	return rest
}
