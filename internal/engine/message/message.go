// Package message holds what every adapter of Telegram and every flow speaks in: messages that go
// out, updates that came in, and the rules for their texts. It does no I/O.
package message

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/promostack/promostack/internal/base/fault"
)

// Telegram's limits, in UTF-16 code units after entities are parsed, and in bytes where it says so.
const (
	MaxText         = 4096
	MaxCaption      = 1024
	MaxCallbackData = 64 // bytes
	MaxAlbum        = 10
	MaxCallbackText = 200
	MaxPhotoBytes   = 10 << 20
	MaxFileBytes    = 50 << 20
	MaxButtons      = 100 // of one keyboard
)

// MediaKind says how a file is sent.
type MediaKind string

// The kinds of media.
const (
	Photo    MediaKind = "photo"
	Document MediaKind = "document"
)

// Button is one button under a message: it answers with Data, or opens URL.
type Button struct {
	Text string `json:"text"`
	Data string `json:"callback_data,omitempty"`
	URL  string `json:"url,omitempty"`
}

// Keyboard is rows of buttons.
type Keyboard [][]Button

// Media is a file of a message. One of FileID and Bytes is set when it is sent.
type Media struct {
	Kind    MediaKind `json:"kind"`
	Name    string    `json:"name,omitempty"`
	FileID  string    `json:"file_id,omitempty"` // Telegram's, of one bot
	Bytes   []byte    `json:"-"`
	Caption string    `json:"caption,omitempty"` // of this file in an album
}

// Message is what goes out: a text, or one file with the text as its caption, or an album of 2 to
// 10 files. Texts are Telegram's HTML.
type Message struct {
	Text      string   `json:"text,omitempty"`
	Media     []Media  `json:"media,omitempty"`
	Buttons   Keyboard `json:"buttons,omitempty"`
	Silent    bool     `json:"silent,omitempty"`
	NoPreview bool     `json:"no_preview,omitempty"`
	Protect   bool     `json:"protect,omitempty"`
	ReplyTo   int64    `json:"reply_to,omitempty"`
	Topic     int64    `json:"topic,omitempty"` // thread of a forum
}

// Check finds what Telegram would refuse, before a slot is spent on it. The error is fault.Invalid
// with the field's name.
func (m Message) Check() error {
	var wrong fault.Fields
	length, most, field := Length(m.Text), MaxText, "text"
	if len(m.Media) > 0 {
		most, field = MaxCaption, "caption"
	}
	_, _, err := Parse(m.Text)
	switch refused := (*MarkupError)(nil); {
	case errors.As(err, &refused):
		wrong.Add(field, "bad_html", "%s", refused.Advice)
	case len(m.Media) == 0 && IsBlank(Plain(m.Text)):
		wrong.Add(field, "empty", "Write a text")
	case length > most:
		wrong.Add(field, "too_long", "The text has %d characters, Telegram takes %d here", length, most)
	}
	if len(m.Media) > MaxAlbum {
		wrong.Add("media", "too_many", "An album has at most %d files", MaxAlbum)
	}
	for i, media := range m.Media {
		if media.Kind != Photo && media.Kind != Document {
			wrong.Add(fmt.Sprintf("media[%d].kind", i), "unknown", "must be photo or document")
		}
		if media.Kind != m.Media[0].Kind {
			wrong.Add(fmt.Sprintf("media[%d].kind", i), "mixed", "An album has photos or documents, not both")
		}
		most := MaxFileBytes
		if media.Kind == Photo {
			most = MaxPhotoBytes
		}
		if len(media.Bytes) > most {
			wrong.Add(fmt.Sprintf("media[%d]", i), "too_large", "The file has more than %d MB", most>>20)
		}
	}
	if len(m.Media) > 1 && len(m.Buttons) > 0 {
		wrong.Add("buttons", "not_here", "An album has no buttons")
	}
	m.Buttons.check(&wrong)
	return wrong.Err("message_invalid", "Telegram would refuse this message")
}

func (k Keyboard) check(wrong *fault.Fields) {
	count := 0
	for i, row := range k {
		for j, b := range row {
			count++
			at := fmt.Sprintf("buttons[%d][%d]", i, j)
			switch {
			case IsBlank(b.Text):
				wrong.Add(at+".text", "empty", "A button has a text")
			case (b.Data == "") == (b.URL == ""):
				wrong.Add(at, "ambiguous", "A button answers or opens an address")
			case len(b.Data) > MaxCallbackData:
				wrong.Add(at+".callback_data", "too_long", "A button's data has at most %d bytes", MaxCallbackData)
			}
		}
	}
	if count > MaxButtons {
		wrong.Add("buttons", "too_many", "A message has at most %d buttons", MaxButtons)
	}
}

// JSON is the keyboard as Telegram reads it; no rows remove the buttons of a message.
func (k Keyboard) JSON() string {
	if k == nil {
		k = Keyboard{}
	}
	data, _ := json.Marshal(map[string]any{"inline_keyboard": k}) // texts always marshal
	return string(data)
}
