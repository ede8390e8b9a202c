package home

import (
	"context"
	"slices"
	"time"

	"github.com/promostack/promostack/internal/engine/forex/programme"
	"github.com/promostack/promostack/models"
)

// Next is a post that is to go to a channel.
type Next struct {
	At   time.Time
	Kind models.PostKind
	Name string // of the hype flow; else empty
	// PostID is the post, once it is planned; else empty.
	PostID string
}

const (
	// nextAtMost is how many are listed.
	nextAtMost = 6
	// nextDays is how far ahead is looked, today included.
	nextDays = 7
)

var kindOf = map[programme.Slot]models.PostKind{
	programme.News: models.PostNews, programme.Recap: models.PostForward, programme.Teaser: models.PostTeaser, programme.Brag: models.PostBrag,
}

// next finds what goes out next, the earliest first: what is planned, the programme of the FREE channel with what follows its
// call to action, and recaps of a market whose clock is ours.
func (s *Service) next(ctx context.Context, h *Home) error {
	settings, _, err := s.o.Promotion.Settings(ctx)
	if err != nil {
		return err
	}
	h.Promotion = settings.On
	flows, err := s.o.Store.Hype.Flows(ctx)
	if err != nil {
		return err
	}
	now := s.o.Now().UTC()
	today, err := s.o.Promotion.Day(ctx, now)
	if err != nil {
		return err
	}
	gone := map[programme.Slot]bool{} // today
	for _, e := range today {
		if e.Post != nil && !e.Post.Manual && e.Post.State != models.PostPlanned {
			gone[e.Slot] = true
		}
	}
	add := func(n Next) {
		if n.At.After(now) {
			h.Next = append(h.Next, n)
		}
	}
	for days := range nextDays {
		date := now.AddDate(0, 0, days)
		for _, slot := range programme.Slots() {
			at, on := settings.At(date, slot)
			if on && slot == programme.Teaser {
				hype(flows, at, now, add)
			}
			if on && (days > 0 || !gone[slot]) {
				add(Next{At: at, Kind: kindOf[slot]})
			}
		}
	}
	planned, err := s.o.Store.ChannelPosts.List(ctx, models.ChannelPostFilter{States: []models.PostState{models.PostPlanned}, Limit: models.DefaultPage})
	if err != nil {
		return err
	}
	for _, p := range planned.Items {
		if p.Slot == "" || p.Manual {
			add(Next{At: p.PlannedAt.Time, Kind: p.Kind, PostID: p.ID})
		}
	}
	if err := s.recaps(ctx, h, now, add); err != nil {
		return err
	}
	slices.SortStableFunc(h.Next, func(a, b Next) int { return a.At.Compare(b.At) })
	h.Next = h.Next[:min(len(h.Next), nextAtMost)]
	return nil
}

// hype adds the next message of each flow that follows the call to action of a day.
func hype(flows []models.HypeFlow, action, now time.Time, add func(Next)) {
	for _, f := range flows {
		if !f.Enabled || !slices.Contains(f.Terms.Days, action.Weekday()) {
			continue
		}
		at := action.Add(time.Duration(f.Terms.Delay) * time.Minute)
		for range f.Terms.Messages {
			if at.After(now) {
				add(Next{At: at, Kind: models.PostHype, Name: f.Name})
				break
			}
			at = at.Add(time.Duration(f.Terms.Interval) * time.Minute)
		}
	}
}

// recaps adds the next daily and the next weekly recap. Those of a simulated market come on its clock, which is not ours, and
// of nothing there is none.
func (s *Service) recaps(ctx context.Context, h *Home, now time.Time, add func(Next)) error {
	if s.o.Feed.Simulated() || h.Works.Strategies == 0 {
		return nil
	}
	settings, _, err := s.o.Signals.Settings(ctx)
	if err != nil {
		return err
	}
	zone, err := time.LoadLocation(settings.TimeZone)
	if err != nil {
		return err
	}
	local := now.In(zone)
	find := func(clock string, fits func(time.Weekday) bool) {
		parsed, err := time.Parse("15:04", clock)
		if err != nil { // none is set
			return
		}
		for days := range 8 {
			at := time.Date(local.Year(), local.Month(), local.Day()+days, parsed.Hour(), parsed.Minute(), 0, 0, zone)
			if at.After(now) && fits(at.Weekday()) {
				add(Next{At: at.UTC(), Kind: models.PostRecap})
				return
			}
		}
	}
	find(settings.DailyAt, func(day time.Weekday) bool { return day != time.Saturday && day != time.Sunday })
	find(settings.WeeklyAt, func(day time.Weekday) bool { return day == settings.WeeklyDay })
	return nil
}
