package calendar

import "time"

// closed stands in place of a day's close for a day without trading.
const closed = 0

// Closes of days in New York's time, as minutes of the day.
const (
	regular       = closes * 60
	holidayClose  = 14*60 + 30 // trading goes on at 18:00, with the next day
	fridayHoliday = 13 * 60    // instead of it where trading goes on after the weekend
)

// holiday is a day with hours of its own.
type holiday struct {
	name  string
	month time.Month
	day   dayOf
	close int // minutes of the day in New York
}

// dayOf is the day of a month on which a holiday is held; 0 for a year without it.
type dayOf func(year int, month time.Month) int

// holidays are COMEX's for gold as they are since 2024, from the market hours of QuantConnect's Lean
// (Data/market-hours, Future-comex: holidays, earlyCloses, lateOpens). In the years before, some
// shorter days ended earlier. What stands first wins: Christmas that falls on a Saturday is held on
// Christmas Eve. The evening before a closed day has no trading, so New Year's Eve ends at 17:00.
func holidays() []holiday {
	return []holiday{
		{"New Year's Day", time.January, orMonday(1), closed},
		{"Martin Luther King Jr. Day", time.January, nth(3, time.Monday), holidayClose},
		{"Presidents' Day", time.February, nth(3, time.Monday), holidayClose},
		{"Good Friday", time.March, goodFriday, closed},
		{"Good Friday", time.April, goodFriday, closed},
		{"Memorial Day", time.May, last(time.Monday), holidayClose},
		{"Juneteenth", time.June, since(2022, observed(19)), holidayClose},
		{"Independence Day", time.July, observed(4), holidayClose},
		{"Labor Day", time.September, nth(1, time.Monday), holidayClose},
		{"Thanksgiving Day", time.November, nth(4, time.Thursday), holidayClose},
		{"day after Thanksgiving", time.November, after(nth(4, time.Thursday)), 14*60 + 45},
		{"Christmas Day", time.December, observed(25), closed},
		{"Christmas Eve", time.December, fixed(24), 13*60 + 45},
	}
}

// find is the holiday that is held on a date; one without a name for any other day.
func (c *Calendar) find(date time.Time) holiday {
	year, month, day := date.Date()
	for _, h := range c.holidays {
		if h.month != month || h.day(year, month) != day {
			continue
		}
		if h.close == holidayClose && date.Weekday() == time.Friday {
			h.close = fridayHoliday
		}
		return h
	}
	return holiday{close: regular}
}

func fixed(day int) dayOf {
	return func(int, time.Month) int { return day }
}

// orMonday is a date, or the Monday after it when it falls on a Sunday. On a Saturday nobody trades
// anyway.
func orMonday(day int) dayOf {
	return func(year int, month time.Month) int {
		if weekday(year, month, day) == time.Sunday {
			return day + 1
		}
		return day
	}
}

// observed is a date, or the weekday next to it when it falls on a weekend.
func observed(day int) dayOf {
	monday := orMonday(day)
	return func(year int, month time.Month) int {
		if weekday(year, month, day) == time.Saturday {
			return day - 1
		}
		return monday(year, month)
	}
}

// nth is a weekday of a month, counted from 1.
func nth(n int, of time.Weekday) dayOf {
	return func(year int, month time.Month) int {
		return 1 + int(of-weekday(year, month, 1)+7)%7 + (n-1)*7
	}
}

// last is the last of a weekday in a month.
func last(of time.Weekday) dayOf {
	return func(year int, month time.Month) int {
		end := time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC)
		return end.Day() - int(end.Weekday()-of+7)%7
	}
}

// after is the day after another one.
func after(day dayOf) dayOf {
	return func(year int, month time.Month) int { return day(year, month) + 1 }
}

// since is a holiday that there is from a year on.
func since(first int, day dayOf) dayOf {
	return func(year int, month time.Month) int {
		if year < first {
			return 0
		}
		return day(year, month)
	}
}

// goodFriday is two days before Easter, by the anonymous Gregorian algorithm (Meeus, Astronomical
// Algorithms, chapter 8); 0 in the month that it is not in.
func goodFriday(year int, month time.Month) int {
	a, b, c := year%19, year/100, year%100
	d, e, f := b/4, b%4, (b+8)/25
	g := (b - f + 1) / 3
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	friday := time.Date(year, time.Month(n/31), n%31+1-2, 0, 0, 0, 0, time.UTC)
	if friday.Month() != month {
		return 0
	}
	return friday.Day()
}

func weekday(year int, month time.Month, day int) time.Weekday {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Weekday()
}
