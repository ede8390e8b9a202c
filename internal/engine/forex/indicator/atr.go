package indicator

import (
	"github.com/promostack/promostack/internal/engine/forex/candle"
	"github.com/promostack/promostack/internal/engine/forex/pip"
)

// ATR is Wilder's average true range, in the quote currency: Wilder's average of how far the price went
// in a candle, the jump from the close before it included.
type ATR struct {
	last    pip.Price
	started bool
	average EMA
}

// NewATR makes an average of n candles, n at least 1.
func NewATR(n int) ATR { return ATR{average: newWilder(n)} }

// Update takes the next candle in; the range is ready from the (n+1)-th on.
func (a *ATR) Update(c *candle.Candle) (value float64, ready bool) {
	span := max(c.High, a.last) - min(c.Low, a.last)
	a.last = c.Close
	if !a.started {
		a.started = true
		return 0, false
	}
	return a.average.Update(span.Float())
}

// WarmUp is the number of candles after which the range has forgotten what came before.
func (a *ATR) WarmUp() int { return 1 + a.average.WarmUp() }
