package signals

import (
	"context"
	"slices"

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

// Close closes an open signal at the market's last price.
func (s *Service) Close(ctx context.Context, id string, expect int64, by string) (*models.Signal, error) {
	return s.change(ctx, id, expect, func(st *step) error { return st.closeAt(ctx, position.ByHand, by) })
}

// closeAt closes the position at the last price that is known.
func (st *step) closeAt(ctx context.Context, kind position.Kind, by string) error {
	row := st.row
	if row.State != models.SignalOpen {
		return errState(row, "open")
	}
	price, at := lastPrice(row, st.feed)
	before := clone(row.Position)
	m, _ := row.Position.Close(kind, max(at, row.Cursor), row.Side.Exit(price, row.Terms.Spread))
	row.DecidedBy = by
	return st.happened(ctx, before, []position.Milestone{m})
}

// lastPrice is the last price of its market that an open signal has met, and when that was.
func lastPrice(row *models.Signal, feed *models.MarketFeed) (price pip.Price, at int64) {
	if at = feed.PriceAt.Unix(); feed.Price == 0 || at < row.OpenedAt { // no minute has closed since it was opened
		return row.Side.Exit(row.Position.Entry, row.Terms.Spread), row.OpenedAt // the middle at which it was opened
	}
	return feed.Price, at
}

// Edit moves the stop and the targets that were not hit yet. The new levels count from the next minute on; the minute
// under way is over for the old ones.
func (s *Service) Edit(ctx context.Context, id string, expect int64, by string, to models.SignalLevels) (*models.Signal, error) {
	return s.change(ctx, id, expect, func(st *step) error {
		row := st.row
		if row.State != models.SignalOpen {
			return errState(row, "open")
		}
		p := row.Position
		old := models.SignalLevels{Stop: p.Stop, Targets: slices.Clone(p.Plan.Targets[p.Hit:])}
		if old.Stop == to.Stop && slices.Equal(old.Targets, to.Targets) {
			return models.ErrUnchanged
		}
		edited := clone(p)
		if err := edited.Edit(to.Stop, to.Targets); err != nil {
			return err
		}
		if err := st.allows(edited); err != nil {
			return err
		}
		at := st.now
		row.Position, row.DecidedBy, row.Cursor = edited, by, max(row.Cursor, at-at%minute)
		events := []models.SignalMilestone{{At: at, Kind: models.EditedLevels, Data: models.SignalEvent{Old: &old, New: &to, By: by, Position: *clone(edited)}}}
		if err := st.tx.Signals.AddMilestones(ctx, row.ID, events); err != nil {
			return err
		}
		if err := st.enter(ctx, entry{kind: track.Edited, data: track.Data{Old: &track.Levels{Stop: old.Stop, Targets: old.Targets},
			New: &track.Levels{Stop: to.Stop, Targets: to.Targets}}}); err != nil {
			return err
		}
		return st.post(ctx, models.PostEdit, at, &events[0])
	})
}

// allows refuses levels that the price has passed already: they would be hit at once.
func (st *step) allows(p *position.Position) error {
	price := st.feed.Price
	if price == 0 {
		return nil
	}
	sign := st.row.Side.Sign()
	exit := st.row.Side.Exit(price, st.row.Terms.Spread) * sign
	if p.Stop*sign >= exit {
		return fault.InvalidField("stop", "stop", "The price is at %s already: the stop would be hit at once", price)
	}
	if p.Plan.Targets[p.Hit].Price*sign <= exit {
		return fault.InvalidField("targets[0].price", "target_price", "The price is at %s already: the target would be hit at once", price)
	}
	return nil
}
