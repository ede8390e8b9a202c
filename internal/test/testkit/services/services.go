// Package services wires the services that stand between the flows and Telegram, as the program does.
package services

import (
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/adapter/botapi"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/host/secrets"
	"github.com/promostack/promostack/internal/service/connections"
	"github.com/promostack/promostack/internal/service/inbox"
	"github.com/promostack/promostack/internal/service/journeys"
	"github.com/promostack/promostack/internal/service/promo"
	"github.com/promostack/promostack/internal/service/sending"
	"github.com/promostack/promostack/models"
)

// Services are wired to one store.
type Services struct {
	Ring        *secrets.Ring
	Connections *connections.Service
	Sending     *sending.Service
	Journeys    *journeys.Service
	Inbox       *inbox.Service
}

// Options may be left out but for the store.
type Options struct {
	Store     *models.Store
	Ring      *secrets.Ring
	BotAPI    string // the simulator's address
	PublicURL string
	Simulated bool                 // Telegram is
	Updates   contract.UpdatesMode // polling when empty
	Promo     *promo.Service
	Now       func() time.Time
}

// New wires them.
func New(t testing.TB, o Options) *Services {
	t.Helper()
	s := &Services{Ring: o.Ring}
	var err error
	if s.Ring == nil {
		s.Ring, err = secrets.NewRing("one-0123456789-abcdefghijklmnop-QRSTUVWXYZ")
		require.NoError(t, err)
	}
	api, err := botapi.New(o.BotAPI)
	require.NoError(t, err)
	if o.PublicURL == "" {
		o.PublicURL = "http://127.0.0.1:8080"
	}
	public, err := url.Parse(o.PublicURL)
	require.NoError(t, err)
	if o.Updates == "" {
		o.Updates = contract.UpdatesPolling
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	s.Connections = connections.New(connections.Options{Store: o.Store, Ring: s.Ring, API: api, PublicURL: public, Updates: o.Updates, Simulated: o.Simulated, Now: o.Now})
	s.Sending = sending.New(o.Store, s.Connections, api, o.Now)
	s.Journeys = journeys.New(journeys.Options{Store: o.Store, Sending: s.Sending, Promo: o.Promo, PublicURL: public, Now: o.Now})
	s.Inbox = inbox.New(inbox.Options{Store: o.Store, Connections: s.Connections, Journeys: s.Journeys, API: api, Now: o.Now})
	return s
}
