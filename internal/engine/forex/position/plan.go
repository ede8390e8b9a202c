package position

import (
	"fmt"
	"slices"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/forex/pip"
)

// Side is the direction of a trade.
type Side string

// Sides.
const (
	Buy  Side = "buy"
	Sell Side = "sell"
)

// Sign is 1 for a buy and -1 for a sell.
func (s Side) Sign() pip.Price {
	if s == Sell {
		return -1
	}
	return 1
}

// StopRule says where the stop goes when a target is hit. The names are Cornix's.
type StopRule string

// Stop rules.
const (
	FixedStop    StopRule = "fixed"           // it stays
	Breakeven    StopRule = "breakeven"       // to the entry at the first target
	MovingTarget StopRule = "moving_target"   // to the entry at the first target, then to the target before
	Moving2      StopRule = "moving_2_target" // to the entry at the second target, then to the target before the last
)

// StopRules are all rules, in the order in which they are offered.
var StopRules = []StopRule{Breakeven, MovingTarget, Moving2, FixedStop}

// Target is a level at which a part of the trade is closed.
type Target struct {
	Price pip.Price `json:"price"`
	Share int       `json:"share"` // of the whole trade, in 1/10000
}

// Plan is what a signal says before it is opened.
type Plan struct {
	Side    Side      `json:"side"`
	Stop    pip.Price `json:"stop"`
	Targets []Target  `json:"targets"` // the nearest first; their shares are the whole
	Rule    StopRule  `json:"stop_rule"`
	// ProgressEvery is how far the price has to go in favour for each progress milestone; 0 for none.
	ProgressEvery pip.Price `json:"progress_every,omitempty"`
	// ExpiresAt closes what is still open then, at the market (Unix seconds); 0 never does.
	ExpiresAt int64 `json:"expires_at,omitempty"`
}

const (
	// leastProgress keeps a large move from being told in hundreds of steps.
	leastProgress = pip.Units / 2
	// quarter is the bar of strategies in seconds: what ends between two bars would end otherwise in a backtest.
	quarter = 900
)

// Rules are what a tenant wants of every signal, whatever the strategy.
type Rules struct {
	Shares   []int    `json:"shares"` // that the targets close, in 1/10000 of the trade
	StopRule StopRule `json:"stop_rule"`
	// ProgressEvery is how far the price has to go in favour for each progress milestone; 0 for none.
	ProgressEvery pip.Price `json:"progress_every"`
	// ExpireAfter closes a signal after so many seconds; 0 never does.
	ExpireAfter int64 `json:"expire_after"`
}

// DefaultRules are those of the facts' table: 50, 30 and 20 percent, the stop to the entry at the first
// target, without progress and expiry.
func DefaultRules() Rules { return Rules{Shares: []int{5000, 3000, 2000}, StopRule: Breakeven} }

// Check says by field what is wrong with rules.
func (r *Rules) Check() error {
	targets := make([]Target, len(r.Shares))
	for i, share := range r.Shares {
		targets[i].Share = share
	}
	if err := checkTargets(targets, pip.Whole, func(Target, Target, bool) string { return "" }); err != nil {
		return fault.InvalidField("shares", "shares", "There must be 1 to %d parts above 0 %% that make up 100 %%", MaxTargets)
	}
	if !slices.Contains(StopRules, r.StopRule) {
		return fault.InvalidField("stop_rule", "stop_rule", "Must be breakeven, moving_target, moving_2_target or fixed")
	}
	if r.ProgressEvery != 0 && r.ProgressEvery < leastProgress {
		return fault.InvalidField("progress_every", "progress_every", "Must be 0 or at least %s", leastProgress)
	}
	if r.ExpireAfter < 0 || r.ExpireAfter%quarter != 0 {
		return fault.InvalidField("expire_after", "expire_after", "Must be whole quarters of an hour in seconds, or 0")
	}
	return nil
}

// Plan makes a signal's plan of levels, the nearest target first, zero for none. Where there are fewer
// targets than parts, the last one closes the rest.
func (r *Rules) Plan(side Side, stop pip.Price, levels []pip.Price, at int64) Plan {
	p := Plan{Side: side, Stop: stop, Rule: r.StopRule, ProgressEvery: r.ProgressEvery}
	rest := pip.Whole
	for i, level := range levels {
		if level == 0 || i == len(r.Shares) {
			break
		}
		p.Targets = append(p.Targets, Target{level, r.Shares[i]})
		rest -= r.Shares[i]
	}
	if last := len(p.Targets) - 1; last >= 0 {
		p.Targets[last].Share += rest
	}
	if r.ExpireAfter > 0 {
		p.ExpiresAt = at + r.ExpireAfter
	}
	return p
}

// Check says by field what is wrong with a plan; entry is where it would be opened.
func (p *Plan) Check(entry pip.Price) error {
	if p.Side != Buy && p.Side != Sell {
		return fault.InvalidField("side", "side", "Must be buy or sell")
	}
	sign := p.Side.Sign()
	away, towards := "below", "above"
	if p.Side == Sell {
		away, towards = towards, away
	}
	if p.Stop <= 0 || p.Stop*sign >= entry*sign {
		return fault.InvalidField("stop", "stop", "The stop of a %s must be %s the entry %s", p.Side, away, entry)
	}
	if !slices.Contains(StopRules, p.Rule) {
		return fault.InvalidField("stop_rule", "stop_rule", "Must be breakeven, moving_target, moving_2_target or fixed")
	}
	if p.ProgressEvery != 0 && p.ProgressEvery < leastProgress {
		return fault.InvalidField("progress_every", "progress_every", "Must be 0 or at least %s", leastProgress)
	}
	if p.ExpiresAt < 0 {
		return fault.InvalidField("expires_at", "expires_at", "Must be a time after 1970")
	}
	return checkTargets(p.Targets, pip.Whole, func(t, before Target, first bool) string {
		switch {
		case t.Price <= 0:
			return "Must be above 0"
		case first && t.Price*sign <= entry*sign:
			return fmt.Sprintf("A target of a %s must be %s the entry %s", p.Side, towards, entry)
		case !first && t.Price*sign <= before.Price*sign:
			return "Targets must lie further and further from the entry"
		}
		return ""
	})
}

// checkTargets checks the number of targets, that their shares make up whole, and each one's price
// with wrong, which gets the target before, too.
func checkTargets(targets []Target, whole int, wrong func(t, before Target, first bool) string) error {
	if len(targets) < 1 || len(targets) > MaxTargets {
		return fault.InvalidField("targets", "targets", "There must be 1 to %d targets", MaxTargets)
	}
	sum := 0
	var before Target
	for i, t := range targets {
		field := fmt.Sprintf("targets[%d]", i)
		if why := wrong(t, before, i == 0); why != "" {
			return fault.InvalidField(field+".price", "target_price", "%s", why)
		}
		if t.Share < 1 {
			return fault.InvalidField(field+".share", "target_share", "Each target must close a part of the trade")
		}
		sum += t.Share
		before = t
	}
	if sum != whole {
		return fault.InvalidField("targets", "target_shares", "The parts that the targets close must make up %s, not %s", percent(whole), percent(sum))
	}
	return nil
}

func percent(share int) string {
	return fmt.Sprintf("%s %%", pip.Pips(int64(share)*1000).String())
}
