package indicator

import (
	"math"
	"math/bits"

	"github.com/promostack/promostack/internal/engine/forex/pip"
)

// Bollinger is Bollinger's bands: the plain average of the last n closes, and k standard deviations (of
// the population, as Bollinger has it) above and below it. Sum and sum of squares are exact, the latter
// in 128 bits, so that no band depends on what has left the window.
type Bollinger struct {
	window           window
	squaresHi        uint64 // the sum of squares
	squaresLo        uint64
	count            uint64
	scale, deviation float64
}

// Bands are prices; without a movement in the window they are all the same.
type Bands struct{ Upper, Middle, Lower float64 }

// NewBollinger makes bands over n closes and k standard deviations wide; 20 and 2 are usual. With n at
// most 1,000,000 nothing overflows.
func NewBollinger(n int, k float64) Bollinger {
	scale := float64(n) * float64(pip.Units)
	return Bollinger{window: newWindow(n), count: uint64(n), scale: scale, deviation: k / scale}
}

// Update takes the next close in; the bands are ready from the n-th on.
func (b *Bollinger) Update(last pip.Price) (value Bands, ready bool) {
	left := b.window.push(int64(last))
	b.add(uint64(last))
	b.remove(uint64(left))
	if !b.window.full {
		return Bands{}, false
	}
	// n²·variance = n·Σx² − (Σx)²
	hi, lo := bits.Mul64(b.squaresLo, b.count)
	hi += b.squaresHi * b.count
	sumHi, sumLo := bits.Mul64(uint64(b.window.sum), uint64(b.window.sum))
	lo, borrow := bits.Sub64(lo, sumLo, 0)
	hi, _ = bits.Sub64(hi, sumHi, borrow)
	middle := float64(b.window.sum) / b.scale
	width := math.Sqrt(float64(hi)*(1<<64)+float64(lo)) * b.deviation
	return Bands{middle + width, middle, middle - width}, true
}

func (b *Bollinger) add(x uint64) {
	hi, lo := bits.Mul64(x, x)
	var carry uint64
	b.squaresLo, carry = bits.Add64(b.squaresLo, lo, 0)
	b.squaresHi += hi + carry
}

func (b *Bollinger) remove(x uint64) {
	hi, lo := bits.Mul64(x, x)
	var borrow uint64
	b.squaresLo, borrow = bits.Sub64(b.squaresLo, lo, 0)
	b.squaresHi -= hi + borrow
}

// WarmUp is the number of closes that the bands are made of.
func (b *Bollinger) WarmUp() int { return len(b.window.ring) }
