// Package performance sums closed signals up (F9): in total and by strategy, by the hour and weekday of their opening
// and by the day of their closing, with the way of the equity. It takes them one by one, in the order in which they were
// closed, and keeps little of them.
package performance

import (
	"maps"
	"slices"
	"time"

	"github.com/promostack/promostack/internal/engine/forex/pip"
)

// Closed is a signal that is over. Times are Unix seconds of the market.
type Closed struct {
	Opened, Closed int64
	Strategy       string
	Pips           pip.Pips
	R              pip.R
}

// Group is what some signals come to.
type Group struct {
	Signals int      `json:"signals"`
	Wins    int      `json:"wins"`
	Draws   int      `json:"draws"`
	Losses  int      `json:"losses"`
	Pips    pip.Pips `json:"pips"`
	R       pip.R    `json:"r"`
}

func (g *Group) add(c Closed) {
	g.Signals++
	g.Pips += c.Pips
	g.R += c.R
	switch {
	case c.Pips > 0:
		g.Wins++
	case c.Pips < 0:
		g.Losses++
	default:
		g.Draws++
	}
}

// Point is what all signals until then come to.
type Point struct {
	At   int64
	Pips pip.Pips
	R    pip.R
}

// Day is a day in UTC on which signals were closed.
type Day struct {
	Day string // 2026-11-22
	Group
}

// Strategy is what a strategy's signals come to.
type Strategy struct {
	Name string
	Group
}

// Report is what signals come to.
type Report struct {
	Total Group
	// DrawdownPips and DrawdownR are how far the equity fell at most from where it stood highest before.
	DrawdownPips pip.Pips
	DrawdownR    pip.R
	Losing       int // the longest row of losses
	Equity       []Point
	Strategies   []Strategy
	Hours        [24]Group // of the opening, UTC
	Weekdays     [7]Group  // of the opening, Monday first
	Days         []Day
}

// MostPoints is how many points of the equity a report has at most, but one: where there are more, every second one is
// left out until they fit.
const MostPoints = 1000

// Sum sums signals up. Its zero value is ready.
type Sum struct {
	report     Report
	strategies map[string]*Group
	highPips   pip.Pips
	highR      pip.R
	losing     int
	every      int // of how many points one is kept
	last       Point
}

const dayLength = 86_400

// Add counts a signal.
func (s *Sum) Add(c Closed) {
	r := &s.report
	r.Total.add(c)
	if s.strategies == nil {
		s.strategies, s.every = map[string]*Group{}, 1
	}
	if s.strategies[c.Strategy] == nil {
		s.strategies[c.Strategy] = &Group{}
	}
	s.strategies[c.Strategy].add(c)
	r.Hours[c.Opened%dayLength/3600].add(c)
	r.Weekdays[(c.Opened/dayLength+3)%7].add(c) // 1970 began on a Thursday
	day := time.Unix(c.Closed, 0).UTC().Format(time.DateOnly)
	if n := len(r.Days); n == 0 || r.Days[n-1].Day != day {
		r.Days = append(r.Days, Day{Day: day})
	}
	r.Days[len(r.Days)-1].add(c)

	if s.losing++; c.Pips >= 0 {
		s.losing = 0
	}
	r.Losing = max(r.Losing, s.losing)
	s.highPips, s.highR = max(s.highPips, r.Total.Pips), max(s.highR, r.Total.R)
	r.DrawdownPips, r.DrawdownR = max(r.DrawdownPips, s.highPips-r.Total.Pips), max(r.DrawdownR, s.highR-r.Total.R)
	s.last = Point{c.Closed, r.Total.Pips, r.Total.R}
	if r.Total.Signals%s.every != 0 {
		return
	}
	r.Equity = append(r.Equity, s.last)
	if len(r.Equity) > MostPoints {
		kept := r.Equity[:0]
		for i := 1; i < len(r.Equity); i += 2 {
			kept = append(kept, r.Equity[i])
		}
		r.Equity, s.every = kept, s.every*2
	}
}

// Report is what the signals come to so far.
func (s *Sum) Report() Report {
	out := s.report
	out.Equity = slices.Clone(out.Equity)
	if n := len(out.Equity); s.report.Total.Signals > 0 && (n == 0 || out.Equity[n-1] != s.last) {
		out.Equity = append(out.Equity, s.last)
	}
	for _, name := range slices.Sorted(maps.Keys(s.strategies)) {
		out.Strategies = append(out.Strategies, Strategy{name, *s.strategies[name]})
	}
	return out
}
