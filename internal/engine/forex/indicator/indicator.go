// Package indicator computes technical indicators candle by candle. An update costs the same whatever
// came before and allocates nothing; its second result says whether the value is ready. Formulas and
// seeds are those of TA-Lib and Stock.Indicators.
//
// WarmUp of an indicator is the number of candles after which its values agree to 10⁻⁶ whatever came
// before them, for prices below 10,000. Windows are summed in integers and forget exactly; averages
// that decay forget by degrees and take longer than their values take to be ready.
package indicator

import "math"

// What is left of the past when a decaying average is called settled.
const (
	// faded suits averages of prices: of a difference of 10,000 there remain 10⁻⁶.
	faded = 1e-10
	// vanished suits what is divided by an average that may be small: where the price moves by cents, a
	// jump of 10,000 that lies before the warm-up must be nothing beside it.
	vanished = 1e-14
)

// settle is the number of updates after which an average of this weight keeps no more than rest of what
// it was: the smallest k with (1-alpha)^k <= rest.
func settle(alpha, rest float64) int {
	return int(math.Ceil(math.Log(rest) / math.Log1p(-alpha)))
}

// still is the average movement, in 10⁻⁵ of the quote currency, below which a market counts as one that
// doesn't move. What a market of the past has left in an average is far below it after the warm-up.
const still = 1e-3

// window is the sum of the last values. It is exact, so that it depends on nothing that has left it.
type window struct {
	ring []int64
	at   int
	sum  int64
	full bool
}

func newWindow(n int) window { return window{ring: make([]int64, n)} }

// push takes a value in and returns the one that leaves for it, 0 while the window fills.
func (w *window) push(x int64) (left int64) {
	left = w.ring[w.at]
	w.ring[w.at] = x
	w.sum += x - left
	if w.at++; w.at == len(w.ring) {
		w.at, w.full = 0, true
	}
	return left
}
