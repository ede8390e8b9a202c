package signals_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/forex/backtest"
	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/engine/forex/position"
	"github.com/promostack/promostack/internal/engine/forex/protection"
	"github.com/promostack/promostack/internal/engine/forex/strategy"
	"github.com/promostack/promostack/internal/engine/forex/track"
	"github.com/promostack/promostack/internal/service/backtests"
	"github.com/promostack/promostack/internal/service/signals"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/models"
)

// S6: settings take a time zone as people write it, and recaps come by the clock there.
func TestSettingsTakeZonesAsPeopleWriteThem(t *testing.T) {
	w := newWorld(t, testkit.Store(t, testkit.SQLite(t), models.Options{}))
	for written, want := range map[string]string{"europe/berlin": "Europe/Berlin", " New York\u200b": "America/New_York", "UTC+5:30": "UTC+05:30", "utc": "UTC"} {
		in, version, err := w.signals.Settings(w.ctx)
		require.NoError(t, err)
		in.Card, in.RecapCard, in.TimeZone, in.Disclaimer = "", "", written, "\ufeff Not advice.\r\n"
		_, err = w.signals.SaveSettings(w.ctx, in, version)
		require.NoError(t, err, written)
		saved, version, err := w.signals.Settings(w.ctx)
		require.NoError(t, err)
		require.Equal(t, want, saved.TimeZone)
		require.Equal(t, "Not advice.", saved.Disclaimer)
		saved.TimeZone = "Atlantis"
		_, err = w.signals.SaveSettings(w.ctx, saved, version)
		require.Equal(t, "time_zone", fault.From(err).Fields[0].Name)
	}
}

// A strategy goes live, or on with other parameters, when it has shown enough, or when somebody says so with what is missing
// noted beside it.
func TestGoingLive(t *testing.T) {
	w := newWorld(t, testkit.Store(t, testkit.SQLite(t), models.Options{}))
	w.begin()
	const name = "momentum"
	_, err := w.signals.Strategies(w.ctx)
	require.NoError(t, err)
	row := func() *models.StrategySettings {
		t.Helper()
		row, err := w.store.Strategies.Get(w.ctx, name)
		require.NoError(t, err)
		return row
	}
	mode := func(m models.StrategyMode, anyway bool) error {
		_, err := w.signals.ChangeStrategy(w.ctx, name, row().Version, signals.StrategyChange{Mode: &m, Anyway: anyway})
		return err
	}
	params := func(json string, anyway bool) error {
		_, err := w.signals.ChangeStrategy(w.ctx, name, row().Version, signals.StrategyChange{Params: []byte(json), Anyway: anyway})
		return err
	}
	refused := func(err error) string {
		t.Helper()
		f := fault.From(err)
		require.Equal(t, "not_proven", f.Code, err)
		require.Equal(t, fault.Conflict, f.Kind)
		return f.Message
	}

	said := refused(mode(models.StrategyLive, false))
	require.Contains(t, said, "finished backtest")
	require.Contains(t, said, "5 more trading days of practice")
	require.Equal(t, models.StrategyOff, row().Mode)
	require.NoError(t, mode(models.StrategyLive, true))
	require.Len(t, row().Unproven, 3)

	// Nothing new: no question.
	require.NoError(t, params(`{}`, false))
	require.NoError(t, params(`{"atr": 14}`, false), "the default")
	require.Len(t, row().Unproven, 3)
	refused(params(`{"atr": 20}`, false))
	require.JSONEq(t, `{"atr": 14}`, string(row().Params))
	require.NoError(t, params(`{"atr": 20}`, true))

	// Days of practice begin anew with other parameters, not with the step from practice to live.
	require.NoError(t, mode(models.StrategyPractice, false), "back to practice needs no proof")
	require.Empty(t, row().Unproven)
	began := row().Since
	w.wall = w.wall.AddDate(0, 0, 9)
	require.NotContains(t, refused(mode(models.StrategyLive, false)), "practice")
	require.NoError(t, params(`{"atr": 20.0}`, false))
	require.Equal(t, began, row().Since)
	require.NoError(t, params(`{"atr": 21}`, false))
	require.True(t, row().Since.After(began.Time))
	require.Contains(t, refused(mode(models.StrategyLive, false)), "practice")
	w.wall = w.wall.AddDate(0, 0, 9)
	w.tested(name, `{"atr": 21}`, backtests.NeededTrades-1)
	require.Contains(t, refused(mode(models.StrategyLive, false)), "1 more trades out of sample")
	for _, other := range []func(*backtest.Settings){
		func(s *backtest.Settings) { s.Protections = protection.Rules{} },
		func(s *backtest.Settings) { s.Rules.StopRule = position.FixedStop },
		func(s *backtest.Settings) { s.Rules.Shares = []int{10_000} },
		func(s *backtest.Settings) { s.Rules.ExpireAfter = 3600 },
		func(s *backtest.Settings) { s.Spread-- },
	} {
		w.tested(name, `{"atr": 21}`, backtests.NeededTrades, other)
		require.Contains(t, refused(mode(models.StrategyLive, false)), "1 more trades out of sample", "that is another strategy")
	}
	w.tested(name, `{"atr": 21}`, backtests.NeededTrades)
	require.NoError(t, mode(models.StrategyLive, false))
	require.Empty(t, row().Unproven)

	// Other protections are another way to make signals, too.
	protect := func(rules protection.Rules, anyway bool) error {
		_, err := w.signals.ChangeStrategy(w.ctx, name, row().Version, signals.StrategyChange{Protections: &rules, Anyway: anyway})
		return err
	}
	began, patient := row().Since, protection.Rules{Cooldown: 7200}
	require.NoError(t, protect(protection.Default(), false), "those that it has")
	require.Equal(t, began, row().Since)
	require.Contains(t, refused(protect(patient, false)), "A finished backtest")
	require.Equal(t, protection.Default(), row().Protections)
	require.NoError(t, protect(patient, true))
	require.Len(t, row().Unproven, 3)

	// A backtest without a spread shows nothing, whatever the tenant's is.
	free := signals.Defaults()
	free.Spread, free.Card, free.RecapCard = 0, "", ""
	_, err = w.signals.SaveSettings(w.ctx, free, models.AnyVersion)
	require.NoError(t, err)
	w.tested(name, `{"atr": 21}`, backtests.NeededTrades, func(s *backtest.Settings) { s.Protections, s.Spread = patient, 0 })
	gate, err := w.gate().Gate(w.ctx, name)
	require.NoError(t, err)
	require.Empty(t, gate.Backtest)
	w.tested(name, `{"atr": 21}`, backtests.NeededTrades, func(s *backtest.Settings) { s.Protections, s.Spread = patient, 2 })
	gate, err = w.gate().Gate(w.ctx, name)
	require.NoError(t, err)
	require.NotEmpty(t, gate.Backtest)

	unknown := models.StrategyMode("sometimes")
	_, err = w.signals.ChangeStrategy(w.ctx, name, row().Version, signals.StrategyChange{Mode: &unknown})
	require.Equal(t, "mode", fault.From(err).Fields[0].Name)
}

// Days of practice are those of the market, counted from where it was when the strategy began.
func TestPracticeIsInTheMarketsTime(t *testing.T) {
	w := newWorld(t, sqlite(t))
	w.begin()
	const name = "momentum"
	days := func() int {
		t.Helper()
		gate, err := w.gate().Gate(w.ctx, name)
		require.NoError(t, err)
		return gate.PracticeDays
	}
	change := func(in signals.StrategyChange) {
		t.Helper()
		_, err := w.signals.ChangeStrategy(w.ctx, name, models.AnyVersion, in)
		require.NoError(t, err)
	}
	_, err := w.signals.Strategies(w.ctx)
	require.NoError(t, err)
	practice := models.StrategyPractice
	change(signals.StrategyChange{Mode: &practice})
	require.Zero(t, days())
	w.control("/clock", map[string]any{"to": begin.AddDate(0, 0, 9).Format(time.RFC3339)})
	w.look()
	require.Equal(t, backtests.NeededDays, days(), "they have passed for the market")

	change(signals.StrategyChange{Params: []byte(`{"atr": 20}`)})
	require.Zero(t, days())
	w.pass(31 * time.Minute)
	w.control("/clock", map[string]any{"speed": 1000})
	w.look()
	require.Zero(t, days(), "it was half an hour, however fast the market goes on")
	w.pass(15 * time.Minute)
	require.Equal(t, backtests.NeededDays, days())

	w.on(models.TwelveData)
	require.Zero(t, days(), "that was another market")
}

// tested stores a finished backtest of a strategy that passed its checks.
func (w *world) tested(strategy, params string, trades int, otherwise ...func(*backtest.Settings)) {
	w.t.Helper()
	row := &models.Backtest{Strategy: strategy, Params: []byte(params), Market: w.feed.Market.Provider, Symbol: w.feed.Market.Symbol, CreatedBy: "Ada"}
	row.Settings = backtest.Defaults()
	row.Settings.Spread = signals.Defaults().Spread
	for _, change := range otherwise {
		change(&row.Settings)
	}
	require.NoError(w.t, w.store.Backtests.Create(w.ctx, row))
	started, err := w.store.Backtests.Start(w.ctx, row.ID)
	require.NoError(w.t, err)
	require.NoError(w.t, w.store.Backtests.Finish(w.ctx, row.ID, started.Attempts, &models.BacktestReport{}, func(row *models.Backtest) {
		row.Checks = &models.BacktestChecks{}
		row.Checks.OutOfSample.Trades = trades
	}))
}

// A running result is what closing at that price brings, the spread and the parts that are closed included.
func TestRunning(t *testing.T) {
	w := newWorld(t, testkit.Store(t, testkit.SQLite(t), models.Options{}))
	w.begin()
	w.live()
	for range 2000 {
		w.pass(15 * time.Minute)
		found := slices.IndexFunc(w.all(""), func(s models.Signal) bool {
			return s.State == models.SignalOpen && s.Position.Hit > 0 && s.Position.Left > 0
		})
		if found < 0 {
			continue
		}
		id := w.all("")[found].ID
		feed, err := w.store.Feeds.Get(w.ctx, w.feed.Market)
		require.NoError(t, err)
		// The price stays where it is, so that it is the one at which the signal closes.
		still := make([]pip.Price, 30)
		for i := range still {
			still[i] = feed.Price
		}
		w.script(w.wall.Truncate(time.Minute).Add(time.Minute), still)
		w.pass(3 * time.Minute)
		all := w.all("")
		running, err := w.signals.Running(w.ctx, all...)
		require.NoError(t, err)
		for _, s := range all {
			_, ok := running[s.ID]
			require.Equal(t, s.State == models.SignalOpen, ok)
		}
		r := running[id]
		require.NotZero(t, r.Pips)
		_, err = w.signals.Close(w.ctx, id, models.AnyVersion, "Ada")
		require.NoError(t, err)
		w.pass(2 * time.Minute)
		closed, err := w.store.Signals.Get(w.ctx, id)
		require.NoError(t, err)
		require.Equal(t, models.SignalClosed, closed.State)
		require.Equal(t, []any{closed.Pips, closed.R, closed.Money}, []any{r.Pips, r.R, r.Money})
		return
	}
	t.Fatal("no signal had a target hit and a rest open")
}

// What was ordered counts from the next minute on, whenever its minutes come: a stop that was hit before can't be dodged.
func TestOrdersDodgeNothing(t *testing.T) {
	for name, order := range map[string]func(w *world, s *models.Signal) error{
		"a close": func(w *world, s *models.Signal) error {
			_, err := w.signals.Close(w.ctx, s.ID, models.AnyVersion, "Ada")
			return err
		},
		"an edit": func(w *world, s *models.Signal) error {
			p := s.Position
			_, err := w.signals.Edit(w.ctx, s.ID, models.AnyVersion, "Ada", models.SignalLevels{Stop: p.Stop - 30*s.Side.Sign()*pip.Units, Targets: p.Plan.Targets[p.Hit:]})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, testkit.Store(t, testkit.SQLite(t), models.Options{}))
			w.begin()
			w.live()
			open := func() *models.Signal {
				for _, s := range w.all("") {
					if s.State == models.SignalOpen {
						return &s
					}
				}
				return nil
			}
			for range 2000 {
				if w.pass(15 * time.Minute); open() != nil {
					break
				}
			}
			s := open()
			require.NotNil(t, s)
			feed, err := w.store.Feeds.Get(w.ctx, w.feed.Market)
			require.NoError(t, err)
			// The price goes through the stop in minutes that the feed does not have yet, and comes back.
			beyond := s.Position.Stop - 5*s.Side.Sign()*pip.Units
			w.script(w.wall.Truncate(time.Minute).Add(time.Minute), []pip.Price{feed.Price, beyond, feed.Price, feed.Price, feed.Price, feed.Price})
			w.wall = w.wall.Add(4 * time.Minute)
			require.NoError(t, order(w, s))
			row, err := w.store.Signals.Get(w.ctx, s.ID)
			require.NoError(t, err)
			require.True(t, row.Ordered.Waits())
			w.pass(3 * time.Minute)
			events, err := w.store.Signals.Milestones(w.ctx, s.ID)
			require.NoError(t, err)
			last := events[len(events)-1]
			require.NotNil(t, last.Data.Milestone)
			require.Contains(t, []position.Kind{position.StoppedOut, position.AtEntry, position.InProfit}, last.Data.Milestone.Kind)
			require.Equal(t, s.Position.Stop, last.Data.Milestone.Price)
		})
	}
}

// A signal whose first minutes come late is opened at the price that they had, not given up.
func TestLateMinutesOpen(t *testing.T) {
	w := newTelling(t)
	s := w.proposed()
	_, err := w.signals.Approve(w.ctx, s.ID, s.Version, "Ada")
	require.NoError(t, err)
	w.wall = w.wall.Add(25 * time.Minute) // the feed does not look
	s, err = w.signals.Advance(w.ctx, s.ID)
	require.NoError(t, err)
	require.Equal(t, models.SignalWaiting, s.State, s.Reason)
	w.look()
	s, err = w.signals.Advance(w.ctx, s.ID)
	require.NoError(t, err)
	require.NotNil(t, s.Position, s.Reason)
	require.Equal(t, s.ReadyAt, s.OpenedAt)
}

// A tenant whose signals can't be made, since its record has ended, holds up nobody else's.
func TestOneTenantsTroubleIsItsOwn(t *testing.T) {
	w := newTelling(t)
	ended := w.ctx
	w.ctx, _ = testkit.Tenant(t, w.store, "other")
	settings := signals.Defaults()
	settings.Card, settings.RecapCard, settings.Approval = "", "", true
	_, err := w.signals.SaveSettings(w.ctx, settings, 1)
	require.NoError(t, err)
	w.live()
	require.NoError(t, w.store.Tx(ended, func(tx *models.Store) error {
		return tx.Records.Append(ended, func(end *models.Record) ([]models.RecordEntry, error) {
			end.Ended, end.Seq = true, 1
			return []models.RecordEntry{{Seq: 1, Kind: track.Ended}}, nil
		})
	}))
	for range 2000 {
		if w.pass(15 * time.Minute); len(w.all("")) > 0 {
			break
		}
	}
	require.NotEmpty(t, w.all(""))
	w.ctx = ended
	require.Empty(t, w.all(""))
}

// The demo's strategies are such that a person could set.
func TestTheDemosStrategies(t *testing.T) {
	w := newWorld(t, testkit.Store(t, testkit.SQLite(t), models.Options{}))
	require.NoError(t, w.signals.SeedDemo(w.ctx))
	rows, err := w.signals.Strategies(w.ctx)
	require.NoError(t, err)
	for _, row := range rows {
		kind, ok := strategy.Find(row.Strategy)
		require.True(t, ok)
		_, _, _, err := kind.New(row.Params)
		require.NoError(t, err, row.Strategy)
		require.Equal(t, models.StrategyLive, row.Mode)
	}
}
