package connections

import (
	"context"
	"encoding/json"
	"time"

	"github.com/promostack/promostack/internal/adapter/botapi"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/host/secrets"
	"github.com/promostack/promostack/models"
)

// keepFor is how long a connection is trusted without a look at its row. Whoever is about to send
// compares the version within the transaction that it makes anyway, so a change counts at once.
const keepFor = time.Minute

// SealPurpose is what bots' credentials are sealed for, bound to their connection's id.
const SealPurpose = "connection"

// credentials are what is sealed in a bot's row.
type credentials struct {
	Token         string `json:"token"`
	WebhookSecret string `json:"webhook_secret"`
}

// Bot is a bot that can be used: the only way to its credentials.
type Bot struct {
	Connection models.Connection
	// Functions, since fmt prints the unexported fields of a struct whatever their type says.
	token  func() secrets.Text
	secret func() secrets.Text // what Telegram must show at the webhook
}

// Token is what Telegram knows the bot by.
func (b *Bot) Token() secrets.Text { return b.token() }

// Secret is what Telegram must show at the webhook.
func (b *Bot) Secret() secrets.Text { return b.secret() }

type kept struct {
	bot   *Bot
	until time.Time
}

func (s *Service) seal(connection string, c credentials) (string, error) {
	data, err := json.Marshal(c)
	if err != nil {
		return "", err
	}
	return s.ring.Seal(SealPurpose, data, []byte(connection))
}

func (s *Service) open(c *models.Connection) (credentials, error) {
	var out credentials
	if c.Sealed == "" {
		return out, fault.New(fault.Conflict, "connection_empty", "%s has no token yet", Title(c.Kind)).
			WithRemedy("Open Connections and paste the bot's token")
	}
	data, err := s.ring.Open(SealPurpose, c.Sealed, []byte(c.ID))
	if err == nil {
		err = json.Unmarshal(data, &out)
	}
	if err != nil {
		return credentials{}, fault.New(fault.Conflict, "connection_unreadable", "The credentials of %s can't be opened with the current SECRET_KEY", Title(c.Kind)).
			WithRemedy("Put the earlier key into SECRET_KEY_PREVIOUS, or open Connections and paste the token again").WithCause(err)
	}
	return out, nil
}

// Bot returns a connection by its id, from memory if it was looked up within the last minute.
func (s *Service) Bot(ctx context.Context, id string) (*Bot, error) {
	owner, err := tenantOf(ctx)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	k, ok := s.bots[id]
	s.mu.Unlock()
	if ok && s.now().Before(k.until) && k.bot.Connection.TenantID == owner {
		return k.bot, nil
	}
	c, err := s.store.Connections.Get(ctx, id)
	if err != nil {
		s.Forget(id)
		return nil, err
	}
	return s.keep(c)
}

// BotOf is the bot of a row that was just read: the one in memory, unless the row has changed.
func (s *Service) BotOf(c *models.Connection) (*Bot, error) {
	s.mu.Lock()
	k, ok := s.bots[c.ID]
	s.mu.Unlock()
	if ok && k.bot.Connection.Version == c.Version {
		return k.bot, nil
	}
	return s.keep(c)
}

// Fresh is the bot as its row is now, for calls that make no transaction of their own.
func (s *Service) Fresh(ctx context.Context, id string) (*Bot, error) {
	c, err := s.store.Connections.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	return s.BotOf(c)
}

func (s *Service) keep(c *models.Connection) (*Bot, error) {
	opened, err := s.open(c)
	if err != nil {
		return nil, err
	}
	bot := &Bot{Connection: *c,
		token:  func() secrets.Text { return secrets.Text(opened.Token) },
		secret: func() secrets.Text { return secrets.Text(opened.WebhookSecret) },
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bots[c.ID] = kept{bot, s.now().Add(keepFor)}
	return bot, nil
}

// Forget drops a connection from memory.
func (s *Service) Forget(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.bots, id)
}

// Use returns the tenant's bot of a kind, ready to be used. The error says what to do when there
// is none, or when it is known to be broken.
func (s *Service) Use(ctx context.Context, kind models.ConnectionKind) (*Bot, error) {
	c, err := s.store.Connections.ByKind(ctx, kind)
	if fault.Is(err, fault.NotFound) {
		return nil, fault.New(fault.Conflict, "connection_missing", "No %s is connected", Title(kind)).WithRemedy("Open Connections and add it")
	}
	if err != nil {
		return nil, err
	}
	if err := Refused(c); err != nil {
		return nil, err
	}
	return s.keep(c)
}

// Refused is the error of a connection whose credentials Telegram has refused.
func Refused(c *models.Connection) error {
	if c.State != models.ConnectionBroken || c.Problem == nil || c.Problem.Code != botapi.Unauthorized {
		return nil
	}
	return fault.New(fault.Forbidden, botapi.Unauthorized, "%s doesn't work: %s", Title(c.Kind), c.Problem.Message).WithRemedy("%s", c.Problem.Remedy)
}

// Parked is Refused for a message that is on its way: it waits until somebody has mended the connection. The pauses
// between its attempts grow with the time that nobody has.
func (s *Service) Parked(c *models.Connection) error {
	err := Refused(c)
	if err == nil {
		return nil
	}
	f := fault.From(err)
	f.Kind = fault.Unavailable
	return f.WithRetryAfter(ParkedPause(c, s.now()))
}

// ParkedPause is how long a message waits that goes through a connection which does not work.
func ParkedPause(c *models.Connection, now time.Time) time.Duration {
	return min(max(now.Sub(c.UpdatedAt.Time)/10, parkedFirst), parkedMost)
}

// Between parkedFirst and parkedMost passes until a parked message is tried again.
const (
	parkedFirst = 30 * time.Second
	parkedMost  = 15 * time.Minute
)

// UseChannel is Use for a channel of the bot: the first with a role, or the one named by chat when
// chat is not 0.
func (s *Service) UseChannel(ctx context.Context, kind models.ConnectionKind, role models.ChannelRole, chat int64) (*Bot, models.Channel, error) {
	bot, err := s.Use(ctx, kind)
	if err != nil {
		return nil, models.Channel{}, err
	}
	for _, c := range bot.Connection.Channels {
		if c.Role != role || chat != 0 && c.ID != chat {
			continue
		}
		if c.ID == 0 {
			return nil, models.Channel{}, fault.New(fault.Conflict, "channel_untested", "Telegram has not confirmed the channel %s yet", c.Chat).
				WithRemedy("Open Connections and press Test")
		}
		return bot, c, nil
	}
	return nil, models.Channel{}, fault.New(fault.Conflict, "channel_missing", "%s has no %s", Title(kind), channelTitle(role)).
		WithRemedy("Open Connections and add it")
}

// CountMembers asks Telegram how many members a chat of a bot has.
func (s *Service) CountMembers(ctx context.Context, connection string, chat int64) (int64, error) {
	bot, err := s.Bot(ctx, connection)
	if err != nil {
		return 0, err
	}
	return s.api.MemberCount(ctx, bot.Token(), chat)
}

func channelTitle(role models.ChannelRole) string {
	switch role {
	case models.RoleVIP:
		return "VIP channel"
	case models.RoleFree:
		return "FREE channel"
	}
	return "channel to post to"
}
