package signals_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/engine/forex/backtest"
	"github.com/promostack/promostack/internal/engine/forex/candle"
	"github.com/promostack/promostack/internal/engine/forex/position"
	"github.com/promostack/promostack/internal/engine/forex/track"
	"github.com/promostack/promostack/internal/service/signals"
	"github.com/promostack/promostack/models"
)

// F3, F4: what a strategy does live on the sandbox's market is what its backtest over the same bars says: the same signals,
// milestones and results. And the record of it holds.
func TestLiveEqualsBacktest(t *testing.T) {
	w := newWorld(t, sqlite(t))
	const bars = 700
	feed := w.begin()
	settings := signals.Defaults()
	settings.Rules.ProgressEvery = 250_000 // 2.50 USD
	settings.Rules.StopRule = position.MovingTarget
	settings.Rules.ExpireAfter = 2 * 3600
	_, err := w.signals.SaveSettings(w.ctx, settings, 1)
	require.ErrorContains(t, err, "signal-card", "a picture that there is no template of")
	settings.Card, settings.RecapCard = "", ""
	_, err = w.signals.SaveSettings(w.ctx, settings, 1)
	require.NoError(t, err)
	w.live()
	first := begin.Truncate(time.Minute).Add(15 * time.Minute)
	w.script(first, wander(3, feed.Price, bars))
	for range bars + 120 { // the market closes in between
		w.pass(15 * time.Minute)
	}
	last, err := w.store.Candles.Last(w.ctx, w.feed.Market, candle.M15)
	require.NoError(t, err)

	trades := 0
	for _, name := range names() {
		kind := kindOf(t, name)
		mind, _, warmUp, err := kind.New(nil)
		require.NoError(t, err)
		before, err := w.store.Candles.Newest(w.ctx, w.feed.Market, candle.M15, first, warmUp)
		require.NoError(t, err)
		after, err := w.store.Candles.Between(w.ctx, w.feed.Market, candle.M15, first, last.Add(time.Second), 10_000)
		require.NoError(t, err)
		run, err := backtest.New(candle.Series{Candles: append(before, after...)}, mind, false, backtest.Settings{
			Rules: settings.Rules, Protections: signals.NewStrategy(name).Protections, PipSize: settings.PipSize, Spread: settings.Spread,
			Cash: backtest.Dollar * 10_000, Risk: 100})
		require.NoError(t, err)
		for run.Next(1000) {
		}
		report := run.Report()
		var lived []models.Signal
		for _, s := range w.all(name) {
			if s.State == models.SignalOpen || s.State == models.SignalClosed {
				lived = append(lived, s)
			} else {
				require.Equal(t, models.SignalCancelled, s.State)
			}
		}
		require.GreaterOrEqual(t, len(lived), len(report.Trades)-1, name)
		for i, trade := range report.Trades {
			if trade.Reason == position.EndOfData {
				continue
			}
			trades++
			s := lived[i]
			require.Equal(t, models.SignalClosed, s.State, "%s %d", name, i)
			require.Equal(t, trade.OpenedAt.Unix(), s.OpenedAt, "%s %d", name, i)
			require.Equal(t, trade.Side, s.Side)
			require.Equal(t, trade.Entry, s.Position.Entry)
			require.Equal(t, trade.Pips, s.Pips)
			require.Equal(t, *trade.R, s.R)
			require.Equal(t, trade.ClosedAt.Unix(), candle.M15.Start(s.ClosedAt), "%s %d", name, i)
			events, err := w.store.Signals.Milestones(w.ctx, s.ID)
			require.NoError(t, err)
			require.Len(t, events, len(trade.Milestones), "%s %d", name, i)
			for k, m := range trade.Milestones {
				lived := *events[k].Data.Milestone
				lived.At = candle.M15.Start(lived.At)
				require.Equal(t, m, lived, "%s %d", name, i)
			}
		}
	}
	require.Greater(t, trades, 20)

	record, err := w.signals.Record(w.ctx)
	require.NoError(t, err)
	figures, err := record.Check()
	require.NoError(t, err)
	require.GreaterOrEqual(t, figures.Simulated, trades)
	require.Equal(t, track.Figures{Simulated: figures.Simulated, Unused: figures.Unused}, figures, "a made-up market counts for nothing")
}
