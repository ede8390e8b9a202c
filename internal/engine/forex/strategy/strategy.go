// Package strategy decides when to buy and to sell gold (F2). A strategy sees closed candles, one after
// the other, and nothing else; the backtest and the live feed drive the same code.
package strategy

import (
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
	// Stop and Targets are levels of the price, the nearest target first; zero for none.
	Stop    pip.Price
	Targets [position.MaxTargets]pip.Price
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
	Summary   string // one sentence: when it buys, where it leaves
	Timeframe candle.Timeframe
	Params    []Param
	// check says what parameters that are in range each can't be together; nil for nothing.
	check func(Values) error
	// make builds a strategy from checked parameters; warmUp is the number of candles before its
	// first decision.
	make func(Values) (s Strategy, warmUp int)
}
