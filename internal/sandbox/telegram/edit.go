package telegram

import (
	"encoding/json"
	"slices"
	"time"
)

// stored is a message with what the table knows besides.
type stored struct {
	seq     int64
	author  int64
	other   string // a keyboard that is not inline
	message message
}

// loadMessage reads a message that is not deleted, or nil.
func loadMessage(t *tx, to *target, id int64) (*stored, error) {
	var s stored
	var body string
	found, err := t.get("SELECT seq, author, markup, body FROM messages WHERE bot = ? AND chat = ? AND id = ? AND deleted = 0",
		[]any{to.owner, to.chat.ID, id}, &s.seq, &s.author, &s.other, &body)
	if err != nil || !found {
		return nil, err
	}
	if err := json.Unmarshal([]byte(body), &s.message); err != nil {
		return nil, err
	}
	s.message.Chat = to.chat // the channel may have another number or name by now
	return &s, nil
}

// change is what all editing methods share: they load the bot's own message, change it, and refuse
// what changes nothing. What the message was (text or media) is checked by the change.
func change(c *call, alter func(m *message) error) (any, error) {
	if c.text("chat_id") == "" && c.text("inline_message_id") != "" {
		return nil, bad("MESSAGE_ID_INVALID")
	}
	to, err := c.reachable("chat_id")
	if err != nil {
		return nil, err
	}
	id, ok := c.integer("message_id")
	if !ok {
		return nil, bad("message identifier is not specified")
	}
	s, err := loadMessage(c.tx, to, id)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return nil, bad("message to edit not found")
	}
	if s.author != c.bot.ID && to.user != nil {
		return nil, bad("message can't be edited")
	}
	keyboard, err := c.readMarkup()
	if err != nil {
		return nil, err
	}
	if keyboard.other != "" {
		return nil, bad("inline keyboard expected")
	}
	m := s.message
	m.Markup = keyboard.inline
	if err := alter(&m); err != nil {
		return nil, err
	}
	if same(m, s.message) {
		return nil, bad("message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message")
	}
	m.EditDate = c.now.Unix()
	c.sent = m.ID
	if err := c.exec("UPDATE messages SET body = ? WHERE seq = ?", asJSON(m), s.seq); err != nil {
		return nil, err
	}
	c.announce("edit", Shown{Seq: s.seq, Bot: c.bot.Username, ByBot: true, Keyboard: rawOrNil(s.other), Message: m})
	if c.chat > 0 {
		return m, c.recite(c.chat, &m)
	}
	return m, nil
}

// same reports whether two messages show the same.
func same(a, b message) bool {
	type shown struct {
		Text, Caption string
		A, B          []entity
		Photo         string
		Document      *document
		Markup        *inline
		Preview       *preview
		Above, Spoil  bool
	}
	of := func(m message) string {
		s := shown{Text: m.Text, Caption: m.Caption, A: m.Entities, B: m.CaptionEntities, Document: m.Document, Markup: m.Markup, Preview: m.Preview, Above: m.CaptionAbove, Spoil: m.Spoiler}
		if n := len(m.Photo); n > 0 {
			s.Photo = m.Photo[n-1].FileID
		}
		return asJSON(s)
	}
	return of(a) == of(b)
}

func editMessageText(c *call) (any, error) {
	text, entities, err := c.messageText()
	if err != nil {
		return nil, err
	}
	preview, err := c.linkPreview()
	if err != nil {
		return nil, err
	}
	return change(c, func(m *message) error {
		if m.Text == "" {
			return bad("there is no text in the message to edit")
		}
		m.Text, m.Entities, m.Preview = text, entities, preview
		return nil
	})
}

func editMessageCaption(c *call) (any, error) {
	text, entities, err := c.caption()
	if err != nil {
		return nil, err
	}
	return change(c, func(m *message) error {
		if len(m.Photo) == 0 && m.Document == nil {
			return bad("there is no caption in the message to edit")
		}
		m.Caption, m.CaptionEntities, m.CaptionAbove = text, entities, c.flag("show_caption_above_media")
		return nil
	})
}

func editMessageReplyMarkup(c *call) (any, error) {
	return change(c, func(*message) error { return nil })
}

func editMessageMedia(c *call) (any, error) {
	var in inputMedia
	if c.text("media") == "" || json.Unmarshal([]byte(c.text("media")), &in) != nil {
		return nil, bad("can't parse input media JSON object")
	}
	return change(c, func(m *message) error {
		if len(m.Photo) == 0 && m.Document == nil {
			return bad("there is no media in the message to edit")
		}
		return c.put(in, m)
	})
}

// deletable is how long a bot may delete what stands in a person's chat or a channel.
const deletable = 48 * time.Hour

// erase deletes one message; found is false when there is none.
func (c *call) erase(to *target, id int64) (found bool, err error) {
	s, err := loadMessage(c.tx, to, id)
	if err != nil || s == nil {
		return false, err
	}
	if c.now.Sub(time.Unix(s.message.Date, 0)) > deletable {
		return true, bad("message can't be deleted for everyone")
	}
	if err := c.exec("UPDATE messages SET deleted = 1 WHERE seq = ?", s.seq); err != nil {
		return true, err
	}
	c.announce("delete", map[string]any{"seq": s.seq, "bot": c.bot.Username, "chat_id": to.chat.ID, "message_id": id})
	return true, nil
}

func deleteMessage(c *call) (any, error) {
	to, err := c.reachable("chat_id")
	if err != nil {
		return nil, err
	}
	id, ok := c.integer("message_id")
	if !ok {
		return nil, bad("message identifier is not specified")
	}
	found, err := c.erase(to, id)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, bad("message to delete not found")
	}
	return true, nil
}

// messageIDs reads the parameter message_ids.
func (c *call) messageIDs() ([]int64, error) {
	var ids []int64
	if json.Unmarshal([]byte(c.text("message_ids")), &ids) != nil {
		return nil, bad("can't parse message identifiers")
	}
	if len(ids) < 1 || len(ids) > 100 {
		return nil, bad("message identifiers must be 1-100")
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

func deleteMessages(c *call) (any, error) {
	to, err := c.reachable("chat_id")
	if err != nil {
		return nil, err
	}
	ids, err := c.messageIDs()
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		if _, err := c.erase(to, id); err != nil { // those that don't exist are skipped
			return nil, err
		}
	}
	return true, nil
}

// source finds the message that is forwarded or copied.
func (c *call) source(what string) (*target, *stored, error) {
	from, err := c.visible("from_chat_id")
	if err != nil {
		return nil, nil, err
	}
	id, ok := c.integer("message_id")
	if !ok {
		return nil, nil, bad("message identifier is not specified")
	}
	s, err := loadMessage(c.tx, from, id)
	if err != nil {
		return nil, nil, err
	}
	if s == nil {
		return nil, nil, bad("message to %s not found", what)
	}
	if s.message.ProtectContent {
		return nil, nil, bad("message can't be %s", map[string]string{"forward": "forwarded", "copy": "copied"}[what])
	}
	return from, s, nil
}

// repeat gives a message the content of another one.
func (m *message) repeat(of message) {
	m.Text, m.Entities, m.Preview = of.Text, of.Entities, of.Preview
	m.Photo, m.Document, m.Video, m.Sticker, m.Contact = of.Photo, of.Document, of.Video, of.Sticker, of.Contact
	m.Caption, m.CaptionEntities, m.CaptionAbove, m.Spoiler = of.Caption, of.CaptionEntities, of.CaptionAbove, of.Spoiler
}

// forward makes a message one that was forwarded from a chat: its content, and where that began.
func (m *message) forward(from *target, of message) {
	m.repeat(of)
	o := of.ForwardOrigin
	switch {
	case o != nil:
	case from.channel != nil && from.channel.Type == "channel":
		o = &origin{Type: "channel", Date: of.Date, Chat: &from.chat, MessageID: of.ID}
	default:
		o = &origin{Type: "user", Date: of.Date, SenderUser: of.From}
	}
	m.ForwardOrigin = o
	m.forwarded = forwarded{ForwardFrom: o.SenderUser, ForwardFromChat: o.Chat, ForwardMessageID: o.MessageID, ForwardSignature: o.AuthorSignature, ForwardDate: o.Date}
}

func forwardMessage(c *call) (any, error) {
	to, err := c.begin(1)
	if err != nil {
		return nil, err
	}
	from, s, err := c.source("forward")
	if err != nil {
		return nil, err
	}
	m := c.draft(to)
	m.forward(from, s.message)
	if err := c.admit(to); err != nil {
		return nil, err
	}
	if err := c.post(to, &m, markup{}); err != nil {
		return nil, err
	}
	return m, nil
}

func copyMessage(c *call) (any, error) {
	to, err := c.begin(1)
	if err != nil {
		return nil, err
	}
	_, s, err := c.source("copy")
	if err != nil {
		return nil, err
	}
	m := c.draft(to)
	m.repeat(s.message)
	if _, given := c.values["caption"]; given && m.Text == "" {
		if m.Caption, m.CaptionEntities, err = c.caption(); err != nil {
			return nil, err
		}
	}
	if err := c.publish(to, &m); err != nil {
		return nil, err
	}
	return map[string]any{"message_id": m.ID}, nil
}
