package indicator

import "github.com/promostack/promostack/internal/engine/forex/pip"

// MACD is Appel's moving average convergence and divergence: how far a fast EMA of the close stands
// above a slow one, and an EMA of that as the signal.
type MACD struct{ fast, slow, signal EMA }

// MACDValue is in the quote currency.
type MACDValue struct{ Line, Signal, Histogram float64 }

// NewMACD makes one of three lengths; 12, 26 and 9 are usual. Fast is below slow, all at least 1.
func NewMACD(fast, slow, signal int) MACD {
	return MACD{NewEMA(fast), NewEMA(slow), NewEMA(signal)}
}

// Update takes the next close in; the value is ready when its signal is, from the close number
// slow+signal-1 on.
func (m *MACD) Update(last pip.Price) (value MACDValue, ready bool) {
	x := last.Float()
	fast, _ := m.fast.Update(x)
	slow, ready := m.slow.Update(x)
	if !ready {
		return MACDValue{}, false
	}
	line := fast - slow
	signal, ready := m.signal.Update(line)
	if !ready {
		return MACDValue{}, false
	}
	return MACDValue{line, signal, line - signal}, true
}

// WarmUp is the number of closes after which the value has forgotten what came before: first the slow
// average has to, then the signal.
func (m *MACD) WarmUp() int { return m.slow.WarmUp() + m.signal.WarmUp() }
