package bench

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"time"

	"github.com/promostack/promostack/internal/engine/forex/backtest"
	"github.com/promostack/promostack/internal/engine/forex/candle"
	"github.com/promostack/promostack/internal/engine/forex/indicator"
	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/engine/forex/strategy"
)

// BacktestFigures say how many candles a second go through indicators and whole backtests, on one
// thread, and how fast a file of candles is read.
type BacktestFigures struct {
	Candles int `json:"candles"`
	// Indicators and Strategies are by name.
	Indicators map[string]Pace `json:"indicators"`
	Strategies map[string]Pace `json:"strategies"`
	// CSVMegabytes is how many million bytes of a file are read in a second.
	CSVMegabytes float64 `json:"csv_megabytes_per_second"`
}

// Pace is the median of a few rounds.
type Pace struct {
	PerSecond float64 `json:"candles_per_second"`
	// Allocations are those of a whole round, by its candles.
	Allocations float64 `json:"allocations_per_candle"`
	Trades      int     `json:"trades,omitempty"`
}

const backtestRounds = 5

// Backtest measures over candles of a random market. now is the clock.
func (f *BacktestFigures) Backtest(now func() time.Time) error {
	series := randomMarket(f.Candles)
	f.Indicators = map[string]Pace{}
	for name, fresh := range indicators() {
		f.Indicators[name] = f.measure(now, func() {
			update := fresh()
			for i := range series.Candles {
				update(&series.Candles[i])
			}
		})
	}
	f.Strategies = map[string]Pace{}
	for _, kind := range strategy.All() {
		trades, failed := 0, error(nil)
		pace := f.measure(now, func() {
			s, _, _, err := kind.New(nil)
			if err != nil {
				failed = err
				return
			}
			run, err := backtest.New(series, s, kind.WithoutStop, backtest.Defaults())
			if err != nil {
				failed = err
				return
			}
			run.Next(len(series.Candles))
			trades = run.Report().Figures.Trades
		})
		if failed != nil {
			return fmt.Errorf("%s: %w", kind.Name, failed)
		}
		pace.Trades = trades
		f.Strategies[kind.Name] = pace
	}
	return f.readCSV(series, now)
}

// indicators are all of them by name, each a function that feeds a fresh one.
func indicators() map[string]func() func(*candle.Candle) {
	return map[string]func() func(*candle.Candle){
		"EMA 20": func() func(*candle.Candle) {
			i := indicator.NewEMA(20)
			return func(c *candle.Candle) { i.Update(c.Close.Float()) }
		},
		"RSI 14": func() func(*candle.Candle) {
			i := indicator.NewRSI(14)
			return func(c *candle.Candle) { i.Update(c.Close) }
		},
		"MACD 12 26 9": func() func(*candle.Candle) {
			i := indicator.NewMACD(12, 26, 9)
			return func(c *candle.Candle) { i.Update(c.Close) }
		},
		"ATR 14": func() func(*candle.Candle) { i := indicator.NewATR(14); return func(c *candle.Candle) { i.Update(c) } },
		"Bollinger 20 2": func() func(*candle.Candle) {
			i := indicator.NewBollinger(20, 2)
			return func(c *candle.Candle) { i.Update(c.Close) }
		},
		"ADX 14": func() func(*candle.Candle) { i := indicator.NewADX(14); return func(c *candle.Candle) { i.Update(c) } },
		"Stochastic 14 3 3": func() func(*candle.Candle) {
			i := indicator.NewStochastic(14, 3, 3)
			return func(c *candle.Candle) { i.Update(c) }
		},
	}
}

// measure is the median pace of a few rounds after one that warms up.
func (f *BacktestFigures) measure(now func() time.Time, round func()) Pace {
	round()
	spent := make([]float64, backtestRounds)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for i := range spent {
		start := now()
		round()
		spent[i] = now().Sub(start).Seconds()
	}
	runtime.ReadMemStats(&after)
	slices.Sort(spent)
	return Pace{
		PerSecond:   float64(f.Candles) / spent[len(spent)/2],
		Allocations: float64(after.Mallocs-before.Mallocs) / float64(backtestRounds*f.Candles),
	}
}

func (f *BacktestFigures) readCSV(series candle.Series, now func() time.Time) error {
	var file bytes.Buffer
	file.WriteString("time,open,high,low,close\n")
	for i := range series.Candles {
		c := &series.Candles[i]
		fmt.Fprintf(&file, "%s,%s,%s,%s,%s\n", c.At().Format(time.DateTime), c.Open, c.High, c.Low, c.Close)
	}
	var failed error
	pace := f.measure(now, func() {
		if _, err := candle.ReadCSV(bytes.NewReader(file.Bytes())); err != nil {
			failed = err
		}
	})
	f.CSVMegabytes = pace.PerSecond / float64(f.Candles) * float64(file.Len()) / 1e6
	return failed
}

// randomMarket is a market of fifteen minutes around 2650 that trends now up, now down.
func randomMarket(n int) candle.Series {
	const begin = 1_600_000_200 // a Sunday evening in September 2020
	random := rand.New(rand.NewPCG(2650, 15))
	candles := make([]candle.Candle, n)
	at, drift := 2650*pip.Units, 0.0
	move := func() pip.Price { return pip.Price((random.NormFloat64()*0.8+drift)*100) * pip.Units / 100 }
	for i := range candles {
		if i%200 == 0 {
			drift = random.NormFloat64()*0.15 + float64(2650*pip.Units-at)/float64(pip.Units)*0.001 // it comes back
		}
		c := candle.Candle{Time: begin + int64(i)*900, Prices: candle.Prices{Open: at, High: at, Low: at, Close: at}}
		for range 4 {
			at = max(at+move(), 100*pip.Units)
			c.Add(candle.Prices{High: at, Low: at, Close: at})
		}
		candles[i] = c
	}
	return candle.Series{Candles: candles}
}
