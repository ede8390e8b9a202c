package messaging

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/promostack/promostack/internal/adapter/botapi"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/host/secrets"
	"github.com/promostack/promostack/models"
)

// keepFor is how long a connection is believed without a look at its row. Whoever is about to send
// compares the version within the transaction that it makes anyway, so a change counts at once.
const keepFor = time.Minute

// SealPurpose is what bots' credentials are sealed for, bound to their connection's id.
const SealPurpose = "connection"

// credentials are what is sealed in a bot's row.
type credentials struct {
	Token         string `json:"token"`
	WebhookSecret string `json:"webhook_secret"`
}

// Line is a bot that can be used: the only way to its credentials.
type Line struct {
	Connection models.Connection
	// Functions, since fmt prints the unexported fields of a struct whatever their type says.
	token  func() secrets.Text
	secret func() secrets.Text // what Telegram must show at the webhook
}

type kept struct {
	line  *Line
	until time.Time
}

func (s *Service) seal(connection string, c credentials) (string, error) {
	data, err := json.Marshal(c)
	if err != nil {
		return "", err
	}
	return s.Ring.Seal(SealPurpose, data, []byte(connection))
}

func (s *Service) open(c *models.Connection) (credentials, error) {
	var out credentials
	if c.Sealed == "" {
		return out, fault.New(fault.Conflict, "connection_empty", "%s has no token yet", Title(c.Kind)).
			WithRemedy("Open Connections and paste the bot's token")
	}
	data, err := s.Ring.Open(SealPurpose, c.Sealed, []byte(c.ID))
	if err == nil {
		err = json.Unmarshal(data, &out)
	}
	if err != nil {
		return credentials{}, fault.New(fault.Conflict, "connection_unreadable", "The credentials of %s can't be opened with the present SECRET_KEY", Title(c.Kind)).
			WithRemedy("Put the earlier key into SECRET_KEY_PREVIOUS, or open Connections and paste the token again").WithCause(err)
	}
	return out, nil
}

// Line returns a connection by its id, from memory if it was looked up within the last minute.
func (s *Service) Line(ctx context.Context, id string) (*Line, error) {
	owner, err := tenantOf(ctx)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	k, ok := s.lines[id]
	s.mu.Unlock()
	if ok && s.Now().Before(k.until) && k.line.Connection.TenantID == owner {
		return k.line, nil
	}
	c, err := s.Store.Connections.Get(ctx, id)
	if err != nil {
		s.Forget(id)
		return nil, err
	}
	return s.keep(c)
}

// lineOf is the line of a row that was just read: the one in memory, unless the row has changed.
func (s *Service) lineOf(c *models.Connection) (*Line, error) {
	s.mu.Lock()
	k, ok := s.lines[c.ID]
	s.mu.Unlock()
	if ok && k.line.Connection.Version == c.Version {
		return k.line, nil
	}
	return s.keep(c)
}

func (s *Service) keep(c *models.Connection) (*Line, error) {
	opened, err := s.open(c)
	if err != nil {
		return nil, err
	}
	line := &Line{Connection: *c,
		token:  func() secrets.Text { return secrets.Text(opened.Token) },
		secret: func() secrets.Text { return secrets.Text(opened.WebhookSecret) },
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lines[c.ID] = kept{line, s.Now().Add(keepFor)}
	return line, nil
}

// Forget drops a connection from memory.
func (s *Service) Forget(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.lines, id)
}

// Use returns the tenant's bot of a kind, ready to be used. The error says what to do when there
// is none, or when it is known to be broken.
func (s *Service) Use(ctx context.Context, kind string) (*Line, error) {
	c, err := s.Store.Connections.ByKind(ctx, kind)
	if fault.Is(err, fault.NotFound) {
		return nil, fault.New(fault.Conflict, "connection_missing", "No %s is connected", Title(kind)).WithRemedy("Open Connections and add it")
	}
	if err != nil {
		return nil, err
	}
	if err := refused(c); err != nil {
		return nil, err
	}
	return s.keep(c)
}

// refused is the error of a connection whose credentials Telegram has refused.
func refused(c *models.Connection) error {
	if c.State != models.ConnectionBroken || c.Problem == nil || c.Problem.Code != botapi.Unauthorized {
		return nil
	}
	return fault.New(fault.Forbidden, botapi.Unauthorized, "%s doesn't work: %s", Title(c.Kind), c.Problem.Message).WithRemedy("%s", c.Problem.Remedy)
}

// UseChannel is Use for a channel of the bot: the first with a role, or the one named by chat when
// chat is not 0.
func (s *Service) UseChannel(ctx context.Context, kind, role string, chat int64) (*Line, models.Channel, error) {
	line, err := s.Use(ctx, kind)
	if err != nil {
		return nil, models.Channel{}, err
	}
	for _, c := range line.Connection.Channels {
		if c.Role != role || chat != 0 && c.ID != chat {
			continue
		}
		if c.ID == 0 {
			return nil, models.Channel{}, fault.New(fault.Conflict, "channel_untested", "Telegram has not confirmed the channel %s yet", c.Chat).
				WithRemedy("Open Connections and press Test")
		}
		return line, c, nil
	}
	return nil, models.Channel{}, fault.New(fault.Conflict, "channel_missing", "%s has no %s", Title(kind), channelTitle(role)).
		WithRemedy("Open Connections and add it")
}

func channelTitle(role string) string {
	switch role {
	case models.RoleVIP:
		return "VIP channel"
	case models.RoleFree:
		return "FREE channel"
	}
	return "channel to post to"
}

// String keeps credentials out of whatever prints a Line.
func (l *Line) String() string {
	return fmt.Sprintf("%s %s", l.Connection.Kind, l.Connection.ID)
}
