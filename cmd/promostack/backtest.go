package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/forex/backtest"
	"github.com/promostack/promostack/internal/engine/forex/candle"
	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/engine/forex/strategy"
)

// backtestFlags are what a backtest is asked for.
type backtestFlags struct {
	list     bool
	asJSON   bool
	candles  string
	strategy string
	params   string
	from, to string
	spread   string
}

func backtestCommand() *cobra.Command {
	var f backtestFlags
	cmd := &cobra.Command{
		Use:   "backtest",
		Short: "Run a strategy over a file of candles",
		Long: "Runs a strategy over a CSV file with the header time,open,high,low,close and, if there are any, bid_open … bid_close\n" +
			"and ask_open … ask_close. Times are RFC 3339 or YYYY-MM-DD HH:MM:SS in UTC. A decision at a candle's close is filled\n" +
			"at the next open, the stop is looked at before the targets, and a gap fills at the open.",
		Example: `  promostack backtest --list --json
  promostack backtest --candles gold-15m.csv --strategy trend-pullback --spread 0.3 --json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if f.list {
				return f.printList(cmd)
			}
			return f.run(cmd)
		},
	}
	cmd.Flags().BoolVar(&f.list, "list", false, "list the strategies with their parameters and warm-up")
	cmd.Flags().BoolVar(&f.asJSON, "json", false, "print JSON")
	cmd.Flags().StringVar(&f.candles, "candles", "", "CSV file of candles; - reads standard input")
	cmd.Flags().StringVar(&f.strategy, "strategy", "", "name of the strategy")
	cmd.Flags().StringVar(&f.params, "params", "", `parameters as JSON, for instance {"fast": 10}`)
	cmd.Flags().StringVar(&f.from, "from", "", "first time, as in the file or YYYY-MM-DD")
	cmd.Flags().StringVar(&f.to, "to", "", "time before which the last candle begins")
	cmd.Flags().StringVar(&f.spread, "spread", "0", "between bid and ask, where the file has none of its own")
	return cmd
}

// strategyOut is how a strategy is listed.
type strategyOut struct {
	Name             string           `json:"name"`
	Title            string           `json:"title"`
	Summary          string           `json:"summary"`
	TimeframeSeconds int64            `json:"timeframe_seconds"`
	WarmUp           int              `json:"warm_up"` // candles, with the default parameters
	Params           []strategy.Param `json:"params"`
	Schema           json.RawMessage  `json:"schema"` // JSON Schema of the parameters
}

func (f *backtestFlags) printList(cmd *cobra.Command) error {
	var list []strategyOut
	for _, kind := range strategy.All() {
		_, _, warmUp, err := kind.New(nil)
		if err != nil {
			return err
		}
		list = append(list, strategyOut{kind.Name, kind.Title, kind.Summary, kind.Timeframe.Seconds(), warmUp, kind.Params, kind.Schema()})
	}
	if f.asJSON {
		return json.NewEncoder(cmd.OutOrStdout()).Encode(map[string]any{"strategies": list})
	}
	for _, s := range list {
		cmd.Printf("%s: %s\n  warm-up: %d candles of %s\n", s.Name, s.Summary, s.WarmUp, time.Duration(s.TimeframeSeconds)*time.Second)
		for _, p := range s.Params {
			cmd.Printf("  %-14s %v  %s\n", p.Name, p.Default, p.Help)
		}
	}
	return nil
}

func strategyNames() []string {
	var names []string
	for _, kind := range strategy.All() {
		names = append(names, kind.Name)
	}
	return names
}

func (f *backtestFlags) run(cmd *cobra.Command) error {
	kind, ok := strategy.Find(f.strategy)
	if !ok {
		return fault.InvalidField("strategy", "strategy", "Must be one of %s", strings.Join(strategyNames(), ", "))
	}
	settings := backtest.Defaults()
	var err error
	if settings.Spread, err = parseSpread(f.spread); err != nil {
		return err
	}
	plan, err := backtest.NewPlan(kind, json.RawMessage(f.params), settings)
	if err != nil {
		return err
	}
	series, hash, err := readCandles(cmd, f.candles)
	if err != nil {
		return err
	}
	from, err := parseMoment("from", f.from)
	if err != nil {
		return err
	}
	to, err := parseMoment("to", f.to)
	if err != nil {
		return err
	}
	series = series.Between(from, to)
	run, err := plan.Begin(series)
	if err != nil {
		return err
	}
	run.Next(len(series.Candles))
	result := plan.Result(run, hash)
	checks, err := plan.Check(series.Candles, func(int) bool { return cmd.Context().Err() == nil })
	if err != nil {
		return err
	}
	out := backtestOut{Result: result, Checks: backtestChecksOut{checkOf(checks.LookAhead), checkOf(checks.WarmUp)}}
	if f.asJSON {
		return json.NewEncoder(cmd.OutOrStdout()).Encode(out)
	}
	printBacktest(cmd, result)
	cmd.Printf("  look-ahead     %s\n  warm-up        %s\n", out.Checks.LookAhead, out.Checks.WarmUp)
	return nil
}

// backtestOut is what a backtest found, and how far it can be trusted.
type backtestOut struct {
	*backtest.Result
	Checks backtestChecksOut `json:"checks"`
}

type backtestChecksOut struct {
	LookAhead backtestCheckOut `json:"look_ahead"` // it decides the same whether or not it could know what comes later
	WarmUp    backtestCheckOut `json:"warm_up"`    // after its warm-up it decides the same wherever the history begins
}

type backtestCheckOut struct {
	Passed  bool   `json:"passed"`
	Problem string `json:"problem"`
}

func checkOf(err error) backtestCheckOut {
	if err != nil {
		return backtestCheckOut{Problem: fault.From(err).Message}
	}
	return backtestCheckOut{Passed: true}
}

func (c backtestCheckOut) String() string {
	if c.Passed {
		return "passed"
	}
	return c.Problem
}

func printBacktest(cmd *cobra.Command, r *backtest.Result) {
	const form = "2 Jan 2006 15:04"
	ratio := func(x *float64, unit float64) any {
		if x == nil {
			return "–"
		}
		return *x * unit
	}
	g := r.Figures
	cmd.Printf("%s over %d candles, %s to %s UTC\n", r.Strategy, r.Data.Candles, r.Data.From.Format(form), r.Data.To.Format(form))
	cmd.Printf("  trades         %d: %d won, %d lost, %d even, %d still open at the end\n", g.Trades, g.Wins, g.Losses, g.Draws, g.Open)
	cmd.Printf("  win rate       %.4v %%\n", ratio(g.WinRate, 100))
	cmd.Printf("  profit factor  %.4v\n", ratio(g.ProfitFactor, 1))
	cmd.Printf("  expectancy     %.4v R\n", ratio(g.ExpectancyR, 1))
	cmd.Printf("  pips           %s\n", g.Pips)
	cmd.Printf("  account        %.2f, %+.2f %%, largest drawdown %.2f %%\n", g.FinalEquity, g.ReturnPercent, g.MaxDrawdownPercent)
	cmd.Printf("  Sharpe %.3v, Sortino %.3v, Calmar %.3v\n", ratio(g.Sharpe, 1), ratio(g.Sortino, 1), ratio(g.Calmar, 1))
}

func parseSpread(s string) (pip.Price, error) {
	var p pip.Price
	if err := p.UnmarshalText([]byte(s)); err != nil {
		return 0, fault.InvalidField("spread", "spread", "%s", err)
	}
	return p, nil
}

// parseMoment reads a time from the command line; empty is no limit.
func parseMoment(name, s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	for _, form := range []string{time.RFC3339, time.DateTime, time.DateOnly} {
		if t, err := time.Parse(form, s); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fault.InvalidField(name, name, "Must be a time such as 2026-01-02, 2026-01-02 13:30:00 or 2026-01-02T13:30:00Z")
}

// readCandles reads a file and the SHA-256 of what it holds.
func readCandles(cmd *cobra.Command, path string) (candle.Series, string, error) {
	if path == "" {
		return candle.Series{}, "", fault.InvalidField("candles", "candles", "Name the CSV file of candles")
	}
	in := cmd.InOrStdin()
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return candle.Series{}, "", fault.InvalidField("candles", "candles", "%s", err)
		}
		defer func() { _ = file.Close() }()
		in = file
	}
	sum := sha256.New()
	series, err := candle.ReadCSV(io.TeeReader(in, sum))
	if err != nil {
		return candle.Series{}, "", err
	}
	return series, hex.EncodeToString(sum.Sum(nil)), nil
}
