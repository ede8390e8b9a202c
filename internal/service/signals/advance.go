package signals

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/forex/candle"
	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/engine/forex/position"
	"github.com/promostack/promostack/internal/engine/forex/track"
	"github.com/promostack/promostack/internal/service/marketfeed"
	"github.com/promostack/promostack/models"
)

// Bar is how long the bars are on which strategies decide.
const Bar = time.Duration(marketfeed.Bar)

const (
	bar    = int64(Bar / time.Second)
	minute = 60
	// minutesAtOnce is how many minutes one statement reads.
	minutesAtOnce = 2000
)

// Why a signal was not opened.
const (
	ReasonClosed = "no_price" // the market had no price within the next bar: it was closed
	ReasonBeyond = "beyond"   // the price was beyond the stop or the first target
)

// step is a signal under its lock, at a moment of its market.
type step struct {
	*Service
	tx   *models.Store
	row  *models.Signal
	feed *models.MarketFeed
	now  int64 // the market's time
}

// Advance lets a signal meet what its market has done since: it lapses, is opened, goes on, is closed. It may be called at
// any time and any number of times.
func (s *Service) Advance(ctx context.Context, id string) (*models.Signal, error) {
	return s.change(ctx, id, models.AnyVersion, func(*step) error { return models.ErrUnchanged })
}

// change lets fn change a signal that has met what its market has done so far. When fn has nothing to change, what the
// market did is kept all the same.
func (s *Service) change(ctx context.Context, id string, expect int64, fn func(st *step) error) (*models.Signal, error) {
	return s.store.Signals.Change(ctx, id, expect, func(tx *models.Store, row *models.Signal) error {
		feed, err := tx.Feeds.Get(ctx, models.Market{Provider: row.Market, Symbol: row.Symbol})
		if err != nil {
			return err
		}
		st := &step{Service: s, tx: tx, row: row, feed: feed, now: s.marketTime(feed)}
		changed, err := st.meet(ctx)
		if err != nil {
			return err
		}
		if err = fn(st); errors.Is(err, models.ErrUnchanged) && changed {
			err = nil
		}
		if err != nil {
			return err
		}
		st.watch()
		return st.wake(ctx)
	})
}

func (st *step) wake(ctx context.Context) error {
	if st.row.Practice {
		return nil
	}
	return st.Service.wake(ctx, st.tx, st.row.ID)
}

// meet is what the market alone does to the signal.
func (st *step) meet(ctx context.Context) (changed bool, err error) {
	switch st.row.State {
	case models.SignalProposed:
		if st.now < st.row.ApproveUntil {
			return false, nil
		}
		return true, st.end(ctx, models.SignalLapsed, track.Lapsed, "", "")
	case models.SignalWaiting:
		if changed, err = st.open(ctx); err != nil || st.row.State != models.SignalOpen {
			return changed, err
		}
	case models.SignalOpen:
	default:
		return false, nil
	}
	happened, err := st.follow(ctx)
	return changed || happened, err
}

// end ends a signal that was never open.
func (st *step) end(ctx context.Context, state models.SignalState, kind track.Kind, reason, by string) error {
	st.row.State, st.row.Reason, st.row.DecidedBy = state, reason, by
	if st.row.Practice || st.row.Number == 0 { // nobody ever heard of it
		return nil
	}
	return st.enter(ctx, entry{kind: kind, data: track.Data{Reason: reason}})
}

// enter puts entries about the signal into the record.
func (st *step) enter(ctx context.Context, entries ...entry) error {
	if st.row.Practice {
		return nil
	}
	return st.record(ctx, st.tx, st.now, &st.row.Terms, &st.row.Number, entries...)
}

// open opens a signal that is ready at the first price from then on: the open of a minute, as a backtest enters at the open
// of the next bar. A market that has none within a bar was closed, and there is no trade; minutes that only come late are
// waited for.
func (st *step) open(ctx context.Context) (changed bool, err error) {
	at, price, err := st.firstPrice(ctx)
	switch {
	case err != nil:
		return false, err
	case at == 0 && (st.now < st.row.ReadyAt+bar || st.trades(st.row.ReadyAt)):
		return false, nil
	case at == 0 || at >= st.row.ReadyAt+bar:
		return true, st.end(ctx, models.SignalCancelled, track.Cancelled, ReasonClosed, "")
	}
	row := st.row
	opened, err := position.Open(row.Plan, at, row.Side.Entry(price, row.Terms.Spread))
	if err != nil {
		return true, st.end(ctx, models.SignalCancelled, track.Cancelled, ReasonBeyond, "")
	}
	settings, _, err := st.within(st.tx).Settings(ctx)
	if err != nil {
		return false, err
	}
	row.Terms.PipSize = settings.PipSize
	row.State, row.Position, row.OpenedAt, row.ExpiresAt, row.Cursor = models.SignalOpen, &opened, at, row.Plan.ExpiresAt, at-minute
	if err := st.enter(ctx, entry{kind: track.Opened, data: track.Data{Strategy: row.Strategy, Simulated: row.Simulated(), Symbol: row.Symbol,
		Entry: &opened.Entry, OpenedAt: at, Plan: &row.Plan}}); err != nil {
		return false, err
	}
	if err := st.post(ctx, models.PostSignal, at, nil); err != nil {
		return false, err
	}
	return true, st.promote(ctx, 0)
}

// trades reports whether the market is open in a part of the bar that begins at a moment.
func (st *step) trades(at int64) bool {
	return st.calendar.Open(time.Unix(at, 0).UTC()) || st.calendar.Open(time.Unix(at+bar-minute, 0).UTC())
}

// firstPrice is the first price of the market from the moment on at which the signal is ready; 0 for none yet.
func (st *step) firstPrice(ctx context.Context) (at int64, price pip.Price, err error) {
	minutes, err := st.tx.Candles.Between(ctx, st.market(), candle.M1, time.Unix(st.row.ReadyAt, 0), st.asOf, 1)
	if err != nil {
		return 0, 0, err
	}
	if len(minutes) > 0 {
		return minutes[0].Time, minutes[0].Open, nil
	}
	if st.feed.FormingAt >= st.row.ReadyAt && st.feed.FormingAt > 0 && st.asOf.IsZero() {
		return st.feed.FormingAt, st.feed.FormingOpen, nil
	}
	return 0, 0, nil
}

func (st *step) market() models.Market {
	return models.Market{Provider: st.row.Market, Symbol: st.row.Symbol}
}

// follow lets the minutes act on the open position. What is read is all since the last minute that changed it, so that a
// minute which came late counts as well.
func (st *step) follow(ctx context.Context) (changed bool, err error) {
	row := st.row
	for from := row.Cursor + minute; row.State == models.SignalOpen; {
		minutes, err := st.tx.Candles.Between(ctx, st.market(), candle.M1, time.Unix(from, 0), st.asOf, minutesAtOnce)
		if err != nil {
			return changed, err
		}
		for i := range minutes {
			happened, err := st.minute(ctx, &minutes[i])
			if err != nil {
				return changed, err
			}
			changed = changed || happened
			if row.State != models.SignalOpen {
				return changed, nil
			}
		}
		if len(minutes) < minutesAtOnce {
			break
		}
		from = minutes[len(minutes)-1].Time + minute
	}
	if at := st.feed.FormingAt; row.State == models.SignalOpen && row.Ordered.Waits() && at >= row.Ordered.From {
		happened, err := st.obey(ctx, at, st.feed.FormingOpen)
		return changed || happened, err
	}
	return changed, nil
}

// minute lets one minute act on the position, and what a person has ordered before it began.
func (st *step) minute(ctx context.Context, c *candle.Candle) (changed bool, err error) {
	if o := st.row.Ordered; o.Waits() && c.Time >= o.From {
		if changed, err = st.obey(ctx, c.Time, c.Open); err != nil || st.row.State != models.SignalOpen {
			return changed, err
		}
	}
	happened, err := st.apply(ctx, c)
	return changed || happened, err
}

// apply lets one minute act on the position.
func (st *step) apply(ctx context.Context, c *candle.Candle) (changed bool, err error) {
	row := st.row
	before := clone(row.Position)
	b := position.Bar{Time: c.Time, Prices: row.Side.Leaving(c.Prices, row.Terms.Spread)}
	milestones := row.Position.Apply(&b, nil)
	if len(milestones) == 0 {
		return false, nil
	}
	row.Cursor = c.Time
	return true, st.happened(ctx, before, milestones)
}

// happened books milestones of a position, which began as before: the log, the record, the posts, and what they come to
// when the signal is closed by them.
func (st *step) happened(ctx context.Context, before *position.Position, milestones []position.Milestone) error {
	row := st.row
	events := make([]models.SignalMilestone, len(milestones))
	entries := make([]entry, len(milestones))
	for i, m := range milestones {
		if err := before.Take(m); err != nil {
			return fault.New(fault.Internal, "milestone", "A milestone does not follow from the position").WithCause(err)
		}
		by := byHand(m.Kind, row.DecidedBy)
		events[i] = models.SignalMilestone{At: m.At, Kind: string(m.Kind), Data: models.SignalEvent{Milestone: &milestones[i], By: by, Position: *clone(before)}}
		entries[i] = entry{kind: track.Milestone, data: track.Data{Milestone: &milestones[i]}}
	}
	if err := st.tx.Signals.AddMilestones(ctx, row.ID, events); err != nil {
		return err
	}
	if row.Position.Left == 0 { // the strategy's row is locked before the record's end, as where strategies decide
		if err := st.close(ctx, milestones[len(milestones)-1]); err != nil {
			return err
		}
	}
	if err := st.enter(ctx, entries...); err != nil {
		return err
	}
	for i, m := range milestones {
		if err := st.post(ctx, models.PostMilestone, m.At, &events[i]); err != nil {
			return err
		}
		if m.Kind != position.HitTarget {
			continue
		}
		if err := st.promote(ctx, events[i].Seq); err != nil {
			return err
		}
	}
	return nil
}

// close books what a signal comes to that its last milestone has closed, and lets the protections of its strategy know.
func (st *step) close(ctx context.Context, last position.Milestone) error {
	row := st.row
	row.State, row.ClosedAt = models.SignalClosed, last.At
	row.Pips, row.R = row.Position.Result(row.Terms.PipSize, 0), row.Position.R(0)
	row.Money = row.Terms.PipSize.Money(row.Pips, row.Terms.Lots)
	_, err := st.tx.Strategies.Change(ctx, row.Strategy, models.AnyVersion, func(_ *models.Store, of *models.StrategySettings) error {
		if of.Market != "" && of.Market != row.Market { // it decides by another clock by now
			return models.ErrUnchanged
		}
		of.Protections.Closed(&of.Guard, candle.M15.Start(last.At), row.R, last.Kind == position.StoppedOut)
		return nil
	})
	return err
}

// byHand names a person only where a person did it.
func byHand(kind position.Kind, by string) string {
	if kind == position.ByHand {
		return by
	}
	return ""
}

// watch sets the prices of the market between which nothing happens to the signal.
func (st *step) watch() {
	row := st.row
	row.WatchLow, row.WatchHigh = 0, pip.MaxPrice
	if row.State != models.SignalOpen {
		return
	}
	if row.Ordered.Waits() { // whatever the price is
		row.WatchLow = pip.MaxPrice
		return
	}
	// The position is left at half the spread from the market's price.
	away := row.Side.Sign() * (row.Terms.Spread / 2)
	stop, next := row.Position.Levels()
	low, high := stop, next
	if row.Side == position.Sell {
		low, high = next, stop
	}
	if low > 0 {
		row.WatchLow = low + away
	}
	if high > 0 {
		row.WatchHigh = high + away
	}
}

func clone(p *position.Position) *position.Position {
	c := *p
	c.Plan.Targets, c.Exits = slices.Clone(p.Plan.Targets), slices.Clone(p.Exits)
	return &c
}
