// Package programme is the day's programme of the FREE channel (X1): which posts come at which times of UTC, on which days,
// and what becomes of them when somebody changes the times while the day goes on. It knows no clock.
package programme

import (
	"slices"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
)

// Slot is a place in the programme: it has one post a day.
type Slot string

// The slots, in the order in which they are shown.
const (
	News   Slot = "news"   // gold news of the morning
	Recap  Slot = "recap"  // the weekly recap, forwarded from the VIP channel
	Teaser Slot = "teaser" // what VIP members have seen, with the call to action
	Brag   Slot = "brag"   // what the day has brought
)

// Slots lists them.
func Slots() []Slot { return []Slot{News, Recap, Teaser, Brag} }

// Losing is what is said of a day that lost.
type Losing string

// The ways.
const (
	SkipLosing   Losing = "skip"   // nothing
	SoftenLosing Losing = "soften" // that it lost, and how much, in one sentence
	ShowLosing   Losing = "show"   // each signal, as of any other day
)

// LosingWays lists them.
func LosingWays() []Losing { return []Losing{SkipLosing, SoftenLosing, ShowLosing} }

// Term is when a slot's post comes.
type Term struct {
	On bool   `json:"on"`
	At string `json:"at"` // of UTC, "06:42"
}

// clock is the form of a time of day.
const clock = "15:04"

// Latest is how late a post still goes out: what is later is skipped, and says so.
const Latest = 15 * time.Minute

// Programme is what a tenant wants of its days.
type Programme struct {
	On    bool           `json:"on"`
	Days  []time.Weekday `json:"days"` // of UTC
	Terms map[Slot]Term  `json:"terms"`
}

// Default is the programme before the first change: off, Monday to Friday at the times that were asked for first.
func Default() Programme {
	return Programme{
		Days:  []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday},
		Terms: map[Slot]Term{News: {true, "06:42"}, Recap: {true, "07:12"}, Teaser: {true, "07:51"}, Brag: {true, "20:00"}},
	}
}

// Check names what is wrong, by the fields of the settings.
func (p *Programme) Check(wrong *fault.Fields) {
	for slot, term := range p.Terms {
		if !slices.Contains(Slots(), slot) {
			wrong.Add("terms."+string(slot), "unknown", "Must be news, recap, teaser or brag")
			continue
		}
		if _, err := time.Parse(clock, term.At); err != nil || len(term.At) != len(clock) {
			wrong.Add("terms."+string(slot)+".at", "malformed", "Must be a time of day in UTC such as 06:42")
		}
	}
	for _, slot := range Slots() {
		if _, ok := p.Terms[slot]; !ok {
			wrong.Add("terms."+string(slot), "missing", "Say when it comes, and whether")
		}
	}
	for _, day := range p.Days {
		if day < time.Sunday || day > time.Saturday {
			wrong.Add("days", "out_of_range", "Must be 0 for Sunday to 6 for Saturday")
		}
	}
	if p.On && len(p.Days) == 0 {
		wrong.Add("days", "empty", "Choose at least one day")
	}
}

// At is when a slot's post of a date comes, or would come. ok is false when it does not come on it.
func (p *Programme) At(date time.Time, slot Slot) (at time.Time, ok bool) {
	term := p.Terms[slot]
	parsed, err := time.Parse(clock, term.At)
	if err != nil {
		return time.Time{}, false
	}
	y, m, d := date.UTC().Date()
	at = time.Date(y, m, d, parsed.Hour(), parsed.Minute(), 0, 0, time.UTC)
	return at, p.On && term.On && slices.Contains(p.Days, at.Weekday())
}

// Passed are the slots of today that a change has given a time which is over: nobody who sets 06:30 at seven expects a post
// today. A slot whose time stays as it was keeps its post, also when that is due at this moment.
func Passed(before, after *Programme, now time.Time) []Slot {
	var out []Slot
	for _, slot := range Slots() {
		was, had := before.At(now, slot)
		at, has := after.At(now, slot)
		if has && !at.After(now) && (!had || !was.Equal(at)) {
			out = append(out, slot)
		}
	}
	return out
}

// Since is when the day's results begin that a brag tells of: at its time on the programme's day before, so that a Monday's
// tells of what came after Friday's.
func (p *Programme) Since(at time.Time) time.Time {
	for days := 1; days <= 7; days++ {
		if before := at.AddDate(0, 0, -days); slices.Contains(p.Days, before.Weekday()) {
			return before
		}
	}
	return at.AddDate(0, 0, -1)
}
