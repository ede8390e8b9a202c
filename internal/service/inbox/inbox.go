// Package inbox takes everything that arrives from Telegram: each update counts once, and goes to the flow
// that it belongs to.
package inbox

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"log/slog"
	"strings"
	"time"

	"github.com/promostack/promostack/internal/adapter/botapi"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/engine/message"
	"github.com/promostack/promostack/internal/host/secrets"
	"github.com/promostack/promostack/internal/service/connections"
	"github.com/promostack/promostack/internal/service/journeys"
	"github.com/promostack/promostack/internal/service/outbox"
	"github.com/promostack/promostack/internal/service/signals"
	"github.com/promostack/promostack/models"
)

// Options are what a Service works with.
type Options struct {
	Store       *models.Store
	Connections *connections.Service
	Journeys    *journeys.Service
	Signals     *signals.Service // nil where there are none
	API         *botapi.Client
	Now         func() time.Time
}

// Service is safe for concurrent use.
type Service struct {
	store       *models.Store
	connections *connections.Service
	journeys    *journeys.Service
	signals     *signals.Service
	api         *botapi.Client
	now         func() time.Time
}

// New returns a service.
func New(o Options) *Service {
	return &Service{store: o.Store, connections: o.Connections, journeys: o.Journeys, signals: o.Signals, api: o.API, now: o.Now}
}

// errNoHook is the answer to every call of a webhook that doesn't prove itself: whoever tries addresses
// learns nothing.
var errNoHook = fault.New(fault.NotFound, "not_found", "There is nothing at this address")

// Hook takes an update that Telegram delivers to a webhook. shown is the secret that came with it.
// It returns once the update is in the inbox: only then may Telegram forget it.
func (s *Service) Hook(ctx context.Context, hook string, shown secrets.Text, body []byte) error {
	c, err := s.store.Connections.ByHook(ctx, hook)
	if fault.Is(err, fault.NotFound) {
		return errNoHook
	}
	if err != nil {
		return err
	}
	ctx = tenant.With(ctx, c.TenantID)
	bot, err := s.connections.BotOf(c)
	if err != nil {
		return err
	}
	if subtle.ConstantTimeCompare([]byte(bot.Secret().Reveal()), []byte(shown.Reveal())) != 1 || bot.Secret().IsZero() {
		return errNoHook
	}
	if len(body) > message.MaxUpdate {
		slog.ErrorContext(ctx, "an update is too large and was skipped", "connection", c.ID)
		return nil
	}
	u, err := botapi.ParseUpdate(body)
	if err != nil {
		// Telegram would deliver it again and again, and hold back what comes after it.
		slog.ErrorContext(ctx, "an update can't be read and was skipped", "connection", c.ID, "error", err)
		return nil
	}
	if err := s.Receive(ctx, c, u, nil); err != nil {
		return err
	}
	s.connections.Seen(ctx, c.ID)
	return nil
}

// Holder proves, within the transaction that stores an update, that the receiver still holds the
// connection.
type Holder interface {
	Check(ctx context.Context, tx *models.Store) error
}

// Receive stores an update: the person, the route and the outbox message are one transaction. An
// update that was received before changes nothing. holder may be nil.
func (s *Service) Receive(ctx context.Context, c *models.Connection, u message.Update, holder Holder) error {
	if u.Kind == message.KindIgnored || u.Kind == message.KindChannel {
		return nil // not a person's message; a lost channel shows at the next post or test
	}
	payload, err := json.Marshal(u)
	if err != nil {
		return err
	}
	in := models.Incoming{ConnectionID: c.ID, UpdateID: u.ID, Kind: u.Kind, Album: u.Album, Payload: payload, State: models.SubscriberActive, At: u.Date,
		Person: models.Person{ID: u.From.ID, FirstName: u.From.FirstName, LastName: u.From.LastName, Username: u.From.Username, Language: u.From.Language}}
	if u.Kind == message.KindMembership && !u.Member {
		in.State = models.SubscriberBlocked
	}
	if c.Kind != models.UserAccount { // people's accounts have no deep links
		if in.Source = u.StartPayload(c.Username); strings.HasPrefix(in.Source, message.LinkPrefix) {
			in.Source = ""
		}
	}
	_, err = s.store.Conversations.Receive(ctx, in,
		func(tx *models.Store, who *models.Subscriber) (string, error) {
			if holder != nil {
				if err := holder.Check(ctx, tx); err != nil {
					return "", err
				}
			}
			return s.route(ctx, tx, arrival{c, who, u})
		},
		func(tx *models.Store, m *models.InboundMessage) error { return outbox.SignalChat(ctx, tx, m) })
	return err
}
