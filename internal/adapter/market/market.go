// Package market asks a provider of market data for gold's candles and price. The provider is Twelve
// Data, or the sandbox's market, which has the same wire format (wire.go) and a clock of its own.
package market

import (
	"context"
	"time"

	"github.com/promostack/promostack/internal/engine/forex/candle"
	"github.com/promostack/promostack/internal/engine/forex/pip"
)

// Gold is the symbol of gold in US dollars.
const Gold = "XAU/USD"

// MaxCandles is how many candles one call may ask for: Twelve Data answers 5000 at most, of which one
// may still be forming.
const MaxCandles = 4999

// Query says which candles are wanted.
type Query struct {
	Symbol    string
	Timeframe candle.Timeframe // a minute up to an hour; longer candles are resampled from these
	// From is the begin of the first candle; zero for the newest ones.
	From time.Time
	// Count is for how many candles' time from From on, or how many of the newest; 0 is MaxCandles.
	Count int
}

// Provider is a source of market data. Its errors are *fault.Error with one of the codes below.
type Provider interface {
	// Candles are closed ones, the oldest first, without two of one time. Where nothing was traded none
	// is missing; bars of a closed market, which providers do send, are left in. No candles are no error.
	// forming is the candle after them that is still under way, nil where the query ends before it.
	Candles(ctx context.Context, q Query) (closed []candle.Candle, forming *candle.Candle, err error)
	// Price is the current price. What it was between two looks is in candles of a minute, which cost
	// the same and miss no extreme.
	Price(ctx context.Context, symbol string) (pip.Price, error)
	// Clock is the provider's time, and how many of its seconds pass in one of ours: 1 but for a
	// simulated market; 0 when that is paused.
	Clock(ctx context.Context) (now time.Time, speed float64, err error)
}

// Codes of the faults that a call can end with. Those with a RetryAfter mend themselves.
const (
	MinuteLimit   = "market_minute_limit"   // RetryAfter: until the next minute
	DayLimit      = "market_day_limit"      // RetryAfter: until 00:00 UTC
	KeyRefused    = "market_key_refused"    // a person has to mend the key
	PlanRefused   = "market_plan_refused"   // the key's plan does not include it
	UnknownSymbol = "market_unknown_symbol" // there is no such symbol
	Refused       = "market_refused"        // the request itself is wrong: a defect of this program
	Away          = "market_away"           // no connection, or an internal error there; RetryAfter
	TimedOut      = "market_timeout"        // no answer in time; RetryAfter
	Malformed     = "market_malformed"      // a web page, a cut answer; RetryAfter
	Absurd        = "market_absurd"         // candles that can't be: high below low, out of order; RetryAfter
)
