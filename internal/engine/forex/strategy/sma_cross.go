package strategy

import (
	"github.com/promostack/promostack/internal/engine/forex/candle"
	"github.com/promostack/promostack/internal/engine/forex/indicator"
)

// What sma-cross does when the fast average falls below the slow one.
const (
	sideLong = "long" // it closes what it has bought
	sideBoth = "both" // it sells
)

// smaCrossKind is there for comparing the engine with others' published results: it has no stop.
var smaCrossKind = Kind{
	Name:  "sma-cross",
	Title: "SMA cross",
	Summary: "Buys when the fast plain average crosses above the slow one, and closes (or sells) when it crosses below. " +
		"It has no stop: it is for comparing backtests, not for signals.",
	Timeframe:   candle.M15,
	WithoutStop: true,
	Params: []Param{
		// 1,000 candles at the highest price keep the comparison within 64 bits
		whole("fast", "Fast SMA", "candles of the fast average", 10, 1, 999),
		whole("slow", "Slow SMA", "candles of the slow average", 20, 2, 1000),
		choice("side", "Side", "long closes on a cross below, both sells", sideLong, sideBoth),
		number("cash", "Cash", "USD that the backtest's report begins with", 10_000, 1, 1e9, 1000),
	},
	rising: [][]string{{"fast", "slow"}},
	make:   newSMACross,
}

type smaCross struct {
	fast, slow   indicator.SMA
	nFast, nSlow int64
	onCrossBelow Action
	difference   int64 // fast less slow average, times both lengths; 0 before both are ready
}

func newSMACross(v Values) (Strategy, int) {
	s := &smaCross{
		fast:         indicator.NewSMA(v.Int("fast")),
		slow:         indicator.NewSMA(v.Int("slow")),
		nFast:        int64(v.Int("fast")),
		nSlow:        int64(v.Int("slow")),
		onCrossBelow: Close,
	}
	if v.Word("side") == sideBoth {
		s.onCrossBelow = Sell
	}
	return s, s.slow.WarmUp()
}

func (s *smaCross) OnCandle(c *candle.Candle) Decision {
	fast, _ := s.fast.Push(c.Close)
	slow, ready := s.slow.Push(c.Close)
	if !ready {
		return Decision{}
	}
	before := s.difference
	s.difference = fast*s.nSlow - slow*s.nFast
	switch {
	case before < 0 && s.difference > 0:
		return Decision{Action: Buy}
	case before > 0 && s.difference < 0:
		return Decision{Action: s.onCrossBelow}
	}
	return Decision{}
}
