package strategy

import (
	"github.com/promostack/promostack/internal/engine/forex/candle"
	"github.com/promostack/promostack/internal/engine/forex/indicator"
)

var momentumKind = Kind{
	Name:  "momentum",
	Title: "Momentum",
	Summary: "Buys when the MACD crosses its signal upwards above the trend's average, with an ADX and an RSI that agree " +
		"and a stochastic oscillator that isn't overbought yet; sells in the mirror. Leaves at its stop and targets.",
	Timeframe: candle.M15,
	Params: append([]Param{
		whole("fast", "Fast EMA", "candles of the MACD's fast average", 12, 2, 50),
		whole("slow", "Slow EMA", "candles of the MACD's slow average", 26, 5, 100),
		whole("signal", "Signal", "candles of the MACD's signal", 9, 2, 50),
		whole("trend", "Trend SMA", "candles of the average that the price must be beyond", 100, 10, 500),
		whole("adx", "ADX", "candles of the average directional index", 14, 5, 50),
		number("adx_min", "Least ADX", "how strong the trend has to be", 20, 0, 60, 1),
		whole("rsi", "RSI", "candles of the relative strength index", 14, 2, 50),
		number("rsi_min", "Least RSI", "the RSI is at least this to buy, and at most 100 less this to sell", 55, 30, 80, 1),
		whole("stochastic", "Stochastic", "candles of the stochastic oscillator, smoothed by 3", 14, 3, 100),
		number("overbought", "Overbought", "%K is at most this to buy, and at least 100 less this to sell", 80, 50, 100, 1),
	}, levelParams(10, 1, 3, 1, 2, 3)...),
	rising: append([][]string{{"fast", "slow"}}, risingLevels...),
	make:   newMomentum,
}

type momentum struct {
	levels     levels
	macd       indicator.MACD
	trend      indicator.SMA
	adx        indicator.ADX
	rsi        indicator.RSI
	stochastic indicator.Stochastic
	strong     float64 // the least ADX
	agrees     float64 // the least RSI
	overbought float64
	before     float64 // the MACD's histogram of the candle before
}

func newMomentum(v Values) (Strategy, int) {
	m := &momentum{
		levels:     newLevels(v),
		macd:       indicator.NewMACD(v.Int("fast"), v.Int("slow"), v.Int("signal")),
		trend:      indicator.NewSMA(v.Int("trend")),
		adx:        indicator.NewADX(v.Int("adx")),
		rsi:        indicator.NewRSI(v.Int("rsi")),
		stochastic: indicator.NewStochastic(v.Int("stochastic"), 3, 3),
		strong:     v.Number("adx_min"),
		agrees:     v.Number("rsi_min"),
		overbought: v.Number("overbought"),
	}
	return m, max(m.levels.warmUp(), m.macd.WarmUp(), m.trend.WarmUp(), m.adx.WarmUp(), m.rsi.WarmUp(), m.stochastic.WarmUp())
}

func (m *momentum) OnCandle(c *candle.Candle) Decision {
	m.levels.update(c)
	macd, _ := m.macd.Update(c.Close)
	trend, _ := m.trend.Update(c.Close)
	adx, _ := m.adx.Update(c)
	rsi, _ := m.rsi.Update(c.Close)
	stochastic, _ := m.stochastic.Update(c)
	last := c.Close.Float()
	before := m.before
	m.before = macd.Histogram
	switch {
	case adx < m.strong:
	case before < 0 && macd.Histogram > 0 && last > trend && rsi >= m.agrees && stochastic.K <= m.overbought:
		return m.levels.buy(c.Close)
	case before > 0 && macd.Histogram < 0 && last < trend && 100-rsi >= m.agrees && 100-stochastic.K <= m.overbought:
		return m.levels.sell(c.Close)
	}
	return Decision{}
}
