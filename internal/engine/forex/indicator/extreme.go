package indicator

import (
	"math"

	"github.com/promostack/promostack/internal/engine/forex/pip"
)

// Highest is the highest of the last n prices: the upper line of Donchian's channel when it is fed with
// highs.
//
// The history is cut into blocks of n. The window is the end of one block and the begin of the next:
// the maxima from each place of a block to its end are computed once, when it is complete, and the
// maximum from its begin grows as it fills (van Herk, Gil and Werman). So an update is two comparisons,
// and one more on average, whatever n is and however the price moves.
type Highest struct {
	ring  []pip.Price // before at: this block; from at on: maxima up to the end of the last one
	at    int
	front pip.Price // the maximum of this block
	full  bool
}

// none is lower than every price.
const none = pip.Price(math.MinInt64)

// NewHighest makes a window of n prices, n at least 1.
func NewHighest(n int) Highest { return Highest{ring: make([]pip.Price, n), front: none} }

// Update takes the next price in; the maximum is ready from the n-th on.
func (h *Highest) Update(p pip.Price) (value pip.Price, ready bool) {
	h.ring[h.at] = p
	h.front = max(h.front, p)
	h.at++
	if h.at < len(h.ring) {
		return max(h.front, h.ring[h.at]), h.full
	}
	value = h.front
	back := none
	for i := len(h.ring) - 1; i >= 0; i-- {
		back = max(back, h.ring[i])
		h.ring[i] = back
	}
	h.at, h.front, h.full = 0, none, true
	return value, true
}

// WarmUp is the number of prices of the window.
func (h *Highest) WarmUp() int { return len(h.ring) }

// Lowest is the lowest of the last n prices: the lower line of Donchian's channel when it is fed with
// lows.
type Lowest struct{ highest Highest }

// NewLowest makes a window of n prices, n at least 1.
func NewLowest(n int) Lowest { return Lowest{NewHighest(n)} }

// Update takes the next price in; the minimum is ready from the n-th on.
func (l *Lowest) Update(p pip.Price) (value pip.Price, ready bool) {
	value, ready = l.highest.Update(-p)
	return -value, ready
}

// WarmUp is the number of prices of the window.
func (l *Lowest) WarmUp() int { return l.highest.WarmUp() }
