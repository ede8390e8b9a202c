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

// How often a history is gone through by the checks of a job: enough that what depends on the future, or
// on the begin, has no place to hide.
const (
	lookAheadParts = 3
	warmUpBegins   = 3
)

// stepCandles is how many candles are gone through between two reports.
const stepCandles = 2048

// Checks are what the two checks say of a strategy over a history; nil is right.
type Checks struct{ LookAhead, WarmUp error }

// Check makes the two checks. step is told every so often how many more candles were gone through; they
// end early, and say nothing that counts, when it returns false.
func (p *Plan) Check(candles []candle.Candle, step func(candles int) bool) (Checks, error) {
	if _, err := p.fresh(); err != nil {
		return Checks{}, err
	}
	going := true
	fresh := func() strategy.Strategy {
		s, _ := p.fresh()
		return &watched{strategy: s, going: &going, step: step}
	}
	return Checks{LookAhead: LookAhead(fresh, candles, lookAheadParts), WarmUp: WarmUp(fresh, p.WarmUp, candles, warmUpBegins)}, nil
}

// CheckSteps is how many candles the checks of a history go through.
func (p *Plan) CheckSteps(candles int) int {
	steps := 2 * candles // the two whole runs
	for k := 1; k <= lookAheadParts; k++ {
		steps += candles * k / (lookAheadParts + 1)
	}
	for k := 1; k <= warmUpBegins; k++ {
		steps += candles - (candles-p.WarmUp)*k/(warmUpBegins+1)
	}
	return steps
}

// watched reports how far a strategy has come, and makes haste once nobody wants to know any more.
type watched struct {
	strategy strategy.Strategy
	going    *bool
	step     func(int) bool
	n        int
}

func (w *watched) OnCandle(c *candle.Candle) strategy.Decision {
	if !*w.going {
		return strategy.Decision{}
	}
	if w.n++; w.n == stepCandles {
		w.n = 0
		*w.going = w.step(stepCandles)
	}
	return w.strategy.OnCandle(c)
}

// Whole goes over the whole history of a run, and tells step like Check. It returns false when step ended
// it before.
func (r *Run) Whole(step func(candles int) bool) bool {
	for {
		before := r.next
		more := r.Next(stepCandles)
		if !step(r.next - before) {
			return false
		}
		if !more {
			return true
		}
	}
}
