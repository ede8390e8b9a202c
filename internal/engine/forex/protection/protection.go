// Package protection holds a strategy back when it does badly (F2): after each trade, after several
// stops in a row, after a bad day. The backtest and the live signals ask the same code.
package protection

import (
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/forex/pip"
)

// Rules are what a tenant sets for a strategy. Times are in seconds; zero switches a rule off.
type Rules struct {
	// Cooldown is how long after a close no signal is opened.
	Cooldown int64 `json:"cooldown"`
	// Stops losses by the stop within Window pause the strategy for Pause.
	Stops  int   `json:"stops"`
	Window int64 `json:"window"`
	Pause  int64 `json:"pause"`
	// DailyLoss is the loss of a day in UTC, in R, after which no signal is opened on that day.
	DailyLoss pip.R `json:"daily_loss"`
}

// Default are rules that suit strategies on fifteen minutes: an hour after each close, a day's pause
// after three stops in a day, and three R a day.
func Default() Rules {
	return Rules{Cooldown: 3600, Stops: 3, Window: day, Pause: day, DailyLoss: 3 * oneR}
}

const (
	day             = 86_400
	month           = 31 * day
	mostStops       = 20
	oneR      pip.R = 100_000
)

// Check says by field what is wrong with rules.
func (r *Rules) Check() error {
	for _, f := range []struct {
		name  string
		value int64
	}{{"cooldown", r.Cooldown}, {"window", r.Window}, {"pause", r.Pause}} {
		if f.value < 0 || f.value > month {
			return fault.InvalidField(f.name, f.name, "Must be 0 to 31 days")
		}
	}
	if r.Stops < 0 || r.Stops > mostStops {
		return fault.InvalidField("stops", "stops", "Must be 0 to %d", mostStops)
	}
	if r.Stops > 0 && (r.Window == 0 || r.Pause == 0) {
		return fault.InvalidField("window", "window", "Stops are counted in a window and lead to a pause: set both")
	}
	if r.DailyLoss < 0 || r.DailyLoss > 100*oneR {
		return fault.InvalidField("daily_loss", "daily_loss", "Must be 0 to 100 R")
	}
	return nil
}

// Reason is why a signal is held back; empty for not at all.
type Reason string

// Reasons.
const (
	Cooling   Reason = "cooldown"   // a trade was closed a short while ago
	Guarded   Reason = "stop_guard" // several stops within the window
	DailyLoss Reason = "daily_loss" // the day has lost enough
)

// State is what a strategy's protections remember. The zero value remembers nothing.
type State struct {
	ClosedAt    int64   `json:"closed_at,omitempty"`    // of the last trade
	Stops       []int64 `json:"stops,omitempty"`        // times of the last losses by the stop
	PausedUntil int64   `json:"paused_until,omitempty"` // by the stop guard
	Day         int64   `json:"day,omitempty"`          // the day of DayR, counted from 1970
	DayR        pip.R   `json:"day_r,omitempty"`        // the result of trades that were closed on that day
}

// Refuses says why no signal may be opened at a moment (Unix seconds), and until when.
func (r *Rules) Refuses(s *State, at int64) (reason Reason, until int64) {
	switch {
	case at < s.PausedUntil:
		return Guarded, s.PausedUntil
	case r.DailyLoss > 0 && at/day == s.Day && s.DayR <= -r.DailyLoss:
		return DailyLoss, (s.Day + 1) * day
	case r.Cooldown > 0 && s.ClosedAt > 0 && at < s.ClosedAt+r.Cooldown:
		return Cooling, s.ClosedAt + r.Cooldown
	}
	return "", 0
}

// Closed counts a trade that was closed in the bar that begins at a moment, with a result: bars, since a backtest knows
// no minutes. stopped says that it was the stop.
// Only a loss counts for the guard: a stop at the entry or beyond has done its work.
func (r *Rules) Closed(s *State, at int64, result pip.R, stopped bool) {
	s.ClosedAt = at
	if s.Day != at/day {
		s.Day, s.DayR = at/day, 0
	}
	s.DayR += result
	if r.Stops == 0 || !stopped || result >= 0 {
		return
	}
	s.Stops = append(s.Stops, at)
	if over := len(s.Stops) - r.Stops; over > 0 {
		s.Stops = s.Stops[over:]
	}
	if len(s.Stops) == r.Stops && at-s.Stops[0] <= r.Window {
		s.Stops, s.PausedUntil = nil, at+r.Pause
	}
}
