package signals

import (
	"context"
	"slices"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/forex/candle"
	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/engine/forex/position"
	"github.com/promostack/promostack/internal/engine/forex/track"
	"github.com/promostack/promostack/models"
)

// What a person orders for an open signal counts from the first price of the next minute on, as a signal opens at the first
// price after its yes. Whatever the market did until then comes first, even when its minutes come late: nobody dodges a stop
// that was hit before the order, and a closed market closes the signal when it opens.

// Close closes an open signal at the first price of the next minute.
func (s *Service) Close(ctx context.Context, id string, expect int64, by string) (*models.Signal, error) {
	return s.change(ctx, id, expect, func(st *step) error { return st.order(models.SignalOrder{By: by, Close: true}) })
}

// Edit moves the stop and the targets that were not hit yet, from the next minute on.
func (s *Service) Edit(ctx context.Context, id string, expect int64, by string, to models.SignalLevels) (*models.Signal, error) {
	return s.change(ctx, id, expect, func(st *step) error {
		row := st.row
		if row.State != models.SignalOpen {
			return errState(row, "open")
		}
		p := row.Position
		if p.Stop == to.Stop && slices.Equal(p.Plan.Targets[p.Hit:], to.Targets) {
			return models.ErrUnchanged
		}
		edited := clone(p)
		if err := edited.Edit(to.Stop, to.Targets); err != nil {
			return err
		}
		if err := st.allows(edited); err != nil {
			return err
		}
		return st.order(models.SignalOrder{By: by, Levels: &to})
	})
}

// order keeps what a person wants until the market has come to it. A close that is ordered stays.
func (st *step) order(o models.SignalOrder) error {
	row := st.row
	if row.State != models.SignalOpen {
		return errState(row, "open")
	}
	if row.Ordered.Waits() && row.Ordered.Close {
		return fault.New(fault.Conflict, "signal_closing", "The signal closes at the next price already").WithRemedy("Wait until the market has one")
	}
	o.From = st.now - st.now%minute + minute
	row.Ordered = &o
	return nil
}

// obey carries out what was ordered, at the first price of a minute: after all that the market does at that price itself.
func (st *step) obey(ctx context.Context, at int64, open pip.Price) (changed bool, err error) {
	row := st.row
	first := candle.Candle{Time: at, Prices: candle.Prices{Open: open, High: open, Low: open, Close: open}}
	if changed, err = st.apply(ctx, &first); err != nil || row.State != models.SignalOpen {
		return changed, err
	}
	o := row.Ordered
	row.Cursor = at - minute // the rest of this minute is yet to come
	if o.Close {
		row.Ordered = nil
		kind := position.ByHand
		if o.Ends {
			kind = position.AtMarket
		}
		return true, st.closeAt(ctx, kind, o.By, at, open)
	}
	old := models.SignalLevels{Stop: row.Position.Stop, Targets: slices.Clone(row.Position.Plan.Targets[row.Position.Hit:])}
	edited := clone(row.Position)
	if err := edited.Edit(o.Levels.Stop, o.Levels.Targets); err != nil { // a target was hit meanwhile
		o.Refused = fault.From(err).Message
		return true, nil
	}
	row.Position, row.DecidedBy, row.Ordered = edited, o.By, nil
	events := []models.SignalMilestone{{At: at, Kind: models.EditedLevels, Data: models.SignalEvent{Old: &old, New: o.Levels, By: o.By, Position: *clone(edited)}}}
	if err := st.tx.Signals.AddMilestones(ctx, row.ID, events); err != nil {
		return false, err
	}
	if err := st.enter(ctx, entry{kind: track.Edited, data: track.Data{Old: &track.Levels{Stop: old.Stop, Targets: old.Targets},
		New: &track.Levels{Stop: o.Levels.Stop, Targets: o.Levels.Targets}}}); err != nil {
		return false, err
	}
	return true, st.post(ctx, models.PostEdit, at, &events[0])
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
