package indicator

import (
	"bytes"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"github.com/markcheno/go-talib"
	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/engine/forex/candle"
	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/test/testkit/market"
)

// exact is how far values may be from what others compute.
const exact = 1e-6

// update is an indicator with all its values in a row.
type update func(c *candle.Candle) (values []float64, ready bool)

type subject struct {
	name   string
	make   func() (u update, warmUp int)
	oracle func(high, low, last []float64) [][]float64 // values of TA-Lib in the same order
}

var indicators = []subject{
	{"EMA 1", newEMA(1), func(_, _, last []float64) [][]float64 { return [][]float64{last} }},
	{"EMA 20", newEMA(20), func(_, _, last []float64) [][]float64 { return [][]float64{talib.Ema(last, 20)} }},
	{"EMA 200", newEMA(200), func(_, _, last []float64) [][]float64 { return [][]float64{talib.Ema(last, 200)} }},
	{"SMA 1", newSMA(1), func(_, _, last []float64) [][]float64 { return [][]float64{last} }},
	{"SMA 50", newSMA(50), func(_, _, last []float64) [][]float64 { return [][]float64{talib.Sma(last, 50)} }},
	{"RSI 2", newRSI(2), func(_, _, last []float64) [][]float64 { return [][]float64{talib.Rsi(last, 2)} }},
	{"RSI 14", newRSI(14), func(_, _, last []float64) [][]float64 { return [][]float64{talib.Rsi(last, 14)} }},
	{"MACD 12 26 9", newMACD(12, 26, 9), func(_, _, last []float64) [][]float64 {
		line, signal, histogram := talib.Macd(last, 12, 26, 9)
		return [][]float64{line, signal, histogram}
	}},
	{"ATR 14", newATR(14), func(high, low, last []float64) [][]float64 { return [][]float64{talib.Atr(high, low, last, 14)} }},
	{"Bollinger 20 2", newBollinger(20, 2), func(_, _, last []float64) [][]float64 {
		upper, middle, lower := talib.BBands(last, 20, 2, 2, talib.SMA)
		return [][]float64{upper, middle, lower}
	}},
	{"ADX 14", newADX(14), func(high, low, last []float64) [][]float64 {
		return [][]float64{talib.Adx(cents(high), cents(low), cents(last), 14)}
	}},
	{"Stochastic 14 3 3", newStochastic(14, 3, 3), func(high, low, last []float64) [][]float64 {
		k, d := talib.Stoch(high, low, last, 14, 3, talib.SMA, 3, talib.SMA)
		return [][]float64{k, d}
	}},
	{"Stochastic 5 1 4", newStochastic(5, 1, 4), func(high, low, last []float64) [][]float64 {
		k, d := talib.Stoch(high, low, last, 5, 1, talib.SMA, 4, talib.SMA)
		return [][]float64{k, d}
	}},
	{"Highest 20", newHighest(20), func(high, _, _ []float64) [][]float64 { return [][]float64{talib.Max(high, 20)} }},
	{"Lowest 20", newLowest(20), func(_, low, _ []float64) [][]float64 { return [][]float64{talib.Min(low, 20)} }},
}

// cents are whole numbers: in fractions TA-Lib takes a movement up and one down that are the same for
// different ones, by the last bit. The ADX has no unit.
func cents(prices []float64) []float64 {
	whole := make([]float64, len(prices))
	for i, p := range prices {
		whole[i] = math.Round(100 * p)
	}
	return whole
}

func newEMA(n int) func() (update, int) {
	return func() (update, int) {
		e := NewEMA(n)
		return func(c *candle.Candle) ([]float64, bool) {
			v, ready := e.Update(c.Close.Float())
			return []float64{v}, ready
		}, e.WarmUp()
	}
}

func newSMA(n int) func() (update, int) {
	return func() (update, int) {
		s := NewSMA(n)
		return func(c *candle.Candle) ([]float64, bool) {
			v, ready := s.Update(c.Close)
			return []float64{v}, ready
		}, s.WarmUp()
	}
}

func newRSI(n int) func() (update, int) {
	return func() (update, int) {
		r := NewRSI(n)
		return func(c *candle.Candle) ([]float64, bool) {
			v, ready := r.Update(c.Close)
			return []float64{v}, ready
		}, r.WarmUp()
	}
}

func newMACD(fast, slow, signal int) func() (update, int) {
	return func() (update, int) {
		m := NewMACD(fast, slow, signal)
		return func(c *candle.Candle) ([]float64, bool) {
			v, ready := m.Update(c.Close)
			return []float64{v.Line, v.Signal, v.Histogram}, ready
		}, m.WarmUp()
	}
}

func newATR(n int) func() (update, int) {
	return func() (update, int) {
		a := NewATR(n)
		return func(c *candle.Candle) ([]float64, bool) {
			v, ready := a.Update(c)
			return []float64{v}, ready
		}, a.WarmUp()
	}
}

func newBollinger(n int, k float64) func() (update, int) {
	return func() (update, int) {
		b := NewBollinger(n, k)
		return func(c *candle.Candle) ([]float64, bool) {
			v, ready := b.Update(c.Close)
			return []float64{v.Upper, v.Middle, v.Lower}, ready
		}, b.WarmUp()
	}
}

func newADX(n int) func() (update, int) {
	return func() (update, int) {
		a := NewADX(n)
		return func(c *candle.Candle) ([]float64, bool) {
			v, ready := a.Update(c)
			return []float64{v}, ready
		}, a.WarmUp()
	}
}

func newStochastic(n, k, d int) func() (update, int) {
	return func() (update, int) {
		s := NewStochastic(n, k, d)
		return func(c *candle.Candle) ([]float64, bool) {
			v, ready := s.Update(c)
			return []float64{v.K, v.D}, ready
		}, s.WarmUp()
	}
}

func newHighest(n int) func() (update, int) {
	return func() (update, int) {
		h := NewHighest(n)
		return func(c *candle.Candle) ([]float64, bool) {
			v, ready := h.Update(c.High)
			return []float64{v.Float()}, ready
		}, h.WarmUp()
	}
}

func newLowest(n int) func() (update, int) {
	return func() (update, int) {
		l := NewLowest(n)
		return func(c *candle.Candle) ([]float64, bool) {
			v, ready := l.Update(c.Low)
			return []float64{v.Float()}, ready
		}, l.WarmUp()
	}
}

// last is what an indicator says after all of a history.
func last(t *testing.T, u update, candles []candle.Candle) []float64 {
	t.Helper()
	var values []float64
	ready := false
	for i := range candles {
		values, ready = u(&candles[i])
	}
	require.True(t, ready)
	return values
}

// The values that Stock.Indicators publishes for its 502 daily candles, see testdata/README.md.
func TestStockIndicators(t *testing.T) {
	file, err := os.ReadFile("testdata/daily.csv")
	require.NoError(t, err)
	daily, err := candle.ReadCSV(bytes.NewReader(file))
	require.NoError(t, err)
	require.Len(t, daily.Candles, 502)
	for name, c := range map[string]struct {
		make func() (update, int)
		want []float64
	}{
		"EMA":        {newEMA(20), []float64{249.35189668}},
		"RSI":        {newRSI(14), []float64{42.07732357}},
		"MACD":       {newMACD(12, 26, 9), []float64{-6.21977026, -5.85689165, -6.21977026 + 5.85689165}},
		"ATR":        {newATR(14), []float64{6.14974829}},
		"ADX":        {newADX(14), []float64{34.29869914}},
		"Bollinger":  {newBollinger(20, 2), []float64{273.70042307, (273.70042307 + 230.01957693) / 2, 230.01957693}},
		"Stochastic": {newStochastic(14, 3, 3), []float64{43.13534971, 35.56744039}},
	} {
		u, _ := c.make()
		require.InDeltaSlice(t, c.want, last(t, u, daily.Candles), exact, name)
	}
}

// StockCharts' example of the RSI, from its ChartSchool.
func TestStockChartsRSI(t *testing.T) {
	r := NewRSI(14)
	var values []float64
	for _, s := range []string{
		"44.3389", "44.0902", "44.1497", "43.6124", "44.3278", "44.8264", "45.0955", "45.4245", "45.8433", "46.0826", "45.8931",
		"46.0328", "45.6140", "46.2820", "46.2820", "46.0028", "46.0328", "46.4116", "46.2222", "45.6439", "46.2122", "46.2521",
		"45.7137", "46.4515", "45.7835", "45.3548", "44.0288", "44.1783", "44.2181", "44.5672", "43.4205", "42.6628", "43.1314",
	} {
		p, err := pip.ParsePrice(s)
		require.NoError(t, err)
		if v, ready := r.Update(p); ready {
			values = append(values, v)
		}
	}
	require.Len(t, values, 33-14)
	require.InDelta(t, 70.53278948, values[0], exact)
	require.InDelta(t, 66.31856181, values[1], exact)
	require.InDelta(t, 37.77295211, values[18], exact)
}

// TA-Lib computes the same on every candle after the warm-up.
func TestAgainstTALib(t *testing.T) {
	for seed := range uint64(3) {
		candles := market.Walk(seed, 6000)
		var high, low, close []float64
		for i := range candles {
			high = append(high, candles[i].High.Float())
			low = append(low, candles[i].Low.Float())
			close = append(close, candles[i].Close.Float())
		}
		for _, c := range indicators {
			u, warmUp := c.make()
			want := c.oracle(high, low, close)
			require.Less(t, warmUp, len(candles)/2, c.name)
			for i := range candles {
				values, ready := u(&candles[i])
				if i+1 < warmUp {
					continue
				}
				require.True(t, ready, c.name)
				for k := range values {
					if diff := math.Abs(values[k] - want[k][i]); !(diff <= exact) {
						t.Fatalf("%s, seed %d, candle %d, value %d: %v, TA-Lib has %v", c.name, seed, i, k, values[k], want[k][i])
					}
				}
			}
		}
	}
}

// After the warm-up nothing remains of another history: not of its level, its liveliness or its length.
func TestWarmUp(t *testing.T) {
	for seed := range uint64(8) {
		random := rand.New(rand.NewPCG(seed, 1))
		common := market.Walk(seed, 4000)
		for _, c := range indicators {
			plain, warmUp := c.make()
			other, _ := c.make()
			before := market.Scale(market.Walk(seed+100, random.IntN(3*warmUp)), 0.3+2*random.Float64())
			for i := range before {
				other(&before[i])
			}
			for i := range common {
				want, _ := plain(&common[i])
				got, ready := other(&common[i])
				if i+1 < warmUp {
					continue
				}
				require.True(t, ready, c.name)
				for k := range want {
					if diff := math.Abs(want[k] - got[k]); !(diff <= exact) {
						t.Fatalf("%s, seed %d, %d candles before, value %d differs by %g at %d", c.name, seed, len(before), k, diff, i)
					}
				}
			}
		}
	}
}

// Windows forget exactly: not a bit of a value depends on what has left them.
func TestWindowsAreExact(t *testing.T) {
	windows := []string{"SMA 50", "Bollinger 20 2", "Stochastic 14 3 3", "Highest 20", "Lowest 20"}
	common := market.Walk(1, 500)
	before := market.Scale(market.Walk(2, 20_001), 1.9)
	for _, c := range indicators {
		if !slices.Contains(windows, c.name) {
			continue
		}
		windows = slices.DeleteFunc(windows, func(name string) bool { return name == c.name })
		plain, warmUp := c.make()
		other, _ := c.make()
		for i := range before {
			other(&before[i])
		}
		for i := range common {
			want, _ := plain(&common[i])
			if got, _ := other(&common[i]); i+1 >= warmUp {
				require.Equal(t, want, got, c.name)
			}
		}
	}
	require.Empty(t, windows)
}

// Prices at the limit of what a price can be don't overflow.
func TestBollingerHoldsGreatPrices(t *testing.T) {
	const n = 1000
	b := NewBollinger(n, 1)
	top := pip.MaxPrice - 1
	var v Bands
	for i := range 3*n + n/2 { // half at the top, half below it by 2 USD
		v, _ = b.Update(top - pip.Price(i%2)*2*pip.Units)
	}
	middle := top.Float() - 1
	require.InDeltaSlice(t, []float64{middle + 1, middle, middle - 1}, []float64{v.Upper, v.Middle, v.Lower}, exact)
}

// A market that stands still is neither strong nor weak, has no range and no trend.
func TestStill(t *testing.T) {
	moving := market.Walk(3, 500)
	flat := slices.Repeat([]candle.Candle{{Prices: candle.Prices{Open: 1e8, High: 1e8, Low: 1e8, Close: 1e8}}}, 1500)
	for _, before := range [][]candle.Candle{nil, moving} {
		for _, c := range []struct {
			make func() (update, int)
			want []float64
		}{
			{newRSI(14), []float64{50}},
			{newADX(14), []float64{0}},
			{newATR(14), []float64{0}},
			{newBollinger(20, 2), []float64{1000, 1000, 1000}},
			{newStochastic(14, 3, 3), []float64{50, 50}},
			{newMACD(12, 26, 9), []float64{0, 0, 0}},
		} {
			u, _ := c.make()
			require.InDeltaSlice(t, c.want, last(t, u, market.Append(before, flat)), exact)
		}
	}
}

// Extremes against the plain way, for windows of every short length, prices that repeat included.
func TestExtremes(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	prices := make([]pip.Price, 500)
	for i := range prices {
		prices[i] = pip.Price(1 + random.IntN(40))
	}
	for n := 1; n <= 25; n++ {
		h, l := NewHighest(n), NewLowest(n)
		for i, p := range prices {
			high, ready := h.Update(p)
			low, _ := l.Update(p)
			require.Equal(t, i+1 >= n, ready)
			if ready {
				require.Equal(t, slices.Max(prices[i+1-n:i+1]), high, "window of %d, price %d", n, i)
				require.Equal(t, slices.Min(prices[i+1-n:i+1]), low, "window of %d, price %d", n, i)
			}
		}
	}
}

// The first value comes as early as its formula allows.
func TestReady(t *testing.T) {
	candles := market.Walk(1, 400)
	for name, first := range map[string]int{
		"EMA 1": 1, "EMA 20": 20, "EMA 200": 200, "SMA 1": 1, "SMA 50": 50, "RSI 2": 3, "RSI 14": 15, "MACD 12 26 9": 34, "ATR 14": 15,
		"Bollinger 20 2": 20, "ADX 14": 28, "Stochastic 14 3 3": 18, "Stochastic 5 1 4": 8, "Highest 20": 20, "Lowest 20": 20,
	} {
		i := slices.IndexFunc(indicators, func(c subject) bool { return c.name == name })
		u, _ := indicators[i].make()
		for k := range candles {
			_, ready := u(&candles[k])
			require.Equal(t, k+1 >= first, ready, "%s, candle %d", name, k+1)
		}
	}
}
