package sending

import (
	"context"
	"log/slog"
	"strconv"
	"time"

	"github.com/promostack/promostack/internal/adapter/botapi"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/host/metrics"
	"github.com/promostack/promostack/internal/service/connections"
	"github.com/promostack/promostack/models"
)

// refused records a failed call: on the row, on the person, on the bot as a whole.
func (s *Service) refused(ctx context.Context, bot *connections.Bot, d *models.Delivery, e Effect, f *botapi.Failure) (Outcome, *botapi.Failure, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	connection := bot.Connection.ID
	note := connections.NoteOf(f.Fault)
	switch f.Code {
	case botapi.Limited:
		if err := s.store.Deliveries.Pause(ctx, connection, 0, f.Fault.RetryAfter); err != nil {
			slog.WarnContext(ctx, "a pause that Telegram asked for was not saved", "error", err)
		}
		metrics.Paused(metrics.WayBot)
		slog.WarnContext(ctx, "telegram asks for a pause", "connection", connection, "retry_after", f.Fault.RetryAfter.String())
		return Outcome{}, nil, connections.FirstOf(f.Fault, s.store.Deliveries.Release(ctx, d, note))
	case botapi.Away, botapi.Conflict:
		return Outcome{}, nil, connections.FirstOf(f.Fault.WithRetryAfter(awayPause(d.Attempt)), s.store.Deliveries.Release(ctx, d, note))
	case botapi.Ambiguous:
		return s.lost(ctx, d, e, f)
	case botapi.Migrated:
		if f.MigrateTo == 0 {
			break
		}
		moved, err := s.moved(ctx, bot, e)
		if err != nil {
			return Outcome{}, nil, connections.FirstOf(err, s.store.Deliveries.Release(ctx, d, note))
		}
		if !moved {
			note = &models.Note{Code: f.Code, Message: "The message to be passed on stands in a group that has become a supergroup since", Remedy: "Pass it on by hand in Telegram"}
			break
		}
		err = s.store.Deliveries.Migrate(ctx, connection, e.Chat, f.MigrateTo)
		if err := connections.FirstOf(err, s.store.Deliveries.Release(ctx, d, note)); err != nil {
			return Outcome{}, nil, err
		}
		return Outcome{}, f, nil
	case botapi.WrongFile:
		reused := false
		for _, file := range e.Files {
			if id, err := s.store.Deliveries.File(ctx, connection, file.Content); err == nil && id != "" {
				reused = true
				if err := s.store.Deliveries.DropFile(ctx, connection, file.Content); err != nil {
					return Outcome{}, nil, connections.FirstOf(err, s.store.Deliveries.Release(ctx, d, note))
				}
			}
		}
		if reused {
			if err := s.store.Deliveries.Release(ctx, d, note); err != nil {
				return Outcome{}, nil, err
			}
			return Outcome{}, f, nil
		}
	case botapi.Unauthorized:
		return Outcome{}, nil, connections.FirstOf(s.park(ctx, bot, f.Fault), s.store.Deliveries.Release(ctx, d, note))
	}
	out := Outcome{State: models.DeliveryFailed, Problem: note, Resent: d.Resent}
	return out, nil, s.store.Tx(ctx, func(tx *models.Store) error {
		if gone(f) && e.Chat > 0 {
			if err := tx.Subscribers.Blocked(ctx, connection, e.Chat); err != nil {
				return err
			}
		}
		return tx.Deliveries.Failed(ctx, d, *note)
	})
}

// moved tells whether it is the effect's own chat that Telegram has moved: of a message that is passed on, it may be the one
// that the message comes from.
func (s *Service) moved(ctx context.Context, bot *connections.Bot, e Effect) (bool, error) {
	if e.Forward == nil && e.Copy == nil {
		return true, nil
	}
	_, err := s.api.Chat(ctx, bot.Token(), strconv.FormatInt(e.Chat, 10))
	if botapi.CodeOf(err) == botapi.Migrated {
		return true, nil
	}
	return false, err
}

// gone reports whether a person can't be written to any more.
func gone(f *botapi.Failure) bool { return f.Code == botapi.Blocked || f.Code == botapi.ChatNotFound }

// park marks a connection whose credentials Telegram refuses, and is the error of what must wait until somebody has
// mended it.
func (s *Service) park(ctx context.Context, bot *connections.Bot, f *fault.Error) error {
	s.connections.MarkBroken(ctx, bot, f)
	c, err := s.store.Connections.Get(ctx, bot.Connection.ID)
	if err == nil {
		err = s.connections.Parked(c)
	}
	if err == nil { // it was mended in the meantime: the next attempt goes by the new credentials
		err = f.WithRetryAfter(time.Second)
	}
	return err
}

// lost handles a call whose answer never came. A reply is claimed again, and marked; of the rest nobody
// can tell.
func (s *Service) lost(ctx context.Context, d *models.Delivery, e Effect, f *botapi.Failure) (Outcome, *botapi.Failure, error) {
	if e.Class == Reply && !d.Resent {
		return Outcome{}, nil, connections.FirstOf(f.Fault.WithRetryAfter(time.Second), s.store.Deliveries.Ambiguous(ctx, d))
	}
	err := s.store.Deliveries.Unknown(ctx, d)
	return Outcome{State: models.DeliveryUnknown, Problem: d.Problem, Resent: d.Resent}, nil, err
}

// awayPause grows from half a second to a minute.
func awayPause(attempt int) time.Duration {
	return min(250*time.Millisecond<<min(attempt, 10), time.Minute)
}
