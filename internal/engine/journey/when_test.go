package journey

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/base/zone"
)

// local agrees with a search through the minutes of the day, in zones whose clocks are changed in
// every way, on the days of the change and around them.
func TestLocalAgreesWithClocks(t *testing.T) {
	for _, c := range []struct{ zone, day string }{
		{"Europe/Berlin", "2026-03-29"}, {"Europe/Berlin", "2026-10-25"}, // an hour at night
		{"America/New_York", "2026-03-08"}, {"America/New_York", "2026-11-01"},
		{"Australia/Lord_Howe", "2026-04-05"}, {"Australia/Lord_Howe", "2026-10-04"}, // half an hour
		{"America/Santiago", "2026-04-04"}, {"America/Santiago", "2026-09-06"}, // at midnight
		{"Asia/Beirut", "2026-03-29"}, {"Africa/Casablanca", "2026-02-15"}, {"Asia/Kolkata", "2026-06-01"}, {"UTC", "2026-01-01"},
	} {
		loc, ok := zone.Load(c.zone)
		require.True(t, ok)
		day, err := time.Parse("2006-01-02", c.day)
		require.NoError(t, err)
		first := map[int]time.Time{} // of this day's minutes, by the clock
		var skips []time.Time
		for at := day.Add(-20 * time.Hour); at.Before(day.Add(40 * time.Hour)); at = at.Add(time.Minute) {
			here := at.In(loc)
			if here.Format("2006-01-02") == c.day {
				m := here.Hour()*60 + here.Minute()
				if _, twice := first[m]; !twice {
					first[m] = at
				}
			}
			before := at.Add(-time.Minute).In(loc)
			if _, was := before.Zone(); was != offset(here) && offset(here) > was {
				skips = append(skips, at)
			}
		}
		for m := range 24 * 60 {
			want, there := first[m]
			if !there {
				require.NotEmpty(t, skips, "%v %d", c, m)
				want = skips[0]
			}
			got := local(day.Year(), day.Month(), day.Day(), m, loc)
			require.Equal(t, want.UTC(), got.UTC(), "%v %02d:%02d", c, m/60, m%60)
		}
	}
}

func offset(t time.Time) int { _, o := t.Zone(); return o }

// Each day has one such time, whatever is done to the clocks.
func TestNextTimeIsOnceADay(t *testing.T) {
	for _, name := range []string{"Europe/Berlin", "America/Santiago", "Australia/Lord_Howe", "Africa/Casablanca"} {
		loc, _ := zone.Load(name)
		for _, m := range []int{0, 30, 119, 120, 150, 180, 570, 1439} {
			now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
			days := map[string]bool{}
			for range 365 {
				next := nextTime(now, m, loc)
				require.True(t, next.After(now))
				require.LessOrEqual(t, next.Sub(now), 26*time.Hour)
				day := next.In(loc).Format("2006-01-02")
				require.False(t, days[day], "%s %d: %s comes twice", name, m, day)
				days[day] = true
				now = next
			}
		}
	}
}

func TestQuietHours(t *testing.T) {
	at := func(text string) time.Time {
		out, err := time.Parse(time.RFC3339, text)
		require.NoError(t, err)
		return out.UTC()
	}
	night, noon, odd := QuietHours{From: "22:00", To: "08:00"}, QuietHours{From: "12:00", To: "13:30"}, QuietHours{From: "01:00", To: "02:30"}
	for _, c := range []struct {
		q               QuietHours
		zone, now, want string // want nothing: it goes out
	}{
		{night, "Europe/Berlin", "2026-06-01T21:59:59+02:00", ""},
		{night, "Europe/Berlin", "2026-06-01T22:00:00+02:00", "2026-06-02T08:00:00+02:00"},
		{night, "Europe/Berlin", "2026-06-02T07:59:59+02:00", "2026-06-02T08:00:00+02:00"},
		{night, "Europe/Berlin", "2026-06-02T08:00:00+02:00", ""},
		{noon, "Asia/Kolkata", "2026-06-01T12:00:30+05:30", "2026-06-01T13:30:00+05:30"},
		{noon, "Asia/Kolkata", "2026-06-01T13:30:00+05:30", ""},
		{night, "Europe/Berlin", "2026-03-28T23:00:00+01:00", "2026-03-29T08:00:00+02:00"}, // a short night
		{night, "Europe/Berlin", "2026-10-24T23:00:00+02:00", "2026-10-25T08:00:00+01:00"}, // a long one
		{odd, "Europe/Berlin", "2026-03-29T01:30:00+01:00", "2026-03-29T03:00:00+02:00"},   // 02:30 doesn't come
		{odd, "Europe/Berlin", "2026-10-25T01:30:00+02:00", "2026-10-25T02:30:00+02:00"},   // 02:30 comes twice
		{odd, "Europe/Berlin", "2026-10-25T02:10:00+01:00", "2026-10-25T02:30:00+01:00"},
		{QuietHours{From: "08:00", To: "08:00"}, "UTC", "2026-06-01T08:00:00Z", ""},
		{QuietHours{From: "x", To: "08:00"}, "UTC", "2026-06-01T07:00:00Z", ""},
		{night, "No/Where", "2026-06-01T23:00:00Z", "2026-06-02T08:00:00Z"}, // UTC, as a journey that can't be published
	} {
		w := newWalk(&Definition{QuietHours: &c.q, Timezone: c.zone}, State{}, Person{}, at(c.now))
		until, quiet := w.quiet()
		if c.want == "" {
			require.False(t, quiet, "%+v", c)
			continue
		}
		require.True(t, quiet, "%+v", c)
		require.Equal(t, at(c.want), until, "%+v", c)
	}
	w := newWalk(&Definition{QuietHours: &QuietHours{From: "22:00", To: "08:00", AnswerAtOnce: true}}, State{Answering: true}, Person{}, at("2026-06-01T23:00:00Z"))
	_, quiet := w.quiet()
	require.False(t, quiet)
}

func TestZones(t *testing.T) {
	for _, name := range []string{"", "Local", "../etc/passwd", "/etc/localtime", "Europe", "No/Where", "A" + string(make([]byte, 80))} {
		_, ok := zone.Load(name)
		require.False(t, ok, name)
	}
	w := newWalk(&Definition{Timezone: "Europe/Berlin"}, State{Variables: map[string]string{"timezone": "Asia/Tokyo"}}, Person{}, time.Time{})
	require.Equal(t, "Asia/Tokyo", w.zone().String())
	w.Variables["timezone"] = "utc+3" // as people answer
	require.Equal(t, "UTC+03:00", w.zone().String())
	w.Variables["timezone"] = "Atlantis"
	require.Equal(t, "Europe/Berlin", w.zone().String())
	w.d.Timezone = "x"
	require.Equal(t, time.UTC, w.zone())
}
