package signals_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/engine/forex/candle"
	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/engine/forex/position"
	"github.com/promostack/promostack/internal/engine/forex/protection"
	"github.com/promostack/promostack/internal/service/signals"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/models"
)

// left makes a signal on the market of now, as strategies leave them.
func (w *world) left(feed *models.MarketFeed, strategy string, state models.SignalState, practice bool) *models.Signal {
	w.t.Helper()
	terms := signals.Defaults()
	at := feed.PriceAt.Unix()
	plan := terms.Rules.Plan(position.Buy, feed.Price-5*pip.Units, []pip.Price{feed.Price + 5*pip.Units}, at)
	row := &models.Signal{Strategy: strategy, Params: []byte("{}"), Practice: practice, Market: feed.Market, Symbol: feed.Symbol, Bar: at, State: state, Side: position.Buy, Plan: plan,
		Terms:   models.SignalTerms{PipSize: terms.PipSize, Lots: terms.Lots, Spread: terms.Spread},
		ReadyAt: at + 600, ApproveUntil: at + 86_400, WatchHigh: pip.MaxPrice}
	if state == models.SignalOpen {
		opened, err := position.Open(plan, at-60, feed.Price)
		require.NoError(w.t, err)
		row.Position, row.OpenedAt, row.Cursor = &opened, at-60, at-60
	}
	require.NoError(w.t, w.store.Signals.Create(w.ctx, row))
	return row
}

// When another market takes the place of one, what is left there ends at its last price, and strategies go on by the other
// clock, although the first one was far ahead and fast.
func TestAnotherMarket(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, store *models.Store) {
		w := newWorld(t, store)
		w.begin()
		w.live("momentum")
		w.control("/clock", map[string]any{"to": begin.AddDate(0, 0, 21).Format(time.RFC3339)})
		w.begin()
		w.control("/clock", map[string]any{"speed": 1000})
		w.look()
		feed, err := w.store.Feeds.Get(w.ctx, w.feed.Market)
		require.NoError(t, err)
		open, waiting, proposed := w.left(feed, "momentum", models.SignalOpen, false), w.left(feed, "breakout", models.SignalWaiting, false), w.left(feed, "mean-reversion", models.SignalProposed, false)
		practice := w.left(feed, "trend-pullback", models.SignalOpen, true)
		_, err = w.store.Strategies.Change(w.ctx, "momentum", models.AnyVersion, func(_ *models.Store, row *models.StrategySettings) error {
			require.Equal(t, models.SimulatedMarket, row.Market)
			row.LastBar, row.Guard = feed.MarketTime.Unix(), protection.State{PausedUntil: feed.MarketTime.Unix() + 86_400}
			return nil
		})
		require.NoError(t, err)

		w.wall = w.wall.Add(time.Hour) // six weeks, if anybody asked that market
		w.on(models.TwelveData)
		n, err := w.store.Signals.CountLive(w.ctx, "momentum", w.feed.Market)
		require.NoError(t, err)
		require.Zero(t, n, "it keeps nobody busy here")
		real := w.begin()
		require.True(t, real.MarketTime.Before(feed.MarketTime.Time))
		now := func(s *models.Signal) *models.Signal {
			t.Helper()
			row, err := w.store.Signals.Get(w.ctx, s.ID)
			require.NoError(t, err)
			return row
		}
		for _, s := range []*models.Signal{open, practice} {
			row := now(s)
			require.Equal(t, models.SignalClosed, row.State)
			require.Equal(t, feed.PriceAt.Unix(), row.ClosedAt)
			require.Equal(t, feed.Price-row.Terms.Spread/2, row.Position.Exits[0].Price)
			events, err := w.store.Signals.Milestones(w.ctx, s.ID)
			require.NoError(t, err)
			require.Equal(t, string(position.AtMarket), events[0].Kind)
		}
		for _, s := range []*models.Signal{waiting, proposed} {
			require.Equal(t, models.SignalCancelled, now(s).State)
			require.Equal(t, signals.ReasonExchanged, now(s).Reason)
		}
		row, err := w.store.Strategies.Get(w.ctx, "momentum")
		require.NoError(t, err)
		require.Equal(t, models.TwelveData, row.Market)
		require.Equal(t, protection.State{}, row.Guard)
		require.LessOrEqual(t, row.LastBar, real.MarketTime.Unix())
		require.LessOrEqual(t, row.MarketSince, real.MarketTime.Unix())

		w.pass(15 * time.Minute)
		newest, err := w.store.Candles.Last(w.ctx, w.feed.Market, candle.M15)
		require.NoError(t, err)
		row, err = w.store.Strategies.Get(w.ctx, "momentum")
		require.NoError(t, err)
		require.Equal(t, newest.Unix(), row.LastBar, "it decides again")
		require.Equal(t, int64(2), now(open).Version, "once")
	})
}
