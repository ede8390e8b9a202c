// Package candle is a market's history: candles, how they are read from a file, put together into
// longer ones, and what is missing between them.
package candle

import (
	"errors"
	"time"

	"github.com/promostack/promostack/internal/engine/forex/pip"
)

// Prices are the four prices of a candle.
type Prices struct {
	Open  pip.Price `json:"open"`
	High  pip.Price `json:"high"`
	Low   pip.Price `json:"low"`
	Close pip.Price `json:"close"`
}

// Candle is what a market's middle price did from Time on.
type Candle struct {
	Time int64 `json:"time"` // Unix seconds, UTC
	Prices
}

// At is the time at which the candle begins.
func (c *Candle) At() time.Time { return time.Unix(c.Time, 0).UTC() }

// What is wrong with the prices of a candle.
var (
	errHigh = errors.New("high is below the open, the close or the low")
	errLow  = errors.New("low is above the open or the close")
)

// Check says what is wrong with the four prices, nil for nothing.
func (p *Prices) Check() error {
	switch {
	case p.High < p.Open || p.High < p.Close || p.High < p.Low:
		return errHigh
	case p.Low > p.Open || p.Low > p.Close:
		return errLow
	}
	return nil
}

// Series is a history in the order of time, without two candles of one time.
type Series struct {
	Candles []Candle
	// Bid and Ask are the prices at which one sells and buys, a row for each candle; nil when only the
	// middle price is known.
	Bid, Ask []Prices
}

// Between is the part of a series from a time on until before another one; a zero time is no limit.
// It shares the memory of the whole.
func (s Series) Between(from, to time.Time) Series {
	begin, end := 0, len(s.Candles)
	if !from.IsZero() {
		begin = search(s.Candles, from)
	}
	if !to.IsZero() {
		end = max(begin, search(s.Candles, to))
	}
	part := Series{Candles: s.Candles[begin:end]}
	if s.Bid != nil {
		part.Bid, part.Ask = s.Bid[begin:end], s.Ask[begin:end]
	}
	return part
}

// Split parts a series for a walk forward: the first share of its candles, in percent, and the rest.
func (s Series) Split(percent int) (in, out Series) {
	at := len(s.Candles) * percent / 100
	in, out = Series{Candles: s.Candles[:at]}, Series{Candles: s.Candles[at:]}
	if s.Bid != nil {
		in.Bid, in.Ask, out.Bid, out.Ask = s.Bid[:at], s.Ask[:at], s.Bid[at:], s.Ask[at:]
	}
	return in, out
}
