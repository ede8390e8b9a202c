package strategy

import (
	"github.com/promostack/promostack/internal/engine/forex/candle"
	"github.com/promostack/promostack/internal/engine/forex/indicator"
)

var meanReversionKind = Kind{
	Name:  "mean-reversion",
	Title: "Mean reversion",
	Summary: "Buys in a market without a trend (low ADX) when the price closes inside Bollinger's bands again after it " +
		"closed below them with a low RSI; sells in the mirror. Leaves at its stop and targets.",
	Timeframe: candle.M15,
	Params: append([]Param{
		whole("bands", "Bollinger bands", "candles of the bands", 20, 5, 200),
		number("width", "Width of the bands", "standard deviations from the middle to each band", 2, 0.5, 4, 0.1),
		whole("rsi", "RSI", "candles of the relative strength index", 14, 2, 50),
		number("rsi_low", "Low RSI", "outside the bands the RSI was at most this, or at least 100 less this above them", 35, 5, 50, 1),
		whole("adx", "ADX", "candles of the average directional index", 14, 5, 50),
		number("adx_max", "Most ADX", "above it the market trends, and nothing is done", 25, 5, 100, 1),
	}, levelParams(6, 0.8, 2.5, 0.8, 1.5, 2.5)...),
	rising: risingLevels,
	make:   newMeanReversion,
}

type meanReversion struct {
	levels levels
	bands  indicator.Bollinger
	rsi    indicator.RSI
	adx    indicator.ADX
	low    float64
	calm   float64
	// the candle before closed outside the bands with an RSI to match
	below, above bool
}

func newMeanReversion(v Values) (Strategy, int) {
	m := &meanReversion{
		levels: newLevels(v),
		bands:  indicator.NewBollinger(v.Int("bands"), v.Number("width")),
		rsi:    indicator.NewRSI(v.Int("rsi")),
		adx:    indicator.NewADX(v.Int("adx")),
		low:    v.Number("rsi_low"),
		calm:   v.Number("adx_max"),
	}
	return m, max(m.levels.warmUp(), m.bands.WarmUp(), m.rsi.WarmUp(), m.adx.WarmUp())
}

func (m *meanReversion) OnCandle(c *candle.Candle) Decision {
	m.levels.update(c)
	bands, _ := m.bands.Update(c.Close)
	rsi, _ := m.rsi.Update(c.Close)
	adx, _ := m.adx.Update(c)
	last := c.Close.Float()
	wasBelow, wasAbove := m.below, m.above
	m.below = last < bands.Lower && rsi <= m.low
	m.above = last > bands.Upper && 100-rsi <= m.low
	inside := last > bands.Lower && last < bands.Upper
	switch {
	case adx > m.calm || !inside:
	case wasBelow:
		return m.levels.buy(c.Close)
	case wasAbove:
		return m.levels.sell(c.Close)
	}
	return Decision{}
}
