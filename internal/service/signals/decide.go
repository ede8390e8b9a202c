package signals

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/engine/forex/candle"
	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/engine/forex/position"
	"github.com/promostack/promostack/internal/engine/forex/strategy"
	"github.com/promostack/promostack/internal/engine/forex/track"
	"github.com/promostack/promostack/internal/service/marketfeed"
	"github.com/promostack/promostack/models"
)

// OnMarket lets signals and strategies meet what the market has done since the last time: signals whose levels were
// crossed or whose time is over are advanced, then strategies decide on a bar that has closed. It may run any number of
// times for the same minutes.
func (s *Service) OnMarket(ctx context.Context) error {
	if s.feed == nil {
		return nil
	}
	ctx = models.Platform(ctx)
	feed, err := s.store.Feeds.Get(ctx, s.feed.Market)
	if err != nil || feed.MarketTime.IsZero() {
		return err
	}
	if err := s.exchanged(ctx, feed); err != nil {
		return err
	}
	if feed.ToldUntil == 0 && s.feed.Simulated() {
		if feed.State != models.FeedLive && feed.State != models.FeedClosed { // there is more of the past to come
			return nil
		}
		if err := s.rehearse(ctx, feed); err != nil {
			return err
		}
	}
	for {
		more, err := s.tell(ctx, feed)
		if err != nil {
			return err
		}
		if !more {
			break
		}
	}
	if err := s.endRecords(ctx); err != nil {
		return err
	}
	if err := s.decide(ctx, feed); err != nil {
		return err
	}
	return s.recaps(ctx, feed)
}

// tell advances the signals that the next minutes concern. There are more when it read as many as it may.
func (s *Service) tell(ctx context.Context, feed *models.MarketFeed) (more bool, err error) {
	var minutes []candle.Candle
	if feed.ToldUntil == 0 {
		minutes, err = s.store.Candles.Newest(ctx, s.feed.Market, candle.M1, time.Time{}, 1)
	} else {
		minutes, err = s.store.Candles.Between(ctx, s.feed.Market, candle.M1, time.Unix(feed.ToldUntil+minute, 0), time.Time{}, minutesAtOnce)
	}
	if err != nil {
		return false, err
	}
	crossing := models.Crossing{Market: s.feed.Market, Low: pip.MaxPrice, Minute: feed.ToldUntil, Now: s.marketTime(feed)}
	for i := range minutes {
		crossing.Low, crossing.High, crossing.Minute = min(crossing.Low, minutes[i].Low), max(crossing.High, minutes[i].High), minutes[i].Time
	}
	if err := s.advanceCrossed(ctx, crossing); err != nil || len(minutes) == 0 {
		return false, err
	}
	feed.ToldUntil = crossing.Minute
	return len(minutes) == minutesAtOnce, s.store.Feeds.Told(ctx, s.feed.Market, feed.ToldUntil)
}

// advanceCrossed advances all signals to which something may have happened.
func (s *Service) advanceCrossed(ctx context.Context, crossing models.Crossing) error {
	rows, err := s.store.Signals.Crossed(ctx, crossing)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if err := s.advanceOrLeave(tenant.With(ctx, row.TenantID), row.ID); err != nil {
			return err
		}
	}
	return nil
}

// advanceOrLeave advances a signal, or leaves it as orLeave says.
func (s *Service) advanceOrLeave(ctx context.Context, id string) error {
	_, err := s.Advance(ctx, id)
	return s.orLeave(ctx, id, err)
}

// orLeave goes on without a signal that could not be changed. A defect of one must not hold up all others: its flow tries
// again and shows it.
func (s *Service) orLeave(ctx context.Context, id string, err error) error {
	switch {
	case err == nil || fault.Is(err, fault.NotFound):
		return nil
	case fault.Is(err, fault.Unavailable) || errors.Is(err, context.Canceled):
		return err
	}
	slog.ErrorContext(ctx, "a signal can't be advanced", "signal", id, "error", err)
	return s.wake(ctx, s.store, id)
}

// history is how many bars more than its warm-up a strategy sees before it decides.
const history = 500

// decide lets every tenant's strategies decide on the newest bar, while it is fresh: what would have been opened a bar ago
// nobody can follow any more.
func (s *Service) decide(ctx context.Context, feed *models.MarketFeed) error {
	newest, err := s.store.Candles.Newest(ctx, s.feed.Market, marketfeed.Bar, time.Time{}, 1)
	if err != nil || len(newest) == 0 {
		return err
	}
	at := newest[0].Time
	now := s.marketTime(feed)
	if now < at+bar || now >= at+2*bar || !s.calendar.Open(time.Unix(at+bar, 0).UTC()) {
		return nil
	}
	running, err := s.store.Strategies.Running(ctx)
	if err != nil {
		return err
	}
	eyes := map[string]strategy.Decision{}
	for i := range running {
		row := &running[i]
		if row.LastBar >= at {
			continue
		}
		key := row.Strategy + " " + string(row.Params)
		decision, seen := eyes[key]
		if !seen {
			if decision, err = s.look(ctx, row, at); err != nil {
				slog.ErrorContext(ctx, "a strategy can't decide", "tenant", row.TenantID, "strategy", row.Strategy, "error", err)
				if fault.Is(err, fault.Unavailable) {
					return err
				}
				continue
			}
			eyes[key] = decision
		}
		if err := s.act(tenant.With(ctx, row.TenantID), row.Strategy, at, decision); err != nil {
			if fault.Is(err, fault.Unavailable) || errors.Is(err, context.Canceled) {
				return err
			}
			slog.ErrorContext(ctx, "a decision can't be made a signal", "tenant", row.TenantID, "strategy", row.Strategy, "error", err)
		}
	}
	return nil
}

// look is what a strategy makes of a bar.
func (s *Service) look(ctx context.Context, row *models.StrategySettings, at int64) (strategy.Decision, error) {
	kind, ok := strategy.Find(row.Strategy)
	if !ok {
		return strategy.Decision{}, fmt.Errorf("there is no strategy %q", row.Strategy)
	}
	mind, _, warmUp, err := kind.New(row.Params)
	if err != nil {
		return strategy.Decision{}, err
	}
	bars, err := s.store.Candles.Newest(ctx, s.feed.Market, marketfeed.Bar, time.Unix(at+bar, 0), warmUp+history)
	if err != nil {
		return strategy.Decision{}, err
	}
	var d strategy.Decision
	for i := range bars {
		d = mind.OnCandle(&bars[i])
	}
	return d, nil
}

// act makes a signal of a decision, once for each strategy and bar, unless something holds it back.
func (s *Service) act(ctx context.Context, name string, at int64, d strategy.Decision) error {
	settings, _, err := s.Settings(ctx)
	if err != nil {
		return err
	}
	_, err = s.store.Strategies.Change(ctx, name, models.AnyVersion, func(tx *models.Store, row *models.StrategySettings) error {
		if row.LastBar >= at || row.Mode == models.StrategyOff {
			return models.ErrUnchanged
		}
		row.LastBar = at
		side, ok := sideOf(d.Action)
		if !ok || d.Stop == 0 {
			return nil
		}
		why, until, err := s.heldBack(ctx, tx, row, at+bar)
		if err != nil {
			return err
		}
		if why != "" {
			row.Held = &models.HeldBack{Bar: at, Reason: why, Until: until}
			return nil
		}
		row.Held = nil
		return s.propose(ctx, tx, settings, row, side, at, d)
	})
	return err
}

// ReasonBusy says that a strategy has as many signals under way as it may.
const ReasonBusy = "busy"

// heldBack says why a strategy may not make a signal now.
func (s *Service) heldBack(ctx context.Context, tx *models.Store, row *models.StrategySettings, now int64) (why string, until int64, err error) {
	live, err := tx.Signals.CountLive(ctx, row.Strategy, s.feed.Market)
	if err != nil {
		return "", 0, err
	}
	if live >= int64(row.MaxOpen) {
		return ReasonBusy, 0, nil
	}
	reason, until := row.Protections.Refuses(&row.Guard, now)
	return string(reason), until, nil
}

// propose makes a signal: it waits for a yes where the tenant wants that, else for the next price.
func (s *Service) propose(ctx context.Context, tx *models.Store, settings models.SignalSettings, of *models.StrategySettings, side position.Side, at int64, d strategy.Decision) error {
	if of.Mode == models.StrategyLive { // between the order to end the record and its strategies' end
		if err := notEnded(ctx, tx); err != nil {
			return err
		}
	}
	ready := at + bar
	row := &models.Signal{
		Strategy: of.Strategy, Params: of.Params, Practice: of.Mode == models.StrategyPractice, Market: s.feed.Market.Provider, Symbol: s.feed.Market.Symbol,
		Bar: at, State: models.SignalWaiting, Side: side, Plan: settings.Rules.Plan(side, d.Stop, d.Targets[:], ready),
		Terms:   models.SignalTerms{PipSize: settings.PipSize, Lots: settings.Lots, Spread: settings.Spread},
		ReadyAt: ready, WatchHigh: pip.MaxPrice,
	}
	if settings.Approval && !row.Practice {
		row.State, row.ApproveUntil = models.SignalProposed, ready+int64(settings.ApproveMinutes)*minute
		proposed := entry{kind: track.Proposed, data: track.Data{Strategy: row.Strategy, Plan: &row.Plan}}
		if err := s.record(ctx, tx, ready, &row.Terms, &row.Number, proposed); err != nil {
			return err
		}
	}
	if err := tx.Signals.Create(ctx, row); err != nil || row.Practice {
		return err
	}
	return s.wake(ctx, tx, row.ID)
}

func sideOf(a strategy.Action) (position.Side, bool) {
	switch a {
	case strategy.Buy:
		return position.Buy, true
	case strategy.Sell:
		return position.Sell, true
	}
	return "", false
}
