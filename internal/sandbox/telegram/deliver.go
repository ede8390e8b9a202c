package telegram

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	// webhookPatience is how long a webhook may take to answer.
	webhookPatience = 15 * time.Second
	// longestRetry is the longest wait between two attempts of one update.
	longestRetry = time.Minute
	// maxReply is how much of a webhook's answer is read: it may hold one call of a method.
	maxReply = 1 << 20
)

// lane is a bot's chat: its updates are delivered one after the other.
type lane struct{ bot, chat int64 }

// parcel is an update on its way to a webhook.
type parcel struct {
	lane
	seq             int64
	body            string
	address, secret string
	ok              bool // afterwards: it was taken
}

// retry is when a lane that was refused is tried again.
type retry struct {
	attempts int
	at       time.Time
	address  string // of the webhook that refused; another one is tried at once
}

// deliver brings updates to webhooks until ctx ends: in order within a chat, side by side across
// chats up to the bot's max_connections, again with a growing delay until they are taken or a day
// is over. What is under way is known here alone; what waits is in the database.
func (s *Service) deliver(ctx context.Context) {
	busy, refused := map[lane]bool{}, map[lane]retry{}
	done := make(chan parcel)
	for {
		next := time.Now().Add(time.Hour)
		parcels, err := s.due(ctx, busy)
		if err != nil && ctx.Err() == nil {
			s.log.Warn("webhooks not read", "error", err)
			next = time.Now().Add(time.Second)
		}
		for _, p := range parcels {
			if r := refused[p.lane]; r.address == p.address && time.Now().Before(r.at) {
				if r.at.Before(next) {
					next = r.at
				}
				continue
			}
			busy[p.lane] = true
			s.done.Go(func() {
				p.ok = s.send(ctx, p)
				select {
				case done <- p:
				case <-ctx.Done():
				}
			})
		}
		timer := time.NewTimer(time.Until(next))
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-s.waiters.any:
		case <-timer.C:
		case p := <-done:
			delete(busy, p.lane)
			if p.ok {
				delete(refused, p.lane)
			} else {
				before := refused[p.lane]
				if before.address != p.address {
					before.attempts = 0
				}
				refused[p.lane] = retry{before.attempts + 1, time.Now().Add(min(s.retry<<min(before.attempts, 16), longestRetry)), p.address}
			}
		}
		timer.Stop()
	}
}

// due finds the oldest waiting update of each free lane, as many as each bot's connections allow.
func (s *Service) due(ctx context.Context, busy map[lane]bool) ([]parcel, error) {
	open := map[int64]int{}
	for l := range busy {
		open[l.bot]++
	}
	var out []parcel
	err := s.do(ctx, func(t *tx) error {
		return t.each(`SELECT u.seq, u.bot, u.chat, u.body, b.webhook, b.secret, b.connections FROM updates u JOIN bots b ON b.id = u.bot
			WHERE u.at > ? AND u.seq IN (SELECT min(seq) FROM updates WHERE bot IN (SELECT id FROM bots WHERE webhook <> '') GROUP BY bot, chat) ORDER BY u.seq`,
			[]any{s.clock().Add(-keptUpdates).UnixMicro()}, func(scan func(...any) error) error {
				var p parcel
				var conns int
				if err := scan(&p.seq, &p.bot, &p.chat, &p.body, &p.address, &p.secret, &conns); err != nil {
					return err
				}
				if !busy[p.lane] && open[p.bot] < conns {
					open[p.bot]++
					out = append(out, p)
				}
				return nil
			})
	})
	return out, err
}

// send attempts one update once, and records the result.
func (s *Service) send(ctx context.Context, p parcel) bool {
	reply, err := s.hand(ctx, p)
	if err != nil {
		if ctx.Err() == nil {
			s.trouble(ctx, p.bot, err)
		}
		return false
	}
	err = s.do(ctx, func(t *tx) error {
		if err := t.exec("DELETE FROM updates WHERE seq = ?", p.seq); err != nil {
			return err
		}
		return t.exec("UPDATE bots SET error_at = 0, error_text = '' WHERE id = ? AND error_at <> 0", p.bot)
	})
	if err != nil {
		s.log.Warn("a delivered update is not noted", "error", err)
		return false
	}
	s.obey(ctx, p.bot, reply)
	return true
}

// hand makes the request. The answer's body may hold a call.
func (s *Service) hand(ctx context.Context, p parcel) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, p.address, bytes.NewReader([]byte(p.body)))
	if err != nil {
		return nil, errors.New("Wrong URL") //nolint:staticcheck // Telegram's words begin so
	}
	request.Header.Set("Content-Type", "application/json")
	if p.secret != "" {
		request.Header.Set("X-Telegram-Bot-Api-Secret-Token", p.secret)
	}
	response, err := s.client.Do(request)
	if err != nil {
		var wrapped *url.Error
		if errors.As(err, &wrapped) {
			err = wrapped.Err // without the address
		}
		return nil, fmt.Errorf("Connection failed: %w", err) //nolint:staticcheck // Telegram's words begin so
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxReply))
	if err != nil {
		return nil, errors.New("Read timeout expired") //nolint:staticcheck // Telegram's words begin so
	}
	if response.StatusCode < 200 || response.StatusCode > 299 {
		return nil, fmt.Errorf("Wrong response from the webhook: %s", response.Status) //nolint:staticcheck // Telegram's words begin so
	}
	return body, nil
}

// trouble records why a webhook failed, for getWebhookInfo.
func (s *Service) trouble(ctx context.Context, bot int64, why error) {
	err := s.do(ctx, func(t *tx) error {
		t.announce("webhook", map[string]any{"bot_id": bot, "error": why.Error()})
		return t.exec("UPDATE bots SET error_at = ?, error_text = ? WHERE id = ?", s.clock().Unix(), why.Error(), bot)
	})
	if err != nil {
		s.log.Warn("a webhook's failure is not noted", "error", err)
	}
}

// obey carries out the call that a webhook's answer may hold.
func (s *Service) obey(ctx context.Context, bot int64, reply []byte) {
	p := newParams()
	if len(bytes.TrimSpace(reply)) == 0 || p.readJSON(bytes.NewReader(reply)) != nil || p.text("method") == "" {
		return
	}
	name := s.canonical(p.text("method"))
	do := s.methods[strings.ToLower(name)]
	if do == nil {
		return
	}
	delete(p.values, "method")
	s.load(ctx, p)
	begun := s.clock()
	err := s.do(ctx, func(t *tx) error {
		b, err := findBot(t, bot)
		if err != nil || b == nil {
			return err
		}
		c := &call{tx: t, params: p, s: s, bot: b, method: name, now: begun}
		out, err := c.attempt(do)
		if err != nil {
			return err
		}
		return c.note(out)
	})
	if err != nil {
		s.log.Warn("a webhook's call failed", "method", name, "error", err)
	}
}

// asRefusal finds a refusal in an error.
func asRefusal(err error) (*refusal, bool) {
	var r *refusal
	ok := errors.As(err, &r)
	return r, ok
}
