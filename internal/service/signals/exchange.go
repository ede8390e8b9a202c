package signals

import (
	"context"

	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/engine/forex/position"
	"github.com/promostack/promostack/internal/engine/forex/track"
	"github.com/promostack/promostack/models"
)

// ReasonExchanged is why a signal was not opened whose market has been exchanged for another one.
const ReasonExchanged = "other_market"

// exchanged ends what belongs to a market that is fed no longer, and lets strategies begin on the one of now: nothing else
// would ever happen to those signals, and what strategies remember is of another clock.
func (s *Service) exchanged(ctx context.Context, feed *models.MarketFeed) error {
	stranded, err := s.store.Signals.Stranded(ctx, s.feed.Market)
	if err != nil {
		return err
	}
	for _, row := range stranded { // before their strategies forget, which is theirs to remember
		owned := tenant.With(ctx, row.TenantID)
		if err := s.orLeave(owned, row.ID, s.leaveMarket(owned, row.ID, ReasonExchanged)); err != nil {
			return err
		}
	}
	elsewhere, err := s.store.Strategies.Elsewhere(ctx, s.feed.Market.Provider)
	if err != nil {
		return err
	}
	for i := range elsewhere {
		row := &elsewhere[i]
		_, err := s.store.Strategies.Change(tenant.With(ctx, row.TenantID), row.Strategy, models.AnyVersion, func(_ *models.Store, row *models.StrategySettings) error {
			if row.Market == s.feed.Market.Provider {
				return models.ErrUnchanged
			}
			row.Begin(models.NewTime(s.now()), s.feed.Market.Provider, s.marketTime(feed))
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// leaveMarket ends a signal when it has met all that its market did while it was fed: an open one at the last price of
// then. reason is why one that waits is not opened.
func (s *Service) leaveMarket(ctx context.Context, id, reason string) error {
	_, err := s.change(ctx, id, models.AnyVersion, func(st *step) error {
		switch row := st.row; row.State {
		case models.SignalOpen:
			price, at := lastPrice(row, st.feed)
			row.Ordered = nil // its minute never comes
			return st.closeAt(ctx, position.AtMarket, row.DecidedBy, max(at, row.Cursor), price)
		case models.SignalProposed, models.SignalWaiting:
			return st.end(ctx, models.SignalCancelled, track.Cancelled, reason, "")
		}
		return models.ErrUnchanged
	})
	return err
}
