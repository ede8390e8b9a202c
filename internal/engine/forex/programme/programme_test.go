package programme_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/forex/programme"
)

// at is a moment of Monday, 30 November 2026.
func at(clock string) time.Time {
	t, err := time.Parse("2006-01-02 15:04:05", "2026-11-30 "+clock)
	if err != nil {
		panic(err)
	}
	return t
}

func on() programme.Programme {
	p := programme.Default()
	p.On = true
	return p
}

// with is the programme with another time of the recap.
func with(clock string, isOn bool) programme.Programme {
	p := on()
	p.Terms[programme.Recap] = programme.Term{On: isOn, At: clock}
	return p
}

func TestPassed(t *testing.T) {
	off := programme.Default()
	for _, c := range []struct {
		name          string
		before, after programme.Programme
		now           time.Time
		want          []programme.Slot
	}{
		{"to a later time, before it", on(), with("07:20", true), at("07:00:00"), nil},
		{"to an earlier time that is over", on(), with("06:50", true), at("07:00:00"), []programme.Slot{programme.Recap}},
		{"to a later time, when the old one is due", on(), with("08:00", true), at("07:12:30"), nil},
		{"to an earlier time, when the old one is due", on(), with("07:10", true), at("07:12:30"), []programme.Slot{programme.Recap}},
		{"nothing, when it is due", on(), on(), at("07:12:30"), nil},
		{"across midnight, to the time just after it", on(), with("00:05", true), at("23:50:00"), []programme.Slot{programme.Recap}},
		{"just after midnight, to a time still ahead", with("00:05", true), with("00:10", true), at("00:02:00"), nil},
		{"to this moment", on(), with("07:00", true), at("07:00:00"), []programme.Slot{programme.Recap}},
		{"switched off", on(), with("07:12", false), at("07:00:00"), nil},
		{"switched on after its time", with("07:12", false), on(), at("07:13:00"), []programme.Slot{programme.Recap}},
		{"all switched on in the afternoon", off, on(), at("15:00:00"), []programme.Slot{programme.News, programme.Recap, programme.Teaser}},
		{"all switched on on another day", off, on(), at("15:00:00").AddDate(0, 0, -1), nil},
	} {
		t.Run(c.name, func(t *testing.T) { require.Equal(t, c.want, programme.Passed(&c.before, &c.after, c.now)) })
	}
}

func TestCheck(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(p *programme.Programme)
		want   string
	}{
		{"the default", func(*programme.Programme) {}, ""},
		{"a time that is none", func(p *programme.Programme) { p.Terms[programme.News] = programme.Term{At: "24:00"} }, "terms.news.at"},
		{"a time with one digit", func(p *programme.Programme) { p.Terms[programme.News] = programme.Term{At: "6:42"} }, "terms.news.at"},
		{"no time", func(p *programme.Programme) { delete(p.Terms, programme.Brag) }, "terms.brag"},
		{"a slot that is none", func(p *programme.Programme) { p.Terms["lunch"] = programme.Term{At: "12:00"} }, "terms.lunch"},
		{"a day that is none", func(p *programme.Programme) { p.Days = append(p.Days, 7) }, "days"},
		{"no day", func(p *programme.Programme) { p.Days = nil }, "days"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := on()
			c.change(&p)
			var wrong fault.Fields
			p.Check(&wrong)
			err := wrong.Err("programme", "The programme has mistakes")
			if c.want == "" {
				require.NoError(t, err)
				return
			}
			require.Equal(t, c.want, fault.From(err).Fields[0].Name)
		})
	}
}

func TestSince(t *testing.T) {
	p := on()
	monday := at("20:00:00")
	require.Equal(t, monday.AddDate(0, 0, -3), p.Since(monday), "since Friday")
	require.Equal(t, monday, p.Since(monday.AddDate(0, 0, 1)), "since Monday")
	p.Days = []time.Weekday{time.Monday}
	require.Equal(t, monday.AddDate(0, 0, -7), p.Since(monday))
}
