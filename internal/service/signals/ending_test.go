package signals_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/forex/position"
	"github.com/promostack/promostack/internal/engine/forex/track"
	"github.com/promostack/promostack/internal/service/signals"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/models"
)

// A record ends when what was open has met its market to the end: the last entry says so, nothing comes after it, and all
// of it still holds.
func TestARecordEnds(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, store *models.Store) {
		w := newWorld(t, store)
		feed := w.begin()
		require.Equal(t, "no_record", fault.From(w.signals.End(w.ctx)).Code)
		w.live()
		w.script(begin.Truncate(time.Minute).Add(15*time.Minute), wander(3, feed.Price, 400))
		testkit.Eventually(t, time.Minute, "a signal is open", func() bool {
			w.pass(15 * time.Minute)
			return len(w.in(models.SignalOpen)) > 0
		})
		feed, err := store.Feeds.Get(w.ctx, w.feed.Market)
		require.NoError(t, err)
		waiting := w.left(feed, "trend-pullback", models.SignalWaiting, false)
		practice := w.left(feed, "mean-reversion", models.SignalOpen, true)
		open := w.in(models.SignalOpen)

		require.NoError(t, w.signals.End(w.ctx))
		rows, err := w.signals.Strategies(w.ctx)
		require.NoError(t, err)
		for _, row := range rows {
			require.Equal(t, models.StrategyOff, row.Mode)
		}
		got, err := store.Signals.Get(w.ctx, waiting.ID)
		require.NoError(t, err)
		require.Equal(t, models.SignalCancelled, got.State)
		require.Equal(t, signals.ReasonEnded, got.Reason)
		end, _, err := store.Records.Get(w.ctx)
		require.NoError(t, err)
		require.True(t, end.Ending)
		require.False(t, end.Ended, "the market has had no price since")
		live := models.StrategyLive
		_, err = w.signals.ChangeStrategy(w.ctx, "breakout", models.AnyVersion, signals.StrategyChange{Mode: &live, Anyway: true})
		require.Equal(t, "record_ended", fault.From(err).Code)
		require.NoError(t, w.signals.End(w.ctx), "again, while it ends")

		w.pass(2 * time.Minute)
		for _, row := range open {
			got, err := store.Signals.Get(w.ctx, row.ID)
			require.NoError(t, err)
			require.Equal(t, models.SignalClosed, got.State)
			events, err := store.Signals.Milestones(w.ctx, row.ID)
			require.NoError(t, err)
			require.Equal(t, string(position.AtMarket), events[len(events)-1].Kind)
		}
		got, err = store.Signals.Get(w.ctx, practice.ID)
		require.NoError(t, err)
		require.Equal(t, models.SignalOpen, got.State, "nobody was told of it, and it goes on")

		w.pass(time.Hour)
		require.NoError(t, w.signals.End(w.ctx), "again, when it has ended")
		record, err := w.signals.Record(w.ctx)
		require.NoError(t, err)
		_, err = record.Check()
		require.NoError(t, err)
		last, err := store.Records.Entries(w.ctx, int64(len(record.Entries)-1), 2)
		require.NoError(t, err)
		require.Len(t, last, 1)
		require.Equal(t, track.Ended, last[0].Kind)
		published, err := w.signals.PublishedEnd(w.ctx, "gold")
		require.NoError(t, err)
		page, err := w.signals.Publish(w.ctx, published)
		require.NoError(t, err)
		require.Equal(t, published.At, page.EndedAt.Unix())
	})
}

// in are the tenant's signals in a state, without practice.
func (w *world) in(state models.SignalState) []models.Signal {
	w.t.Helper()
	page, err := w.store.Signals.List(w.ctx, models.SignalFilter{States: []models.SignalState{state}, Limit: models.MaxPage})
	require.NoError(w.t, err)
	return page.Items
}
