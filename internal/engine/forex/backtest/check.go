package backtest

import (
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/forex/candle"
	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/engine/forex/strategy"
)

// decisions are what a strategy decides at each candle.
func decisions(s strategy.Strategy, candles []candle.Candle) []strategy.Decision {
	all := make([]strategy.Decision, len(candles))
	for i := range candles {
		all[i] = s.OnCandle(&candles[i])
	}
	return all
}

// LookAhead checks that a strategy knows nothing of what comes later: over the first part of a history
// it decides the same as over the whole, for so many parts. The error names the first candle at which
// it doesn't.
func LookAhead(fresh func() strategy.Strategy, candles []candle.Candle, parts int) error {
	whole := decisions(fresh(), candles)
	for k := 1; k <= parts; k++ {
		n := len(candles) * k / (parts + 1)
		for i, d := range decisions(fresh(), candles[:n]) {
			if d != whole[i] {
				return fault.New(fault.Invalid, "look_ahead", "At the candle of %s the strategy decides otherwise when it knows what comes after %s",
					candles[i].At().Format(time.RFC3339), candles[n-1].At().Format(time.RFC3339))
			}
		}
	}
	return nil
}

// WarmUp checks that after its warm-up a strategy decides the same whatever came before: begun anew at
// so many places of a history, it has the same decisions, its levels to a hundredth. The error names
// the first candle at which it hasn't.
func WarmUp(fresh func() strategy.Strategy, warmUp int, candles []candle.Candle, begins int) error {
	whole := decisions(fresh(), candles)
	for k := 1; k <= begins; k++ {
		begin := (len(candles) - warmUp) * k / (begins + 1)
		if begin <= 0 {
			return fault.New(fault.Invalid, "warm_up", "The warm-up of %d candles can't be checked on %d candles: take a longer history", warmUp, len(candles))
		}
		part := decisions(fresh(), candles[begin:])
		for i := warmUp; i < len(part); i++ {
			if !same(part[i], whole[begin+i]) {
				return fault.New(fault.Invalid, "warm_up", "At the candle of %s the strategy still decides by what came before its warm-up, which began at %s",
					candles[begin+i].At().Format(time.RFC3339), candles[begin].At().Format(time.RFC3339))
			}
		}
	}
	return nil
}

func same(a, b strategy.Decision) bool {
	const hundredth = pip.Units / 100
	near := func(x, y pip.Price) bool { return x-y <= hundredth && y-x <= hundredth }
	if a.Action != b.Action || !near(a.Stop, b.Stop) {
		return false
	}
	for i := range a.Targets {
		if !near(a.Targets[i], b.Targets[i]) {
			return false
		}
	}
	return true
}
