package messaging

import (
	"context"
	"encoding/json"
	"log/slog"
	"net"
	"net/netip"
	"time"

	"github.com/promostack/promostack/internal/adapter/botapi"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/models"
)

// HookPath is the path of every webhook; the connection's own part follows.
const HookPath = "/telegram/hook/"

// mode tells how updates come in here.
func (s *Service) mode() string {
	if s.Updates == UpdatesWebhook || s.Updates == UpdatesPolling {
		return s.Updates
	}
	if s.PublicURL.Scheme != "https" || local(s.PublicURL.Hostname()) {
		return UpdatesPolling
	}
	return UpdatesWebhook
}

// local tells a host that Telegram can't reach.
func local(host string) bool {
	if host == "localhost" || net.ParseIP(host) == nil && len(host) > 10 && host[len(host)-10:] == ".localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && (ip.IsLoopback() || ip.IsPrivate() || ip.IsLinkLocalUnicast())
}

func (s *Service) hookURL(c *models.Connection) string {
	return s.PublicURL.JoinPath(HookPath, c.Hook).String()
}

// PrepareUpdates tells Telegram how a bot's updates come in, if it doesn't know, and returns one of
// contract's Updates modes.
func (s *Service) PrepareUpdates(ctx context.Context, id string) (string, error) {
	s.Forget(id) // a person has changed it, or time has gone by
	line, err := s.Line(ctx, id)
	switch {
	case fault.Is(err, fault.NotFound):
		return contract.UpdatesGone, nil
	case fault.Is(err, fault.Conflict): // no credentials, or none that can be opened
		return contract.UpdatesOff, nil
	case err != nil:
		return "", err
	case refused(&line.Connection) != nil, line.Connection.Kind == models.UserAccount:
		return contract.UpdatesOff, nil
	}
	hook, err := s.API.Webhook(ctx, line.token())
	if err == nil {
		if s.mode() == UpdatesWebhook {
			err = s.register(ctx, line, hook)
		} else if hook.URL != "" {
			err = s.API.DeleteWebhook(ctx, line.token())
		}
	}
	if botapi.CodeOf(err) == botapi.Unauthorized {
		s.broken(ctx, line, fault.From(err))
		return contract.UpdatesOff, nil
	}
	if err != nil {
		return "", err
	}
	return s.mode(), nil
}

// register tells Telegram where to bring the updates. What it knows is compared: another program
// may have told it otherwise, and a new token comes with a new secret.
func (s *Service) register(ctx context.Context, line *Line, now botapi.Webhook) error {
	address := s.hookURL(&line.Connection)
	if now.URL == address && line.Connection.Registered == address {
		return nil
	}
	if err := s.API.SetWebhook(ctx, line.token(), address, line.secret()); err != nil {
		return err
	}
	s.Forget(line.Connection.ID)
	return s.Store.Connections.SetRegistered(ctx, line.Connection.ID, address)
}

// Poll fetches a bot's updates until its connection changes, and returns nil then. beat is called
// at least once a poll. An update is confirmed to Telegram once the inbox has it, so a poller that
// dies loses none.
func (s *Service) Poll(ctx context.Context, id string, beat func()) error {
	for offset := int64(0); ; {
		beat()
		line, err := s.Line(ctx, id)
		if err == nil && offset > 0 { // the first look is fresh
			line, err = s.fresh(ctx, line)
		}
		if fault.Is(err, fault.NotFound) || err == nil && (line == nil || refused(&line.Connection) != nil) {
			s.Forget(id)
			return nil
		}
		if err != nil {
			return err
		}
		updates, err := s.fetch(ctx, line, offset, beat)
		if err != nil {
			switch botapi.CodeOf(err) {
			case botapi.Unauthorized:
				s.broken(ctx, line, fault.From(err))
				return nil
			case botapi.Limited:
				return join(err, s.Store.Deliveries.Pause(ctx, id, 0, fault.From(err).RetryAfter))
			}
			return err
		}
		for _, raw := range updates {
			beat()
			next, err := s.take(ctx, line, raw)
			if err != nil {
				return err
			}
			offset = max(offset, next)
		}
		if len(updates) > 0 {
			s.seen(ctx, id)
		}
	}
}

// fresh returns the line as it is now, or nil when its credentials have changed.
func (s *Service) fresh(ctx context.Context, line *Line) (*Line, error) {
	c, err := s.Store.Connections.Get(ctx, line.Connection.ID)
	if err != nil || c.Sealed != line.Connection.Sealed {
		return nil, err
	}
	return s.lineOf(c)
}

// fetch waits for updates and shows signs of life meanwhile.
func (s *Service) fetch(ctx context.Context, line *Line, offset int64, beat func()) ([]json.RawMessage, error) {
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
	return s.API.Updates(ctx, line.token(), offset, botapi.PollWait)
}

// take brings a polled update in and returns the offset that confirms it.
func (s *Service) take(ctx context.Context, line *Line, raw json.RawMessage) (int64, error) {
	u, err := botapi.ParseUpdate(raw)
	if err != nil {
		var head struct {
			ID int64 `json:"update_id"`
		}
		if json.Unmarshal(raw, &head) != nil || head.ID == 0 {
			return 0, err
		}
		slog.WarnContext(ctx, "an update of Telegram's can't be read", "connection", line.Connection.ID, "error", err)
		return head.ID + 1, nil
	}
	for try := 1; ; try++ {
		err := s.Receive(ctx, line, u)
		if err == nil || fault.Is(err, fault.Unavailable) || ctx.Err() != nil {
			return u.ID + 1, err
		}
		if try == takeTries {
			// One update that the database can't take must not keep all later ones out.
			slog.ErrorContext(ctx, "an update is left out", "connection", line.Connection.ID, "update", u.ID, "error", err)
			return u.ID + 1, nil
		}
		if err := pause(ctx, takePause); err != nil {
			return 0, err
		}
	}
}

const (
	takeTries = 5
	takePause = 500 * time.Millisecond
)

func (s *Service) seen(ctx context.Context, id string) {
	if err := s.Store.Connections.Seen(ctx, id); err != nil {
		slog.WarnContext(ctx, "a sign of life is not noted", "connection", id, "error", err)
	}
}
