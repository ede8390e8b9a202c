package journey

import (
	"time"

	"github.com/promostack/promostack/internal/base/zone"
)

// Bounds of what delays and times may be: the state's times stay such that JSON can hold them.
const (
	MaxSeconds = 10 * 366 * 24 * 3600
	maxDays    = 3660
)

var latest = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)

// zone is the person's, else the journey's, else UTC.
func (w *walk) zone() *time.Location {
	if loc, ok := zone.Load(w.Variables["timezone"]); ok {
		return loc
	}
	if loc, ok := zone.Load(w.d.Timezone); ok {
		return loc
	}
	return time.UTC
}

// readTime reads "09:30" as minutes since midnight.
func readTime(text string) (int, bool) {
	t, err := time.Parse("15:04", text)
	if err != nil || len(text) != 5 {
		return 0, false
	}
	return t.Hour()*60 + t.Minute(), true
}

// local is the moment in which clocks of a zone show that time. Of a time that is skipped it is the
// moment of the skip, of one that comes twice the first.
func local(year int, month time.Month, day, minutes int, loc *time.Location) time.Time {
	t := time.Date(year, month, day, minutes/60, minutes%60, 0, 0, loc)
	from, to := t.ZoneBounds()
	if shown := t.Hour()*60 + t.Minute(); shown != minutes {
		// In a gap Go takes the offset before or after it.
		if later := shown > minutes && t.Day() == time.Date(year, month, day, 12, 0, 0, 0, loc).Day(); later && !from.IsZero() {
			return from
		}
		if !to.IsZero() {
			return to
		}
		return t
	}
	if from.IsZero() {
		return t
	}
	_, now := t.Zone()
	_, was := from.Add(-time.Second).Zone()
	if first := t.Add(-time.Duration(was-now) * time.Second); was > now && first.Before(from) {
		return first
	}
	return t
}

// nextTime is the next moment after now in which clocks show a time of day.
func nextTime(now time.Time, minutes int, loc *time.Location) time.Time {
	here := now.In(loc)
	for day := 0; ; day++ {
		t := local(here.Year(), here.Month(), here.Day()+day, minutes, loc)
		if t.After(now) || day > 3 {
			return t.UTC()
		}
	}
}

// readDate reads "2026-12-24T18:00" as the moment in which clocks of a zone show it.
func readDate(text string, loc *time.Location) (time.Time, bool) {
	t, err := time.Parse("2006-01-02T15:04", text)
	if err != nil {
		return time.Time{}, false
	}
	return local(t.Year(), t.Month(), t.Day(), t.Hour()*60+t.Minute(), loc).UTC(), true
}

// quiet tells whether nothing may be sent now, and the first minute in which it may.
func (w *walk) quiet() (time.Time, bool) {
	q := w.d.QuietHours
	if q == nil || q.AnswerAtOnce && w.Answering {
		return time.Time{}, false
	}
	from, ok := readTime(q.From)
	to, ok2 := readTime(q.To)
	if !ok || !ok2 || from == to {
		return time.Time{}, false
	}
	loc := w.zone()
	isQuiet := func(t time.Time) bool {
		here := t.In(loc)
		m := here.Hour()*60 + here.Minute()
		if from < to {
			return from <= m && m < to
		}
		return m >= from || m < to
	}
	if !isQuiet(w.now) {
		return time.Time{}, false
	}
	// By minutes, so that clocks that are changed meanwhile are right.
	t := w.now.Truncate(time.Minute)
	for range 2 * 24 * 60 {
		if t = t.Add(time.Minute); !isQuiet(t) {
			return clamp(t), true
		}
	}
	return time.Time{}, false
}

// clamp keeps a moment within what JSON can hold.
func clamp(t time.Time) time.Time {
	switch {
	case t.After(latest):
		return latest
	case t.Before(time.Time{}):
		return time.Time{}
	}
	return t.UTC().Round(0)
}

// due is when a delay that begins now is over.
func (w *walk) due(s *Step) time.Time {
	switch s.Delay {
	case DelayFor:
		return clamp(w.now.Add(seconds(s.Seconds)))
	case DelayUntilTime:
		if m, ok := readTime(s.TimeOfDay); ok {
			return clamp(nextTime(w.now, m, w.zone()))
		}
	case DelayUntilDate:
		if t, ok := readDate(s.Date, w.zone()); ok {
			return clamp(t)
		}
	}
	return w.now
}

func seconds(n int64) time.Duration {
	return time.Duration(max(0, min(n, MaxSeconds))) * time.Second
}

// deadline is when a wait for a reply ends without one, and whether it ends the conversation: the
// step's timeout and the journey's inactivity, whichever comes first.
func (w *walk) deadline(s *Step) (at time.Time, inactive bool) {
	if s.TimeoutSeconds > 0 {
		at = clamp(w.Asked.Add(seconds(s.TimeoutSeconds)))
	}
	if days := min(w.d.InactivityTimeoutDays, maxDays); days > 0 {
		if end := clamp(w.Heard.Add(time.Duration(days) * 24 * time.Hour)); at.IsZero() || end.Before(at) {
			return end, true
		}
	}
	return at, false
}
