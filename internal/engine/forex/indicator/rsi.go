package indicator

import "github.com/promostack/promostack/internal/engine/forex/pip"

// RSI is Wilder's relative strength index, 0 to 100 (New Concepts in Technical Trading Systems, 1978):
// 100·gain/(gain+loss), of Wilder's averages of the rises and the falls of the last n changes. Where
// nothing moves it is 50.
type RSI struct {
	last       pip.Price
	started    bool
	gain, loss EMA
}

// NewRSI makes an index of n changes, n at least 1.
func NewRSI(n int) RSI { return RSI{gain: newWilder(n), loss: newWilder(n)} }

// Update takes the next close in; the index is ready from the (n+1)-th on.
func (r *RSI) Update(last pip.Price) (value float64, ready bool) {
	change := last - r.last
	r.last = last
	if !r.started {
		r.started = true
		return 0, false
	}
	gain, _ := r.gain.Update(float64(max(change, 0)))
	loss, ready := r.loss.Update(float64(max(-change, 0)))
	switch {
	case !ready:
		return 0, false
	case gain+loss < still:
		return 50, true
	}
	return 100 * gain / (gain + loss), true
}

// WarmUp is the number of closes after which the index has forgotten what came before.
func (r *RSI) WarmUp() int { return 1 + r.gain.warmUp(vanished) }
