package indicator

import (
	"testing"

	"github.com/promostack/promostack/internal/test/testkit/market"
)

// sink keeps results from being optimised away.
var sink float64

// An iteration is the whole of a history.
var history = market.Walk(1, 50_000)

func report(b *testing.B, candles int) {
	b.Helper()
	b.ReportAllocs()
	b.ReportMetric(float64(candles)/b.Elapsed().Seconds(), "candles/s")
}

func BenchmarkEMA(b *testing.B) {
	e, done := NewEMA(20), 0
	for b.Loop() {
		for i := range history {
			sink, _ = e.Update(history[i].Close.Float())
		}
		done += len(history)
	}
	report(b, done)
}

func BenchmarkSMA(b *testing.B) {
	s, done := NewSMA(20), 0
	for b.Loop() {
		for i := range history {
			sink, _ = s.Update(history[i].Close)
		}
		done += len(history)
	}
	report(b, done)
}

func BenchmarkRSI(b *testing.B) {
	r, done := NewRSI(14), 0
	for b.Loop() {
		for i := range history {
			sink, _ = r.Update(history[i].Close)
		}
		done += len(history)
	}
	report(b, done)
}

func BenchmarkMACD(b *testing.B) {
	m, done := NewMACD(12, 26, 9), 0
	for b.Loop() {
		for i := range history {
			v, _ := m.Update(history[i].Close)
			sink = v.Signal
		}
		done += len(history)
	}
	report(b, done)
}

func BenchmarkATR(b *testing.B) {
	a, done := NewATR(14), 0
	for b.Loop() {
		for i := range history {
			sink, _ = a.Update(&history[i])
		}
		done += len(history)
	}
	report(b, done)
}

func BenchmarkBollinger(b *testing.B) {
	l, done := NewBollinger(20, 2), 0
	for b.Loop() {
		for i := range history {
			v, _ := l.Update(history[i].Close)
			sink = v.Upper
		}
		done += len(history)
	}
	report(b, done)
}

func BenchmarkADX(b *testing.B) {
	a, done := NewADX(14), 0
	for b.Loop() {
		for i := range history {
			sink, _ = a.Update(&history[i])
		}
		done += len(history)
	}
	report(b, done)
}

func BenchmarkStochastic(b *testing.B) {
	s, done := NewStochastic(14, 3, 3), 0
	for b.Loop() {
		for i := range history {
			v, _ := s.Update(&history[i])
			sink = v.D
		}
		done += len(history)
	}
	report(b, done)
}

// A whole channel of Donchian: the highest high and the lowest low.
func BenchmarkChannel(b *testing.B) {
	h, l, done := NewHighest(20), NewLowest(20), 0
	for b.Loop() {
		for i := range history {
			high, _ := h.Update(history[i].High)
			low, _ := l.Update(history[i].Low)
			sink = float64(high - low)
		}
		done += len(history)
	}
	report(b, done)
}
