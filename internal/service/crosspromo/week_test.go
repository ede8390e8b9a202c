package crosspromo_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/engine/forex/calendar"
	"github.com/promostack/promostack/internal/engine/forex/headlines"
	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/engine/forex/position"
	"github.com/promostack/promostack/internal/engine/forex/programme"
	"github.com/promostack/promostack/internal/service/channelposts"
	"github.com/promostack/promostack/internal/service/connections"
	promotion "github.com/promostack/promostack/internal/service/crosspromo"
	"github.com/promostack/promostack/internal/service/sending"
	"github.com/promostack/promostack/internal/service/signals"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/internal/test/testkit/bots"
	"github.com/promostack/promostack/internal/test/testkit/services"
	"github.com/promostack/promostack/models"
	"github.com/promostack/promostack/workflows/crosspromo"
)

// desk is a tenant with a VIP and a FREE channel, whose days pass as the test's flows skip time.
type desk struct {
	t        *testing.T
	ctx      context.Context
	owner    string
	store    *models.Store
	bots     *bots.World
	service  *promotion.Service
	sending  *sending.Service
	bot      *models.Connection
	vip      int64
	free     int64
	clock    func() time.Time
	headline []headlines.Item // the day's news
	unread   int              // messages of the FREE channel that were looked at

	supergroup struct{ ID int64 } // that the FREE group became
}

// Morning implements crosspromo.NewsDesk.
func (d *desk) Morning(context.Context, time.Time) ([]headlines.Item, *models.Note, error) {
	return d.headline, nil, nil
}

func newDesk(t *testing.T, now time.Time) *desk {
	t.Helper()
	d := &desk{t: t, clock: func() time.Time { return now }}
	clock := func() time.Time { return d.clock() }
	d.bots = bots.StartBy(t, clock)
	d.store = testkit.Store(t, testkit.SQLite(t), models.Options{Clock: clock})
	ctx, owner := testkit.Tenant(t, d.store, "gold")
	d.ctx, d.owner = ctx, owner.ID
	var made struct{ ID int64 }
	d.bots.Control(http.MethodPost, "/channels", map[string]any{"title": "Gold FREE", "username": "gold_free", "bot": bots.Signal, "status": "administrator"}, &made)
	d.free = made.ID
	all := services.New(t, services.Options{Store: d.store, BotAPI: d.bots.APIURL(), Now: clock})
	var err error
	d.bot, err = all.Connections.Connect(d.ctx, models.SignalBot, connections.Settings{Token: bots.SignalToken,
		Channels: []models.Channel{{Role: models.RoleVIP, Chat: bots.Channel}, {Role: models.RoleFree, Chat: "@gold_free"}}})
	require.NoError(t, err)
	require.Equal(t, models.ConnectionWorking, d.bot.State, "%+v", d.bot.Problem)
	d.vip = d.bot.Channel(models.RoleVIP).ID
	hours, err := calendar.New(nil)
	require.NoError(t, err)
	d.sending = all.Sending
	posts := channelposts.New(d.store, all.Connections, all.Sending, clock)
	of := signals.New(signals.Options{Store: d.store, Posts: posts, Sending: all.Sending, Calendar: hours, Now: clock})
	d.service = promotion.New(promotion.Options{Store: d.store, Posts: posts, Signals: of, News: d, Calendar: hours, Now: clock})
	return d
}

// save changes the settings.
func (d *desk) save(change func(s *models.CrossPromoSettings)) {
	d.t.Helper()
	settings, version, err := d.service.Settings(d.ctx)
	require.NoError(d.t, err)
	change(&settings)
	_, err = d.service.Save(d.ctx, settings, version)
	require.NoError(d.t, err)
}

// closed makes a signal that was closed at a moment with a result.
func (d *desk) closed(at time.Time, dollars pip.Price) {
	d.t.Helper()
	terms := signals.Defaults()
	entry := 2650 * pip.Units
	plan := terms.Rules.Plan(position.Buy, entry-50*pip.Units, []pip.Price{entry + 50*pip.Units}, at.Unix()-3600)
	opened, err := position.Open(plan, at.Unix()-3600, entry)
	require.NoError(d.t, err)
	_, ok := opened.Close(position.ByHand, at.Unix(), entry+dollars)
	require.True(d.t, ok)
	row := &models.Signal{Strategy: "breakout", Params: []byte("{}"), Market: models.TwelveData, Symbol: "XAU/USD", Bar: at.Unix() - 4500, State: models.SignalClosed, Side: position.Buy, Plan: plan,
		Terms: models.SignalTerms{PipSize: terms.PipSize, Lots: terms.Lots, Spread: terms.Spread}, Position: &opened, OpenedAt: at.Unix() - 3600, ClosedAt: at.Unix(),
		Pips: opened.Result(terms.PipSize, 0), R: opened.R(0), WatchHigh: pip.MaxPrice}
	require.NoError(d.t, d.store.Signals.Create(d.ctx, row))
}

// recap is a weekly recap that reached the VIP channel.
func (d *desk) recap(at time.Time) { d.recapOf(at, false) }

// flow runs the flow of a date from a moment on. at are things that happen meanwhile; each is told to the flow.
func (d *desk) flow(date string, from time.Time, at map[time.Time]func()) {
	d.t.Helper()
	env := (&testsuite.WorkflowTestSuite{}).NewTestWorkflowEnvironment()
	env.SetStartTime(from)
	env.SetTestTimeout(time.Minute)
	env.SetWorkerOptions(worker.Options{DeadlockDetectionTimeout: time.Minute}) // machines are slow at times
	d.clock = func() time.Time { return env.Now().UTC() }
	crosspromo.Register(env)
	register := func(name string, f any) { env.RegisterActivityWithOptions(f, activity.RegisterOptions{Name: name}) }
	register(contract.LookAtProgramme, func(_ context.Context, in contract.ScheduledRun) (contract.ProgrammeTurn, error) {
		turn, err := d.service.Look(d.ctx, in)
		return turn, fault.ToTemporal(err)
	})
	register(contract.PostOfProgramme, func(_ context.Context, in contract.ProgrammeSlot) error {
		return fault.ToTemporal(d.service.Post(d.ctx, in))
	})
	for moment, do := range at {
		env.RegisterDelayedCallback(func() {
			do()
			env.SignalWorkflow(crosspromo.SignalLook, nil)
		}, moment.Sub(from))
	}
	env.ExecuteWorkflow(crosspromo.Workflow, contract.ScheduledRun{TenantID: d.owner, Date: date})
	require.True(d.t, env.IsWorkflowCompleted())
	require.NoError(d.t, env.GetWorkflowError())
}

// told is what a date's posts came to: "news sent", "recap skipped no_recap", in the order of their times.
func (d *desk) told(date string) []string {
	d.t.Helper()
	day, err := time.Parse(time.DateOnly, date)
	require.NoError(d.t, err)
	entries, err := d.service.Day(d.ctx, day)
	require.NoError(d.t, err)
	var out []string
	for _, e := range entries {
		if e.Post == nil {
			continue
		}
		text := e.At.Format("15:04 ") + string(e.Slot) + " " + string(e.Post.State)
		if e.Post.Problem != nil {
			text += " " + e.Post.Problem.Code
		}
		if e.Post.Manual {
			text += " by hand"
		}
		out = append(out, text)
	}
	return out
}

// new are the messages of the FREE channel since the last time.
func (d *desk) new() []bots.Message {
	d.t.Helper()
	all := d.bots.Messages(d.free)
	fresh := all[d.unread:]
	d.unread = len(all)
	return fresh
}

func day(date, clock string) time.Time {
	t, err := time.Parse("2006-01-02 15:04:05", date+" "+clock)
	if err != nil {
		panic(err)
	}
	return t
}

// A week of New Year 2029: Monday is a holiday, Wednesday loses, on Thursday there is no news, and on Friday the machine is
// on late.
func TestAWeek(t *testing.T) {
	d := newDesk(t, day("2028-12-31", "12:00:00"))
	d.save(func(s *models.CrossPromoSettings) {
		s.On, s.Losing = true, programme.SkipLosing
		s.Teaser.Link = "https://t.me/gold_vip_bot"
	})
	news := []headlines.Item{{Title: "Gold steady before CPI", Source: "Wire", URL: "https://example.com/1"}}
	d.recap(day("2028-12-29", "22:30:00"))
	for _, c := range []struct {
		date, from string
		news       []headlines.Item
		results    map[string]pip.Price // dollars by their time
		want       []string
		messages   int
	}{
		{"2029-01-01", "00:00:00", news, nil, []string{"06:42 news skipped market_closed", "07:12 recap skipped market_closed", "07:51 teaser skipped market_closed", "20:00 brag skipped market_closed"}, 0},
		{"2029-01-02", "00:00:00", news, map[string]pip.Price{"12:00:00": 5 * pip.Units, "15:00:00": -2 * pip.Units}, []string{"06:42 news sent", "07:12 recap sent", "07:51 teaser sent", "20:00 brag sent"}, 4},
		{"2029-01-03", "00:00:00", news, map[string]pip.Price{"12:00:00": -5 * pip.Units}, []string{"06:42 news sent", "07:12 recap sent", "07:51 teaser sent", "20:00 brag skipped losing_day"}, 3},
		{"2029-01-04", "00:00:00", nil, nil, []string{"06:42 news skipped no_news", "07:12 recap sent", "07:51 teaser sent", "20:00 brag skipped empty_day"}, 2},
		{"2029-01-05", "07:05:00", news, map[string]pip.Price{"09:00:00": pip.Units}, []string{"06:42 news skipped late", "07:12 recap sent", "07:51 teaser sent", "20:00 brag sent"}, 3},
		{"2029-01-06", "00:00:00", news, nil, nil, 0},
		{"2029-01-07", "00:00:00", news, nil, nil, 0},
		{"2029-01-08", "00:00:00", news, nil, []string{"06:42 news sent", "07:12 recap skipped no_recap", "07:51 teaser sent", "20:00 brag skipped empty_day"}, 2},
	} {
		t.Run(c.date, func(t *testing.T) {
			d.t, d.headline = t, c.news
			for clock, dollars := range c.results {
				d.closed(day(c.date, clock), dollars)
			}
			d.flow(c.date, day(c.date, c.from), nil)
			require.Equal(t, c.want, d.told(c.date))
			require.Len(t, d.new(), c.messages)
			d.flow(c.date, day(c.date, "21:00:00"), nil)
			require.Equal(t, c.want, d.told(c.date), "the same day again")
			require.Empty(t, d.new(), "each post once")
		})
	}
}

// Times are changed while the day goes on.
func TestTimesAreChanged(t *testing.T) {
	const monday = "2029-01-08"
	set := func(d *desk, slot programme.Slot, at string) func() {
		return func() {
			d.save(func(s *models.CrossPromoSettings) { s.Terms[slot] = programme.Term{On: true, At: at} })
		}
	}
	for _, c := range []struct {
		name   string
		change func(d *desk) map[time.Time]func()
		want   []string
	}{
		{"at 07:00 to a later time", func(d *desk) map[time.Time]func() {
			return map[time.Time]func(){day(monday, "07:00:00"): set(d, programme.Recap, "07:20")}
		}, []string{"06:42 news sent", "07:20 recap sent", "07:51 teaser sent", "20:00 brag skipped empty_day"}},
		{"at 07:00 to a time that is over", func(d *desk) map[time.Time]func() {
			return map[time.Time]func(){day(monday, "07:00:00"): set(d, programme.Recap, "06:50")}
		}, []string{"06:42 news sent", "06:50 recap skipped passed", "07:51 teaser sent", "20:00 brag skipped empty_day"}},
		{"at 07:12:30, when it has gone out", func(d *desk) map[time.Time]func() {
			return map[time.Time]func(){day(monday, "07:12:30"): set(d, programme.Recap, "08:00")}
		}, []string{"06:42 news sent", "07:12 recap sent", "07:51 teaser sent", "20:00 brag skipped empty_day"}},
		{"before midnight to a time after it", func(d *desk) map[time.Time]func() {
			return map[time.Time]func(){day(monday, "19:00:00"): set(d, programme.Brag, "00:05")}
		}, []string{"00:05 brag skipped passed", "06:42 news sent", "07:12 recap sent", "07:51 teaser sent"}},
		{"twice, and back", func(d *desk) map[time.Time]func() {
			return map[time.Time]func(){day(monday, "07:00:00"): set(d, programme.Recap, "08:30"), day(monday, "07:05:00"): set(d, programme.Recap, "07:12")}
		}, []string{"06:42 news sent", "07:12 recap sent", "07:51 teaser sent", "20:00 brag skipped empty_day"}},
		{"to a time that is over by mistake, and put right", func(d *desk) map[time.Time]func() {
			return map[time.Time]func(){day(monday, "06:45:00"): set(d, programme.Recap, "06:00"), day(monday, "06:46:00"): set(d, programme.Recap, "07:20")}
		}, []string{"06:42 news sent", "07:20 recap sent", "07:51 teaser sent", "20:00 brag skipped empty_day"}},
		{"all switched off at seven", func(d *desk) map[time.Time]func() {
			return map[time.Time]func(){day(monday, "07:00:00"): func() { d.save(func(s *models.CrossPromoSettings) { s.On = false }) }}
		}, []string{"06:42 news sent"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk(t, day("2029-01-07", "12:00:00"))
			d.headline = []headlines.Item{{Title: "Gold steady", Source: "Wire", URL: "https://example.com/1"}}
			d.recap(day("2029-01-05", "22:30:00"))
			d.save(func(s *models.CrossPromoSettings) { s.On = true })
			d.flow(monday, day(monday, "00:00:00"), c.change(d))
			require.Equal(t, c.want, d.told(monday))
		})
	}
}

// Results are told once, whenever their post comes, and those of a day whose post was skipped come with the next one.
func TestResultsAreToldOnce(t *testing.T) {
	const tuesday, wednesday, thursday = "2029-01-09", "2029-01-10", "2029-01-11"
	d := newDesk(t, day("2029-01-08", "12:00:00"))
	only := func(at string) {
		d.save(func(s *models.CrossPromoSettings) {
			s.On = true
			for slot, term := range s.Terms {
				s.Terms[slot] = programme.Term{On: slot == programme.Brag, At: term.At}
			}
			s.Terms[programme.Brag] = programme.Term{On: true, At: at}
		})
	}
	only("20:00")
	d.closed(day(tuesday, "12:00:00"), pip.Units)
	d.flow(tuesday, day(tuesday, "00:00:00"), nil)
	require.Contains(t, d.new()[0].Text, "Signals closed: 1,")

	d.closed(day(tuesday, "21:00:00"), pip.Units) // after Tuesday's, whose time is another one from now on
	d.closed(day(wednesday, "19:00:00"), pip.Units)
	only("22:00")
	d.flow(wednesday, day(wednesday, "22:30:00"), nil) // late
	require.Equal(t, []string{"22:00 brag skipped late"}, d.told(wednesday))
	only("18:00")
	d.flow(thursday, day(thursday, "00:00:00"), nil)
	require.Contains(t, d.new()[0].Text, "Signals closed: 2,")
}
