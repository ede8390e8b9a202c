// Package position is the engine of an open signal (F4, F5): what each price does to it. The signal
// flow drives it with the market's minutes, the backtest with a history; both get the same milestones,
// because it is the same code.
package position

import (
	"slices"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/forex/candle"
	"github.com/promostack/promostack/internal/engine/forex/pip"
)

// MaxTargets is how many targets a signal can have.
const MaxTargets = 5

// Kind is what a milestone tells.
type Kind string

// Kinds of milestones. All but Progress and HitTarget before the last end the position.
const (
	Progress   Kind = "progress"         // the price is another step in favour
	HitTarget  Kind = "target"           // a target was hit, a part is closed
	StoppedOut Kind = "stop"             // the stop, with a loss
	AtEntry    Kind = "breakeven"        // the stop, filled at the entry
	InProfit   Kind = "stop_in_profit"   // the stop, filled beyond the entry
	Expired    Kind = "expired"          // the time was over
	ByHand     Kind = "closed_by_hand"   // somebody closed it
	AtMarket   Kind = "closed_at_market" // the product was switched off, or its market exchanged for another one
	BySignal   Kind = "signal"           // the strategy said so: in backtests without a stop alone
	EndOfData  Kind = "end_of_data"      // a backtest's history ended
)

// Milestone is something that happened to a position, once.
type Milestone struct {
	Kind   Kind      `json:"kind"`
	At     int64     `json:"at"`               // Unix seconds
	Target int       `json:"target,omitempty"` // of HitTarget: 1 for the first
	Price  pip.Price `json:"price"`            // of the fill; of Progress the level
	Share  int       `json:"share,omitempty"`  // that was closed, in 1/10000 of the trade
	Gain   pip.Price `json:"gain"`             // from the entry to Price, positive in favour
	Left   int       `json:"left"`             // that is still open, in 1/10000
	// Stop is where the stop stands from now on; StopMoved says that it was elsewhere before.
	Stop      pip.Price `json:"stop,omitempty"`
	StopMoved bool      `json:"stop_moved,omitempty"`
}

// Exit is a part that was closed.
type Exit struct {
	At    int64     `json:"at"`
	Price pip.Price `json:"price"`
	Share int       `json:"share"`
}

// Position is an opened plan.
type Position struct {
	Plan   Plan      `json:"plan"` // its stop is the original one, by which R is counted
	Opened int64     `json:"opened"`
	Entry  pip.Price `json:"entry"` // at which it was opened: the ask of a buy, the bid of a sell
	Stop   pip.Price `json:"stop"`  // where it stands now; 0 for none
	Hit    int       `json:"hit"`   // targets that were hit
	Steps  int       `json:"steps"` // of progress that were passed
	Left   int       `json:"left"`  // of the trade, in 1/10000; 0 when it is closed
	Exits  []Exit    `json:"exits,omitempty"`
}

// Bar is what the market did from Time on, in the prices at which the position would be left: the bid
// for a buy, the ask for a sell.
type Bar struct {
	Time int64
	candle.Prices
}

// Entry is the price at which a side is opened where the middle price is known alone: the ask of a buy, the bid of a sell.
func (s Side) Entry(price, spread pip.Price) pip.Price { return price + s.Sign()*(spread/2) }

// Exit is the price at which a position is left: the bid for a buy, the ask for a sell.
func (s Side) Exit(price, spread pip.Price) pip.Price { return price - s.Sign()*(spread/2) }

// Leaving are the prices at which a position is left: as Exit says.
func (s Side) Leaving(p candle.Prices, spread pip.Price) candle.Prices {
	half := s.Sign() * (spread / 2)
	return candle.Prices{Open: p.Open - half, High: p.High - half, Low: p.Low - half, Close: p.Close - half}
}

// Open opens a plan at a price. A price beyond the stop or the first target makes no trade: the error
// says so by field.
func Open(plan Plan, at int64, entry pip.Price) (Position, error) {
	if err := plan.Check(entry); err != nil {
		return Position{}, err
	}
	return OpenUnchecked(plan, at, entry), nil
}

// OpenUnchecked opens a plan that may be without stop and targets: the sma-cross of backtests alone.
func OpenUnchecked(plan Plan, at int64, entry pip.Price) Position {
	return Position{Plan: plan, Opened: at, Entry: entry, Stop: plan.Stop, Left: pip.Whole}
}

// Apply is what a bar does to the position; milestones are appended to out in the order in which they
// happened. Bars come in the order of time, the first one begins when the position was opened.
//
// Nobody knows the way of the price within a bar, so the worse one is taken: from the open to the
// extreme against the position, to the extreme in its favour, to the close. So the stop is looked at
// before the targets, fills are at the exact level, and a gap fills at the open (as freqtrade documents
// its backtests). A stop that a target has moved counts from then on.
func (p *Position) Apply(b *Bar, out []Milestone) []Milestone {
	sign := p.Plan.Side.Sign()
	against, favour := b.Low*sign, b.High*sign
	if sign < 0 {
		against, favour = favour, against
	}
	if p.Left == 0 || !p.touches(b.Time, against, favour) {
		return out
	}
	out = p.reach(b.Time, b.Open*sign, true, out)
	if p.Plan.ExpiresAt != 0 && b.Time >= p.Plan.ExpiresAt && p.Left > 0 {
		return append(out, p.leave(Expired, b.Time, b.Open, p.Left))
	}
	out = p.reach(b.Time, against, false, out)
	out = p.reach(b.Time, favour, false, out)
	return p.reach(b.Time, b.Close*sign, false, out)
}

// Levels are the prices between which nothing happens to the position: a bar that stays strictly
// between them changes nothing. Zero for none.
func (p *Position) Levels() (stop, next pip.Price) {
	if level, _, ok := p.next(); ok {
		next = level * p.Plan.Side.Sign()
	}
	return p.Stop, next
}

// touches says whether a bar between two prices, signed for the side, can do anything.
func (p *Position) touches(at int64, against, favour pip.Price) bool {
	if p.Stop != 0 && against <= p.Stop*p.Plan.Side.Sign() || p.Plan.ExpiresAt != 0 && at >= p.Plan.ExpiresAt {
		return true
	}
	level, _, ok := p.next()
	return ok && favour >= level
}

// reach moves the price to x, signed for the side, past every level on its way. After a gap there was
// no price in between: all fills are at x.
func (p *Position) reach(at int64, x pip.Price, gap bool, out []Milestone) []Milestone {
	sign := p.Plan.Side.Sign()
	for p.Left > 0 {
		if p.Stop != 0 && x <= p.Stop*sign {
			fill := p.Stop
			if gap {
				fill = x * sign
			}
			return append(out, p.leave(p.stopKind(fill), at, fill, p.Left))
		}
		level, target, ok := p.next()
		if !ok || x < level {
			return out
		}
		if p.Plan.ProgressEvery > 0 && (p.Entry*sign+p.step(p.Steps+1)) == level {
			p.Steps++
		}
		fill := level * sign
		if !target {
			out = append(out, Milestone{Kind: Progress, At: at, Price: fill, Gain: p.gain(fill), Left: p.Left, Stop: p.Stop})
			continue
		}
		if gap {
			fill = x * sign
		}
		out = append(out, p.hit(at, fill))
	}
	return out
}

// next is the level in favour that comes next, signed for the side: a target or a step of progress. At
// one level the target goes before.
func (p *Position) next() (level pip.Price, target, ok bool) {
	sign := p.Plan.Side.Sign()
	if p.Hit < len(p.Plan.Targets) {
		level, target, ok = p.Plan.Targets[p.Hit].Price*sign, true, true
	}
	if p.Plan.ProgressEvery > 0 {
		if step := p.Entry*sign + p.step(p.Steps+1); !ok || step < level {
			level, target, ok = step, false, true
		}
	}
	return level, target, ok
}

func (p *Position) step(n int) pip.Price { return pip.Price(n) * p.Plan.ProgressEvery }

// hit closes the part of the next target and moves the stop as the rule says.
func (p *Position) hit(at int64, fill pip.Price) Milestone {
	share := p.Plan.Targets[p.Hit].Share
	p.Hit++
	before := p.Stop
	if p.Hit < len(p.Plan.Targets) {
		p.moveStop()
	} else {
		share = p.Left
	}
	m := p.leave(HitTarget, at, fill, share)
	m.Target, m.StopMoved = p.Hit, p.Stop != before
	return m
}

// moveStop moves the stop after the Hit-th target, never back.
func (p *Position) moveStop() {
	behind := 0 // how many targets the stop stays behind
	switch p.Plan.Rule {
	case Breakeven:
		if p.Hit > 1 {
			return
		}
		behind = 1
	case MovingTarget:
		behind = 1
	case Moving2:
		behind = 2
	case FixedStop:
		return
	}
	var to pip.Price
	switch {
	case p.Hit < behind:
		return
	case p.Hit == behind:
		to = p.Entry
	default:
		to = p.Plan.Targets[p.Hit-behind-1].Price
	}
	if sign := p.Plan.Side.Sign(); p.Stop == 0 || to*sign > p.Stop*sign {
		p.Stop = to
	}
}

// stopKind is what it is called when the stop is hit, by where it was filled: after a gap a stop beyond the entry loses.
func (p *Position) stopKind(fill pip.Price) Kind {
	switch gain := p.gain(fill); {
	case gain > 0:
		return InProfit
	case gain == 0:
		return AtEntry
	}
	return StoppedOut
}

// leave closes a part at a price.
func (p *Position) leave(kind Kind, at int64, fill pip.Price, share int) Milestone {
	p.Left -= share
	p.Exits = append(p.Exits, Exit{at, fill, share})
	m := Milestone{Kind: kind, At: at, Price: fill, Share: share, Gain: p.gain(fill), Left: p.Left}
	if p.Left > 0 {
		m.Stop = p.Stop
	}
	return m
}

// gain is how far a price is from the entry, positive in favour.
func (p *Position) gain(price pip.Price) pip.Price { return (price - p.Entry) * p.Plan.Side.Sign() }

// Close closes what is open at a price. Closing what is closed does nothing: ok is false.
func (p *Position) Close(kind Kind, at int64, price pip.Price) (m Milestone, ok bool) {
	if p.Left == 0 {
		return Milestone{}, false
	}
	return p.leave(kind, at, price, p.Left), true
}

// Edit moves the stop and the targets that were not hit yet, which share what is open. R still counts
// by the original stop. The stop may lie on either side of the entry, but before the next target.
func (p *Position) Edit(stop pip.Price, targets []Target) error {
	if p.Left == 0 {
		return fault.New(fault.Conflict, "signal_closed", "The signal is closed: its levels can't be changed any more")
	}
	sign := p.Plan.Side.Sign()
	hit := p.Plan.Targets[:p.Hit]
	if len(hit)+len(targets) > MaxTargets {
		return fault.InvalidField("targets", "targets", "There must be at most %d targets, with those that were hit", MaxTargets)
	}
	err := checkTargets(targets, p.Left, func(t, before Target, first bool) string {
		if first {
			before = Target{Price: p.Entry}
			if len(hit) > 0 {
				before = hit[len(hit)-1]
			}
		}
		if t.Price <= 0 || t.Price*sign <= before.Price*sign {
			return "Targets must lie further and further from the entry, and beyond those that were hit"
		}
		return ""
	})
	if err != nil {
		return err
	}
	if stop <= 0 || stop*sign >= targets[0].Price*sign {
		return fault.InvalidField("stop", "stop", "The stop must lie before the next target %s", targets[0].Price)
	}
	p.Stop = stop
	p.Plan.Targets = append(slices.Clone(hit), targets...)
	return nil
}

// Result is what the closed parts and, at the price mark, the open one have brought: the pips of the
// whole trade, each part weighed by its share.
func (p *Position) Result(size pip.Size, mark pip.Price) pip.Pips {
	var sum pip.Blend
	for _, e := range p.Exits {
		sum.Add(size.Pips(0, p.gain(e.Price)), e.Share)
	}
	if p.Left > 0 {
		sum.Add(size.Pips(0, p.gain(mark)), p.Left)
	}
	return sum.Pips()
}

// Risk is what the original stop loses, in pips; 0 without a stop.
func (p *Position) Risk(size pip.Size) pip.Pips {
	if p.Plan.Stop == 0 {
		return 0
	}
	return size.Pips(0, -p.gain(p.Plan.Stop))
}

// R is the result by what was risked at first.
func (p *Position) R(mark pip.Price) pip.R {
	return pip.Ratio(p.Result(pip.Default, mark), p.Risk(pip.Default))
}

// Take makes a milestone that happened elsewhere happen to this position, as far as it follows from it: what a record
// tells is checked so. The error says what does not fit.
func (p *Position) Take(m Milestone) error {
	var out Milestone
	gapped := func(level pip.Price) bool { // a fill at the level, or beyond it after a gap
		return (m.Price-level)*p.Plan.Side.Sign() >= 0
	}
	switch m.Kind {
	case Progress:
		if p.Left == 0 || p.Plan.ProgressEvery == 0 || m.Gain != p.step(p.Steps+1) {
			return fault.New(fault.Invalid, "milestone_progress", "it is not the next step of progress")
		}
		p.Steps++
		out = Milestone{Kind: Progress, At: m.At, Price: m.Price, Gain: p.gain(m.Price), Left: p.Left, Stop: p.Stop}
	case HitTarget:
		if p.Left == 0 || p.Hit >= len(p.Plan.Targets) || m.Target != p.Hit+1 || !gapped(p.Plan.Targets[p.Hit].Price) {
			return fault.New(fault.Invalid, "milestone_target", "the next target was not hit at %s", m.Price)
		}
		if p.Plan.ProgressEvery > 0 && p.Entry*p.Plan.Side.Sign()+p.step(p.Steps+1) == p.Plan.Targets[p.Hit].Price*p.Plan.Side.Sign() {
			p.Steps++
		}
		out = p.hit(m.At, m.Price)
	case StoppedOut, AtEntry, InProfit:
		if p.Left == 0 || p.Stop == 0 || m.Kind != p.stopKind(m.Price) || (p.Stop-m.Price)*p.Plan.Side.Sign() < 0 {
			return fault.New(fault.Invalid, "milestone_stop", "the stop was not hit at %s", m.Price)
		}
		out = p.leave(m.Kind, m.At, m.Price, p.Left)
	case Expired, ByHand, AtMarket:
		if p.Left == 0 {
			return fault.New(fault.Invalid, "milestone_closed", "it was closed before")
		}
		sign := p.Plan.Side.Sign()
		if p.Stop != 0 && m.Price*sign < p.Stop*sign || p.Hit < len(p.Plan.Targets) && m.Price*sign > p.Plan.Targets[p.Hit].Price*sign {
			return fault.New(fault.Invalid, "milestone_price", "at %s a stop or a target comes first", m.Price)
		}
		if m.Kind == Expired && (p.Plan.ExpiresAt == 0 || m.At < p.Plan.ExpiresAt) {
			return fault.New(fault.Invalid, "milestone_expiry", "its time was not over")
		}
		out = p.leave(m.Kind, m.At, m.Price, p.Left)
	default:
		return fault.New(fault.Invalid, "milestone_kind", "%q is no milestone of a signal", m.Kind)
	}
	if out != m {
		return fault.New(fault.Invalid, "milestone_differs", "what it says does not follow from the signal's levels")
	}
	return nil
}
