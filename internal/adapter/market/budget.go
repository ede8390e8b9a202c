package market

import (
	"time"

	"github.com/promostack/promostack/internal/base/fault"
)

// Credits of Twelve Data's free plan.
const (
	FreePerMinute = 8
	FreePerDay    = 800
)

// Budget counts the credits of one key in the minutes and days of UTC, as Twelve Data does. Its fields
// are kept by who uses it, and the zero value is the free plan, unused. A clock that goes back gives
// nothing back.
type Budget struct {
	PerMinute  int       `json:"per_minute,omitempty"` // 0 is FreePerMinute
	PerDay     int       `json:"per_day,omitempty"`    // 0 is FreePerDay
	Minute     time.Time `json:"minute"`               // the begin of the last minute in which credits were used
	Day        time.Time `json:"day"`                  // and of the last day
	UsedMinute int       `json:"used_minute"`
	UsedDay    int       `json:"used_day"`
}

// Reserve takes credits for a call now. Without an error they are taken; otherwise none is, and the
// error is the provider's own for the same case: its code is MinuteLimit or DayLimit, its RetryAfter
// says when to come back. More credits than a whole minute or day has are fault.Invalid.
func (b *Budget) Reserve(now time.Time, credits int) error {
	perMinute, perDay := b.Plan()
	if credits < 1 || credits > perMinute || credits > perDay {
		return fault.InvalidField("credits", "invalid", "A call can cost from 1 to %d credits", min(perMinute, perDay))
	}
	b.turn(now)
	switch {
	case b.UsedDay+credits > perDay:
		return fault.New(fault.RateLimited, DayLimit, "Today's %d credits of the market data provider are used up", perDay).
			WithRemedy("They are renewed at 00:00 UTC; a larger plan has more").WithRetryAfter(b.Day.Add(24 * time.Hour).Sub(now))
	case b.UsedMinute+credits > perMinute:
		return fault.New(fault.RateLimited, MinuteLimit, "This minute's %d credits of the market data provider are used up", perMinute).
			WithRemedy("It continues with the next minute").WithRetryAfter(b.Minute.Add(time.Minute).Sub(now))
	}
	b.UsedMinute += credits
	b.UsedDay += credits
	return nil
}

// Refused notes that the provider itself refused a call with MinuteLimit or DayLimit: somebody else uses
// the key too, so that nothing is left of the minute or the day.
func (b *Budget) Refused(now time.Time, code string) {
	perMinute, perDay := b.Plan()
	b.turn(now)
	switch code {
	case MinuteLimit:
		b.UsedMinute = perMinute
	case DayLimit:
		b.UsedDay = perDay
	}
}

// GiveBack returns credits that were reserved for a call which never reached the provider.
func (b *Budget) GiveBack(credits int) {
	b.UsedMinute, b.UsedDay = max(0, b.UsedMinute-credits), max(0, b.UsedDay-credits)
}

// Left is how many credits are left of this minute and of this day.
func (b *Budget) Left(now time.Time) (minute, day int) {
	perMinute, perDay := b.Plan()
	c := *b
	c.turn(now)
	day = max(0, perDay-c.UsedDay)
	return min(max(0, perMinute-c.UsedMinute), day), day
}

// Plan is how many credits a minute and a day have.
func (b *Budget) Plan() (perMinute, perDay int) {
	perMinute, perDay = b.PerMinute, b.PerDay
	if perMinute <= 0 {
		perMinute = FreePerMinute
	}
	if perDay <= 0 {
		perDay = FreePerDay
	}
	return perMinute, perDay
}

// turn begins a new minute and a new day when they have come.
func (b *Budget) turn(now time.Time) {
	now = now.UTC()
	if minute := now.Truncate(time.Minute); minute.After(b.Minute) {
		b.Minute, b.UsedMinute = minute, 0
	}
	if day := now.Truncate(24 * time.Hour); day.After(b.Day) {
		b.Day, b.UsedDay = day, 0
	}
}
