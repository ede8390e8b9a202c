package candle

import (
	"sort"
	"time"
)

// Timeframe is how long a candle lasts. Longer ones begin at whole multiples of it since 1970 in UTC.
type Timeframe time.Duration

// Timeframes that strategies and feeds use.
const (
	M1  = Timeframe(time.Minute)
	M5  = Timeframe(5 * time.Minute)
	M15 = Timeframe(15 * time.Minute)
	H1  = Timeframe(time.Hour)
	H4  = Timeframe(4 * time.Hour)
)

// Seconds is how long a candle lasts.
func (t Timeframe) Seconds() int64 { return int64(time.Duration(t) / time.Second) }

// Start is when the candle begins that a moment (Unix seconds) falls into.
func (t Timeframe) Start(unix int64) int64 {
	rest := unix % t.Seconds()
	if rest < 0 {
		rest += t.Seconds()
	}
	return unix - rest
}

func search(candles []Candle, at time.Time) int {
	unix := at.Unix()
	if at.Nanosecond() > 0 {
		unix++
	}
	return sort.Search(len(candles), func(i int) bool { return candles[i].Time >= unix })
}

// Add counts what the price did in a later, shorter candle.
func (p *Prices) Add(later Prices) {
	p.High = max(p.High, later.High)
	p.Low = min(p.Low, later.Low)
	p.Close = later.Close
}

// Resample puts candles together into longer ones. A longer candle is made from what there is: use
// Gaps where it has to be whole.
func Resample(candles []Candle, to Timeframe) []Candle {
	var longer []Candle
	for i := range candles {
		start := to.Start(candles[i].Time)
		if last := len(longer) - 1; last >= 0 && longer[last].Time == start {
			longer[last].Add(candles[i].Prices)
			continue
		}
		longer = append(longer, Candle{Time: start, Prices: candles[i].Prices})
	}
	return longer
}

// Gap is a time without candles in which the market was open.
type Gap struct {
	From, To time.Time // the begin of the first missing candle, and of the candle after the last
}

// Gaps finds the candles that are missing from a time until before another one, where open says
// whether the market trades in the candle that begins at a moment. Both times are begins of candles.
func Gaps(candles []Candle, of Timeframe, from, to time.Time, open func(time.Time) bool) []Gap {
	var gaps []Gap
	next := search(candles, from)
	for unix := from.Unix(); unix < to.Unix(); unix += of.Seconds() {
		if next < len(candles) && candles[next].Time <= unix {
			next++
			continue
		}
		at := time.Unix(unix, 0).UTC()
		if !open(at) {
			continue
		}
		after := at.Add(time.Duration(of))
		if last := len(gaps) - 1; last >= 0 && gaps[last].To.Equal(at) {
			gaps[last].To = after
			continue
		}
		gaps = append(gaps, Gap{at, after})
	}
	return gaps
}
