package crosspromo_test

import (
	"fmt"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/engine/forex/headlines"
	"github.com/promostack/promostack/internal/engine/forex/programme"
	"github.com/promostack/promostack/internal/engine/message"
	"github.com/promostack/promostack/internal/service/sending"
	"github.com/promostack/promostack/internal/test/testkit/bots"
	"github.com/promostack/promostack/models"
)

// admit makes the bot a member of the FREE channel, as its owner does.
func (d *desk) admit(status string, posts bool) {
	d.t.Helper()
	d.bots.Control(http.MethodPost, fmt.Sprintf("/channels/%d/members", d.free), map[string]any{"bot": bots.Signal, "status": status, "can_post": posts}, nil)
}

// group makes a group the tenant's FREE channel.
func (d *desk) group() int64 {
	d.t.Helper()
	group := d.bots.Group(bots.Signal)
	_, err := d.store.Connections.Change(d.ctx, d.bot.ID, models.AnyVersion, func(c *models.Connection) error {
		free := c.Channel(models.RoleFree)
		free.ID, free.Chat = group, strconv.FormatInt(group, 10)
		return nil
	})
	require.NoError(d.t, err)
	return group
}

// What Telegram refuses is told with its remedy, and the rest of the day goes on.
func TestTelegramRefuses(t *testing.T) {
	const monday = "2029-01-08"
	for _, c := range []struct {
		name    string
		faults  func(d *desk) map[time.Time]func()
		protect bool // the VIP channel's recap
		want    []string
		remedy  string // in the first that was refused
	}{
		{"the bot is removed from the channel, and comes back", func(d *desk) map[time.Time]func() {
			return map[time.Time]func(){day(monday, "06:00:00"): func() { d.admit("left", false) }, day(monday, "07:30:00"): func() { d.admit("administrator", true) }}
		}, false, []string{"06:42 news failed telegram_no_access", "07:12 recap failed telegram_no_access", "07:51 teaser sent", "20:00 brag skipped empty_day"}, "administrator"},
		{"the bot may not post any more", func(d *desk) map[time.Time]func() {
			return map[time.Time]func(){day(monday, "07:00:00"): func() { d.admit("administrator", false) }}
		}, false, []string{"06:42 news sent", "07:12 recap failed telegram_no_access", "07:51 teaser failed telegram_no_access", "20:00 brag skipped empty_day"}, "administrator"},
		{"the recap may not be forwarded", func(*desk) map[time.Time]func() { return nil }, true,
			[]string{"06:42 news sent", "07:12 recap failed telegram_protected", "07:51 teaser sent", "20:00 brag skipped empty_day"}, "Restrict saving content"},
		{"a pause of an hour", func(d *desk) map[time.Time]func() {
			return map[time.Time]func(){day(monday, "06:00:00"): func() { d.bots.Fault(bots.Signal, "sendMessage", "429", 1, 3600) }}
		}, false, []string{"06:42 news skipped late", "07:12 recap skipped late", "07:51 teaser sent", "20:00 brag skipped empty_day"}, ""},
		{"switched off while it waits", func(d *desk) map[time.Time]func() {
			return map[time.Time]func(){day(monday, "06:00:00"): func() { d.bots.Fault(bots.Signal, "sendMessage", "429", 1, 60) },
				day(monday, "06:42:30"): func() { d.save(func(s *models.CrossPromoSettings) { s.On = false }) }}
		}, false, []string{"06:42 news skipped switched_off"}, ""},
		{"a pause of a minute", func(d *desk) map[time.Time]func() {
			return map[time.Time]func(){day(monday, "06:00:00"): func() { d.bots.Fault(bots.Signal, "sendMessage", "429", 1, 60) }}
		}, false, []string{"06:42 news sent", "07:12 recap sent", "07:51 teaser sent", "20:00 brag skipped empty_day"}, ""},
		{"its group becomes a supergroup", func(d *desk) map[time.Time]func() {
			group := d.group()
			return map[time.Time]func(){day(monday, "06:00:00"): func() {
				d.bots.Control(http.MethodPost, fmt.Sprintf("/channels/%d/migrate", group), nil, &d.supergroup)
			}}
		}, false, []string{"06:42 news sent", "07:12 recap sent", "07:51 teaser sent", "20:00 brag skipped empty_day"}, ""},
		{"an answer that says nothing", func(d *desk) map[time.Time]func() {
			return map[time.Time]func(){day(monday, "06:00:00"): func() { d.bots.Fault(bots.Signal, "sendMessage", "502", 1, 0) }}
		}, false, []string{"06:42 news unknown telegram_ambiguous", "07:12 recap sent", "07:51 teaser sent", "20:00 brag skipped empty_day"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk(t, day("2029-01-07", "12:00:00"))
			d.headline = []headlines.Item{{Title: "Gold steady", Source: "Wire", URL: "https://example.com/1"}}
			d.recapOf(day("2029-01-05", "22:30:00"), c.protect)
			d.save(func(s *models.CrossPromoSettings) { s.On = true })
			d.flow(monday, day(monday, "00:00:00"), c.faults(d))
			require.Equal(t, c.want, d.told(monday))
			entries, err := d.service.Day(d.ctx, day(monday, "00:00:00"))
			require.NoError(t, err)
			for _, e := range entries {
				if e.Post != nil && e.Post.State == models.PostFailed {
					require.NotEmpty(t, e.Post.Problem.Remedy, "%+v", e.Post.Problem)
					require.Contains(t, e.Post.Problem.Remedy, c.remedy)
				}
				if e.Post != nil && e.Post.State == models.PostSent && d.supergroup.ID != 0 {
					require.Equal(t, d.supergroup.ID, e.Post.ChatID, "where it can be found, and deleted")
				}
			}
		})
	}
}

// A post by hand goes out beside the planned one; one that is skipped does not.
func TestByHand(t *testing.T) {
	const monday = "2029-01-08"
	d := newDesk(t, day("2029-01-07", "12:00:00"))
	d.save(func(s *models.CrossPromoSettings) {
		s.On = true
		s.Teaser = models.CallToAction{Text: "<b>Join us</b>", Link: "https://t.me/gold_vip_bot"}
	})
	d.flow(monday, day(monday, "00:00:00"), map[time.Time]func(){day(monday, "05:00:00"): func() {
		require.NoError(t, d.service.Skip(d.ctx, programme.News, "Ada"))
		p, err := d.service.RunNow(d.ctx, programme.Teaser, "one", "Ada")
		require.NoError(t, err)
		again, err := d.service.RunNow(d.ctx, programme.Teaser, "one", "Ada")
		require.NoError(t, err)
		require.Equal(t, p.ID, again.ID, "the same request")
		sent, err := d.service.Send(d.ctx, p.ID)
		require.NoError(t, err)
		require.Equal(t, models.PostSent, sent.State)
	}})
	require.Equal(t, []string{"05:00 teaser sent by hand", "06:42 news skipped by_hand", "07:12 recap skipped no_recap", "07:51 teaser sent", "20:00 brag skipped empty_day"}, d.told(monday))
	messages := d.new()
	require.Len(t, messages, 2)
	require.Equal(t, "Join us", messages[0].Text)
	require.Len(t, messages[0].Markup.Rows, 1)
	require.Error(t, d.service.Skip(d.ctx, programme.News, "Ada"), "its turn has come")
}

// recapOf is a weekly recap that reached the VIP channel, and may be protected from being forwarded.
func (d *desk) recapOf(at time.Time, protect bool) {
	d.t.Helper()
	out, err := d.sending.Send(d.ctx, sending.Effect{Key: "recap." + at.Format(time.RFC3339), ConnectionID: d.bot.ID, Chat: d.vip, Class: sending.Post, Message: message.Message{Text: "The week", Protect: protect}})
	require.NoError(d.t, err)
	post := &models.ChannelPost{Kind: models.PostRecap, Subject: models.NewID(), Role: models.RoleVIP, ChatID: d.vip, ConnectionID: d.bot.ID, State: models.PostSent,
		MessageID: out.Sent.MessageID, SentAt: models.NewTime(at), HappenedAt: models.NewTime(at), PlannedAt: models.NewTime(at)}
	require.NoError(d.t, d.store.ChannelPosts.Plan(d.ctx, post))
	require.NoError(d.t, d.store.Recaps.Create(d.ctx, &models.Recap{ID: post.Subject, Kind: models.RecapWeekly, Day: at.Format(time.DateOnly), PostID: post.ID}))
}

// A post of a day that nobody could end is ended later, and holds up none of the next day.
func TestAPostThatOutlivesItsDay(t *testing.T) {
	d := newDesk(t, day("2029-01-07", "12:00:00"))
	d.save(func(s *models.CrossPromoSettings) { s.On = true })
	at := day("2029-01-08", "06:42:00")
	old := &models.ChannelPost{Kind: models.PostNews, Subject: "old", Slot: "crosspromo.2029-01-08.news", Role: models.RoleFree, PlannedAt: models.NewTime(at), HappenedAt: models.NewTime(at),
		Until: models.NewTime(at.Add(programme.Latest))}
	d.clock = func() time.Time { return at }
	require.NoError(t, d.store.ChannelPosts.Plan(d.ctx, old))
	const tuesday = "2029-01-09"
	d.flow(tuesday, day(tuesday, "00:00:00"), nil)
	require.Equal(t, []string{"06:42 news skipped no_news", "07:12 recap skipped no_recap", "07:51 teaser sent", "20:00 brag skipped empty_day"}, d.told(tuesday))
	stray, err := d.store.ChannelPosts.Stray(models.Platform(d.ctx))
	require.NoError(t, err)
	require.Len(t, stray, 1)
	require.Equal(t, old.ID, stray[0].ID)
	ended, err := d.service.Send(d.ctx, old.ID)
	require.NoError(t, err)
	require.Equal(t, models.PostSkipped, ended.State)
}
