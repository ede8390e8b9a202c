package backtests_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/engine/forex/backtest"
	"github.com/promostack/promostack/internal/engine/forex/calendar"
	"github.com/promostack/promostack/internal/engine/forex/candle"
	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/engine/forex/strategy"
	"github.com/promostack/promostack/internal/service/backtests"
	"github.com/promostack/promostack/internal/service/marketfeed"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/internal/test/testkit/market"
	"github.com/promostack/promostack/models"
)

// world is a tenant with a market that has a past.
type world struct {
	ctx     context.Context
	store   *models.Store
	feed    *marketfeed.Service
	service *backtests.Service
	wall    time.Time
	past    []candle.Candle
}

func newWorld(t *testing.T, store *models.Store, candles int) *world {
	t.Helper()
	w := &world{store: store, wall: time.Now(), past: market.Walk(7, candles)}
	w.ctx, _ = testkit.Tenant(t, store, "gold")
	hours, err := calendar.New(nil)
	require.NoError(t, err)
	clock := func() time.Time { return w.wall }
	w.feed = marketfeed.New(marketfeed.Options{Store: store, Name: models.SimulatedMarket, Calendar: hours, Now: clock})
	require.NoError(t, store.Candles.Add(w.ctx, w.feed.Market, candle.M15, w.past))
	w.service = backtests.New(backtests.Options{Store: store, Feed: w.feed, Calendar: hours, Now: clock})
	return w
}

func (w *world) create(t *testing.T, in backtests.Request) *models.Backtest {
	t.Helper()
	row, err := w.service.Create(w.ctx, in)
	require.NoError(t, err)
	return row
}

// run runs whatever waits, and returns the ids in the order of their turns.
func (w *world) run(t *testing.T, beat func()) (ran []string) {
	t.Helper()
	for {
		turn, err := w.service.Next(w.ctx, contract.Backtests{})
		require.NoError(t, err)
		if turn.BacktestID == "" {
			return ran
		}
		ran = append(ran, turn.BacktestID)
		require.NoError(t, w.service.Run(w.ctx, turn.BacktestID, beat))
	}
}

func price(t *testing.T, s string) *pip.Price {
	t.Helper()
	p, err := pip.ParsePrice(s)
	require.NoError(t, err)
	return &p
}

// F3: a job finds what the engine finds over the same candles, as the command does, with the hash of their file.
func TestAJobFindsWhatTheCommandFinds(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, store *models.Store) {
		w := newWorld(t, store, 6000)
		begun := time.Now()
		first := w.create(t, backtests.Request{Strategy: "trend-pullback", Params: json.RawMessage(`{"memory": 9}`), Spread: price(t, "0.4"), By: "Mary"})
		second := w.create(t, backtests.Request{Strategy: "momentum", From: w.past[1000].At(), To: w.past[4000].At()})
		require.Equal(t, []string{first.ID, second.ID}, w.run(t, func() {}), "one after the other")
		t.Logf("two jobs over %d candles took %s", 6000+3000, time.Since(begun))

		got, err := store.Backtests.Get(w.ctx, first.ID)
		require.NoError(t, err)
		require.Equal(t, models.BacktestFinished, got.State)
		require.Equal(t, got.Total, got.Done)
		require.Equal(t, "Mary", got.CreatedBy)
		require.Empty(t, got.Checks.LookAhead)
		require.Empty(t, got.Checks.WarmUp)
		require.Positive(t, got.Checks.OutOfSample.Trades)
		require.Less(t, got.Checks.OutOfSample.Trades, got.Figures.Trades)
		report, err := store.Backtests.Report(w.ctx, first.ID)
		require.NoError(t, err)

		kind, _ := strategy.Find("trend-pullback")
		settings := backtest.Defaults()
		settings.Spread = *price(t, "0.4")
		plan, err := backtest.NewPlan(kind, json.RawMessage(`{"memory": 9}`), settings)
		require.NoError(t, err)
		run, err := plan.Begin(candle.Series{Candles: w.past})
		require.NoError(t, err)
		run.Next(len(w.past))
		var file bytes.Buffer
		require.NoError(t, candle.WriteCSV(&file, w.past))
		sum := sha256.Sum256(file.Bytes())
		want := plan.Result(run, hex.EncodeToString(sum[:]))
		require.Equal(t, want.Data.SHA256, got.SHA256)
		require.Equal(t, asJSON(t, want.Figures), asJSON(t, got.Figures))
		require.Equal(t, asJSON(t, want.Report), asJSON(t, report.Report))
		require.Equal(t, asJSON(t, want.Params), asJSON(t, got.Params))

		got, err = store.Backtests.Get(w.ctx, second.ID)
		require.NoError(t, err)
		require.Equal(t, 3000, got.Candles)
	})
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	require.NoError(t, err)
	return string(text)
}

func TestProgressIsWrittenAndACancelledOneStops(t *testing.T) {
	w := newWorld(t, testkit.Store(t, testkit.SQLite(t), models.Options{}), 30_000)
	row := w.create(t, backtests.Request{Strategy: "breakout"})
	other := w.create(t, backtests.Request{Strategy: "momentum"})
	var seen []int
	beats := 0
	ran := w.run(t, func() {
		beats++
		w.wall = w.wall.Add(200 * time.Millisecond)
		now, err := w.store.Backtests.Get(w.ctx, row.ID)
		require.NoError(t, err)
		if len(seen) == 0 || seen[len(seen)-1] != now.Done {
			seen = append(seen, now.Done)
		}
		if len(seen) == 4 && now.State == models.BacktestRunning {
			require.Positive(t, now.Rate(now.StartedAt.Add(time.Second)))
			_, err := w.service.Cancel(w.ctx, row.ID)
			require.NoError(t, err)
		}
	})
	require.Equal(t, []string{row.ID, other.ID}, ran)
	require.IsIncreasing(t, seen)
	require.Len(t, seen, 4, "it went on for half a second at most, and wrote nothing more")
	got, err := w.store.Backtests.Get(w.ctx, row.ID)
	require.NoError(t, err)
	require.Equal(t, models.BacktestCancelled, got.State)
	require.Nil(t, got.Figures)
	report, err := w.store.Backtests.Report(w.ctx, row.ID)
	require.NoError(t, err)
	require.Nil(t, report)
	got, err = w.store.Backtests.Get(w.ctx, other.ID)
	require.NoError(t, err)
	require.Equal(t, models.BacktestFinished, got.State)
}

// A worker that died is followed by another one, which begins at the first candle; what the dead one still writes counts
// for nothing.
func TestAnotherWorkerBeginsAnew(t *testing.T) {
	w := newWorld(t, testkit.Store(t, testkit.SQLite(t), models.Options{}), 6000)
	row := w.create(t, backtests.Request{Strategy: "breakout"})
	dead, err := w.store.Backtests.Start(w.ctx, row.ID)
	require.NoError(t, err)
	goOn, err := w.store.Backtests.Progress(w.ctx, row.ID, dead.Attempts, 5000, row.Total)
	require.NoError(t, err)
	require.True(t, goOn)
	w.run(t, func() {})
	goOn, err = w.store.Backtests.Progress(w.ctx, row.ID, dead.Attempts, 5100, row.Total)
	require.NoError(t, err)
	require.False(t, goOn)
	got, err := w.store.Backtests.Get(w.ctx, row.ID)
	require.NoError(t, err)
	require.Equal(t, models.BacktestFinished, got.State)
	require.Equal(t, 2, got.Attempts)

	killer := w.create(t, backtests.Request{Strategy: "breakout"})
	for range 5 {
		_, err := w.store.Backtests.Start(w.ctx, killer.ID)
		require.NoError(t, err)
	}
	err = w.service.Run(w.ctx, killer.ID, func() {})
	require.Equal(t, "backtest_died", fault.From(err).Code)
	require.NoError(t, w.service.End(w.ctx, contract.BacktestEnd{BacktestID: killer.ID, Code: "backtest_died", Message: "It died"}))
	got, err = w.store.Backtests.Get(w.ctx, killer.ID)
	require.NoError(t, err)
	require.Equal(t, models.BacktestFailed, got.State)
}

func TestWhatIsWrongIsNamed(t *testing.T) {
	w := newWorld(t, testkit.Store(t, testkit.SQLite(t), models.Options{}), 3000)
	for name, c := range map[string]struct {
		in          backtests.Request
		field, code string
	}{
		"no strategy":        {backtests.Request{Strategy: "luck"}, "strategy", "unknown"},
		"one without a stop": {backtests.Request{Strategy: "sma-cross"}, "strategy", "unknown"},
		"a parameter":        {backtests.Request{Strategy: "momentum", Params: json.RawMessage(`{"speed": 1}`)}, "params.speed", "unknown_field"},
		"the spread":         {backtests.Request{Strategy: "momentum", Spread: price(t, "11")}, "spread", "out_of_range"},
		"too short":          {backtests.Request{Strategy: "momentum", From: w.past[2700].At()}, "from", "too_few_candles"},
		"nothing there":      {backtests.Request{Strategy: "momentum", From: w.past[2999].At().AddDate(0, 1, 0)}, "from", "no_candles"},
		"before all":         {backtests.Request{Strategy: "momentum", To: w.past[0].At()}, "to", "no_candles"},
		"the wrong way":      {backtests.Request{Strategy: "momentum", From: w.past[2000].At(), To: w.past[1000].At()}, "to", "out_of_order"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := w.service.Create(w.ctx, c.in)
			require.Error(t, err)
			f := fault.From(err)
			require.NotEmpty(t, f.Fields, f.Error())
			require.Equal(t, c.field, f.Fields[0].Name)
			require.Equal(t, c.code, f.Fields[0].Code)
		})
	}
}

// A tenant keeps its newest backtests, and a bounded number of them wait.
func TestTheyAreBounded(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, store *models.Store) {
		w := newWorld(t, store, 3000)
		in := backtests.Request{Strategy: "breakout"}
		oldest := w.create(t, in)
		require.Equal(t, "backtest_state", fault.From(store.Backtests.Delete(w.ctx, oldest.ID)).Code)
		w.run(t, func() {})
		for range models.KeptBacktests - 1 {
			row := w.create(t, in)
			_, err := w.service.Cancel(w.ctx, row.ID)
			require.NoError(t, err)
		}
		_, err := store.Backtests.Get(w.ctx, oldest.ID)
		require.NoError(t, err)
		for range models.MostWaitingBacktests {
			w.create(t, in)
		}
		_, err = w.service.Create(w.ctx, in)
		require.Equal(t, "backtests_waiting", fault.From(err).Code)
		_, err = store.Backtests.Get(w.ctx, oldest.ID)
		require.True(t, fault.Is(err, fault.NotFound))
		report, err := store.Backtests.Report(w.ctx, oldest.ID)
		require.NoError(t, err)
		require.Nil(t, report)
		page, err := store.Backtests.List(w.ctx, models.BacktestFilter{Limit: models.MaxPage})
		require.NoError(t, err)
		require.Len(t, page.Items, models.KeptBacktests)
		require.Empty(t, page.Next)
		require.NoError(t, store.Backtests.Delete(w.ctx, page.Items[models.KeptBacktests-1].ID))
		require.NoError(t, w.service.Reconcile(w.ctx))
	})
}

func TestGate(t *testing.T) {
	w := newWorld(t, testkit.Store(t, testkit.SQLite(t), models.Options{}), 60_000)
	now := w.past[len(w.past)-1].At()
	require.NoError(t, w.store.Feeds.Put(w.ctx, &models.MarketFeed{Market: w.feed.Market.Provider, Symbol: w.feed.Market.Symbol, State: models.FeedLive,
		MarketTime: models.NewTime(now), LookedAt: models.NewTime(w.wall), NextLook: models.NewTime(w.wall), Speed: 1, Budget: json.RawMessage("{}")}))
	gate := func() *backtests.Gate {
		t.Helper()
		g, err := w.service.Gate(w.ctx, "breakout")
		require.NoError(t, err)
		return g
	}
	g := gate()
	require.False(t, g.Open())
	require.Len(t, g.Missing, 3)
	_, err := w.service.Gate(w.ctx, "luck")
	require.Equal(t, "strategy_not_found", fault.From(err).Code)

	row := w.create(t, backtests.Request{Strategy: "breakout"})
	w.create(t, backtests.Request{Strategy: "breakout", Spread: new(pip.Price)})
	w.create(t, backtests.Request{Strategy: "breakout", Params: json.RawMessage(`{"channel": 30}`)})
	w.run(t, func() {})
	g = gate()
	require.Equal(t, row.ID, g.Backtest, "the one with the tenant's spread and the strategy's parameters")
	require.True(t, g.ChecksPassed)
	require.GreaterOrEqual(t, g.OutOfSampleTrades, backtests.NeededTrades)
	require.Len(t, g.Missing, 1)

	settings := models.NewStrategySettings("breakout")
	settings.Mode = models.StrategyPractice
	require.NoError(t, w.store.Strategies.Equip(w.ctx, []models.StrategySettings{settings}))
	_, err = w.store.Strategies.Change(w.ctx, "breakout", models.AnyVersion, func(_ *models.Store, row *models.StrategySettings) error {
		row.Begin(models.NewTime(w.wall), w.feed.Market.Provider, now.Unix())
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, 0, gate().PracticeDays)
	w.wall = w.wall.AddDate(0, 0, 4)
	require.False(t, gate().Open())
	w.wall = w.wall.AddDate(0, 0, 5)
	g = gate()
	require.Equal(t, backtests.NeededDays, g.PracticeDays)
	require.True(t, g.Open(), g.Missing)

	_, err = w.store.Strategies.Change(w.ctx, "breakout", models.AnyVersion, func(_ *models.Store, row *models.StrategySettings) error {
		row.Params = []byte(`{"channel": 25}`)
		return nil
	})
	require.NoError(t, err)
	require.False(t, gate().Open(), "other parameters have shown nothing")
}
