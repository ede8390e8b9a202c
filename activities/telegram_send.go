package activities

import (
	"context"

	"github.com/promostack/promostack/internal/adapter/botapi"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/engine/message"
	"github.com/promostack/promostack/internal/service/messaging"
)

// SendMessage sends a text, a photo, a document or an album.
func (t *Telegram) SendMessage(ctx context.Context, in contract.Message) (contract.MessageSent, error) {
	e, err := t.effect(in)
	if err != nil {
		return contract.MessageSent{}, err
	}
	return t.send(ctx, e)
}

// ForwardMessage forwards a message of another chat, with its author shown.
func (t *Telegram) ForwardMessage(ctx context.Context, in contract.Message) (contract.MessageSent, error) {
	e, err := t.effect(in)
	e.Forward = &messaging.Source{Chat: in.FromChat, Message: in.FromMessage}
	if err != nil {
		return contract.MessageSent{}, err
	}
	return t.send(ctx, e)
}

// CopyMessage sends a message of another chat again as the bot's own.
func (t *Telegram) CopyMessage(ctx context.Context, in contract.Message) (contract.MessageSent, error) {
	e, err := t.effect(in)
	e.Copy = &messaging.Source{Chat: in.FromChat, Message: in.FromMessage}
	if err != nil {
		return contract.MessageSent{}, err
	}
	return t.send(ctx, e)
}

var classes = map[string]messaging.Class{contract.ClassReply: messaging.Reply, contract.ClassPost: messaging.Post, contract.ClassBulk: messaging.Bulk}

func (t *Telegram) effect(in contract.Message) (messaging.Effect, error) {
	class, ok := classes[in.Class]
	if !ok {
		return messaging.Effect{}, fault.InvalidField("class", "unknown", "wants reply, post or bulk")
	}
	e := messaging.Effect{Key: in.Key, ConnectionID: in.ConnectionID, Chat: in.Chat, Class: class, Message: message.Message{
		Text: in.Text, Buttons: in.Buttons, Silent: in.Silent, NoPreview: in.NoPreview, Protect: in.Protect, ReplyTo: in.ReplyTo, Topic: in.Topic}}
	for _, f := range in.Files {
		content := ""
		if f.SHA256 != "" {
			content = f.Kind + " " + f.SHA256 // an id is good for the kind that it was sent as
		}
		e.Files = append(e.Files, messaging.Upload{Kind: f.Kind, Name: f.Name, Content: content, Caption: f.Caption,
			Load: func(ctx context.Context) ([]byte, error) {
				data, _, err := t.Objects.Get(ctx, f.Object, message.MaxFileBytes)
				return data, err
			}})
	}
	return e, nil
}

func (t *Telegram) send(ctx context.Context, e messaging.Effect) (contract.MessageSent, error) {
	out, err := t.Service.Send(ctx, e)
	if err != nil {
		return contract.MessageSent{}, err
	}
	sent := contract.MessageSent{State: string(out.State), MessageID: out.Sent.MessageID, Album: out.Sent.Album, Resent: out.Resent}
	if out.Problem != nil {
		sent.Code, sent.Problem, sent.Remedy = out.Problem.Code, out.Problem.Message, out.Problem.Remedy
	}
	return sent, nil
}

// EditMessage changes the text, the caption or the buttons of what was sent.
func (t *Telegram) EditMessage(ctx context.Context, in contract.MessageEdit) error {
	call := botapi.Edit(in.Chat, in.MessageID, message.Message{Text: in.Text, Buttons: in.Buttons}, in.Caption)
	_, err := t.Service.Change(ctx, in.ConnectionID, in.Chat, call)
	return err
}

// DeleteMessage removes what was sent.
func (t *Telegram) DeleteMessage(ctx context.Context, in contract.MessageEdit) error {
	_, err := t.Service.Change(ctx, in.ConnectionID, in.Chat, botapi.Delete(in.Chat, in.MessageID))
	return err
}

// AnswerCallback ends the spinning of a pressed button.
func (t *Telegram) AnswerCallback(ctx context.Context, in contract.CallbackAnswer) error {
	_, err := t.Service.Change(ctx, in.ConnectionID, 0, botapi.AnswerCallback(in.CallbackID, in.Text, in.Alert))
	return err
}
