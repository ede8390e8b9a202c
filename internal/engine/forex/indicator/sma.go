package indicator

import "github.com/promostack/promostack/internal/engine/forex/pip"

// SMA is the plain moving average of the last n prices.
type SMA struct {
	window window
	scale  float64
}

// NewSMA makes an average of n prices, n at least 1.
func NewSMA(n int) SMA { return SMA{newWindow(n), float64(n) * float64(pip.Units)} }

// Update takes the next price in; the average is ready from the n-th on.
func (s *SMA) Update(p pip.Price) (value float64, ready bool) {
	s.window.push(int64(p))
	if !s.window.full {
		return 0, false
	}
	return float64(s.window.sum) / s.scale, true
}

// Push takes the next price in and returns the exact sum of the last n, for comparisons without any
// rounding; it is ready from the n-th price on.
func (s *SMA) Push(p pip.Price) (sum int64, ready bool) {
	s.window.push(int64(p))
	return s.window.sum, s.window.full
}

// WarmUp is the number of prices that the average is made of.
func (s *SMA) WarmUp() int { return len(s.window.ring) }
