package wording

import (
	"fmt"
	"strings"
	"time"

	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/engine/forex/position"
)

// Announcement is what a milestone's message is made from.
type Announcement struct {
	Position  *position.Position // after the milestone
	Milestone position.Milestone
	Size      pip.Size
	Lots      pip.Lots
	Language  string
	// Late says when it happened, since the message comes long after.
	Late bool
}

// Signal is a signal's message: the pair, the side and the levels, as people and programs that copy trades read them.
// These few words stay English in every language, because such programs know them alone.
func Signal(symbol string, entry pip.Price, plan *position.Plan) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\n\nEntry: %s\nStop: %s\n", Pair(symbol), strings.ToUpper(string(plan.Side)), entry, plan.Stop)
	for i, t := range plan.Targets {
		fmt.Fprintf(&b, "TP%d: %s\n", i+1, t.Price)
	}
	return strings.TrimRight(b.String(), "\n")
}

// Pair is a symbol as channels write it: XAUUSD.
func Pair(symbol string) string { return strings.ReplaceAll(symbol, "/", "") }

// Levels are a signal's stop and the targets that were not hit yet.
type Levels struct {
	Stop    pip.Price
	Targets []position.Target
}

// Edited is the message that corrects a signal's levels: those that changed, with what they were. hit is how many targets
// were hit before.
func Edited(language string, hit int, old, now Levels) string {
	w := wordsIn(language)
	lines := []string{w.edited + " ✏️"}
	if old.Stop != now.Stop {
		lines = append(lines, fmt.Sprintf("Stop: %s (%s)", now.Stop, fmt.Sprintf(w.stood, old.Stop)))
	}
	for i, t := range now.Targets {
		line := fmt.Sprintf("TP%d: %s", hit+i+1, t.Price)
		switch {
		case i >= len(old.Targets):
		case old.Targets[i] == t:
			continue
		case old.Targets[i].Price != t.Price:
			line += fmt.Sprintf(" (%s)", fmt.Sprintf(w.stood, old.Targets[i].Price))
		}
		lines = append(lines, line)
	}
	for i := len(now.Targets); i < len(old.Targets); i++ {
		lines = append(lines, fmt.Sprintf("TP%d: – (%s)", hit+i+1, fmt.Sprintf(w.stood, old.Targets[i].Price)))
	}
	return strings.Join(lines, "\n")
}

// Text is the written message of the milestone: "TP1 hit ✅ +50 pips · stop moved to entry 🔒 · 2 h 10 min".
func (a *Announcement) Text() string {
	w, m, p := wordsIn(a.Language), a.Milestone, a.Position
	gain := a.pips(m.Gain)
	var parts []string
	switch m.Kind {
	case position.Progress:
		parts = append(parts, gain+" "+w.running+" 📈")
	case position.HitTarget:
		parts = append(parts, fmt.Sprintf(w.targetHit, fmt.Sprintf("TP%d", m.Target))+" ✅ "+gain)
		if m.Left == 0 {
			parts = append(parts, w.allDone+" 🏁")
		}
	case position.StoppedOut:
		parts = append(parts, w.stopHit+" ❌ "+gain)
	case position.AtEntry:
		parts = append(parts, w.atEntry+" ⚪ "+gain)
	case position.InProfit:
		parts = append(parts, w.stopInProfit+" ✅ "+gain)
	case position.Expired:
		parts = append(parts, fmt.Sprintf(w.expired, m.Price)+" ⏱ "+gain)
	case position.ByHand:
		parts = append(parts, fmt.Sprintf(w.byHand, m.Price)+" ✋ "+gain)
	default:
		parts = append(parts, fmt.Sprintf(w.closed, m.Price)+" "+gain)
	}
	if m.StopMoved {
		parts = append(parts, a.stopMoved(w)+" 🔒")
	}
	if m.Left == 0 {
		parts = append(parts, fmt.Sprintf(w.inAll, a.total(w)))
	}
	parts = append(parts, a.lasted(w, time.Duration(m.At-p.Opened)*time.Second))
	if a.Late {
		parts = append(parts, fmt.Sprintf(w.at, time.Unix(m.At, 0).UTC().Format("2 Jan 15:04")))
	}
	return strings.Join(parts, " · ")
}

// stopMoved says where the stop went: to the entry, to a target, or to a price.
func (a *Announcement) stopMoved(w phrases) string {
	stop := a.Milestone.Stop
	if stop == a.Position.Entry {
		return w.stopToEntry
	}
	for i, t := range a.Position.Plan.Targets {
		if t.Price == stop {
			return fmt.Sprintf(w.stopTo, fmt.Sprintf("TP%d", i+1))
		}
	}
	return fmt.Sprintf(w.stopTo, stop)
}

// total is what the whole trade has brought: in pips, R and money.
func (a *Announcement) total(w phrases) string {
	whole := a.Position.Result(a.Size, 0)
	return fmt.Sprintf("%s %s, %s R, %s", withSign(whole.String()), w.pips, inR(a.Position.R(0)), inDollars(a.Size.Money(whole, a.Lots)))
}

func (a *Announcement) pips(gain pip.Price) string {
	return withSign(a.Size.Pips(0, gain).String()) + " " + wordsIn(a.Language).pips
}

// withSign writes a number with its sign, and a minus as wide as the plus.
func withSign(number string) string {
	if rest, ok := strings.CutPrefix(number, "-"); ok {
		return "−" + rest
	}
	if strings.Trim(number, "0.") == "" {
		return number
	}
	return "+" + number
}

// inR writes R as people read it, with two decimals; the record keeps it whole.
func inR(r pip.R) string {
	const step, half = 1000, 500 // 10⁻⁵ R
	if r < 0 {
		return withSign((-((half - r) / step * step)).String())
	}
	return withSign(((r + half) / step * step).String())
}

// inDollars writes an amount of cents with its sign before the currency's: "+$85.00".
func inDollars(cents int64) string {
	sign := ""
	switch {
	case cents > 0:
		sign = "+"
	case cents < 0:
		sign, cents = "−", -cents
	}
	return fmt.Sprintf("%s$%d.%02d", sign, cents/100, cents%100)
}

// lasted is a duration in its two largest units: "2 h 10 min".
func (*Announcement) lasted(w phrases, d time.Duration) string {
	minutes := int(d / time.Minute)
	switch {
	case minutes < 60:
		return fmt.Sprintf("%d %s", minutes, w.minute)
	case minutes < 24*60:
		return fmt.Sprintf("%d %s %d %s", minutes/60, w.hour, minutes%60, w.minute)
	}
	return fmt.Sprintf("%d %s %d %s", minutes/(24*60), w.day, minutes/60%24, w.hour)
}

// Facts are what a model may say of the milestone.
func (a *Announcement) Facts(symbol string) Facts {
	m, p := a.Milestone, a.Position
	f := Facts{
		Labels: []string{symbol, Pair(symbol)},
		Figures: append([]Figure{OfPrice("entry", p.Entry), OfPrice("price", m.Price), OfPips("pips", a.Size.Pips(0, m.Gain))},
			OfMinutes("duration", (m.At-p.Opened)/60)...),
	}
	if m.Kind == position.HitTarget {
		f.Labels = append(f.Labels, fmt.Sprintf("TP%d", m.Target))
	}
	if m.Share > 0 {
		f.Figures = append(f.Figures, Figure{"closed", Percent, int64(m.Share) * (one / 100)})
	}
	if m.Stop != 0 {
		f.Figures = append(f.Figures, OfPrice("stop", m.Stop))
		for i, t := range p.Plan.Targets {
			if t.Price == m.Stop {
				f.Labels = append(f.Labels, fmt.Sprintf("TP%d", i+1))
			}
		}
	}
	if m.Left == 0 {
		whole := p.Result(a.Size, 0)
		f.Figures = append(f.Figures, OfPips("whole", whole), OfR("r", p.R(0)), OfCents("money", a.Size.Money(whole, a.Lots)))
	} else if p.Hit < len(p.Plan.Targets) {
		f.Figures = append(f.Figures, OfPrice("next target", p.Plan.Targets[p.Hit].Price), Figure{"left", Percent, int64(m.Left) * (one / 100)})
	}
	return f
}
