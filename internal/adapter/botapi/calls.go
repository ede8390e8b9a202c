package botapi

import (
	"encoding/json"
	"fmt"
	"maps"
	"strconv"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"github.com/promostack/promostack/internal/engine/message"
)

func id(n int64) string { return strconv.FormatInt(n, 10) }

// Send is the call that sends a message to a chat.
func Send(chat int64, m message.Message) Call {
	call := Call{Params: map[string]string{"chat_id": id(chat)}}
	for name, on := range map[string]bool{"disable_notification": m.Silent, "protect_content": m.Protect} {
		if on {
			call.Params[name] = "true"
		}
	}
	if m.ReplyTo != 0 {
		call.Params["reply_parameters"] = `{"message_id":` + id(m.ReplyTo) + `,"allow_sending_without_reply":true}`
	}
	if m.Topic != 0 {
		call.Params["message_thread_id"] = id(m.Topic)
	}
	if len(m.Buttons) > 0 {
		call.Params["reply_markup"] = m.Buttons.JSON()
	}
	switch len(m.Media) {
	case 0:
		call.Method = "sendMessage"
		call.Params["text"], call.Params["parse_mode"] = m.Text, "HTML"
		if m.NoPreview {
			call.Params["link_preview_options"] = `{"is_disabled":true}`
		}
	case 1:
		call.Method = "sendPhoto"
		if m.Media[0].Kind == message.Document {
			call.Method = "sendDocument"
		}
		if m.Text != "" {
			call.Params["caption"], call.Params["parse_mode"] = m.Text, "HTML"
		}
		call.attach(m.Media[0], string(m.Media[0].Kind))
	default:
		call.Method = "sendMediaGroup"
		call.album(m)
	}
	return call
}

// attach gives a file by its id or as an upload in a field of its own.
func (c *Call) attach(m message.Media, field string) {
	if m.FileID != "" {
		c.Params[field] = m.FileID
		return
	}
	c.Files = append(c.Files, File{Field: field, Name: fileName(m), Bytes: m.Bytes})
}

func fileName(m message.Media) string {
	if m.Name != "" {
		return m.Name
	}
	return "image.jpg"
}

// album is the media parameter: files by id, or by the names of their uploads. The message's text
// is the caption of the first, which Telegram shows under the album.
func (c *Call) album(m message.Message) {
	items := make([]map[string]string, len(m.Media))
	for i, media := range m.Media {
		caption := media.Caption
		if i == 0 && caption == "" {
			caption = m.Text
		}
		items[i] = c.inputMedia(media, caption, "file"+strconv.Itoa(i))
	}
	data, _ := json.Marshal(items) // texts always marshal
	c.Params["media"] = string(data)
}

func (c *Call) inputMedia(m message.Media, caption, field string) map[string]string {
	item := map[string]string{"type": string(m.Kind), "media": m.FileID}
	if m.FileID == "" {
		item["media"] = "attach://" + field
		c.Files = append(c.Files, File{Field: field, Name: fileName(m), Bytes: m.Bytes})
	}
	if caption != "" {
		item["caption"], item["parse_mode"] = caption, "HTML"
	}
	return item
}

func onMessage(method string, chat, message int64, more map[string]string) Call {
	params := map[string]string{"chat_id": id(chat), "message_id": id(message)}
	maps.Copy(params, more)
	return Call{Method: method, Params: params}
}

// Edit is the call that makes a sent message like m: its text, or its caption when it has media
// that stays, or its media when m has some. The buttons are m's.
func Edit(chat, message int64, m message.Message, captionOnly bool) Call {
	markup := map[string]string{"reply_markup": m.Buttons.JSON()}
	switch {
	case len(m.Media) == 1:
		call := onMessage("editMessageMedia", chat, message, markup)
		data, _ := json.Marshal(call.inputMedia(m.Media[0], m.Text, "file0")) // texts always marshal
		call.Params["media"] = string(data)
		return call
	case captionOnly:
		markup["caption"], markup["parse_mode"] = m.Text, "HTML"
		return onMessage("editMessageCaption", chat, message, markup)
	case m.Text == "":
		return onMessage("editMessageReplyMarkup", chat, message, markup)
	default:
		markup["text"], markup["parse_mode"] = m.Text, "HTML"
		if m.NoPreview {
			markup["link_preview_options"] = `{"is_disabled":true}`
		}
		return onMessage("editMessageText", chat, message, markup)
	}
}

// Delete is the call that removes a message.
func Delete(chat, message int64) Call { return onMessage("deleteMessage", chat, message, nil) }

// Forward is the call that forwards a message of another chat, with its author shown.
func Forward(chat, from, message int64) Call {
	return onMessage("forwardMessage", chat, message, map[string]string{"from_chat_id": id(from)})
}

// Copy is the call that sends a message of another chat again as one's own.
func Copy(chat, from, message int64) Call {
	return onMessage("copyMessage", chat, message, map[string]string{"from_chat_id": id(from)})
}

// AnswerCallback is the call that ends the spinning of a pressed button, with a short plain text or
// none; alert shows it in a box.
func AnswerCallback(query, text string, alert bool) Call {
	params := map[string]string{"callback_query_id": query}
	if text != "" {
		params["text"] = message.Cut(text, message.MaxCallbackText)
	}
	if alert {
		params["show_alert"] = "true"
	}
	return Call{Method: "answerCallbackQuery", Params: params}
}

// Sent is what Telegram answers to a message that was sent or edited.
type Sent struct {
	MessageID int64    `json:"message_id"`
	Chat      int64    `json:"chat"`
	FileIDs   []string `json:"file_ids,omitempty"` // of its files, in their order
	Album     []int64  `json:"album,omitempty"`    // ids of all messages of an album
}

// ParseSent reads the result of a call that sends or edits. "true" is the result of those that
// answer no message.
func ParseSent(result json.RawMessage) (Sent, error) {
	if string(result) == "true" {
		return Sent{}, nil
	}
	var messages []tgbotapi.Message
	if len(result) > 0 && result[0] == '[' {
		if err := json.Unmarshal(result, &messages); err != nil {
			return Sent{}, fmt.Errorf("telegram's answer: %w", err)
		}
	} else {
		messages = make([]tgbotapi.Message, 1)
		if err := json.Unmarshal(result, &messages[0]); err != nil {
			return Sent{}, fmt.Errorf("telegram's answer: %w", err)
		}
	}
	var sent Sent
	for i, m := range messages {
		if i == 0 {
			sent.MessageID = int64(m.MessageID)
			if m.Chat != nil {
				sent.Chat = m.Chat.ID
			}
		}
		if len(messages) > 1 {
			sent.Album = append(sent.Album, int64(m.MessageID))
		}
		if file := fileOf(&m); file != "" {
			sent.FileIDs = append(sent.FileIDs, file)
		}
	}
	return sent, nil
}

// fileOf is the id of a message's file; of a photo's sizes, the largest.
func fileOf(m *tgbotapi.Message) string {
	if n := len(m.Photo); n > 0 {
		return m.Photo[n-1].FileID
	}
	if m.Document != nil {
		return m.Document.FileID
	}
	return ""
}
