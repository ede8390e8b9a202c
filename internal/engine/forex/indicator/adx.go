package indicator

import (
	"math"

	"github.com/promostack/promostack/internal/engine/forex/candle"
	"github.com/promostack/promostack/internal/engine/forex/pip"
)

// ADX is Wilder's average directional index, 0 to 100: how much the market trends, whichever way (New
// Concepts in Technical Trading Systems, 1978). It is Wilder's average of DX = 100·|p−m|/(p+m), where p
// and m are Wilder's averages of the movements up and down. (In the directional indicators +DI and −DI
// both are divided by the true range, which DX cancels.) Where nothing moves DX is 0.
type ADX struct {
	high, low pip.Price
	started   bool
	plus      EMA
	minus     EMA
	average   EMA
}

// NewADX makes an index of n candles, n at least 1; 14 is usual.
func NewADX(n int) ADX { return ADX{plus: newWilder(n), minus: newWilder(n), average: newWilder(n)} }

// Update takes the next candle in; the index is ready from the 2n-th on.
func (a *ADX) Update(c *candle.Candle) (value float64, ready bool) {
	up, down := max(c.High-a.high, 0), max(a.low-c.Low, 0)
	a.high, a.low = c.High, c.Low
	if !a.started {
		a.started = true
		return 0, false
	}
	// only the larger movement counts, and none of two that are the same
	var plus, minus pip.Price
	if up > down {
		plus = up
	}
	if down > up {
		minus = down
	}
	p, _ := a.plus.Update(float64(plus))
	m, ready := a.minus.Update(float64(minus))
	if !ready {
		return 0, false
	}
	dx := 0.0
	if p+m >= still {
		dx = 100 * math.Abs(p-m) / (p + m)
	}
	return a.average.Update(dx)
}

// WarmUp is the number of candles after which the index has forgotten what came before: first the
// movements have to, then the average of what they give.
func (a *ADX) WarmUp() int { return 1 + a.plus.warmUp(vanished) + a.average.WarmUp() }
