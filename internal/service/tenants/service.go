// Package tenants makes tenants and removes them. A new one is set up by a flow of its own, one that goes is removed by a
// flow of the platform; both may be cut off anywhere and go on.
package tenants

import (
	"context"
	"image"
	"sync"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/engine/journey"
	"github.com/promostack/promostack/internal/engine/render"
	"github.com/promostack/promostack/internal/service/connections"
	"github.com/promostack/promostack/internal/service/journeys"
	"github.com/promostack/promostack/internal/service/promo"
	"github.com/promostack/promostack/models"
)

// Design is a template that a new tenant starts with.
type Design interface {
	// Meta is its metadata alone, without the work of drawing.
	Meta() render.Template
	// Draw returns its metadata and its backgrounds by file name.
	Draw() (render.Template, map[string]image.Image)
}

// Starter is what a new tenant starts with.
type Starter interface {
	Designs() []Design
	// Journey is its first journey, in which the brand is named.
	Journey(brand string) (name string, d *journey.Definition)
}

// Options are what a Service works with.
type Options struct {
	Store       *models.Store
	Promo       *promo.Service
	Journeys    *journeys.Service
	Connections *connections.Service
	Starter     Starter
	Now         func() time.Time
}

// Service is safe for concurrent use.
type Service struct {
	o Options

	mu     sync.Mutex
	states map[string]models.TenantState // by id, as they were at …
	at     time.Time
}

// New returns a service.
func New(o Options) *Service { return &Service{o: o} }

// statesKnown is how late a process may learn that another one has begun to remove a tenant. The removal waits for as long
// before it ends what runs.
const statesKnown = 2 * time.Second

// Working returns fault.Conflict "tenant_gone" for a tenant that is being removed, or has been.
func (s *Service) Working(ctx context.Context, id string) error {
	state, err := s.state(ctx, id)
	if err != nil {
		return err
	}
	if state == "" || state == models.TenantGoing {
		return fault.New(fault.Conflict, "tenant_gone", "The brand that this is about was removed").WithRemedy("Reload the page, and go on in another brand")
	}
	return nil
}

// state is empty for a tenant that is not there.
func (s *Service) state(ctx context.Context, id string) (models.TenantState, error) {
	now := s.o.Now()
	s.mu.Lock()
	state, age := s.states[id], now.Sub(s.at)
	s.mu.Unlock()
	if state != "" && age >= 0 && age < statesKnown {
		return state, nil
	}
	list, err := s.o.Store.Tenants.List(ctx)
	if err != nil {
		return "", err
	}
	states := make(map[string]models.TenantState, len(list))
	for _, t := range list {
		states[t.ID] = t.State
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.states, s.at = states, now
	return states[id], nil
}

// forget makes this process look again at once.
func (s *Service) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.states = nil
}

// Reconcile brings back the setup of tenants that are new and the removal of those that are going, should their flows not
// run. Those that do are not disturbed.
func (s *Service) Reconcile(ctx context.Context) error {
	list, err := s.o.Store.Tenants.List(ctx)
	if err != nil {
		return err
	}
	for _, t := range list {
		switch t.State {
		case models.TenantNew:
			err = setUp(ctx, s.o.Store, t.ID)
		case models.TenantGoing:
			err = s.takeAway(ctx, s.o.Store, t.ID)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// setUp starts the flow that sets a tenant up.
func setUp(ctx context.Context, tx *models.Store, id string) error {
	return tx.Outbox.Add(tenant.With(ctx, id), contract.OutboxTenantSetup, contract.TenantSetupID(id), contract.Tenant{TenantID: id})
}

// takeAway starts the flow that removes a tenant. The message is that of a tenant which stays.
func (s *Service) takeAway(ctx context.Context, tx *models.Store, id string) error {
	heir, err := tx.Tenants.First(ctx)
	if err != nil {
		return err
	}
	return tx.Outbox.Add(tenant.With(ctx, heir.ID), contract.OutboxTenantRemoval, contract.TenantRemovalID(id), contract.Tenant{TenantID: id})
}
