package backtest_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/engine/forex/backtest"
	"github.com/promostack/promostack/internal/engine/forex/candle"
	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/engine/forex/position"
	"github.com/promostack/promostack/internal/engine/forex/protection"
	"github.com/promostack/promostack/internal/engine/forex/strategy"
	"github.com/promostack/promostack/internal/test/testkit/market"
)

func price(s string) pip.Price {
	p, err := pip.ParsePrice(s)
	if err != nil {
		panic(err)
	}
	return p
}

// series are lines of "open high low close", a quarter of an hour apart.
func series(t *testing.T, lines ...string) candle.Series {
	t.Helper()
	var b strings.Builder
	b.WriteString("time,open,high,low,close\n")
	at := time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)
	for i, line := range lines {
		fmt.Fprintf(&b, "%s,%s\n", at.Add(time.Duration(i)*15*time.Minute).Format(time.DateTime), strings.Join(strings.Fields(line), ","))
	}
	s, err := candle.ReadCSV(strings.NewReader(b.String()))
	require.NoError(t, err)
	return s
}

// script decides by the number of the candle.
type script struct {
	decisions map[int]strategy.Decision
	n         int
}

func (s *script) OnCandle(*candle.Candle) strategy.Decision {
	s.n++
	return s.decisions[s.n-1]
}

func buy(stop string, targets ...string) strategy.Decision {
	return levels(strategy.Buy, stop, targets)
}

func levels(action strategy.Action, stop string, targets []string) strategy.Decision {
	d := strategy.Decision{Action: action, Stop: price(stop)}
	for i, t := range targets {
		d.Targets[i] = price(t)
	}
	return d
}

// plain are settings without protections.
func plain() backtest.Settings {
	s := backtest.Defaults()
	s.Protections = protection.Rules{}
	return s
}

func run(t *testing.T, s candle.Series, strategy strategy.Strategy, allIn bool, settings backtest.Settings) *backtest.Report {
	t.Helper()
	r, err := backtest.New(s, strategy, allIn, settings)
	require.NoError(t, err)
	for r.Next(7) { // as a job does it, in parts
	}
	return r.Report()
}

func TestFillRules(t *testing.T) {
	tp := []string{"2655", "2660", "2665"}
	for name, c := range map[string]struct {
		decide        map[int]strategy.Decision
		spread        string
		lines         []string
		entry, exit   string
		pips          string
		reason        position.Kind
		missed, moved int
	}{
		"entry at the next open, stop at its level": {
			decide: map[int]strategy.Decision{0: buy("2645", tp...)},
			lines:  []string{"2640 2660 2640 2649", "2650 2652 2648 2650", "2650 2651 2644 2646"},
			entry:  "2650", exit: "2645.00", pips: "-50", reason: position.StoppedOut,
		},
		"stop before target in one candle": {
			decide: map[int]strategy.Decision{0: buy("2645", tp...)},
			lines:  []string{"2650 2650 2650 2650", "2650 2670 2645 2660"},
			entry:  "2650", exit: "2645.00", pips: "-50", reason: position.StoppedOut,
		},
		"a gap fills at the open": {
			decide: map[int]strategy.Decision{0: buy("2645", tp...)},
			lines:  []string{"2650 2650 2650 2650", "2650 2651 2649 2650", "2630 2631 2629 2630"},
			entry:  "2650", exit: "2630.00", pips: "-200", reason: position.StoppedOut,
		},
		"all targets": {
			decide: map[int]strategy.Decision{0: buy("2645", tp...)},
			lines:  []string{"2650 2650 2650 2650", "2650 2655 2649 2655", "2655 2660 2654 2660", "2660 2665 2659 2664"},
			entry:  "2650", exit: "2658.50", pips: "85", reason: position.HitTarget,
		},
		"left open at the end": {
			decide: map[int]strategy.Decision{0: buy("2645", tp...)},
			lines:  []string{"2650 2650 2650 2650", "2650 2655 2649 2652"},
			entry:  "2650", exit: "2653.50", pips: "35", reason: position.EndOfData,
		},
		"a buy pays the spread": {
			decide: map[int]strategy.Decision{0: buy("2645", tp...)}, spread: "0.3",
			lines: []string{"2650 2650 2650 2650", "2650 2652 2648 2650", "2650 2651 2645.15 2646"},
			entry: "2650.15", exit: "2645.00", pips: "-51.5", reason: position.StoppedOut,
		},
		"a sell leaves at the ask": {
			decide: map[int]strategy.Decision{0: levels(strategy.Sell, "2655", []string{"2645"})}, spread: "0.3",
			lines: []string{"2650 2650 2650 2650", "2650 2654.85 2648 2650"},
			entry: "2649.85", exit: "2655.00", pips: "-51.5", reason: position.StoppedOut,
		},
		"one open signal at a time": {
			decide: map[int]strategy.Decision{0: buy("2645", tp...), 1: buy("2600", "2700")},
			lines:  []string{"2650 2650 2650 2650", "2650 2652 2648 2650", "2650 2651 2644 2646", "2646 2647 2645 2646"},
			entry:  "2650", exit: "2645.00", pips: "-50", reason: position.StoppedOut,
		},
	} {
		t.Run(name, func(t *testing.T) {
			settings := plain()
			if c.spread != "" {
				settings.Spread = price(c.spread)
			}
			report := run(t, series(t, c.lines...), &script{decisions: c.decide}, false, settings)
			require.Len(t, report.Trades, 1)
			trade := report.Trades[0]
			require.Equal(t, price(c.entry), trade.Entry)
			require.Equal(t, c.exit, trade.Exit.String())
			require.Equal(t, c.pips, trade.Pips.String())
			require.Equal(t, c.reason, trade.Reason)
			require.Len(t, report.Signals, 1)
			require.Equal(t, 1, report.Figures.Trades)
		})
	}
}

func TestAnOpenBeyondTheLevelsIsNoTrade(t *testing.T) {
	for _, open := range []string{"2645", "2640", "2655", "2670"} {
		report := run(t, series(t, "2650 2650 2650 2650", open+" 2680 2630 2650"), &script{decisions: map[int]strategy.Decision{0: buy("2645", "2655")}}, false, plain())
		require.Empty(t, report.Trades)
		require.Equal(t, 1, report.Figures.Missed)
		require.Len(t, report.Signals, 1)
	}
}

func TestBidAndAskOfTheFile(t *testing.T) {
	s, err := candle.ReadCSV(strings.NewReader("time,open,high,low,close,bid_open,bid_high,bid_low,bid_close,ask_open,ask_high,ask_low,ask_close\n" +
		"2026-01-05 09:00:00,2650,2650,2650,2650,2649,2649,2649,2649,2651,2651,2651,2651\n" +
		"2026-01-05 09:15:00,2650,2650,2650,2650,2649,2656,2649,2649,2651,2657,2651,2651\n"))
	require.NoError(t, err)
	report := run(t, s, &script{decisions: map[int]strategy.Decision{0: buy("2645", "2655")}}, false, plain())
	require.Equal(t, "2651.00", report.Trades[0].Entry.String(), "the ask")
	require.Equal(t, "2655.00", report.Trades[0].Exit.String(), "by the bid's high")
}

func TestFigures(t *testing.T) {
	// won 50 pips of 50 risked, lost 50 of 50, even
	report := run(t, series(t,
		"2650 2650 2650 2650", "2650 2655 2649 2655", "2655 2655 2650 2650", "2650 2650 2645 2645", "2645 2646 2644 2645", "2645 2645 2645 2645"),
		&script{decisions: map[int]strategy.Decision{0: buy("2645", "2655"), 2: buy("2645", "2660"), 4: buy("2640", "2655")}}, false, plain())
	f := report.Figures
	require.Equal(t, 3, f.Trades)
	require.Equal(t, []int{1, 1, 1}, []int{f.Wins, f.Losses, f.Draws})
	require.Equal(t, 1, f.Open)
	require.InDelta(t, 1.0/3, *f.WinRate, 1e-9)
	require.InDelta(t, 1, *f.ProfitFactor, 1e-9)
	require.InDelta(t, 0, *f.ExpectancyR, 1e-9)
	require.Equal(t, "0", f.Pips.String())
	require.InDelta(t, 10_000*1.01*0.99, f.FinalEquity, 1e-4)
	require.InDelta(t, 1, f.MaxDrawdownPercent, 1e-6)
	require.Equal(t, map[position.Kind]int{position.HitTarget: 1, position.StoppedOut: 1, position.EndOfData: 1}, f.ExitReasons)
	empty := run(t, series(t, "2650 2650 2650 2650", "2650 2650 2650 2650"), &script{}, false, plain())
	text, err := json.Marshal(empty)
	require.NoError(t, err)
	require.Contains(t, string(text), `"win_rate":null`)
	require.Contains(t, string(text), `"trades":[]`)
}

func TestProtectionsHoldBack(t *testing.T) {
	settings := plain()
	settings.Protections.Cooldown = 3600
	decisions := map[int]strategy.Decision{}
	for i := range 12 {
		decisions[i] = buy("2645", "2655")
	}
	lines := []string{"2650 2650 2650 2650"}
	for range 11 {
		lines = append(lines, "2650 2650 2644 2650")
	}
	report := run(t, series(t, lines...), &script{decisions: decisions}, false, settings)
	require.Len(t, report.Trades, 3, "one an hour, at the first open after it")
	require.Equal(t, time.Hour, report.Trades[1].OpenedAt.Sub(report.Trades[0].ClosedAt))
	require.Len(t, report.Signals, 3, "what was held back is no signal")
}

// How long a candle lasts is what most of them say: one of another length is no reason to miss all trades, and neither is
// a history that begins with nights.
func TestAStrayCandle(t *testing.T) {
	s := series(t, "2650 2650 2650 2650", "2650 2650 2650 2650", "2650 2650 2650 2650", "2650 2650 2650 2650", "2650 2652 2648 2650", "2650 2651 2644 2646")
	stray := s.Candles[1]
	stray.Time += 60
	s.Candles = slices.Insert(s.Candles, 2, stray)
	report := run(t, s, &script{decisions: map[int]strategy.Decision{4: buy("2645", "2655")}}, false, plain())
	require.Zero(t, report.Figures.Missed)
	require.Len(t, report.Trades, 1)

	s = series(t, "2650 2650 2650 2650", "2650 2650 2650 2650", "2650 2655 2649 2655")
	s.Candles[2].Time += 86_400
	report = run(t, s, &script{decisions: map[int]strategy.Decision{1: buy("2645", "2655")}}, false, plain())
	require.Equal(t, 1, report.Figures.Missed, "of two that are as frequent the shorter one counts")
}

// The account of a strategy without a stop is worked out again from its trades, in whole units.
func TestAllIn(t *testing.T) {
	kind, ok := strategy.Find("sma-cross")
	require.True(t, ok)
	for _, side := range []string{"long", "both"} {
		s, _, _, err := kind.New(json.RawMessage(`{"fast": 5, "slow": 20, "side": "` + side + `", "cash": 50000}`))
		require.NoError(t, err)
		settings := plain()
		settings.Cash = 50_000 * backtest.Dollar
		report := run(t, candle.Series{Candles: market.Walk(3, 3000)}, s, true, settings)
		require.Greater(t, len(report.Trades), 50)
		cash := 50_000.0
		for i, trade := range report.Trades {
			units := float64(int(cash / trade.Entry.Float()))
			gain := trade.Exit.Float() - trade.Entry.Float()
			if trade.Side == position.Sell {
				gain = -gain
			}
			cash += units * gain
			require.Nil(t, trade.R)
			if side == "both" && i > 0 {
				require.Equal(t, report.Trades[i-1].ClosedAt, trade.OpenedAt, "it turns round")
				require.NotEqual(t, report.Trades[i-1].Side, trade.Side)
			}
			if side == "long" {
				require.Equal(t, position.Buy, trade.Side)
			}
		}
		require.InDelta(t, cash, report.Figures.FinalEquity, 1e-4)
		require.InDelta(t, cash, report.Equity[len(report.Equity)-1].Equity, 1e-4)
		require.Nil(t, report.Figures.ExpectancyR)
	}
}

// F3: what a strategy does up to a candle does not change when more candles are known.
func TestEveryPrefix(t *testing.T) {
	candles := market.Walk(11, 6000)
	for _, kind := range strategy.All() {
		whole := signals(t, kind, candles)
		require.NotEmpty(t, whole, kind.Name)
		random := rand.New(rand.NewPCG(1, 1))
		for range 25 {
			n := 2 + random.IntN(len(candles)-2)
			part := signals(t, kind, candles[:n])
			require.LessOrEqual(t, len(part), len(whole))
			require.Equal(t, whole[:len(part)], part, "%s on %d candles", kind.Name, n)
			if len(part) < len(whole) {
				require.False(t, whole[len(part)].At.Before(candles[n-1].At()), "%s: none is missing", kind.Name)
			}
		}
	}
}

func signals(t *testing.T, kind *strategy.Kind, candles []candle.Candle) []backtest.Signal {
	t.Helper()
	s, _, _, err := kind.New(nil)
	require.NoError(t, err)
	return run(t, candle.Series{Candles: candles}, s, kind.WithoutStop, backtest.Defaults()).Signals
}

// The two checks of the gate pass for honest strategies, and find others.
func TestChecks(t *testing.T) {
	candles := market.Walk(5, 8000)
	for _, kind := range strategy.All() {
		fresh := func() strategy.Strategy {
			s, _, _, err := kind.New(nil)
			require.NoError(t, err)
			return s
		}
		_, _, warmUp, err := kind.New(nil)
		require.NoError(t, err)
		require.NoError(t, backtest.LookAhead(fresh, candles, 5), kind.Name)
		require.NoError(t, backtest.WarmUp(fresh, warmUp, candles, 5), kind.Name)
	}
	knows := func() strategy.Strategy { return &peeking{all: &candles} }
	whole := candles
	require.NoError(t, backtest.LookAhead(knows, candles, 3), "it always sees all")
	cut := func() strategy.Strategy { candles = whole[:len(candles)*9/10]; return &peeking{all: &candles} }
	require.ErrorContains(t, backtest.LookAhead(cut, whole, 3), "knows what comes after")
	candles = whole
	require.ErrorContains(t, backtest.WarmUp(func() strategy.Strategy { return &counting{} }, 100, candles, 3), "by what came before its warm-up")
	require.ErrorContains(t, backtest.WarmUp(func() strategy.Strategy { return &counting{} }, 9000, candles, 3), "longer history")
}

// peeking looks ten candles ahead, as far as there are any.
type peeking struct {
	all *[]candle.Candle
	n   int
}

func (p *peeking) OnCandle(c *candle.Candle) strategy.Decision {
	p.n++
	if later := p.n + 10; later < len(*p.all) && (*p.all)[later].Close > c.Close {
		return strategy.Decision{Action: strategy.Buy, Stop: c.Close - pip.Units}
	}
	return strategy.Decision{}
}

// counting buys at every thousandth candle since its first one.
type counting struct{ n int }

func (s *counting) OnCandle(c *candle.Candle) strategy.Decision {
	if s.n++; s.n%1000 == 0 {
		return strategy.Decision{Action: strategy.Buy, Stop: c.Close - pip.Units}
	}
	return strategy.Decision{}
}

func TestSettingsAreChecked(t *testing.T) {
	for field, change := range map[string]func(*backtest.Settings){
		"spread":   func(s *backtest.Settings) { s.Spread = 3 },
		"cash":     func(s *backtest.Settings) { s.Cash = 0 },
		"risk":     func(s *backtest.Settings) { s.Risk = 0 },
		"shares":   func(s *backtest.Settings) { s.Rules.Shares = []int{5000} },
		"pip_size": func(s *backtest.Settings) { s.PipSize = 3 },
		"stops":    func(s *backtest.Settings) { s.Protections.Stops = 1000 },
	} {
		settings := backtest.Defaults()
		change(&settings)
		_, err := backtest.New(candle.Series{Candles: market.Walk(1, 10)}, &script{}, false, settings)
		require.ErrorContains(t, err, field)
	}
	_, err := backtest.New(candle.Series{Candles: market.Walk(1, 1)}, &script{}, false, backtest.Defaults())
	require.ErrorContains(t, err, "at least two candles")
}
