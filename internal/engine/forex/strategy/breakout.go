package strategy

import (
	"github.com/promostack/promostack/internal/engine/forex/candle"
	"github.com/promostack/promostack/internal/engine/forex/indicator"
	"github.com/promostack/promostack/internal/engine/forex/pip"
)

var breakoutKind = Kind{
	Name:  "breakout",
	Title: "Breakout",
	Summary: "Buys when a lively candle is the first to close above Donchian's channel of the candles before it, after the " +
		"channel was narrow, and above the trend's EMA; sells in the mirror. Leaves at its stop and targets.",
	Timeframe: candle.M15,
	Params: append([]Param{
		whole("channel", "Channel", "candles of Donchian's channel", 48, 5, 200),
		number("narrow", "Narrow channel", "at most so many average true ranges from its lower to its upper line", 7, 1, 50, 0.5),
		number("lively", "Lively candle", "at least so many average true ranges from its low to its high", 1.2, 0, 5, 0.1),
		whole("trend", "Trend EMA", "candles of the average that the price must be beyond", 50, 5, 300),
	}, levelParams(8, 1, 3, 1, 2, 3.5)...),
	rising: risingLevels,
	make:   newBreakout,
}

type breakout struct {
	levels levels
	high   indicator.Highest
	low    indicator.Lowest
	trend  indicator.EMA
	narrow float64
	lively float64
	// as of the candle before
	unit         float64
	top, bottom  pip.Price
	above, below bool // it closed above or below its channel
}

func newBreakout(v Values) (Strategy, int) {
	b := &breakout{
		levels: newLevels(v),
		high:   indicator.NewHighest(v.Int("channel")),
		low:    indicator.NewLowest(v.Int("channel")),
		trend:  indicator.NewEMA(v.Int("trend")),
		narrow: v.Number("narrow"),
		lively: v.Number("lively"),
	}
	// one more than the channel, since the candle before was compared with the channel before that
	return b, max(b.levels.warmUp(), b.high.WarmUp()+1, b.trend.WarmUp())
}

func (b *breakout) OnCandle(c *candle.Candle) Decision {
	unit, top, bottom := b.unit, b.top, b.bottom
	wasAbove, wasBelow := b.above, b.below
	b.levels.update(c)
	b.unit = b.levels.unit
	b.top, _ = b.high.Update(c.High)
	b.bottom, _ = b.low.Update(c.Low)
	b.above, b.below = c.Close > top, c.Close < bottom
	last := c.Close.Float()
	trend, _ := b.trend.Update(last)
	switch {
	case (top-bottom).Float() > b.narrow*unit || (c.High-c.Low).Float() < b.lively*unit:
	case b.above && !wasAbove && last > trend:
		return b.levels.buy(c.Close)
	case b.below && !wasBelow && last < trend:
		return b.levels.sell(c.Close)
	}
	return Decision{}
}
