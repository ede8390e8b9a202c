package journeys

import (
	"context"
	"encoding/json"
	"time"

	"github.com/promostack/promostack/internal/adapter/botapi"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/engine/journey"
	"github.com/promostack/promostack/internal/engine/message"
	"github.com/promostack/promostack/internal/service/sending"
	"github.com/promostack/promostack/models"
)

// sendTime is below the time that the flow gives a send, so that its outcome is recorded.
const sendTime = 25 * time.Second

// brokenPause is how long a message waits for its connection to be repaired, again and again for a day.
const brokenPause = 30 * time.Second

// Outgoing returns a session's message, if it is still to be sent: the session runs, is at that message,
// and nobody has taken over. Else it is nil.
func (s *Service) Outgoing(ctx context.Context, in contract.TurnSend) (*journey.Effect, error) {
	return outgoing(ctx, s.store, in)
}

func outgoing(ctx context.Context, store *models.Store, in contract.TurnSend) (*journey.Effect, error) {
	row, err := store.Sessions.Get(ctx, in.Session)
	if fault.Is(err, fault.NotFound) {
		return nil, nil // erased
	}
	if err != nil || row.Status != models.SessionRunning || row.Outgoing == "" {
		return nil, err
	}
	var e journey.Effect
	if err := json.Unmarshal([]byte(row.Outgoing), &e); err != nil {
		return nil, err
	}
	var state journey.State
	if err := json.Unmarshal([]byte(row.State), &state); err != nil {
		return nil, err
	}
	if e.Visit != in.Visit || e.Attempt != in.Attempt || (row.Paused || row.Holds > 0) && state.After != journey.AfterSaid {
		return nil, nil
	}
	return &e, nil
}

// Gate is open as long as a session's message is to be sent.
type Gate contract.TurnSend

// MaySend implements sending.Gate.
func (g Gate) MaySend(ctx context.Context, tx *models.Store) (bool, error) {
	e, err := outgoing(ctx, tx, contract.TurnSend(g))
	return e != nil, err
}

// Send sends a session's message with its bot. It may run any number of times. An error is worth another
// attempt; how it ended is the result.
func (s *Service) Send(ctx context.Context, in contract.TurnSendInput) (contract.TurnSent, error) {
	ctx, cancel := context.WithTimeout(ctx, sendTime)
	defer cancel()
	done := contract.TurnSent{TurnSend: in.Send, Result: journey.OK}
	e, err := s.Outgoing(ctx, in.Send)
	if err != nil {
		return done, err
	}
	var out sending.Outcome
	if e != nil {
		out, err = s.send(ctx, in, e)
	}
	if e == nil || err != nil || out.Stopped {
		// What went out in an earlier attempt has ended, whatever has happened since: it is obsolete,
		// its bot was refused or is gone.
		before, ended, asked := s.sending.Ended(ctx, in.Send.Key())
		switch {
		case ended:
			out = before
		case err != nil:
			return refusal(done, err)
		case asked != nil:
			return done, asked
		default:
			done.Result = journey.Skipped
			return done, nil
		}
	}
	switch out.State {
	case models.DeliveryUnknown:
		done.Result = journey.Unknown
	case models.DeliveryFailed:
		done.Result = journey.Failed
		if out.Problem != nil {
			done.Problem = out.Problem.Message
			if out.Problem.Code == botapi.Blocked || out.Problem.Code == botapi.ChatNotFound {
				done.Result = journey.Gone
			}
		}
	}
	return done, nil
}

// send sends one message with the conversation's bot, with its picture.
func (s *Service) send(ctx context.Context, in contract.TurnSendInput, e *journey.Effect) (sending.Outcome, error) {
	files, err := s.photo(ctx, e.Photo)
	if err != nil {
		return sending.Outcome{}, err
	}
	return s.sending.Send(ctx, sending.Effect{Key: in.Send.Key(), Gate: Gate(in.Send), ConnectionID: in.Chat.ConnectionID, Chat: in.Chat.UserID, Class: sending.Reply,
		Message: message.Message{Text: e.Text, Buttons: e.Buttons, NoPreview: e.NoPreview}, Files: files})
}

// refusal turns what can't be sent as it is into a result; the rest is retried.
func refusal(done contract.TurnSent, err error) (contract.TurnSent, error) {
	f := fault.From(err)
	if f.Retryable() {
		return done, err
	}
	switch f.Code {
	case botapi.Unauthorized, "connection_empty", "connection_unreadable":
		return done, f.WithRetryAfter(brokenPause) // a person has to repair it; the message waits
	}
	done.Result, done.Problem = journey.Failed, f.Message
	if len(f.Fields) > 0 {
		done.Problem = f.Fields[0].Message
	}
	return done, nil
}

// photo is a message's upload as a file that a bot sends once and knows by its id from then on.
func (s *Service) photo(ctx context.Context, upload string) ([]sending.Upload, error) {
	if upload == "" {
		return nil, nil
	}
	row, err := s.store.Uploads.Get(ctx, upload)
	if err != nil {
		return nil, err
	}
	return []sending.Upload{{Kind: message.Photo, Name: "photo." + row.Format, Content: string(message.Photo) + " " + row.SHA256,
		Load: func(ctx context.Context) ([]byte, error) {
			return s.promo.UploadContent(ctx, row, message.MaxPhotoBytes)
		}}}, nil
}

// Compose is a session's message for the account that sends it. current is false when it is not to be sent
// any more.
func (s *Service) Compose(ctx context.Context, in contract.TurnSend) (text string, photo []byte, current bool, err error) {
	e, err := s.Outgoing(ctx, in)
	if err != nil || e == nil {
		return "", nil, false, err
	}
	files, err := s.photo(ctx, e.Photo)
	if err == nil && len(files) > 0 {
		photo, err = files[0].Load(ctx)
	}
	return e.Text, photo, true, err
}
