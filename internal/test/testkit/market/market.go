// Package market makes price histories for tests.
package market

import (
	"math/rand/v2"
	"time"

	"github.com/promostack/promostack/internal/engine/forex/candle"
	"github.com/promostack/promostack/internal/engine/forex/pip"
)

const cent = pip.Units / 100

// Walk is a random walk of gold in candles of 15 minutes, without weekends: stretches of trends up and
// down and of ranges, calm and lively ones, in whole cents. The same seed gives the same walk.
func Walk(seed uint64, n int) []candle.Candle {
	random := rand.New(rand.NewPCG(seed, 15))
	candles := make([]candle.Candle, n)
	at := time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC).Unix()
	price := 2650.0
	var left int
	var drift, anchor, lively float64
	for i := range candles {
		if left == 0 {
			left = 40 + random.IntN(200)
			lively = 0.6 + 1.2*random.Float64() // USD, the standard deviation of a quarter of a candle
			drift, anchor = 0, 0
			switch random.IntN(4) {
			case 0:
				drift = (0.03 + 0.07*random.Float64()) * lively
			case 1:
				drift = -(0.03 + 0.07*random.Float64()) * lively
			case 2:
				anchor = price
			}
			if price < 1500 || price > 4000 { // stay where gold is
				drift, anchor = 0, 2650
			}
		}
		left--
		c := &candles[i]
		c.Time = at + int64(i)*candle.M15.Seconds()
		open := pip.Price(price*100) * cent
		c.Prices = candle.Prices{Open: open, High: open, Low: open, Close: open}
		for range 4 {
			price += drift + lively*random.NormFloat64()
			if anchor > 0 {
				price += (anchor - price) * 0.01
			}
			now := pip.Price(price*100) * cent
			c.Add(candle.Prices{High: now, Low: now, Close: now})
		}
	}
	return candles
}

// Scale multiplies all prices by a ratio, for a market of another level and liveliness.
func Scale(candles []candle.Candle, ratio float64) []candle.Candle {
	return each(candles, func(p candle.Prices) candle.Prices {
		by := func(p pip.Price) pip.Price { return pip.Price(float64(p/cent)*ratio) * cent }
		return candle.Prices{Open: by(p.Open), High: by(p.High), Low: by(p.Low), Close: by(p.Close)}
	})
}

// Mirror turns a market upside down around a price.
func Mirror(candles []candle.Candle, around pip.Price) []candle.Candle {
	return each(candles, func(p candle.Prices) candle.Prices {
		return candle.Prices{Open: 2*around - p.Open, High: 2*around - p.Low, Low: 2*around - p.High, Close: 2*around - p.Close}
	})
}

// Append puts histories one after the other, in the times of the first.
func Append(parts ...[]candle.Candle) []candle.Candle {
	var whole []candle.Candle
	for _, part := range parts {
		for _, c := range part {
			if len(whole) > 0 {
				c.Time = whole[len(whole)-1].Time + candle.M15.Seconds()
			}
			whole = append(whole, c)
		}
	}
	return whole
}

func each(candles []candle.Candle, f func(candle.Prices) candle.Prices) []candle.Candle {
	changed := make([]candle.Candle, len(candles))
	for i, c := range candles {
		changed[i] = candle.Candle{Time: c.Time, Prices: f(c.Prices)}
	}
	return changed
}
