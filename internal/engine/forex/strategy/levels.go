package strategy

import (
	"math"

	"github.com/promostack/promostack/internal/engine/forex/candle"
	"github.com/promostack/promostack/internal/engine/forex/indicator"
	"github.com/promostack/promostack/internal/engine/forex/pip"
)

// targets is how many targets the strategies set.
const targets = 3

// levels find a stop and targets where the market's structure and its liveliness put them: the stop
// lies beyond the lowest low (or highest high) of the last candles, but no nearer and no farther than so
// many average true ranges, and the targets are multiples of what is risked.
type levels struct {
	atr  indicator.ATR
	high indicator.Highest
	low  indicator.Lowest

	buffer, nearest, farthest float64 // average true ranges
	multiples                 [targets]float64

	// as of the last candle
	unit        float64 // the average true range
	top, bottom pip.Price
}

// levelParams are the parameters of levels, with a strategy's own defaults.
func levelParams(swing, nearest, farthest, target1, target2, target3 float64) []Param {
	return []Param{
		whole("atr", "ATR", "candles of the average true range, by which stops are measured", 14, 5, 50),
		whole("swing", "Swing", "candles in which the swing low or high is looked for that the stop lies beyond", swing, 3, 100),
		number("stop_buffer", "Stop buffer", "average true ranges from the swing to the stop", 0.2, 0, 2, 0.1),
		number("stop_min", "Nearest stop", "the stop is at least so many average true ranges away", nearest, 0.3, 5, 0.1),
		number("stop_max", "Farthest stop", "the stop is at most so many average true ranges away", farthest, 0.5, 10, 0.1),
		number("target_1", "Target 1", "multiple of the risk", target1, 0.2, 10, 0.1),
		number("target_2", "Target 2", "multiple of the risk", target2, 0.3, 20, 0.1),
		number("target_3", "Target 3", "multiple of the risk", target3, 0.4, 30, 0.1),
	}
}

// risingLevels are the groups of levelParams that have to rise.
var risingLevels = [][]string{{"stop_min", "stop_max"}, {"target_1", "target_2", "target_3"}}

func newLevels(v Values) levels {
	return levels{
		atr:       indicator.NewATR(v.Int("atr")),
		high:      indicator.NewHighest(v.Int("swing")),
		low:       indicator.NewLowest(v.Int("swing")),
		buffer:    v.Number("stop_buffer"),
		nearest:   v.Number("stop_min"),
		farthest:  v.Number("stop_max"),
		multiples: [targets]float64{v.Number("target_1"), v.Number("target_2"), v.Number("target_3")},
	}
}

func (l *levels) warmUp() int { return max(l.atr.WarmUp(), l.high.WarmUp(), l.low.WarmUp()) }

func (l *levels) update(c *candle.Candle) {
	l.unit, _ = l.atr.Update(c)
	l.top, _ = l.high.Update(c.High)
	l.bottom, _ = l.low.Update(c.Low)
}

// buy decides to buy at about the last close.
func (l *levels) buy(last pip.Price) Decision {
	return l.decide(Buy, 1, last, (last - l.bottom).Float())
}

// sell decides to sell at about the last close.
func (l *levels) sell(last pip.Price) Decision {
	return l.decide(Sell, -1, last, (l.top - last).Float())
}

// decide sets the levels of a trade in the direction 1 or -1, where structure is how far away the swing
// is. All of them are rounded away from the close, to whole cents. Where they can't be told apart, or a
// level would not be above zero, there is no decision.
func (l *levels) decide(action Action, direction, last pip.Price, structure float64) Decision {
	distance := min(max(structure+l.buffer*l.unit, l.nearest*l.unit), l.farthest*l.unit)
	d := Decision{Action: action, Stop: direction * floor(direction*last-fixed(distance))}
	risk := direction * (last - d.Stop)
	before := direction * last
	for i, multiple := range l.multiples {
		target := ceil(direction*last + fixed(risk.Float()*multiple))
		if target <= before {
			return Decision{}
		}
		before = target
		d.Targets[i] = direction * target
	}
	if risk <= 0 || d.Stop <= 0 || d.Targets[targets-1] <= 0 {
		return Decision{}
	}
	return d
}

// cent is what levels are rounded to.
const cent = pip.Units / 100

func floor(p pip.Price) pip.Price {
	rest := p % cent
	if rest < 0 {
		rest += cent
	}
	return p - rest
}

func ceil(p pip.Price) pip.Price { return -floor(-p) }

// fixed is a distance of the price as a fixed-point number.
func fixed(distance float64) pip.Price {
	return pip.Price(math.Round(distance * float64(pip.Units)))
}
