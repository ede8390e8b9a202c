package signals

import (
	"context"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/engine/forex/position"
	"github.com/promostack/promostack/internal/engine/forex/track"
	"github.com/promostack/promostack/models"
)

// errState says that a signal is not in the state in which something can be done with it.
func errState(row *models.Signal, wanted string) error {
	return fault.New(fault.Conflict, "signal_state", "The signal is %s: only one that is %s can be changed like that", row.State, wanted).
		WithRemedy("Load it again to see what happened")
}

// Approve lets a proposed signal go out: it is opened at the next price. by names the person.
func (s *Service) Approve(ctx context.Context, id string, expect int64, by string) (*models.Signal, error) {
	return s.change(ctx, id, expect, func(st *step) error {
		row := st.row
		if row.State != models.SignalProposed {
			return errState(row, "proposed")
		}
		ready := st.now - st.now%minute + minute // a minute that begins after the yes
		if row.Plan.ExpiresAt > 0 {
			row.Plan.ExpiresAt += ready - row.ReadyAt
		}
		row.State, row.ReadyAt, row.DecidedBy = models.SignalWaiting, ready, by
		return nil
	})
}

// Reject ends a proposed signal.
func (s *Service) Reject(ctx context.Context, id string, expect int64, by, reason string) (*models.Signal, error) {
	return s.change(ctx, id, expect, func(st *step) error {
		if st.row.State != models.SignalProposed {
			return errState(st.row, "proposed")
		}
		return st.end(ctx, models.SignalRejected, track.Rejected, reason, by)
	})
}

// Cancel withdraws a signal that waits for its first price.
func (s *Service) Cancel(ctx context.Context, id string, expect int64, by, reason string) (*models.Signal, error) {
	return s.change(ctx, id, expect, func(st *step) error {
		if st.row.State != models.SignalWaiting {
			return errState(st.row, "waiting")
		}
		return st.end(ctx, models.SignalCancelled, track.Cancelled, reason, by)
	})
}

// closeAt closes the position at a price of its market.
func (st *step) closeAt(ctx context.Context, kind position.Kind, by string, at int64, price pip.Price) error {
	row := st.row
	before := clone(row.Position)
	m, _ := row.Position.Close(kind, at, row.Side.Exit(price, row.Terms.Spread))
	row.DecidedBy = by
	return st.happened(ctx, before, []position.Milestone{m})
}

// lastPrice is the last price of its market that an open signal has met, and when that was.
func lastPrice(row *models.Signal, feed *models.MarketFeed) (price pip.Price, at int64) {
	if at = feed.PriceAt.Unix(); feed.Price == 0 || at <= row.OpenedAt { // no minute has closed since it was opened
		return row.Side.Exit(row.Position.Entry, row.Terms.Spread), row.OpenedAt // the middle at which it was opened
	}
	return feed.Price, at
}
