package messaging

import (
	"context"
	"log/slog"
	"time"

	"github.com/promostack/promostack/internal/adapter/botapi"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/models"
)

// refused notes a call that failed: for the row, for the person, for the bot as a whole.
func (s *Service) refused(ctx context.Context, line *Line, d *models.Delivery, e Effect, f *botapi.Failure) (Outcome, *botapi.Failure, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	connection := line.Connection.ID
	note := noteOf(f.Fault)
	switch f.Code {
	case botapi.Limited:
		if err := s.Store.Deliveries.Pause(ctx, connection, 0, f.Fault.RetryAfter); err != nil {
			slog.WarnContext(ctx, "a pause that Telegram asked for is not kept", "error", err)
		}
		slog.WarnContext(ctx, "telegram asks for a pause", "connection", connection, "retry_after", f.Fault.RetryAfter.String())
		return Outcome{}, nil, join(f.Fault, s.Store.Deliveries.Release(ctx, d, note))
	case botapi.Away, botapi.Conflict:
		return Outcome{}, nil, join(f.Fault.WithRetryAfter(awayPause(d.Attempt)), s.Store.Deliveries.Release(ctx, d, note))
	case botapi.Ambiguous:
		return s.lost(ctx, d, e, f)
	case botapi.Migrated:
		if f.MigrateTo == 0 {
			break
		}
		err := s.Store.Deliveries.Migrate(ctx, connection, e.Chat, f.MigrateTo)
		if err := join(err, s.Store.Deliveries.Release(ctx, d, note)); err != nil {
			return Outcome{}, nil, err
		}
		return Outcome{}, f, nil
	case botapi.WrongFile:
		reused := false
		for _, file := range e.Files {
			if id, err := s.Store.Deliveries.File(ctx, connection, file.Content); err == nil && id != "" {
				reused = true
				if err := s.Store.Deliveries.DropFile(ctx, connection, file.Content); err != nil {
					return Outcome{}, nil, join(err, s.Store.Deliveries.Release(ctx, d, note))
				}
			}
		}
		if reused {
			if err := s.Store.Deliveries.Release(ctx, d, note); err != nil {
				return Outcome{}, nil, err
			}
			return Outcome{}, f, nil
		}
	case botapi.Unauthorized:
		// The flow's next try fails at once, until somebody mends the connection.
		s.broken(ctx, line, f.Fault)
	}
	out := Outcome{State: models.DeliveryFailed, Problem: note, Resent: d.Resent}
	return out, nil, s.Store.Tx(ctx, func(tx *models.Store) error {
		if f.Code == botapi.Blocked && e.Chat > 0 {
			if err := tx.Subscribers.Blocked(ctx, connection, e.Chat); err != nil {
				return err
			}
		}
		return tx.Deliveries.Failed(ctx, d, *note)
	})
}

// lost is a call whose answer never came. A reply is claimed again, and marked; of the rest nobody
// can tell.
func (s *Service) lost(ctx context.Context, d *models.Delivery, e Effect, f *botapi.Failure) (Outcome, *botapi.Failure, error) {
	if e.Class == Reply && !d.Resent {
		return Outcome{}, nil, join(f.Fault.WithRetryAfter(time.Second), s.Store.Deliveries.Ambiguous(ctx, d))
	}
	err := s.Store.Deliveries.Unknown(ctx, d)
	return Outcome{State: models.DeliveryUnknown, Problem: d.Problem, Resent: d.Resent}, nil, err
}

// awayPause grows from half a second to a minute.
func awayPause(attempt int) time.Duration {
	return min(250*time.Millisecond<<min(attempt, 10), time.Minute)
}

// join is the first error, or the second: a note that failed must not hide what it was about.
func join(first, second error) error {
	if second != nil {
		slog.Warn("what became of a message is not noted", "error", second)
	}
	if first != nil {
		return first
	}
	return second
}

func noteOf(f *fault.Error) *models.Note {
	return &models.Note{Code: f.Code, Message: f.Message, Remedy: f.Remedy}
}

// broken marks a connection whose credentials Telegram refuses.
func (s *Service) broken(ctx context.Context, line *Line, f *fault.Error) {
	id := line.Connection.ID
	_, err := s.Store.Connections.Change(ctx, id, line.Connection.Version, func(c *models.Connection) error {
		c.State, c.Problem = models.ConnectionBroken, noteOf(f)
		return nil
	})
	s.Forget(id)
	if err != nil && !fault.Is(err, fault.Precondition) { // whoever changed it knows better
		slog.WarnContext(ctx, "a broken connection is not marked", "connection", id, "error", err)
	}
}
