// Package home is what a person sees first (D6): what works, what waits for somebody, what goes out next, and which first
// steps are taken. It reads what others keep, and keeps nothing.
package home

import (
	"context"
	"time"

	"github.com/promostack/promostack/internal/service/crosspromo"
	"github.com/promostack/promostack/internal/service/journeys"
	"github.com/promostack/promostack/internal/service/marketfeed"
	"github.com/promostack/promostack/internal/service/signals"
	"github.com/promostack/promostack/models"
)

// Options are what the service is made from.
type Options struct {
	Store     *models.Store
	Journeys  *journeys.Service
	Promotion *crosspromo.Service
	Signals   *signals.Service
	Feed      *marketfeed.Service
	Now       func() time.Time
}

// Service is safe for concurrent use.
type Service struct{ o Options }

// New returns a service.
func New(o Options) *Service { return &Service{o} }

// atMost is how many of each kind of matters are listed; the counts tell how many there are.
const atMost = 5

// Home is what a tenant's people see first.
type Home struct {
	Attention     models.Attention
	Connections   []models.Connection // all of them
	Posts         []models.ChannelPost
	Conversations []journeys.Person
	Signals       []models.Signal
	Works         Works
	Next          []Next
	Begun         models.Begun
	Promotion     bool // the programme of the FREE channel is on
}

// Works is what goes on by itself.
type Works struct {
	Market     *models.MarketFeed
	Journeys   int64 // that are active
	Inside     int64 // people in them now
	People     int64 // active subscribers
	Strategies int   // that are live
	Practice   int   // that practise
}

// Home reads it all. The limit of each list is small, the order the newest first.
func (s *Service) Home(ctx context.Context) (h *Home, err error) {
	h, store := &Home{}, s.o.Store
	if h.Attention, err = store.Attention(ctx); err != nil {
		return nil, err
	}
	if h.Connections, err = store.Connections.List(ctx); err != nil {
		return nil, err
	}
	if h.Attention.Unknown > 0 {
		page, err := store.ChannelPosts.List(ctx, models.ChannelPostFilter{States: []models.PostState{models.PostUnknown}, Limit: atMost})
		if err != nil {
			return nil, err
		}
		h.Posts = page.Items
	}
	if h.Attention.Handed > 0 {
		page, err := s.o.Journeys.People(ctx, models.SessionFilter{State: "handed", Limit: atMost})
		if err != nil {
			return nil, err
		}
		h.Conversations = page.Items
	}
	if h.Attention.Proposed > 0 {
		page, err := store.Signals.List(ctx, models.SignalFilter{States: []models.SignalState{models.SignalProposed}, Limit: atMost})
		if err != nil {
			return nil, err
		}
		h.Signals = page.Items
	}
	if h.Begun, err = store.Begun(ctx); err != nil {
		return nil, err
	}
	if err := s.works(ctx, &h.Works); err != nil {
		return nil, err
	}
	return h, s.next(ctx, h)
}

// Brands are what a platform admin has of tenants: Own is one that is no demo, Demo one that can be removed.
type Brands struct{ Own, Demo bool }

// Brands reads which tenants there are. It is for platform admins alone.
func (s *Service) Brands(ctx context.Context) (b Brands, err error) {
	rows, err := s.o.Store.Tenants.List(models.Platform(ctx))
	for i := range rows {
		demo, stays := rows[i].Kind == models.KindDemo, rows[i].State != models.TenantGoing
		b.Demo, b.Own = b.Demo || demo && stays, b.Own || !demo && stays
	}
	return b, err
}

func (s *Service) works(ctx context.Context, w *Works) error {
	var err error
	if w.Market, err = s.o.Feed.State(ctx); err != nil {
		return err
	}
	people, err := s.o.Store.Subscribers.Count(ctx)
	if err != nil {
		return err
	}
	w.People = people[models.SubscriberActive]
	if w.Journeys, w.Inside, err = s.o.Store.Figures.Going(ctx); err != nil {
		return err
	}
	strategies, err := s.o.Store.Strategies.List(ctx)
	for _, r := range strategies {
		switch r.Mode {
		case models.StrategyLive:
			w.Strategies++
		case models.StrategyPractice:
			w.Practice++
		case models.StrategyOff:
		}
	}
	return err
}
