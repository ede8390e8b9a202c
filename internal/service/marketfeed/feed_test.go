package marketfeed_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/adapter/market"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/forex/calendar"
	"github.com/promostack/promostack/internal/engine/forex/candle"
	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/service/marketfeed"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/models"
)

// world is a market and a provider that knows all of its past.
type world struct {
	now     time.Time // of both clocks
	hours   *calendar.Calendar
	fail    error
	clocks  error
	calls   int
	bars    int            // of calls, those for bars
	missing map[int64]bool // candles that the provider does not have, by their begin
}

func (w *world) Clock(context.Context) (time.Time, float64, error) { return w.now, 1, w.clocks }

func (w *world) Price(context.Context, string) (pip.Price, error) {
	return 0, errors.New("minutes tell the price")
}

// Candles also has some of the weekend, as providers do.
func (w *world) Candles(_ context.Context, q market.Query) ([]candle.Candle, *candle.Candle, error) {
	w.calls++
	if q.Timeframe == candle.M15 {
		w.bars++
	}
	if w.fail != nil {
		return nil, nil, w.fail
	}
	var out []candle.Candle
	if q.From.IsZero() {
		q.From = w.now.Truncate(time.Duration(q.Timeframe)).Add(-time.Duration(q.Count) * time.Duration(q.Timeframe))
	}
	for at := q.From; len(out) < q.Count && !at.Add(time.Duration(q.Timeframe)).After(w.now); at = at.Add(time.Duration(q.Timeframe)) {
		if !w.missing[at.Unix()] {
			out = append(out, candleAt(at, q.Timeframe))
		}
	}
	return out, nil, nil
}

// candleAt is one of a price that depends on the time alone.
func candleAt(at time.Time, of candle.Timeframe) candle.Candle {
	random := rand.New(rand.NewPCG(uint64(at.Unix()), uint64(of)))
	price := (2650 + pip.Price(random.IntN(100))) * pip.Units
	return candle.Candle{Time: at.Unix(), Prices: candle.Prices{Open: price, High: price + pip.Units, Low: price - pip.Units, Close: price}}
}

func newWorld(t *testing.T, store *models.Store, provider string) (*world, *marketfeed.Service) {
	hours, err := calendar.New(nil)
	require.NoError(t, err)
	w := &world{now: time.Date(2026, 11, 25, 15, 7, 30, 0, time.UTC), hours: hours, missing: map[int64]bool{}} // a Wednesday
	feed := marketfeed.New(marketfeed.Options{Store: store, Provider: w, Name: provider, Calendar: hours, Now: func() time.Time { return w.now }})
	return w, feed
}

// step looks once, and lets the time pass until the next look.
func (w *world) step(t *testing.T, feed *marketfeed.Service) *marketfeed.Now {
	t.Helper()
	look, err := feed.Look(t.Context())
	require.NoError(t, err)
	now, err := feed.Now(t.Context())
	require.NoError(t, err)
	w.now = w.now.Add(look.Again)
	return now
}

func (w *world) stored(t *testing.T, store *models.Store, feed *marketfeed.Service, of candle.Timeframe, from, to time.Time) []candle.Candle {
	t.Helper()
	candles, err := store.Candles.Between(t.Context(), feed.Market, of, from, to, 100_000)
	require.NoError(t, err)
	for _, c := range candles {
		require.Equal(t, candleAt(c.At(), of), c)
		require.True(t, w.hours.Open(c.At()), "%s is closed", c.At())
	}
	return candles
}

// F1: the first look brings the past; then each bar comes seconds after its close, and the plan's credits last.
func TestADayWithinTheCredits(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, store *models.Store) {
		w, feed := newWorld(t, store, models.TwelveData)
		begun := w.now
		now := w.step(t, feed)
		require.Equal(t, models.FeedLive, now.Feed.State)
		require.Equal(t, 2, w.calls, "bars and minutes")
		bars := w.stored(t, store, feed, candle.M15, time.Time{}, begun)
		require.Equal(t, time.Date(2026, 11, 25, 14, 45, 0, 0, time.UTC), bars[len(bars)-1].At(), "the last closed one")
		require.Empty(t, candle.Gaps(bars, candle.M15, bars[0].At(), bars[len(bars)-1].At(), w.hours.Open))
		require.Greater(t, len(bars), 3400, "weeks")
		require.Equal(t, now.Feed.Price, candleAt(begun.Truncate(time.Minute).Add(-time.Minute), candle.M1).Close)
		for w.now.Before(begun.Add(24 * time.Hour)) {
			before := w.now
			look, err := feed.Look(t.Context())
			require.NoError(t, err)
			w.now = w.now.Add(look.Again)
			due := before.Truncate(15 * time.Minute).Add(-15 * time.Minute)
			if !w.hours.Open(before) || !w.hours.Open(due) {
				continue
			}
			last, err := store.Candles.Last(t.Context(), feed.Market, candle.M15)
			require.NoError(t, err)
			require.Equal(t, due, last, "at %s", before)
			require.LessOrEqual(t, look.Again, 150*time.Second)
		}
		now, err := feed.Now(t.Context())
		require.NoError(t, err)
		require.Less(t, w.calls, market.FreePerDay)
		require.Zero(t, now.Gaps)
		minutes := w.stored(t, store, feed, candle.M1, begun, w.now)
		require.Empty(t, candle.Gaps(minutes, candle.M1, minutes[0].At(), minutes[len(minutes)-1].At(), w.hours.Open))
	})
}

func TestAClosedMarketSleeps(t *testing.T) {
	store := testkit.Store(t, testkit.SQLite(t), models.Options{})
	w, feed := newWorld(t, store, models.TwelveData)
	w.now = time.Date(2026, 11, 27, 21, 59, 0, 0, time.UTC) // a Friday before 17:00 in New York; the day after Thanksgiving ends earlier
	for w.now.Before(time.Date(2026, 11, 28, 0, 0, 0, 0, time.UTC)) {
		w.step(t, feed)
	}
	calls := w.calls
	now := w.step(t, feed)
	require.Equal(t, models.FeedClosed, now.Feed.State)
	require.Equal(t, "The market is closed: weekend", now.Feed.Problem.Message)
	require.Equal(t, "It opens on 29 Nov 2026, 23:00 UTC", now.Feed.Problem.Remedy)
	for w.now.Before(time.Date(2026, 11, 29, 22, 59, 0, 0, time.UTC)) {
		w.step(t, feed)
	}
	require.Equal(t, calls, w.calls, "nothing is asked while it is closed")
	for w.now.Before(time.Date(2026, 11, 29, 23, 20, 0, 0, time.UTC)) {
		now = w.step(t, feed)
	}
	require.Equal(t, models.FeedLive, now.Feed.State)
	require.Equal(t, time.Date(2026, 11, 29, 23, 0, 0, 0, time.UTC), now.LastBar)
	require.Zero(t, now.Gaps)
}

func TestGapsAreFilledAfterAnOutage(t *testing.T) {
	store := testkit.Store(t, testkit.SQLite(t), models.Options{})
	w, feed := newWorld(t, store, models.TwelveData)
	w.step(t, feed)
	last := w.now
	w.now = w.now.Add(6 * 24 * time.Hour) // more minutes than one answer has
	for range 10 {
		w.step(t, feed)
	}
	minutes := w.stored(t, store, feed, candle.M1, last, w.now)
	require.Empty(t, candle.Gaps(minutes, candle.M1, last.Truncate(time.Minute).Add(time.Minute), minutes[len(minutes)-1].At(), w.hours.Open))
	bars := w.stored(t, store, feed, candle.M15, time.Time{}, w.now)
	require.Empty(t, candle.Gaps(bars, candle.M15, bars[0].At(), bars[len(bars)-1].At(), w.hours.Open))
}

// A bar that the provider does not have is asked for a while, and then no more.
func TestABarThatNeverComes(t *testing.T) {
	store := testkit.Store(t, testkit.SQLite(t), models.Options{})
	w, feed := newWorld(t, store, models.TwelveData)
	hole := w.now.Truncate(15 * time.Minute)
	w.missing[hole.Unix()] = true
	for w.now.Before(hole.Add(50 * time.Minute)) {
		w.step(t, feed)
	}
	require.LessOrEqual(t, w.bars, 8, "four bars, and the hole twice more")
	now := w.step(t, feed)
	require.Equal(t, 1, now.Gaps)
	require.Equal(t, models.FeedLive, now.Feed.State)
	delete(w.missing, hole.Unix()) // the provider has it after all
	for range 8 {
		now = w.step(t, feed)
	}
	require.Zero(t, now.Gaps, "it comes with a later one")
}

// Signals hear of a minute that the provider had late: they are told from it on once more.
func TestALateMinuteIsTold(t *testing.T) {
	store := testkit.Store(t, testkit.SQLite(t), models.Options{})
	w, feed := newWorld(t, store, models.TwelveData)
	w.step(t, feed)
	hole := w.now.Truncate(time.Minute).Add(time.Minute)
	w.missing[hole.Unix()] = true
	for w.now.Before(hole.Add(6 * time.Minute)) {
		w.step(t, feed)
	}
	last, err := store.Candles.Last(t.Context(), feed.Market, candle.M1)
	require.NoError(t, err)
	require.True(t, last.After(hole))
	require.NoError(t, store.Feeds.Told(t.Context(), feed.Market, last.Unix()))
	delete(w.missing, hole.Unix())
	now := w.step(t, feed)
	require.Equal(t, hole.Add(-time.Minute).Unix(), now.Feed.ToldUntil)
	require.NoError(t, store.Feeds.Told(t.Context(), feed.Market, w.now.Unix()))
	require.Less(t, hole.Unix(), w.step(t, feed).Feed.ToldUntil, "once")
}

func TestTroubleAtTheProvider(t *testing.T) {
	for name, c := range map[string]struct {
		err   *fault.Error
		state models.FeedState
		again time.Duration
	}{
		"the minute's credits": {fault.New(fault.RateLimited, market.MinuteLimit, "used up").WithRetryAfter(20 * time.Second), models.FeedWaiting, 20 * time.Second},
		"the day's credits":    {fault.New(fault.RateLimited, market.DayLimit, "used up").WithRetryAfter(9 * time.Hour), models.FeedWaiting, 15 * time.Minute},
		"a refused key":        {fault.New(fault.Forbidden, market.KeyRefused, "refused").WithRemedy("Set TWELVE_DATA_API_KEY"), models.FeedBroken, 15 * time.Minute},
		"an outage":            {fault.New(fault.Unavailable, market.Away, "away").WithRetryAfter(30 * time.Second), models.FeedWaiting, 30 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			store := testkit.Store(t, testkit.SQLite(t), models.Options{})
			w, feed := newWorld(t, store, models.TwelveData)
			w.step(t, feed)
			w.fail = c.err
			begun := w.now
			now := w.step(t, feed)
			require.Equal(t, c.state, now.Feed.State)
			require.Equal(t, c.err.Code, now.Feed.Problem.Code)
			require.Equal(t, c.err.Remedy, now.Feed.Problem.Remedy)
			require.Equal(t, c.again, w.now.Sub(begun))
			require.Positive(t, now.Feed.Price, "the last price stays")
			w.fail = nil
			w.now = w.now.Add(24 * time.Hour)
			now = w.step(t, feed)
			require.Equal(t, models.FeedLive, now.Feed.State)
			require.Nil(t, now.Feed.Problem)
			w.fail, w.clocks = nil, c.err
			require.Equal(t, c.state, w.step(t, feed).Feed.State, "the clock's trouble is the feed's")
		})
	}
}

// An outage costs no credits that were never used, and is asked about less and less often.
func TestALongOutage(t *testing.T) {
	store := testkit.Store(t, testkit.SQLite(t), models.Options{})
	w, feed := newWorld(t, store, models.TwelveData)
	before := w.step(t, feed).DayCredits
	w.fail = fault.New(fault.Unavailable, market.Away, "away").WithRetryAfter(30 * time.Second)
	begun, calls := w.now, w.calls
	var now *marketfeed.Now
	for w.now.Before(begun.Add(3 * time.Hour)) {
		now = w.step(t, feed)
		require.Equal(t, models.FeedWaiting, now.Feed.State)
	}
	require.Equal(t, before, now.DayCredits)
	require.Less(t, w.calls-calls, 40)
	w.fail = nil
	w.step(t, feed)
	now = w.step(t, feed)
	require.Equal(t, models.FeedLive, now.Feed.State)
	require.Zero(t, now.Gaps)
}

// Prices that stop without an error are no live market.
func TestAProviderWithoutNewPrices(t *testing.T) {
	store := testkit.Store(t, testkit.SQLite(t), models.Options{})
	w, feed := newWorld(t, store, models.TwelveData)
	w.step(t, feed)
	for at := w.now.Truncate(time.Minute).Add(-10 * time.Minute); at.Before(w.now.Add(time.Hour)); at = at.Add(time.Minute) {
		w.missing[at.Unix()] = true
	}
	last := w.now
	var now *marketfeed.Now
	for w.now.Before(last.Add(30 * time.Minute)) {
		now = w.step(t, feed)
	}
	require.Equal(t, models.FeedWaiting, now.Feed.State)
	require.Equal(t, "market_late", now.Feed.Problem.Code)
	clear(w.missing)
	w.step(t, feed)
	require.Equal(t, models.FeedLive, w.step(t, feed).Feed.State)
}

func TestASilentFeedSaysSo(t *testing.T) {
	store := testkit.Store(t, testkit.SQLite(t), models.Options{})
	w, feed := newWorld(t, store, models.TwelveData)
	w.step(t, feed)
	w.now = w.now.Add(time.Hour)
	now, err := feed.Now(t.Context())
	require.NoError(t, err)
	require.Equal(t, models.FeedBroken, now.Feed.State)
	require.Equal(t, "feed_silent", now.Feed.Problem.Code)
}

func TestLongerCandles(t *testing.T) {
	store := testkit.Store(t, testkit.SQLite(t), models.Options{})
	w, feed := newWorld(t, store, models.SimulatedMarket)
	w.step(t, feed)
	whole := candle.Resample(w.stored(t, store, feed, candle.M15, time.Time{}, w.now), candle.H1)
	newest, err := feed.Candles(t.Context(), candle.H1, time.Time{}, time.Time{}, 30)
	require.NoError(t, err)
	require.Equal(t, whole[len(whole)-30:], newest)
	from, err := feed.Candles(t.Context(), candle.H1, whole[10].At(), whole[500].At(), 20)
	require.NoError(t, err)
	require.Equal(t, whole[10:30], from)
}
