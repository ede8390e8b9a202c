package telegram

import (
	"encoding/json"
	"slices"
	"strings"
)

// Telegram's limits on texts, in UTF-16 units and after the markup is read.
const (
	maxText    = 4096
	maxCaption = 1024
	maxAlbum   = 10
)

// formatted reads a text with its markup or its entities.
func (p params) formatted(text, mode, entities string) (string, []entity, error) {
	var list []entity
	switch strings.ToLower(mode) {
	case "":
		if entities != "" && json.Unmarshal([]byte(entities), &list) != nil {
			return "", nil, bad("can't parse entities: entities must be an Array")
		}
		total := units(text)
		for _, e := range list {
			if e.Offset < 0 || e.Length <= 0 || e.Offset+e.Length > total {
				return "", nil, bad("entity beginning at UTF-16 offset %d ends after the end of the text at UTF-16 offset %d", e.Offset, e.Offset+e.Length)
			}
		}
	case "html":
		var err error
		if text, list, err = parseHTML(text); err != nil {
			return "", nil, err
		}
	default:
		return "", nil, bad("unsupported parse_mode")
	}
	list = slices.DeleteFunc(list, func(e entity) bool { return isFound(e.Type) })
	text, list = trimmed(strings.ReplaceAll(text, "\r", ""), list)
	return text, withFound(text, list), nil
}

// linkPreview reads what a message wants of the preview of its link, in the words of now or of before
// Bot API 7.
func (p params) linkPreview() (*preview, error) {
	raw := p.text("link_preview_options")
	if raw == "" {
		if p.flag("disable_web_page_preview") {
			return &preview{IsDisabled: true}, nil
		}
		return nil, nil
	}
	var want preview
	if json.Unmarshal([]byte(raw), &want) != nil {
		return nil, bad("can't parse link preview options JSON object")
	}
	if want == (preview{}) {
		return nil, nil
	}
	return &want, nil
}

func (p params) messageText() (string, []entity, error) {
	if p.text("text") == "" {
		return "", nil, bad("message text is empty")
	}
	text, entities, err := p.formatted(p.text("text"), p.text("parse_mode"), p.text("entities"))
	switch {
	case err != nil:
		return "", nil, err
	case text == "":
		return "", nil, bad("message text is empty")
	case units(text) > maxText:
		return "", nil, bad("message is too long")
	}
	return text, entities, nil
}

// caption reads a caption that stands beside the given values' media.
func (p params) caption() (string, []entity, error) {
	text, entities, err := p.formatted(p.text("caption"), p.text("parse_mode"), p.text("caption_entities"))
	if err != nil {
		return "", nil, err
	}
	if units(text) > maxCaption {
		return "", nil, bad("message caption is too long")
	}
	return text, entities, nil
}

// draft is a message that is about to be sent to a chat.
func (c *call) draft(to *target) message {
	m := message{Chat: to.chat, Date: c.now.Unix(), ProtectContent: c.flag("protect_content")}
	if to.channel != nil && to.channel.Type == "channel" {
		m.SenderChat = &to.chat
	} else {
		sender := c.bot.user()
		m.From = &sender
	}
	return m
}

// reply adds the message that a new one answers to.
func (c *call) reply(to *target, m *message) error {
	id, ok := c.integer("reply_to_message_id")
	lenient := c.flag("allow_sending_without_reply")
	if raw := c.text("reply_parameters"); raw != "" {
		var r struct {
			MessageID int64 `json:"message_id"`
			Lenient   bool  `json:"allow_sending_without_reply"`
		}
		if json.Unmarshal([]byte(raw), &r) != nil {
			return bad("can't parse reply parameters JSON object")
		}
		id, ok, lenient = r.MessageID, true, r.Lenient
	}
	if !ok || id == 0 {
		return nil
	}
	found, err := loadMessage(c.tx, to, id)
	if err != nil {
		return err
	}
	if found == nil {
		if lenient {
			return nil
		}
		return bad("message to be replied not found")
	}
	found.message.ReplyTo = nil
	m.ReplyTo = &found.message
	return nil
}

// post takes the limits' leave, gives the message its number, stores it and tells everybody.
func (c *call) post(to *target, m *message, keyboard markup) error {
	m.Markup = keyboard.inline
	counter := "UPDATE bots SET next_message = next_message + 1 WHERE id = ? RETURNING next_message - 1"
	owner := to.owner
	if to.channel != nil {
		counter, owner = "UPDATE channels SET next_message = next_message + 1 WHERE id = ? RETURNING next_message - 1", to.channel.ID
	}
	if _, err := c.get(counter, []any{owner}, &m.ID); err != nil {
		return err
	}
	c.sent = m.ID
	seq, err := c.insert("INSERT INTO messages (bot, chat, id, author, markup, body) VALUES (?,?,?,?,?,?)",
		to.owner, to.chat.ID, m.ID, c.bot.ID, keyboard.other, asJSON(m))
	if err != nil {
		return err
	}
	c.announce("message", Shown{Seq: seq, Bot: c.bot.Username, ByBot: true, Keyboard: rawOrNil(keyboard.other), Message: *m})
	if to.user == nil {
		return nil
	}
	if err := c.react(to.user.ID, m); err != nil {
		return err
	}
	return c.recite(to.user.ID, m)
}

// begin finds the chat that a sending method writes to and asks the limits.
func (c *call) begin(messages int) (*target, error) {
	to, err := c.reachable("chat_id")
	if err != nil {
		return nil, err
	}
	c.items = messages
	return to, nil
}

// admit asks the limits; it is the last check before a message exists.
func (c *call) admit(to *target) error {
	if wait := c.s.limits.take(c.bot, to.chat, c.items, c.s.clock()); wait > 0 {
		return tooMany(wait)
	}
	return nil
}

func sendMessage(c *call) (any, error) {
	to, err := c.begin(1)
	if err != nil {
		return nil, err
	}
	m := c.draft(to)
	if m.Text, m.Entities, err = c.messageText(); err != nil {
		return nil, err
	}
	if m.Preview, err = c.linkPreview(); err != nil {
		return nil, err
	}
	return c.finish(to, m)
}

// finish posts and answers the message.
func (c *call) finish(to *target, m message) (any, error) {
	if err := c.publish(to, &m); err != nil {
		return nil, err
	}
	return m, nil
}

// publish reads what all sending methods have in common and posts.
func (c *call) publish(to *target, m *message) error {
	keyboard, err := c.readMarkup()
	if err != nil {
		return err
	}
	if err := c.reply(to, m); err != nil {
		return err
	}
	if err := c.admit(to); err != nil {
		return err
	}
	return c.post(to, m, keyboard)
}

func sendPhoto(c *call) (any, error) {
	to, err := c.begin(1)
	if err != nil {
		return nil, err
	}
	m := c.draft(to)
	if m.Caption, m.CaptionEntities, err = c.caption(); err != nil {
		return nil, err
	}
	m.CaptionAbove, m.Spoiler = c.flag("show_caption_above_media"), c.flag("has_spoiler")
	if m.Photo, err = c.photo("photo", c.text("photo")); err != nil {
		return nil, err
	}
	return c.finish(to, m)
}

func sendDocument(c *call) (any, error) {
	to, err := c.begin(1)
	if err != nil {
		return nil, err
	}
	m := c.draft(to)
	if m.Caption, m.CaptionEntities, err = c.caption(); err != nil {
		return nil, err
	}
	if m.Document, err = c.document("document", c.text("document")); err != nil {
		return nil, err
	}
	return c.finish(to, m)
}

// inputMedia is one item of an album, or what a medium becomes.
type inputMedia struct {
	Type            string          `json:"type"`
	Media           string          `json:"media"`
	Caption         string          `json:"caption"`
	ParseMode       string          `json:"parse_mode"`
	CaptionEntities json.RawMessage `json:"caption_entities"`
	CaptionAbove    bool            `json:"show_caption_above_media"`
	Spoiler         bool            `json:"has_spoiler"`
}

// put reads an item into a message.
func (c *call) put(in inputMedia, m *message) (err error) {
	m.Caption, m.CaptionEntities, err = c.formatted(in.Caption, in.ParseMode, string(in.CaptionEntities))
	if err != nil {
		return err
	}
	if units(m.Caption) > maxCaption {
		return bad("message caption is too long")
	}
	m.Photo, m.Document = nil, nil
	m.CaptionAbove, m.Spoiler = in.CaptionAbove, in.Spoiler
	switch in.Type {
	case "photo":
		m.Photo, err = c.photo("", in.Media)
	case "document":
		m.Document, err = c.document("", in.Media)
	default:
		err = bad("can't parse InputMedia: type must be one of photo, document")
	}
	return err
}

func sendMediaGroup(c *call) (any, error) {
	var items []inputMedia
	if c.text("media") == "" || json.Unmarshal([]byte(c.text("media")), &items) != nil {
		return nil, bad("can't parse media JSON object")
	}
	to, err := c.begin(len(items))
	if err != nil {
		return nil, err
	}
	if len(items) < 2 || len(items) > maxAlbum {
		return nil, bad("group send failed: expected 2-10 items")
	}
	group, err := newGroup()
	if err != nil {
		return nil, err
	}
	list := make([]message, len(items))
	for i, item := range items {
		if item.Type != items[0].Type {
			return nil, bad("can't use the media of the specified type in the album")
		}
		list[i] = c.draft(to)
		list[i].MediaGroup = group
		if err := c.put(item, &list[i]); err != nil {
			return nil, err
		}
	}
	if err := c.admit(to); err != nil {
		return nil, err
	}
	for i := range list {
		if err := c.post(to, &list[i], markup{}); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func rawOrNil(text string) json.RawMessage {
	if text == "" {
		return nil
	}
	return json.RawMessage(text)
}
