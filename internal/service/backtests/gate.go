package backtests

import (
	"context"
	"fmt"
	"reflect"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/forex/backtest"
	"github.com/promostack/promostack/internal/engine/forex/strategy"
	"github.com/promostack/promostack/internal/service/marketfeed"
	"github.com/promostack/promostack/models"
)

const (
	// NeededTrades are so many out of sample that their mean says something.
	NeededTrades = 100
	// NeededDays of trading is how long a strategy practises before it goes live.
	NeededDays = 5
)

// Gate says what a strategy has shown before it goes live.
type Gate struct {
	// Backtest is the one that counts: of the very parameters and protections that the strategy has now, by the rules that
	// the tenant's signals have, over the market of now, after a spread of at least the tenant's, and of those the one that
	// shows most. Empty without any.
	Backtest          string
	ChecksPassed      bool
	OutOfSampleTrades int
	// PracticeSince is when it began to make signals, in our time; zero while it is off. PracticeDays are the trading days
	// since, in the market's time; those on another market than the present one are none.
	PracticeSince time.Time
	PracticeDays  int
	// Missing says what it has not shown yet, in words.
	Missing []string
}

// Open reports whether nothing is missing.
func (g *Gate) Open() bool { return len(g.Missing) == 0 }

// Gate looks at what a strategy of the tenant has shown.
func (s *Service) Gate(ctx context.Context, name string) (*Gate, error) {
	kind, ok := strategy.Find(name)
	if !ok || kind.WithoutStop {
		return nil, fault.New(fault.NotFound, "strategy_not_found", "There is no such strategy")
	}
	own, err := s.own(ctx, kind)
	if err != nil {
		return nil, err
	}
	return s.GateOf(ctx, kind, &own)
}

// GateOf looks at what a strategy with these settings has shown.
func (s *Service) GateOf(ctx context.Context, kind *strategy.Kind, own *models.StrategySettings) (*Gate, error) {
	out := &Gate{Missing: []string{}}
	if err := s.tested(ctx, kind, own, out); err != nil {
		return nil, err
	}
	if err := s.practised(ctx, own, out); err != nil {
		return nil, err
	}
	switch {
	case out.Backtest == "":
		out.Missing = append(out.Missing, "A finished backtest of its present parameters and protections, by your present rules, after a spread of at least yours")
	case !out.ChecksPassed:
		out.Missing = append(out.Missing, "A backtest that passes both checks")
	}
	if n := out.OutOfSampleTrades; n < NeededTrades {
		out.Missing = append(out.Missing, fmt.Sprintf("%d more trades out of sample: there are %d of %d", NeededTrades-n, n, NeededTrades))
	}
	if n := out.PracticeDays; n < NeededDays {
		out.Missing = append(out.Missing, fmt.Sprintf("%d more trading days of practice: there are %d of %d", NeededDays-n, n, NeededDays))
	}
	return out, nil
}

// tested finds the backtest that counts.
func (s *Service) tested(ctx context.Context, kind *strategy.Kind, own *models.StrategySettings, out *Gate) error {
	if s.feed == nil {
		return nil
	}
	_, now, _, err := kind.New(own.Params)
	if err != nil {
		return err
	}
	terms, _, err := s.store.Strategies.Settings(ctx, models.DefaultSignalSettings())
	if err != nil {
		return err
	}
	rows, err := s.store.Backtests.Of(ctx, kind.Name, s.feed.Market)
	if err != nil {
		return err
	}
	for i := range rows {
		row := &rows[i]
		_, then, _, err := kind.New(row.Params)
		if err != nil || !reflect.DeepEqual(now, then) || !sameTerms(&row.Settings, own, &terms) || row.Checks == nil {
			continue // parameters of then may be none any more
		}
		passed, trades := row.Checks.Right(), row.Checks.OutOfSample.Trades
		better := passed && !out.ChecksPassed || passed == out.ChecksPassed && trades > out.OutOfSampleTrades
		if out.Backtest == "" || better {
			out.Backtest, out.ChecksPassed, out.OutOfSampleTrades = row.ID, passed, trades
		}
	}
	return nil
}

// sameTerms reports whether a backtest took as given what counts for a strategy's signals, and a spread.
func sameTerms(then *backtest.Settings, own *models.StrategySettings, terms *models.SignalSettings) bool {
	return then.Protections == own.Protections && reflect.DeepEqual(then.Rules, rulesOf(terms)) && then.Spread >= max(terms.Spread, 1)
}

// practised counts the trading days since the strategy began to make signals.
func (s *Service) practised(ctx context.Context, own *models.StrategySettings, out *Gate) error {
	if own.Mode == models.StrategyOff || own.Mode == "" || s.feed == nil {
		return nil
	}
	feed, err := s.store.Feeds.Get(ctx, s.feed.Market)
	if err != nil {
		return err
	}
	out.PracticeSince = own.Since.Time
	if own.Market != s.feed.Market.Provider {
		return nil
	}
	at, now := time.Unix(own.MarketSince, 0).UTC(), marketfeed.TimeOf(feed, s.now())
	for out.PracticeDays < NeededDays {
		open, end := s.calendar.Session(at)
		if end.After(now) {
			return nil
		}
		if !open.Before(at) { // a day that had begun before is none
			out.PracticeDays++
		}
		at = end
	}
	return nil
}
