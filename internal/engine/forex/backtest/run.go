// Package backtest runs a strategy over a history (F3): the same strategies, protections and position
// engine as the live signals, so that what it shows is what they would have done.
//
// Fill rules, as freqtrade documents them: a decision at a candle's close is filled at the next one's
// open; within a candle the stop is looked at before the targets; fills are at the exact level; a gap
// fills at the open. Buys are opened at the ask and left at the bid, sells the other way round.
package backtest

import (
	"math"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/forex/candle"
	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/engine/forex/position"
	"github.com/promostack/promostack/internal/engine/forex/protection"
	"github.com/promostack/promostack/internal/engine/forex/strategy"
)

// Money is an amount in 10⁻⁵ of the quote currency.
type Money int64

// Dollar is 1 of the quote currency.
const Dollar Money = 100_000

// Settings are what a backtest takes as given.
type Settings struct {
	Rules       position.Rules   `json:"rules"`
	Protections protection.Rules `json:"protections"`
	PipSize     pip.Size         `json:"pip_size"`
	// Spread is between bid and ask around the middle price, where the history has no bid and ask.
	Spread pip.Price `json:"spread"`
	// Cash is what the account begins with.
	Cash Money `json:"cash"`
	// Risk is the part of the account that the stop of a trade loses, in 1/10000.
	Risk int `json:"risk"`
}

// Defaults are the settings of the command and of a new page: 10,000 USD, 1 % risk a trade.
func Defaults() Settings {
	return Settings{Rules: position.DefaultRules(), Protections: protection.Default(), PipSize: pip.Default, Cash: 10_000 * Dollar, Risk: 100}
}

// Check says by field what is wrong with settings.
func (s *Settings) Check() error {
	if err := s.Rules.Check(); err != nil {
		return err
	}
	if err := s.Protections.Check(); err != nil {
		return err
	}
	if _, err := pip.NewSize(pip.Price(s.PipSize)); err != nil {
		return err
	}
	if s.Spread < 0 || s.Spread >= 1000*pip.Units || s.Spread%2 != 0 {
		return fault.InvalidField("spread", "spread", "Must be 0 to 1000, with at most four decimals")
	}
	if s.Cash < Dollar || s.Cash > 1_000_000_000*Dollar {
		return fault.InvalidField("cash", "cash", "Must be 1 to 1000000000")
	}
	if s.Risk < 1 || s.Risk > 1000 {
		return fault.InvalidField("risk", "risk", "Must be 0.01 to 10 percent")
	}
	return nil
}

// Run is a backtest that is under way.
type Run struct {
	series   candle.Series
	strategy strategy.Strategy
	allIn    bool
	settings Settings
	step     int64 // seconds that a candle lasts

	next    int // candle
	pending strategy.Decision
	guard   protection.State

	open       bool
	position   position.Position
	milestones []position.Milestone // of the open position
	risk       Money                // that its stop loses
	units      Money                // of an all-in trade: whole ones, as a broker sells shares
	cash       Money                // without what is open

	peak  Money
	worst float64 // drawdown
	day   int64   // until when the day of the last equity lasts, Unix seconds

	held, weekend, missed, left int // candles with a position and on weekends, signals that were no trade, trades left open
	trades                      []Trade
	signals                     []Signal
	equity                      []Point
}

// New begins a backtest. allIn is for a strategy without a stop: it buys whole units for all that there
// is, and leaves when it says so.
func New(series candle.Series, s strategy.Strategy, allIn bool, settings Settings) (*Run, error) {
	if err := settings.Check(); err != nil {
		return nil, err
	}
	if len(series.Candles) < 2 {
		return nil, fault.New(fault.Invalid, "candles", "A backtest needs at least two candles, and there are %d", len(series.Candles))
	}
	return &Run{series: series, strategy: s, allIn: allIn, settings: settings, step: usualStep(series.Candles), cash: settings.Cash, peak: settings.Cash}, nil
}

// usualStep is how far most candles are from the one before, the shorter of two that are as frequent: weekends and a candle
// of another length that strayed into a file are no measure.
func usualStep(candles []candle.Candle) int64 {
	counts := map[int64]int{}
	run, last := 0, int64(0) // distances like the last one, which are counted at once
	for i := 1; i < len(candles); i++ {
		d := candles[i].Time - candles[i-1].Time
		if d != last {
			counts[last] += run
			run, last = 0, d
		}
		run++
	}
	counts[last] += run
	step, most := int64(math.MaxInt64), 0
	for d, n := range counts {
		if n > most || n == most && d < step {
			step, most = d, n
		}
	}
	return step
}

// Next goes on over so many candles, and says whether there are more.
func (r *Run) Next(n int) bool {
	candles := r.series.Candles
	end := min(len(candles), r.next+n)
	for ; r.next < end; r.next++ {
		i, c := r.next, &candles[r.next]
		if r.pending.Action != strategy.None {
			r.fill(i)
		}
		if r.open {
			r.held++
			switch {
			case !r.allIn:
				r.follow(i)
			case i == len(candles)-1: // at its open, as backtesting.py ends, so that figures can be compared
				r.left++
				r.leave(position.EndOfData, c.Time, r.exit(i).Open)
			}
		}
		r.mark(i)
		if d := r.strategy.OnCandle(c); d.Action != strategy.None {
			r.decide(d, c)
		}
	}
	return r.next < len(candles)
}

// decide keeps a decision for the next candle's open, if the rules let it through.
func (r *Run) decide(d strategy.Decision, c *candle.Candle) {
	if r.allIn {
		r.pending = d
	} else {
		if r.open || d.Stop == 0 { // one open signal at a time
			return
		}
		if reason, _ := r.settings.Protections.Refuses(&r.guard, c.Time+r.step); reason != "" {
			return
		}
		r.pending = d
	}
	if side, ok := sideOf(d.Action); ok && (!r.open || r.position.Plan.Side != side) {
		r.signals = append(r.signals, newSignal(c, side, d))
	}
}

func sideOf(a strategy.Action) (position.Side, bool) {
	switch a {
	case strategy.Buy:
		return position.Buy, true
	case strategy.Sell:
		return position.Sell, true
	}
	return "", false
}

// fill does at a candle's open what was decided at the close before.
func (r *Run) fill(i int) {
	d := r.pending
	r.pending = strategy.Decision{}
	side, enter := sideOf(d.Action)
	at := r.series.Candles[i].Time
	if !r.allIn && (r.step < secondsOfDay && at-r.series.Candles[i-1].Time > r.step || r.cash <= 0) {
		r.missed++ // the market was closed, as it is live, or there is nothing left to risk
		return
	}
	if r.open {
		if enter && side == r.position.Plan.Side {
			return
		}
		exit := r.exit(i).Open
		r.leave(position.BySignal, at, exit)
	}
	if !enter {
		return
	}
	entry := r.entry(side, i)
	if r.allIn {
		r.units = r.cash / Money(entry)
		if r.units < 1 {
			r.missed++
			return
		}
		r.position = position.OpenUnchecked(position.Plan{Side: side}, at, entry)
	} else {
		opened, err := position.Open(r.settings.Rules.Plan(side, d.Stop, d.Targets[:], at), at, entry)
		if err != nil { // the open is beyond the stop or the first target
			r.missed++
			return
		}
		r.position = opened
		r.risk = r.cash * Money(r.settings.Risk) / pip.Whole
	}
	r.open = true
	r.milestones = r.milestones[:0]
}

// follow lets a candle act on the open position.
func (r *Run) follow(i int) {
	bar := position.Bar{Time: r.series.Candles[i].Time, Prices: r.exit(i)}
	before := len(r.milestones)
	r.milestones = r.position.Apply(&bar, r.milestones)
	if len(r.milestones) > before && r.position.Left == 0 {
		r.closed()
	}
}

// leave closes what is open at a price.
func (r *Run) leave(kind position.Kind, at int64, price pip.Price) {
	if m, ok := r.position.Close(kind, at, price); ok {
		r.milestones = append(r.milestones, m)
		r.closed()
	}
}

// closed books the trade that has just ended.
func (r *Run) closed() {
	t := newTrade(&r.position, r.milestones, r.settings.PipSize)
	if r.allIn {
		r.cash += r.gained(0)
		t.change = float64(t.gain) / float64(r.position.Entry)
	} else {
		r.cash += r.gained(0)
		t.change = t.result.Float()
		last := r.milestones[len(r.milestones)-1]
		stopped := last.Kind == position.StoppedOut
		r.settings.Protections.Closed(&r.guard, last.At, t.result, stopped)
	}
	r.trades = append(r.trades, t)
	r.open = false
}

// gained is what the position has brought with what is open valued at the price mark.
func (r *Run) gained(mark pip.Price) Money {
	if r.allIn {
		return r.units * Money(r.position.Result(allUnits, mark))
	}
	return Money(math.Round(float64(r.risk) * r.position.R(mark).Float()))
}

// allUnits is a pip of 1, so that pips are the price's own units.
const allUnits = pip.Size(pip.Units)

// mark values the account at a candle's close.
func (r *Run) mark(i int) {
	equity := r.cash
	if r.open {
		equity += r.gained(r.exit(i).Close)
	}
	if equity > r.peak {
		r.peak = equity
	} else if fall := float64(r.peak-equity) / float64(r.peak); fall > r.worst {
		r.worst = fall
	}
	if at := r.series.Candles[i].Time; at >= r.day {
		r.newDay(at)
	}
	last := &r.equity[len(r.equity)-1]
	last.at, last.equity = r.series.Candles[i].Time, equity
	if r.weekendDay() {
		r.weekend++
	}
}

const secondsOfDay = 86_400

// newDay begins the point of another day in UTC.
func (r *Run) newDay(at int64) {
	r.day = at - at%secondsOfDay + secondsOfDay
	r.equity = append(r.equity, Point{})
}

// weekendDay says whether the day of the last equity is a Saturday or a Sunday.
func (r *Run) weekendDay() bool {
	weekday := (r.day/secondsOfDay + 3) % 7 // the day before r.day; 1970-01-01 was a Thursday
	return weekday == int64(time.Saturday) || weekday == int64(time.Sunday)
}

// entry is the price at which a side is opened at a candle's open.
func (r *Run) entry(side position.Side, i int) pip.Price {
	switch {
	case r.series.Bid != nil && side == position.Buy:
		return r.series.Ask[i].Open
	case r.series.Bid != nil:
		return r.series.Bid[i].Open
	}
	return side.Entry(r.series.Candles[i].Open, r.settings.Spread)
}

// exit is a candle in the prices at which the open position is left.
func (r *Run) exit(i int) candle.Prices {
	buy := r.position.Plan.Side == position.Buy
	switch {
	case r.series.Bid != nil && buy:
		return r.series.Bid[i]
	case r.series.Bid != nil:
		return r.series.Ask[i]
	}
	return r.position.Plan.Side.Leaving(r.series.Candles[i].Prices, r.settings.Spread)
}
