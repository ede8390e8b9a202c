package strategy

import (
	"github.com/promostack/promostack/internal/engine/forex/candle"
	"github.com/promostack/promostack/internal/engine/forex/indicator"
)

var trendPullbackKind = Kind{
	Name:  "trend-pullback",
	Title: "Trend pull-back",
	Summary: "Buys in an upward trend (fast EMA above the slow one, ADX strong enough) when the price, after a pull-back " +
		"that took the RSI down, closes above the fast EMA again; sells in the mirror. Leaves at its stop and targets.",
	Timeframe: candle.M15,
	Params: append([]Param{
		whole("fast", "Fast EMA", "candles of the average that the price pulls back to", 20, 5, 100),
		whole("slow", "Slow EMA", "candles of the average that the fast one is compared with", 100, 20, 300),
		whole("adx", "ADX", "candles of the average directional index", 14, 5, 50),
		number("adx_min", "Least ADX", "how strong the trend has to be", 20, 0, 60, 1),
		whole("rsi", "RSI", "candles of the relative strength index", 14, 2, 50),
		number("rsi_dip", "Dip of the RSI", "the pull-back takes the RSI down to this, or up to 100 less this in a downward trend", 45, 10, 60, 1),
		whole("memory", "Memory", "candles within which the price has to come back after the dip", 8, 1, 50),
	}, levelParams(12, 1, 3, 1, 2, 3)...),
	rising: append([][]string{{"fast", "slow"}}, risingLevels...),
	make:   newTrendPullback,
}

type trendPullback struct {
	levels     levels
	fast, slow indicator.EMA
	adx        indicator.ADX
	rsi        indicator.RSI
	strong     float64
	dip        float64
	dipped     since // the RSI was low
	risen      since // the RSI was high
	above      bool  // the candle before closed above the fast average
	below      bool
}

func newTrendPullback(v Values) (Strategy, int) {
	memory := v.Int("memory")
	t := &trendPullback{
		levels: newLevels(v),
		fast:   indicator.NewEMA(v.Int("fast")),
		slow:   indicator.NewEMA(v.Int("slow")),
		adx:    indicator.NewADX(v.Int("adx")),
		rsi:    indicator.NewRSI(v.Int("rsi")),
		strong: v.Number("adx_min"),
		dip:    v.Number("rsi_dip"),
		dipped: newSince(memory),
		risen:  newSince(memory),
	}
	return t, max(t.levels.warmUp(), t.fast.WarmUp(), t.slow.WarmUp(), t.adx.WarmUp(), t.rsi.WarmUp()+memory)
}

func (t *trendPullback) OnCandle(c *candle.Candle) Decision {
	t.levels.update(c)
	last := c.Close.Float()
	fast, _ := t.fast.Update(last)
	slow, _ := t.slow.Update(last)
	adx, _ := t.adx.Update(c)
	rsi, _ := t.rsi.Update(c.Close)
	dipped := t.dipped.update(rsi <= t.dip)
	risen := t.risen.update(100-rsi <= t.dip)
	wasAbove, wasBelow := t.above, t.below
	t.above, t.below = last > fast, last < fast
	switch {
	case adx < t.strong:
	case fast > slow && dipped && t.above && !wasAbove:
		return t.levels.buy(c.Close)
	case fast < slow && risen && t.below && !wasBelow:
		return t.levels.sell(c.Close)
	}
	return Decision{}
}
