package calendar

import (
	"math/rand/v2"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/require"
)

const minute = "2006-01-02 15:04"

func newYork(t *testing.T) (*Calendar, func(string) time.Time) {
	t.Helper()
	c, err := New(nil)
	require.NoError(t, err)
	return c, func(s string) time.Time {
		at, err := time.ParseInLocation(minute, s, c.zone)
		require.NoError(t, err)
		return at
	}
}

func TestClosed(t *testing.T) {
	c, at := newYork(t)
	for _, row := range []struct{ at, closed string }{
		// A week in winter.
		{"2026-02-06 16:59", ""},
		{"2026-02-06 17:00", Weekend},
		{"2026-02-07 12:00", Weekend},
		{"2026-02-08 17:30", Weekend},
		{"2026-02-08 17:59", Weekend},
		{"2026-02-08 18:00", ""},
		{"2026-02-09 16:59", ""},
		{"2026-02-09 17:00", DailyBreak},
		{"2026-02-09 17:59", DailyBreak},
		{"2026-02-09 18:00", ""},
		{"2026-02-12 17:30", DailyBreak},
		// The hours are New York's on both sides of the changes of its clock.
		{"2026-03-06 16:59", ""},
		{"2026-03-08 17:59", Weekend},
		{"2026-03-08 18:00", ""},
		{"2026-10-30 16:59", ""},
		{"2026-11-01 17:59", Weekend},
		{"2026-11-01 18:00", ""},
		// Shorter days go on at 18:00.
		{"2026-01-19 14:29", ""},
		{"2026-01-19 14:30", "Martin Luther King Jr. Day"},
		{"2026-01-19 17:30", DailyBreak},
		{"2026-01-19 18:00", ""},
		{"2026-02-16 14:30", "Presidents' Day"},
		{"2026-05-25 14:30", "Memorial Day"},
		{"2025-06-19 14:30", "Juneteenth"},
		{"2024-07-04 14:30", "Independence Day"},
		{"2024-07-04 18:00", ""},
		{"2026-09-07 14:30", "Labor Day"},
		{"2026-11-26 14:30", "Thanksgiving Day"},
		{"2026-11-26 18:00", ""},
		{"2026-12-24 13:44", ""},
		{"2026-12-24 13:45", "Christmas Eve"},
		// On a Friday they end earlier, and the weekend follows.
		{"2026-06-19 12:59", ""},
		{"2026-06-19 13:00", "Juneteenth"},
		{"2026-06-19 17:00", Weekend},
		{"2026-07-03 13:00", "Independence Day"},
		{"2025-07-04 13:00", "Independence Day"},
		{"2026-11-27 14:44", ""},
		{"2026-11-27 14:45", "day after Thanksgiving"},
		{"2026-11-27 18:00", Weekend},
		// Closed days begin with the evening before.
		{"2026-04-02 16:59", ""},
		{"2026-04-02 17:00", "Good Friday"},
		{"2026-04-03 10:00", "Good Friday"},
		{"2026-04-03 17:00", Weekend},
		{"2024-12-24 18:00", "Christmas Day"},
		{"2024-12-25 16:59", "Christmas Day"},
		{"2024-12-25 17:30", DailyBreak},
		{"2024-12-25 18:00", ""},
		{"2025-12-31 16:59", ""},
		{"2025-12-31 17:00", "New Year's Day"},
		{"2026-01-01 12:00", "New Year's Day"},
		{"2026-01-01 18:00", ""},
		// Holidays that fall on a weekend.
		{"2022-01-01 12:00", Weekend},
		{"2021-12-31 16:59", ""}, // New Year's Day on a Saturday takes no Friday
		{"2023-01-01 18:00", "New Year's Day"},
		{"2023-01-02 12:00", "New Year's Day"},
		{"2023-01-02 18:00", ""},
		{"2021-12-24 10:00", "Christmas Day"},
		{"2021-12-23 16:59", ""},
		{"2022-12-25 18:00", "Christmas Day"},
		{"2022-12-26 12:00", "Christmas Day"},
		{"2022-12-26 18:00", ""},
		{"2022-12-23 16:59", ""}, // and Christmas Eve on a Saturday neither
		{"2022-06-20 14:30", "Juneteenth"},
		{"2027-06-18 13:00", "Juneteenth"},
		{"2021-06-18 14:30", ""}, // it is one since 2022
		{"2021-07-05 14:30", "Independence Day"},
		{"2027-07-05 14:30", "Independence Day"},
		{"2020-07-03 13:00", "Independence Day"},
	} {
		require.Equal(t, row.closed, c.Closed(at(row.at)), row.at)
		require.Equal(t, row.closed == "", c.Open(at(row.at).UTC()), row.at)
	}
}

func TestGoodFridays(t *testing.T) {
	c, at := newYork(t)
	for _, day := range []string{"1961-03-31", "2000-04-21", "2008-03-21", "2018-03-30", "2019-04-19", "2024-03-29", "2025-04-18", "2027-03-26", "2038-04-23", "2100-03-26"} {
		require.Equal(t, "Good Friday", c.Closed(at(day+" 12:00")), day)
	}
}

func TestNextOpenAndClose(t *testing.T) {
	c, at := newYork(t)
	for _, row := range []struct{ at, open, close string }{
		{"2026-02-09 12:00", "2026-02-09 18:00", "2026-02-09 17:00"},
		{"2026-02-09 17:00", "2026-02-09 18:00", "2026-02-10 17:00"},
		{"2026-02-09 18:00", "2026-02-10 18:00", "2026-02-10 17:00"}, // both are after the moment
		{"2026-02-07 12:00", "2026-02-08 18:00", "2026-02-09 17:00"},
		{"2026-03-06 17:30", "2026-03-08 18:00", "2026-03-09 17:00"},
		{"2026-10-30 12:00", "2026-11-01 18:00", "2026-10-30 17:00"},
		{"2026-04-02 16:00", "2026-04-05 18:00", "2026-04-02 17:00"},
		{"2026-11-26 10:00", "2026-11-26 18:00", "2026-11-26 14:30"},
		{"2026-11-26 20:00", "2026-11-29 18:00", "2026-11-27 14:45"},
		{"2026-12-24 15:00", "2026-12-27 18:00", "2026-12-28 17:00"},
		{"2022-12-24 00:00", "2022-12-26 18:00", "2022-12-27 17:00"},
	} {
		require.Equal(t, at(row.open).UTC(), c.NextOpen(at(row.at)), row.at)
		require.Equal(t, at(row.close).UTC(), c.NextClose(at(row.at)), row.at)
	}
}

// lean is what QuantConnect's Lean says of copper and gold at COMEX from December 2025 to January 2027:
// the close of shorter days, and the days without trading.
var (
	leanCloses = map[string]int{
		"2025-12-24": 825, "2026-01-19": 870, "2026-02-16": 870, "2026-05-25": 870, "2026-06-19": 780, "2026-07-03": 780,
		"2026-09-07": 870, "2026-11-26": 870, "2026-11-27": 885, "2026-12-24": 825,
	}
	leanHolidays = map[string]bool{"2025-12-25": true, "2026-01-01": true, "2026-04-03": true, "2026-12-25": true, "2027-01-01": true}
)

// slow says whether gold trades, from the wall clock in New York and the lists above.
func slow(local time.Time) bool {
	today, tomorrow := local.Format(time.DateOnly), local.AddDate(0, 0, 1).Format(time.DateOnly)
	clock := local.Hour()*60 + local.Minute()
	weekday := local.Weekday()
	if clock >= 18*60 {
		return weekday != time.Friday && weekday != time.Saturday && !leanHolidays[tomorrow]
	}
	end, shorter := leanCloses[today]
	if !shorter {
		end = 17 * 60
	}
	return weekday != time.Saturday && weekday != time.Sunday && !leanHolidays[today] && clock < end
}

// Over 13 months, minute by minute, the calendar says what the slow reference says, and the next
// opening and close are those that the walk comes to.
func TestAgreesWithAWalkByMinutes(t *testing.T) {
	c, at := newYork(t)
	begin, end := at("2025-12-01 12:00"), at("2027-01-04 12:00")
	was := slow(begin)
	nextOpen, nextClose := c.NextOpen(begin), c.NextClose(begin)
	for m := begin; m.Before(end); m = m.Add(time.Minute) {
		is := slow(m)
		if is != c.Open(m) {
			t.Fatalf("%s: open is %t, by the reference %t", m.Format(minute), !is, is)
		}
		switch {
		case is && !was:
			require.Equal(t, m.UTC(), nextOpen)
			nextOpen, nextClose = c.NextOpen(m), c.NextClose(m)
		case !is && was:
			require.Equal(t, m.UTC(), nextClose)
			require.Equal(t, nextOpen, c.NextOpen(m))
		}
		was = is
	}
}

// At any moment of two centuries the next opening is one, the next close too, and nothing is between.
func TestSessions(t *testing.T) {
	c, at := newYork(t)
	first, last := at("1950-01-01 00:00").Unix(), at("2150-01-01 00:00").Unix()
	random := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		m := time.Unix(first+random.Int64N(last-first), random.Int64N(1e9))
		open, shut := c.NextOpen(m), c.NextClose(m)
		for name, next := range map[string]struct {
			at     time.Time
			before bool
		}{"open": {open, false}, "close": {shut, true}} {
			require.True(t, next.at.After(m), "%s after %s", name, m)
			require.Equal(t, next.before, c.Open(next.at.Add(-time.Nanosecond)), "before the %s %s", name, next.at)
			require.Equal(t, !next.before, c.Open(next.at), "at the %s %s", name, next.at)
		}
		require.Equal(t, c.Open(m), shut.Before(open), "%s", m)
		from, to := c.Session(m)
		require.Equal(t, shut, to)
		require.Equal(t, c.Open(m), !from.After(m))
		require.LessOrEqual(t, to.Sub(from), 23*time.Hour)
		require.Less(t, open.Sub(m), 5*24*time.Hour)
	}
}

func TestNothingIsAllocated(t *testing.T) {
	c, at := newYork(t)
	m := at("2026-04-02 20:00")
	require.Zero(t, testing.AllocsPerRun(100, func() {
		_ = c.Closed(m)
		_ = c.NextOpen(m)
		_ = c.NextClose(m)
	}))
}

func TestItsZoneCanBeGiven(t *testing.T) {
	c, err := New(time.FixedZone("EST", -5*3600))
	require.NoError(t, err)
	require.True(t, c.Open(time.Date(2026, 2, 8, 23, 0, 0, 0, time.UTC)))
	require.False(t, c.Open(time.Date(2026, 2, 8, 22, 59, 59, 0, time.UTC)))
}
