package signals_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/engine/forex/backtest"
	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/engine/forex/position"
	"github.com/promostack/promostack/internal/sandbox/market"
	"github.com/promostack/promostack/internal/service/backtests"
	"github.com/promostack/promostack/internal/service/signals"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/models"
)

// recapping is a world that has recaps at some times, whose signals the test closes.
type recapping struct {
	*world
	signals int64
}

func newRecapping(t *testing.T, daily, weekly string) *recapping {
	t.Helper()
	w := &recapping{}
	w.world = newWorld(t, testkit.Store(t, testkit.SQLite(t), models.Options{Clock: func() time.Time {
		if w.world == nil {
			return begin
		}
		return w.wall
	}}))
	w.begin()
	_, err := w.world.signals.Strategies(w.ctx) // whose tenants have recaps
	require.NoError(t, err)
	w.times(daily, weekly)
	return w
}

func (w *recapping) times(daily, weekly string) {
	w.t.Helper()
	settings, version, err := w.world.signals.Settings(w.ctx)
	require.NoError(w.t, err)
	settings.Card, settings.RecapCard, settings.DailyAt, settings.WeeklyAt = "", "", daily, weekly
	_, err = w.world.signals.SaveSettings(w.ctx, settings, version)
	require.NoError(w.t, err)
}

// until lets the market's time pass, in steps after which it is looked at.
func (w *recapping) until(at string) {
	w.t.Helper()
	end := when(w.t, at).Add(5 * time.Second)
	for step := 2 * time.Hour; w.wall.Before(end); {
		w.pass(min(step, end.Sub(w.wall)))
	}
}

func when(t *testing.T, at string) time.Time {
	t.Helper()
	out, err := time.Parse("2006-01-02 15:04", "2026-01-"+at)
	require.NoError(t, err)
	return out
}

// closed books a signal that closed at a time.
func (w *recapping) closed(at string, change ...func(*models.Signal)) int64 {
	w.t.Helper()
	w.signals++
	unix := when(w.t, at).Unix()
	row := &models.Signal{Number: w.signals, Strategy: "momentum", Params: []byte("{}"), Market: w.feed.Market.Provider, Symbol: w.feed.Market.Symbol, Bar: w.signals * 900,
		State: models.SignalClosed, Side: position.Buy, Position: &position.Position{}, Terms: models.SignalTerms{PipSize: pip.Default, Lots: 10},
		OpenedAt: unix - 600, ClosedAt: unix, Pips: -50 * pip.Pips(pip.Units), R: -pip.R(pip.Units), Money: -5000}
	for _, c := range change {
		c(row)
	}
	require.NoError(w.t, w.store.Signals.Create(w.ctx, row))
	return row.Number
}

// recaps are those of a kind, the oldest first, and the numbers of the signals in the newest one.
func (w *recapping) recaps(kind models.RecapKind) (all []models.Recap, newest []int64) {
	w.t.Helper()
	all, err := w.store.Recaps.EndedAfter(w.ctx, kind, 0)
	require.NoError(w.t, err)
	if len(all) > 0 {
		for _, o := range all[len(all)-1].Facts.Closed {
			newest = append(newest, o.Number)
		}
	}
	return all, newest
}

// F8: a recap waits for minutes that the provider does not give, and then has what they did.
func TestARecapWaitsForItsMinutes(t *testing.T) {
	w := newRecapping(t, "22:15", "")
	first := w.closed("06 20:00")
	w.until("06 21:30")
	outage := func(method, body string) {
		request, err := http.NewRequestWithContext(t.Context(), method, w.server.URL+market.Control+"/outage", strings.NewReader(body))
		require.NoError(t, err)
		answer, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		require.NoError(t, answer.Body.Close())
		require.Equal(t, http.StatusOK, answer.StatusCode)
	}
	outage(http.MethodPost, `{"kind":"500"}`)
	w.until("06 22:45")
	all, _ := w.recaps(models.RecapDaily)
	require.Empty(t, all, "minutes are missing")
	outage(http.MethodDelete, "")
	second := w.closed("06 21:45") // as the minutes would have it
	w.until("06 22:55")
	_, newest := w.recaps(models.RecapDaily)
	require.Equal(t, []int64{first, second}, newest)
}

// F8: each signal is in one recap of a kind, whenever its minutes come and whatever becomes of the recaps' time.
func TestNoSignalIsLeftOutOrCountedTwice(t *testing.T) {
	w := newRecapping(t, "22:15", "22:30")
	friday := w.closed("09 20:00")
	w.until("09 23:00")
	all, newest := w.recaps(models.RecapDaily)
	require.Len(t, all, 1)
	require.Equal(t, []int64{friday}, newest)
	require.Equal(t, "9 Jan 2026", all[0].Facts.Period)
	_, newest = w.recaps(models.RecapWeekly)
	require.Equal(t, []int64{friday}, newest)

	// A minute of Friday that comes on Sunday, when the market opens again.
	w.until("11 23:15")
	late := w.closed("09 21:30")
	w.until("12 01:00")
	all, newest = w.recaps(models.RecapDaily)
	require.Equal(t, []int64{late}, newest)
	require.Equal(t, "9 Jan 2026 – 11 Jan 2026", all[1].Facts.Period)
	require.Equal(t, when(t, "09 22:15").Unix(), all[1].Begins, "Saturday had none")
	monday := w.closed("12 15:00")
	w.until("12 23:00")
	all, newest = w.recaps(models.RecapDaily)
	require.Equal(t, []int64{monday}, newest)
	require.Equal(t, "12 Jan 2026", all[2].Facts.Period)

	// A later time on the same day, and an earlier one.
	w.times("23:30", "22:30")
	between := w.closed("12 23:20")
	w.until("13 00:00")
	all, _ = w.recaps(models.RecapDaily)
	require.Len(t, all, 3, "one a day")
	tuesday := w.closed("13 20:00")
	w.until("13 23:45")
	_, newest = w.recaps(models.RecapDaily)
	require.Equal(t, []int64{between, tuesday}, newest)
	w.times("20:00", "22:30")
	again := w.closed("13 23:40")
	w.until("14 20:15")
	all, newest = w.recaps(models.RecapDaily)
	require.Equal(t, []int64{again}, newest)
	for i := 1; i < len(all); i++ {
		require.Equal(t, all[i-1].Ends, all[i].Begins)
	}

	w.until("16 23:00")
	all, newest = w.recaps(models.RecapWeekly)
	require.Equal(t, []int64{late, monday, between, tuesday, again}, newest)
	require.Equal(t, "9 Jan 2026 – 16 Jan 2026", all[1].Facts.Period)
}

// F8: a week's recap sets beside what a strategy promises what it has brought with the same parameters.
func TestLiveAgainstBacktest(t *testing.T) {
	w := newRecapping(t, "", "22:30")
	promise := func(params string, spread pip.Price, expectancy float64) {
		row := &models.Backtest{Strategy: "momentum", Params: []byte(params), Market: w.feed.Market.Provider, Symbol: w.feed.Market.Symbol, CreatedBy: "Ada"}
		row.Settings = backtest.Defaults()
		row.Settings.Spread = spread
		require.NoError(t, w.store.Backtests.Create(w.ctx, row))
		started, err := w.store.Backtests.Start(w.ctx, row.ID)
		require.NoError(t, err)
		require.NoError(t, w.store.Backtests.Finish(w.ctx, row.ID, started.Attempts, &models.BacktestReport{}, func(row *models.Backtest) {
			row.Figures, row.Checks = &backtest.Figures{ExpectancyR: &expectancy}, &models.BacktestChecks{}
			row.Checks.OutOfSample.Trades = backtests.NeededTrades
		}))
	}
	spread := signals.Defaults().Spread
	promise(`{"atr": 20}`, spread, 0.25)
	promise(`{"atr": 21}`, spread, 3) // the newest ones, of something else
	promise(`{"atr": 20}`, 0, 4)
	w.live("momentum")
	w.closed("07 15:00", func(s *models.Signal) { s.R = 9 * pip.R(pip.Units) }) // with other parameters
	w.pass(time.Minute)
	row, err := w.store.Strategies.Get(w.ctx, "momentum")
	require.NoError(t, err)
	_, err = w.world.signals.ChangeStrategy(w.ctx, row.Strategy, row.Version, signals.StrategyChange{Params: []byte(`{"atr": 20}`), Anyway: true})
	require.NoError(t, err)
	w.closed("08 15:00", func(s *models.Signal) { s.R = pip.R(pip.Units) / 2 })
	w.until("09 23:00")
	all, _ := w.recaps(models.RecapWeekly)
	require.Len(t, all, 1)
	compared := all[0].Facts.Strategies
	require.Len(t, compared, 1)
	require.Equal(t, 1, compared[0].Signals)
	require.Equal(t, pip.R(pip.Units/2), compared[0].Live)
	require.Equal(t, pip.R(pip.Units/4), compared[0].Backtest)
}

// The past that a demo lives through has its recaps, also the weekly ones, which come when the market is closed.
func TestADemoHasWeeklyRecaps(t *testing.T) {
	w := newWorld(t, sqlite(t))
	row := &models.Tenant{Slug: "aurum", Name: "Aurum Markets", Kind: models.KindDemo}
	require.NoError(t, w.store.Tenants.Create(t.Context(), row))
	demo := tenant.With(t.Context(), row.ID)
	require.NoError(t, w.signals.SeedDemo(demo))
	w.begin()
	weekly, err := w.store.Recaps.EndedAfter(demo, models.RecapWeekly, 0)
	require.NoError(t, err)
	require.NotEmpty(t, weekly)
	for _, r := range weekly {
		require.NotEmpty(t, r.Head)
		require.NotEmpty(t, r.Facts.Closed)
		ends := time.Unix(r.Ends, 0).UTC()
		require.Equal(t, time.Friday, ends.Weekday())
		require.Equal(t, "22:30", ends.Format("15:04"))
	}
}
