package indicator

import "github.com/promostack/promostack/internal/engine/forex/candle"

// Stochastic is Lane's slow stochastic oscillator, 0 to 100: where the close stands between the lowest
// low and the highest high of the last n candles, as plain average of a few (%K), and the plain average
// of that (%D). In a window without any movement it stands in the middle, at 50.
type Stochastic struct {
	high Highest
	low  Lowest
	k, d window
	// what the sums are divided by: the lengths, and the unit of the values in them
	kScale, dScale float64
}

// StochasticValue is %K and %D.
type StochasticValue struct{ K, D float64 }

// percent is 1 % in the windows, whose integers keep the sums from drifting: rounding to it is far
// finer than 10⁻⁶.
const percent = 1 << 40

// NewStochastic makes an oscillator over n candles, with averages of k and d; 14, 3 and 3 are usual.
func NewStochastic(n, k, d int) Stochastic {
	return Stochastic{NewHighest(n), NewLowest(n), newWindow(k), newWindow(d),
		percent * float64(k), percent * float64(k) * float64(d)}
}

// Update takes the next candle in; the value is ready from the candle number n+k+d-2 on.
func (s *Stochastic) Update(c *candle.Candle) (value StochasticValue, ready bool) {
	high, _ := s.high.Update(c.High)
	low, ready := s.low.Update(c.Low)
	if !ready {
		return StochasticValue{}, false
	}
	place := int64(50 * percent)
	if high > low {
		place = int64(float64(c.Close-low) / float64(high-low) * (100 * percent))
	}
	s.k.push(place)
	if !s.k.full {
		return StochasticValue{}, false
	}
	s.d.push(s.k.sum)
	return StochasticValue{float64(s.k.sum) / s.kScale, float64(s.d.sum) / s.dScale}, s.d.full
}

// WarmUp is the number of candles that a value is made of.
func (s *Stochastic) WarmUp() int {
	return s.high.WarmUp() + len(s.k.ring) + len(s.d.ring) - 2
}
