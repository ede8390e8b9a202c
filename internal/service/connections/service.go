// Package connections holds a tenant's bots and user account: who they are, whether they work, what
// Telegram refuses them, and how their updates are received. Credentials are opened only here.
package connections

import (
	"context"
	"log/slog"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/promostack/promostack/internal/adapter/botapi"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/host/secrets"
	"github.com/promostack/promostack/models"
)

// Options are what a Service works with.
type Options struct {
	Store     *models.Store
	Ring      *secrets.Ring
	API       *botapi.Client
	PublicURL *url.URL
	Updates   contract.UpdatesMode // auto, webhook or polling
	Simulated bool                 // API is the sandbox's
	Now       func() time.Time
}

// Service is safe for concurrent use.
type Service struct {
	store     *models.Store
	ring      *secrets.Ring
	api       *botapi.Client
	publicURL *url.URL
	updates   contract.UpdatesMode
	simulated bool
	now       func() time.Time

	mu   sync.Mutex
	bots map[string]kept // by connection id
}

// New returns a service.
func New(o Options) *Service {
	return &Service{store: o.Store, ring: o.Ring, api: o.API, publicURL: o.PublicURL, updates: o.Updates, simulated: o.Simulated, now: o.Now, bots: map[string]kept{}}
}

func tenantOf(ctx context.Context) (string, error) {
	id, ok := tenant.From(ctx)
	if !ok {
		return "", fault.New(fault.Internal, "tenant_missing", "A connection without a tenant in its context")
	}
	return id, nil
}

// Title is what people call a kind of connection.
func Title(kind models.ConnectionKind) string {
	switch kind {
	case models.PromoBot:
		return "Promo Bot"
	case models.SignalBot:
		return "Signal Bot"
	case models.UserAccount:
		return "User Account"
	}
	return string(kind)
}

// NoteOf is what a row keeps about a refusal.
func NoteOf(f *fault.Error) *models.Note {
	return &models.Note{Code: f.Code, Message: f.Message, Remedy: f.Remedy}
}

// FirstOf is the first error, or the second, which is logged: a record that failed must not hide what it was
// about.
func FirstOf(first, second error) error {
	if second != nil {
		slog.Warn("what became of a message was not recorded", "error", second)
	}
	if first != nil {
		return first
	}
	return second
}

// MarkBroken marks a connection that Telegram refuses, and the check which the last test still had for well.
func (s *Service) MarkBroken(ctx context.Context, bot *Bot, f *fault.Error) {
	check := map[string]string{botapi.Unauthorized: checkToken, botapi.Conflict: checkUpdates}[f.Code]
	s.mark(ctx, bot, models.ConnectionBroken, NoteOf(f), models.ConnectionCheck{Name: check, Message: f.Message, Remedy: f.Remedy})
}

// MarkWorking marks a bot whose updates come again.
func (s *Service) MarkWorking(ctx context.Context, bot *Bot) {
	s.mark(ctx, bot, models.ConnectionWorking, nil, models.ConnectionCheck{Name: checkUpdates, OK: true, Message: "Messages are fetched from Telegram"})
}

// mark changes a connection's state, unless somebody else has changed the connection, and the check of that name.
func (s *Service) mark(ctx context.Context, bot *Bot, state models.ConnectionState, problem *models.Note, check models.ConnectionCheck) {
	id := bot.Connection.ID
	_, err := s.store.Connections.Change(ctx, id, bot.Connection.Version, func(c *models.Connection) error {
		c.State, c.Problem = state, problem
		if i := slices.IndexFunc(c.Checks, func(one models.ConnectionCheck) bool { return one.Name == check.Name }); i >= 0 {
			c.Checks[i] = check
		}
		return nil
	})
	s.Forget(id)
	if err != nil && !fault.Is(err, fault.Precondition) { // whoever changed it knows better
		slog.WarnContext(ctx, "the state of a connection was not recorded", "connection", id, "state", state, "error", err)
	}
}
