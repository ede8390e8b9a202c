// Package calendar knows when gold trades: in New York's time, each trading day from 18:00 of the day
// before until 17:00, from Sunday evening to Friday, without COMEX's holidays and shorter on the days
// beside them.
package calendar

import (
	"fmt"
	"time"
)

// Why the market is closed, beside the names of holidays.
const (
	Weekend    = "weekend"
	DailyBreak = "daily break"
)

// Hours of a trading day, in New York's time. The break before a day belongs to it, so that each
// moment belongs to one trading day.
const (
	opens  = 18 // of the day before
	closes = 17
)

// Calendar is the hours of gold. It is immutable and safe for concurrent use.
type Calendar struct {
	zone     *time.Location
	holidays []holiday
}

// New makes a calendar from New York's time zone; nil loads it. The error says that the machine has no
// time zones and the program has none embedded.
func New(newYork *time.Location) (*Calendar, error) {
	if newYork == nil {
		var err error
		if newYork, err = time.LoadLocation("America/New_York"); err != nil {
			return nil, fmt.Errorf("gold's hours are New York's, whose time zone can't be loaded: install tzdata: %w", err)
		}
	}
	return &Calendar{newYork, holidays()}, nil
}

// Open reports whether gold trades at a moment. The moment of the opening is open, that of the close
// is closed.
func (c *Calendar) Open(t time.Time) bool { return c.Closed(t) == "" }

// Closed says why gold does not trade at a moment: Weekend, DailyBreak or the name of a holiday such as
// "Good Friday"; empty when it trades.
func (c *Calendar) Closed(t time.Time) string {
	day := c.tradingDay(t)
	weekday := day.Weekday()
	if weekday == time.Saturday || weekday == time.Sunday {
		return Weekend
	}
	open, end, name := c.hours(day)
	switch {
	case !t.Before(end):
		return name
	case !t.Before(open):
		return ""
	case weekday == time.Monday:
		return Weekend
	}
	return DailyBreak
}

// Session is the time without a break in which gold trades at a moment, or the next such time when it is
// closed then. Both times are in UTC.
func (c *Calendar) Session(t time.Time) (open, end time.Time) {
	for day := c.tradingDay(t); ; day = day.AddDate(0, 0, 1) {
		if weekday := day.Weekday(); weekday == time.Saturday || weekday == time.Sunday {
			continue
		}
		if open, end, _ = c.hours(day); open.Before(end) && t.Before(end) {
			return open.UTC(), end.UTC()
		}
	}
}

// NextOpen is when the market opens for the first time after a moment, in UTC.
func (c *Calendar) NextOpen(t time.Time) time.Time {
	open, end := c.Session(t)
	if !open.After(t) {
		open, _ = c.Session(end)
	}
	return open
}

// NextClose is when the market closes for the first time after a moment, in UTC.
func (c *Calendar) NextClose(t time.Time) time.Time {
	_, end := c.Session(t)
	return end
}

// tradingDay is the day that a moment belongs to, as a date in UTC: it begins at 17:00 of the day
// before in New York.
func (c *Calendar) tradingDay(t time.Time) time.Time {
	local := t.In(c.zone)
	year, month, day := local.Date()
	if local.Hour() >= closes {
		day++
	}
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// hours are those of a trading day from Monday to Friday, and its name if it is a holiday. On a day
// without trading both times are the day's begin. New York changes its clock at 2:00 on Sundays, so
// that none of these times is there twice or not at all.
func (c *Calendar) hours(date time.Time) (open, end time.Time, name string) {
	year, month, day := date.Date()
	h := c.find(date)
	if h.close == closed {
		begin := time.Date(year, month, day-1, closes, 0, 0, 0, c.zone)
		return begin, begin, h.name
	}
	return time.Date(year, month, day-1, opens, 0, 0, 0, c.zone), time.Date(year, month, day, 0, h.close, 0, 0, c.zone), h.name
}
