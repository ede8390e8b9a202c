package indicator

// EMA is an exponential moving average, seeded by the plain average of its first n values.
type EMA struct {
	value, alpha float64
	left         int // values that the seed still lacks
	n            int
}

// NewEMA makes an average of n values, n at least 1: its weight is 2/(n+1).
func NewEMA(n int) EMA { return EMA{alpha: 2 / float64(n+1), left: n, n: n} }

// newWilder makes Wilder's moving average, whose weight is 1/n.
func newWilder(n int) EMA { return EMA{alpha: 1 / float64(n), left: n, n: n} }

// Update takes the next value in; the average is ready from the n-th on.
func (e *EMA) Update(x float64) (value float64, ready bool) {
	if e.left > 0 {
		return e.seed(x)
	}
	e.value += (x - e.value) * e.alpha
	return e.value, true
}

func (e *EMA) seed(x float64) (float64, bool) {
	e.value += x
	if e.left--; e.left > 0 {
		return 0, false
	}
	e.value /= float64(e.n)
	return e.value, true
}

// WarmUp is the number of values after which the average has forgotten what came before.
func (e *EMA) WarmUp() int { return e.warmUp(faded) }

// warmUp counts the values of the seed and those after which only so much of it is left.
func (e *EMA) warmUp(rest float64) int { return e.n + settle(e.alpha, rest) }
