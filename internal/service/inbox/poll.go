package inbox

import (
	"context"
	"encoding/json"
	"log/slog"
	"time"

	"github.com/promostack/promostack/internal/adapter/botapi"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/wait"
	"github.com/promostack/promostack/internal/host/tracing"
	"github.com/promostack/promostack/internal/service/connections"
)

// Poll fetches a bot's updates until its connection changes, and returns nil then. beat is called
// at least once a poll. An update is confirmed to Telegram once the inbox has it, so a poller that
// dies loses none.
func (s *Service) Poll(ctx context.Context, id string, beat func()) error {
	var other *rival
	for offset := int64(0); ; {
		beat()
		bot, err := s.connections.Bot(ctx, id)
		if err == nil && offset > 0 { // the first look is fresh
			bot, err = s.fresh(ctx, bot)
		}
		if fault.Is(err, fault.NotFound) || err == nil && (bot == nil || connections.Refused(&bot.Connection) != nil) {
			s.connections.Forget(id)
			return nil
		}
		if err != nil {
			return err
		}
		if other == nil {
			r := s.rivalOf(&bot.Connection)
			other = &r
		}
		updates, err := s.fetch(ctx, bot, offset, beat)
		if err == nil {
			s.quiet(ctx, bot, other)
		} else {
			switch botapi.CodeOf(err) {
			case botapi.Unauthorized:
				s.connections.MarkBroken(ctx, bot, fault.From(err))
				return nil
			case botapi.Conflict:
				if err := s.met(ctx, bot, other, err); err != nil {
					return err
				}
				continue
			case botapi.Limited:
				return connections.FirstOf(err, s.store.Deliveries.Pause(ctx, id, 0, fault.From(err).RetryAfter))
			}
			return err
		}
		for _, raw := range updates {
			beat()
			// Their numbers may begin anew, lower, after a week without updates.
			if offset, err = s.take(ctx, bot, raw); err != nil {
				return err
			}
		}
		if len(updates) > 0 {
			s.connections.Seen(ctx, id)
		}
	}
}

// fresh returns the bot as it is now, or nil when its credentials have changed.
func (s *Service) fresh(ctx context.Context, bot *connections.Bot) (*connections.Bot, error) {
	c, err := s.store.Connections.Get(ctx, bot.Connection.ID)
	if err != nil || c.Sealed != bot.Connection.Sealed {
		return nil, err
	}
	return s.connections.BotOf(c)
}

// fetch waits for updates and heartbeats in the meantime.
func (s *Service) fetch(ctx context.Context, bot *connections.Bot, offset int64, beat func()) ([]json.RawMessage, error) {
	done := make(chan struct{})
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				beat()
			case <-done:
				return
			}
		}
	}()
	defer func() { close(done); <-stopped }()
	return s.api.Updates(tracing.Untraced(ctx), bot.Token(), offset, botapi.PollWait)
}

// take stores a polled update and returns the offset that confirms it.
func (s *Service) take(ctx context.Context, bot *connections.Bot, raw json.RawMessage) (next int64, err error) {
	u, err := botapi.ParseUpdate(raw)
	if err != nil {
		var head struct {
			ID int64 `json:"update_id"`
		}
		if json.Unmarshal(raw, &head) != nil || head.ID == 0 {
			return 0, err
		}
		slog.WarnContext(ctx, "a Telegram update can't be read", "connection", bot.Connection.ID, "error", err)
		return head.ID + 1, nil
	}
	ctx, end := tracing.Root(ctx, "telegram update")
	defer func() { end(err) }()
	for attempt := 1; ; attempt++ {
		err = s.Receive(ctx, &bot.Connection, u, nil)
		if err == nil || fault.Is(err, fault.Unavailable) || ctx.Err() != nil {
			return u.ID + 1, err
		}
		if attempt == takeAttempts {
			// One update that the database can't take must not keep all later ones out.
			slog.ErrorContext(ctx, "an update was skipped", "connection", bot.Connection.ID, "update", u.ID, "error", err)
			return u.ID + 1, nil
		}
		if err := wait.For(ctx, takePause); err != nil {
			return 0, err
		}
	}
}

const (
	takeAttempts = 5
	takePause    = 500 * time.Millisecond
)
