// Package crosspromo sells the VIP channel in the FREE channel (X1-X3): the day's programme, and results of the VIP channel
// by rule. Each post is a row with a slot of its own, so that it goes out once whatever restarts; the flow of a day only waits.
package crosspromo

import (
	"context"
	"net/url"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/base/text"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/engine/forex/calendar"
	"github.com/promostack/promostack/internal/engine/forex/programme"
	"github.com/promostack/promostack/internal/engine/message"
	"github.com/promostack/promostack/internal/service/channelposts"
	"github.com/promostack/promostack/internal/service/marketfeed"
	"github.com/promostack/promostack/internal/service/signals"
	"github.com/promostack/promostack/internal/service/timetable"
	"github.com/promostack/promostack/internal/service/writing"
	"github.com/promostack/promostack/models"
)

// Options are what the service is made from.
type Options struct {
	Store    *models.Store
	Posts    *channelposts.Service
	Signals  *signals.Service
	Writing  *writing.Service // nil: all texts are the written ones
	News     NewsDesk         // nil: there is never any
	Feed     *marketfeed.Service
	Calendar *calendar.Calendar
	Now      func() time.Time
}

// Service is safe for concurrent use.
type Service struct {
	store    *models.Store
	posts    *channelposts.Service
	signals  *signals.Service
	writing  *writing.Service
	news     NewsDesk
	feed     *marketfeed.Service
	calendar *calendar.Calendar
	now      func() time.Time
}

// New returns a service.
func New(o Options) *Service {
	return &Service{store: o.Store, posts: o.Posts, signals: o.Signals, writing: o.Writing, news: o.News, feed: o.Feed, calendar: o.Calendar, now: o.Now}
}

const (
	maxButton  = 64 // characters
	mostDelay  = 24 * 60
	mostPerDay = 50
)

// Settings returns the tenant's settings with their version.
func (s *Service) Settings(ctx context.Context) (models.CrossPromoSettings, int64, error) {
	return s.store.CrossPromo.Settings(ctx)
}

// Save stores settings that are right. They count at once: what was moved to a time of today that is over is skipped today,
// what is moved to one ahead goes out then.
func (s *Service) Save(ctx context.Context, in models.CrossPromoSettings, expect int64) (version int64, err error) {
	in.Teaser.Text, in.Teaser.Button, in.Teaser.Link = text.Running(in.Teaser.Text), text.Running(in.Teaser.Button), text.Clean(in.Teaser.Link)
	if err := check(&in); err != nil {
		return 0, err
	}
	owner, _ := tenant.From(ctx)
	err = s.store.Tx(ctx, func(tx *models.Store) error {
		before, saved, err := tx.CrossPromo.Save(ctx, in, expect)
		if err != nil {
			return err
		}
		version = saved
		now := s.now()
		for _, slot := range programme.Passed(&before.Programme, &in.Programme, now) {
			at, _ := in.At(now, slot)
			p := s.row(slot, now, at)
			p.State, p.Problem = models.PostSkipped, &models.Note{Code: passed, Message: "Its time was over when it was set. It comes on the next day of the programme"}
			if _, err := tx.ChannelPosts.PlanOnce(ctx, p); err != nil {
				return err
			}
		}
		for _, slot := range programme.Slots() {
			if at, on := in.At(now, slot); on && at.After(now) { // a mistake that is put right in time costs no post
				if err := tx.ChannelPosts.Unskip(ctx, s.row(slot, now, at).Slot, passed); err != nil {
					return err
				}
			}
		}
		if err := timetable.Set(ctx, tx, contract.FlowCrossPromo, "", schedule, in.On); err != nil {
			return err
		}
		if !before.On && !in.On {
			return nil
		}
		return look(ctx, tx, owner, models.Day(now))
	})
	return version, err
}

// demoTimes are how long after its start the demo's posts come, so that a newcomer sees them go out.
var demoTimes = map[programme.Slot]time.Duration{programme.News: 4 * time.Minute, programme.Recap: 9 * time.Minute, programme.Teaser: 16 * time.Minute, programme.Brag: 45 * time.Minute}

// SeedDemo switches the programme of a tenant on that has set nothing, with times within the hour. link is where its call to
// action leads.
func (s *Service) SeedDemo(ctx context.Context, link string) error {
	settings, version, err := s.Settings(ctx)
	if err != nil || version > 1 {
		return err
	}
	settings.On, settings.Teaser.Link = true, link
	for slot, after := range demoTimes {
		settings.Terms[slot] = programme.Term{On: true, At: s.now().UTC().Add(after).Format("15:04")}
	}
	settings.Results.Targets, settings.Results.DailyBest, settings.Results.DelayMinutes = true, true, 1
	_, err = s.Save(ctx, settings, version)
	return err
}

// passed says that a post's time was over when it was set.
const passed = "passed"

// schedule starts each day's flow. One that was missed, because the machine was off, is made up for on the same day.
var schedule = models.ScheduleSpec{Cron: []string{"0 0 * * *"}, CatchUp: 23 * 3600}

// look writes the outbox message that tells a day's flow to look, or starts it.
func look(ctx context.Context, tx *models.Store, owner, date string) error {
	return tx.Outbox.Add(ctx, contract.OutboxCrossPromo, contract.CrossPromoID(owner, date), contract.ScheduledRun{TenantID: owner, Date: date})
}

func check(in *models.CrossPromoSettings) error {
	var wrong fault.Fields
	in.Check(&wrong)
	if _, _, err := message.Parse(in.Teaser.Text); err != nil {
		wrong.Add("teaser.text", "bad_html", "%s", err)
	}
	if n := message.Length(in.Teaser.Text); n > message.MaxCaption {
		wrong.Add("teaser.text", "too_long", "Has %d characters, and %d is the most", n, message.MaxCaption)
	}
	if utf8.RuneCountInString(in.Teaser.Button) > maxButton {
		wrong.Add("teaser.button", "too_long", "Must have at most %d characters", maxButton)
	}
	if link, err := url.Parse(in.Teaser.Link); in.Teaser.Link != "" && (err != nil || link.Host == "" || link.Scheme != "https" && link.Scheme != "http") {
		wrong.Add("teaser.link", "malformed", "Must be an address that begins with https://, such as https://t.me/your_vip_bot")
	}
	if !slices.Contains(programme.LosingWays(), in.Losing) {
		wrong.Add("losing", "unknown", "Must be skip, soften or show")
	}
	if r := in.Results; r.DelayMinutes < 0 || r.DelayMinutes > mostDelay {
		wrong.Add("results.delay_minutes", "out_of_range", "Must be 0 to %d minutes", mostDelay)
	}
	if r := in.Results; r.DailyMost < 1 || r.DailyMost > mostPerDay {
		wrong.Add("results.daily_most", "out_of_range", "Must be 1 to %d", mostPerDay)
	}
	return wrong.Err("cross_promotion", "The settings have mistakes")
}

// Reconcile starts the flows of today that should run and do not: one that was ended by hand goes on within minutes.
func (s *Service) Reconcile(ctx context.Context) error {
	on, err := s.store.CrossPromo.On(models.Platform(ctx))
	if err != nil {
		return err
	}
	date := models.Day(s.now())
	for owner := range on {
		owned := tenant.With(ctx, owner)
		turn, err := s.Look(owned, contract.ScheduledRun{TenantID: owner, Date: date})
		if err != nil {
			return err
		}
		if len(turn.Due) == 0 && turn.Next == "" {
			continue
		}
		if err := s.store.Tx(owned, func(tx *models.Store) error { return look(owned, tx, owner, date) }); err != nil {
			return err
		}
	}
	return nil
}
