package sending

import (
	"context"
	"errors"
	"log/slog"

	"github.com/promostack/promostack/internal/adapter/botapi"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/wait"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/engine/message"
	"github.com/promostack/promostack/internal/service/connections"
)

// method is Telegram's name for what an effect does.
func (e Effect) method() string {
	switch {
	case e.Forward != nil:
		return "forwardMessage"
	case e.Copy != nil:
		return "copyMessage"
	}
	m := e.Message
	for _, f := range e.Files {
		m.Media = append(m.Media, message.Media{Kind: f.Kind})
	}
	return botapi.Send(e.Chat, m).Method
}

// call makes an effect's call. Of each file that it uploads, fresh has the content, in the order of
// the files; it is empty for those that Telegram has already.
func (s *Service) call(ctx context.Context, bot *connections.Bot, e Effect) (call botapi.Call, fresh []string, err error) {
	switch {
	case e.Forward != nil:
		return botapi.Forward(e.Chat, e.Forward.Chat, e.Forward.Message), nil, nil
	case e.Copy != nil:
		return botapi.Copy(e.Chat, e.Copy.Chat, e.Copy.Message), nil, nil
	}
	m := e.Message
	m.Media, fresh, err = s.media(ctx, bot, e.Files)
	return botapi.Send(e.Chat, m), fresh, err
}

// media finds the files' ids, or loads what the bot has not uploaded yet.
func (s *Service) media(ctx context.Context, bot *connections.Bot, files []Upload) (media []message.Media, fresh []string, err error) {
	for _, f := range files {
		one := message.Media{Kind: f.Kind, Name: f.Name, Caption: f.Caption}
		if f.Content != "" {
			if one.FileID, err = s.store.Deliveries.File(ctx, bot.Connection.ID, f.Content); err != nil {
				return nil, nil, err
			}
		}
		content := ""
		if one.FileID == "" {
			content = f.Content
			if one.Bytes, err = f.Load(ctx); err != nil {
				return nil, nil, err
			}
		}
		media, fresh = append(media, one), append(fresh, content)
	}
	if err := (message.Message{Text: "x", Media: media}).Check(); len(media) > 0 && err != nil {
		return nil, nil, err // their sizes are known only now
	}
	return media, fresh, nil
}

// keepFiles saves the ids of what was uploaded.
func (s *Service) keepFiles(ctx context.Context, connection string, fresh, ids []string) {
	for i, content := range fresh {
		if content == "" || i >= len(ids) {
			continue
		}
		if err := s.store.Deliveries.KeepFile(ctx, connection, content, ids[i]); err != nil {
			slog.WarnContext(ctx, "the id of an upload was not saved", "error", err)
		}
	}
}

// Change edits, deletes or answers: calls that may be made any number of times, so they have no
// delivery. They count for the bot's rate, except for answers to buttons, which Telegram doesn't
// count. What is gone, or is already as it should be, is a success.
func (s *Service) Change(ctx context.Context, connection string, chat int64, call botapi.Call) (botapi.Sent, error) {
	bot, err := s.connections.Fresh(ctx, connection)
	if err != nil {
		return botapi.Sent{}, err
	}
	return s.change(ctx, bot, chat, call)
}

// AnswerCallback ends the spinning of a pressed button.
func (s *Service) AnswerCallback(ctx context.Context, in contract.CallbackAnswer) error {
	_, err := s.Change(ctx, in.ConnectionID, 0, botapi.AnswerCallback(in.CallbackID, in.Text, in.Alert))
	return err
}

func (s *Service) change(ctx context.Context, bot *connections.Bot, chat int64, call botapi.Call) (botapi.Sent, error) {
	if err := s.connections.Parked(&bot.Connection); err != nil {
		return botapi.Sent{}, err
	}
	if call.Method != "answerCallbackQuery" {
		ahead, ok, err := s.store.Deliveries.Reserve(ctx, bot.Connection.ID, 0, replyRate, 1, waitHere)
		if err == nil && !ok {
			err = putOff(ahead)
		}
		if err == nil {
			err = wait.For(ctx, ahead)
		}
		if err != nil {
			return botapi.Sent{}, err
		}
	}
	result, err := s.api.Do(ctx, bot.Token(), call)
	if err == nil {
		return botapi.ParseSent(result)
	}
	failure, ok := errors.AsType[*botapi.Failure](err)
	if !ok {
		return botapi.Sent{}, err
	}
	switch failure.Code {
	case botapi.Gone, botapi.NotModified:
		return botapi.Sent{}, nil
	case botapi.Limited:
		return botapi.Sent{}, connections.FirstOf(failure.Fault, s.store.Deliveries.Pause(ctx, bot.Connection.ID, 0, failure.Fault.RetryAfter))
	case botapi.Unauthorized:
		return botapi.Sent{}, s.park(ctx, bot, failure.Fault)
	case botapi.Blocked, botapi.ChatNotFound:
		if chat > 0 {
			return botapi.Sent{}, connections.FirstOf(failure.Fault, s.store.Subscribers.Blocked(ctx, bot.Connection.ID, chat))
		}
	}
	return botapi.Sent{}, failure.Fault
}

// EditWithFile makes a sent message show another file and other buttons.
func (s *Service) EditWithFile(ctx context.Context, connection string, chat, message int64, m message.Message, file Upload) error {
	for again := false; ; again = true {
		bot, err := s.connections.Fresh(ctx, connection)
		if err != nil {
			return err
		}
		media, fresh, err := s.media(ctx, bot, []Upload{file})
		if err != nil {
			return err
		}
		m.Media = media
		sent, err := s.change(ctx, bot, chat, botapi.Edit(chat, message, m, false))
		if err == nil {
			s.keepFiles(ctx, connection, fresh, sent.FileIDs)
			return nil
		}
		if again || fault.From(err).Code != botapi.WrongFile {
			return err
		}
		if err := s.store.Deliveries.DropFile(ctx, connection, file.Content); err != nil {
			return err
		}
	}
}

// Fetch downloads a file that somebody sent to the bot. One of more than most bytes is
// fault.TooLarge.
func (s *Service) Fetch(ctx context.Context, connection, fileID string, most int64) ([]byte, error) {
	bot, err := s.connections.Fresh(ctx, connection)
	if err != nil {
		return nil, err
	}
	return s.api.Download(ctx, bot.Token(), fileID, most)
}
