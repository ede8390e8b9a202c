// Package backtests runs strategies over the market's stored history (F3): as durable jobs with progress, on the engine of
// the command and of the live signals, with the checks that say how far the outcome can be trusted, and the gate that a
// strategy should pass before it goes live.
package backtests

import (
	"context"
	"time"

	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/engine/forex/calendar"
	"github.com/promostack/promostack/internal/service/marketfeed"
	"github.com/promostack/promostack/models"
)

// Options are what the service is made from.
type Options struct {
	Store    *models.Store
	Feed     *marketfeed.Service // nil without market data: there is nothing to run over then
	Calendar *calendar.Calendar
	Now      func() time.Time
}

// Service is safe for concurrent use.
type Service struct {
	store    *models.Store
	feed     *marketfeed.Service
	calendar *calendar.Calendar
	now      func() time.Time
}

// New returns a service.
func New(o Options) *Service {
	return &Service{store: o.Store, feed: o.Feed, calendar: o.Calendar, now: o.Now}
}

// wake writes the outbox message that starts or wakes the flow of the tenant's backtests.
func wake(ctx context.Context, tx *models.Store) error {
	owner, _ := tenant.From(ctx)
	return tx.Outbox.Add(ctx, contract.OutboxBacktest, contract.BacktestsID(owner), contract.Backtests{TenantID: owner})
}

// Reconcile wakes the flows of tenants whose backtests wait: one that was ended by hand starts again.
func (s *Service) Reconcile(ctx context.Context) error {
	owners, err := s.store.Backtests.Waiting(models.Platform(ctx))
	if err != nil {
		return err
	}
	for _, owner := range owners {
		if err := wake(tenant.With(ctx, owner), s.store); err != nil {
			return err
		}
	}
	return nil
}

// Cancel ends a backtest that is not over. What runs it notices within half a second, and its result is not kept.
func (s *Service) Cancel(ctx context.Context, id string) (*models.Backtest, error) {
	return s.store.Backtests.End(ctx, id, nil)
}
