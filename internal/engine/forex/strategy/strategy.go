// Package strategy decides when to buy and to sell gold (F2). A strategy sees closed candles, one after
// the other, and nothing else; the backtest and the live feed drive the same code.
package strategy

import (
	"encoding/json"

	"github.com/promostack/promostack/internal/engine/forex/candle"
	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/engine/forex/position"
)

// Action is what a strategy wants at the open of the next candle.
type Action int8

// Actions. A strategy with a stop leaves the way out to its levels and never asks for Close.
const (
	None Action = iota
	Buy
	Sell
	Close
)

// Decision is what a strategy makes of a closed candle.
type Decision struct {
	Action Action
	// Stop and Targets are levels of the price, the nearest target first; zero for none. They stand on
	// their sides of the candle's close.
	Stop    pip.Price
	Targets [position.MaxTargets]pip.Price
	// A copy of 64 bytes is four moves that don't overlap. With 56 two of them do, and the processor waits
	// for the first: 40 ns a candle for sma-cross instead of 18.
	_ int64
}

// Strategy is fed with closed candles in the order of time. What it decides depends on its parameters
// and on the candles of its warm-up alone, so that it is the same wherever a history begins.
type Strategy interface {
	OnCandle(c *candle.Candle) Decision
}

// Kind is a strategy that can be chosen: its words, its parameters, and how it is made.
type Kind struct {
	Name      string // "trend-pullback"
	Title     string // "Trend pull-back"
	Summary   string // when it buys and sells, and where it leaves
	Timeframe candle.Timeframe
	// WithoutStop is for comparing backtests alone: all that there is goes into a trade, and the strategy says when to
	// leave it. It never makes a signal.
	WithoutStop bool
	Params      []Param
	// rising are groups of parameters, each of which must be above the one before it.
	rising [][]string
	// make builds a strategy from checked parameters. After warmUp candles all that it knows of the
	// past has settled, in windows and averages that forget; it need not hold itself back until then.
	make func(Values) (s Strategy, warmUp int)
}

// New makes a strategy from its parameters as JSON; what is left out has its default, and nothing or
// null is all defaults. It returns the parameters as they are in force, and the number of candles
// before the first one on which it decides. The error is a fault.Invalid that names the fields, such as
// "params.fast".
func (k *Kind) New(params json.RawMessage) (s Strategy, values Values, warmUp int, err error) {
	values, err = k.read(params)
	if err != nil {
		return nil, nil, 0, err
	}
	s, warmUp = k.make(values)
	return &warming{s, warmUp}, values, warmUp, nil
}

// warming holds a strategy's decisions back until its warm-up is over.
type warming struct {
	strategy Strategy
	left     int
}

func (w *warming) OnCandle(c *candle.Candle) Decision {
	if w.left > 0 {
		w.left--
		w.strategy.OnCandle(c)
		return Decision{}
	}
	return w.strategy.OnCandle(c)
}

// since remembers for a while that something happened, a bounded number of candles.
type since struct{ candles, limit int }

func newSince(limit int) since { return since{limit, limit} }

// update counts a candle and says whether it happened in one of the last ones, this one included.
func (s *since) update(happened bool) bool {
	s.candles = min(s.candles+1, s.limit)
	if happened {
		s.candles = 0
	}
	return s.candles < s.limit
}
