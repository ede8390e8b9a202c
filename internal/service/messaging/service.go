// Package messaging is what the API, the workers and the command line share of Telegram: who a
// tenant's bots are and whether they work, everything that goes out through them, and everything
// that comes in.
package messaging

import (
	"context"
	"net/url"
	"sync"
	"time"

	"github.com/promostack/promostack/internal/adapter/botapi"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/engine/message"
	"github.com/promostack/promostack/internal/host/secrets"
	"github.com/promostack/promostack/models"
)

// Ways in which updates come in.
const (
	UpdatesAuto    = "auto" // a webhook where Telegram can reach PUBLIC_URL, else polling
	UpdatesWebhook = "webhook"
	UpdatesPolling = "polling"
)

// Options are what a Service works with.
type Options struct {
	Store     *models.Store
	Ring      *secrets.Ring
	API       *botapi.Client
	PublicURL *url.URL
	Updates   string
	Now       func() time.Time
	// Try carries out follow-ups at once that were committed; it may do nothing.
	Try func(ctx context.Context, list ...*models.FollowUp)
	// Route decides within the inbox transaction which flow a message goes to; otherwise is where it
	// goes when the one who decides does not want it. nil leaves all to otherwise.
	Route func(ctx context.Context, tx *models.Store, c *models.Connection, who *models.Subscriber, u message.Update, otherwise string) (string, error)
}

// Service is safe for concurrent use.
type Service struct {
	Options
	mu    sync.Mutex
	lines map[string]kept // by connection id
}

// New returns a service.
func New(o Options) *Service {
	if o.Try == nil {
		o.Try = func(context.Context, ...*models.FollowUp) {}
	}
	return &Service{Options: o, lines: map[string]kept{}}
}

func tenantOf(ctx context.Context) (string, error) {
	id, ok := tenant.From(ctx)
	if !ok {
		return "", fault.New(fault.Internal, "tenant_missing", "A connection without a tenant in its context")
	}
	return id, nil
}

// Title is what people call a kind of connection.
func Title(kind string) string {
	switch kind {
	case models.PromoBot:
		return "Promo Bot"
	case models.SignalBot:
		return "Signal Bot"
	case models.UserAccount:
		return "User Account"
	}
	return kind
}
