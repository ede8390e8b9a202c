//go:build integration

package e2e

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/engine/forex/calendar"
	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/engine/forex/position"
	"github.com/promostack/promostack/internal/engine/forex/programme"
	"github.com/promostack/promostack/internal/engine/message"
	"github.com/promostack/promostack/internal/host/secrets"
	"github.com/promostack/promostack/internal/service/connections"
	"github.com/promostack/promostack/internal/service/crosspromo"
	"github.com/promostack/promostack/internal/service/sending"
	"github.com/promostack/promostack/internal/service/signals"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/internal/test/testkit/bots"
	"github.com/promostack/promostack/internal/test/testkit/chaos"
	"github.com/promostack/promostack/internal/test/testkit/services"
	"github.com/promostack/promostack/models"
)

const (
	// programmeLead is how long before the posts' time the faults begin, programmeTail how long after it they go on.
	programmeLead, programmeTail = 8 * time.Second, 12 * time.Second
	// programmePatience is how long all may take once the faults are over: what was killed comes back.
	programmePatience = 4 * time.Minute
)

var programmeFaults = []chaos.Fault{chaos.Kill(chaos.Worker), chaos.Kill(chaos.Worker), chaos.Kill(chaos.Temporal), chaos.Kill(chaos.API),
	chaos.Cut(chaos.Sandbox, time.Second), chaos.Stop(chaos.Worker, time.Second), chaos.Outage(chaos.DB, time.Second)}

// X3: whatever is killed around the time of the day's posts, each goes out once, none is missing, and one that was in flight is
// marked as unknown.
func TestChaosProgramme(t *testing.T) {
	t.Parallel()
	chaos.Run(t, chaos.Options{Workers: 2, Seeds: programmeSeeds, Faults: programmeFaults}, postProgramme)
}

// promoter is a tenant with a programme.
type promoter struct {
	ctx  context.Context
	free int64
}

func postProgramme(t testing.TB, w *chaos.World) (actual, expected chaos.Outcome) {
	sim := bots.At(t, w.Program.Sandbox)
	store := w.Program.Store(t)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	hours, err := calendar.New(nil)
	require.NoError(t, err)
	service := crosspromo.New(crosspromo.Options{Store: store, Calendar: hours, Now: time.Now})
	at := time.Now().UTC().Add(30 * time.Second).Truncate(time.Minute).Add(time.Minute)
	all := make([]*promoter, promoters)
	for i := range all {
		all[i] = openPromoter(t, w, store, sim, service, i, at)
	}
	for {
		gone := time.Since(at.Add(-programmeLead))
		w.Progress(max(0, min(1, float64(gone)/float64(programmeLead+programmeTail))))
		if gone > programmeLead+programmeTail {
			break
		}
		<-time.After(100 * time.Millisecond)
	}
	w.Settle()
	actual, expected = chaos.Outcome{}, chaos.Outcome{}
	closed := service.Closed(at)
	for i, p := range all {
		var day []crosspromo.Entry
		testkit.Eventually(t, programmePatience, "each post has ended", func() bool {
			day, err = service.Day(p.ctx, at)
			if err != nil {
				return false
			}
			for _, e := range day {
				if e.On && (e.Post == nil || e.Post.State == models.PostPlanned) {
					return false
				}
			}
			return true
		})
		sent, unknown := 0, 0
		for _, e := range day {
			if !e.On {
				continue
			}
			name := fmt.Sprintf("promoter %d, %s", i, e.Slot)
			expected[name] = "told"
			switch state := e.Post.State; {
			case closed != "":
				expected[name], actual[name] = "skipped market_closed", fmt.Sprintf("%s %s", state, e.Post.Problem.Code)
			case state == models.PostSent:
				sent++
				actual[name] = "told"
			case state == models.PostUnknown: // in flight as something was killed: a person decides
				unknown++
				actual[name] = "told"
			default:
				actual[name] = fmt.Sprintf("%s %+v", state, e.Post.Problem)
			}
		}
		messages := len(sim.Messages(p.free))
		require.GreaterOrEqual(t, messages, sent, "promoter %d", i)
		require.LessOrEqual(t, messages, sent+unknown, "promoter %d", i)
	}
	return actual, expected
}

// openPromoter makes a tenant with something to tell in each of its posts, all of which come at the same time.
func openPromoter(t testing.TB, w *chaos.World, store *models.Store, sim *bots.World, service *crosspromo.Service, i int, at time.Time) *promoter {
	row := &models.Tenant{Slug: fmt.Sprintf("promoter-%d", i), Name: fmt.Sprintf("Promoter %d", i), Kind: models.KindClient}
	require.NoError(t, store.Tenants.Create(t.Context(), row))
	p := &promoter{ctx: tenant.With(t.Context(), row.ID)}
	bot := fmt.Sprintf("promoter_%d_bot", i)
	var made struct{ Token string }
	sim.Control(http.MethodPost, "/bots", map[string]string{"username": bot, "first_name": "Promoter"}, &made)
	channels := make([]models.Channel, 2)
	for k, role := range []models.ChannelRole{models.RoleVIP, models.RoleFree} {
		var channel struct{ ID int64 }
		sim.Control(http.MethodPost, "/channels", map[string]string{"title": string(role), "type": "channel", "bot": bot}, &channel)
		channels[k] = models.Channel{Role: role, Chat: fmt.Sprint(channel.ID)}
	}
	all := services.New(t, services.Options{Store: store, Ring: w.Program.Ring(), BotAPI: sim.APIURL()})
	connection, err := all.Connections.Connect(p.ctx, models.SignalBot, connections.Settings{Token: secrets.Text(made.Token), Channels: channels})
	require.NoError(t, err)
	require.Equal(t, models.ConnectionWorking, connection.State, "%+v", connection.Problem)
	p.free = connection.Channel(models.RoleFree).ID
	vip := connection.Channel(models.RoleVIP).ID

	recap, err := all.Sending.Send(p.ctx, sending.Effect{Key: "recap", ConnectionID: connection.ID, Chat: vip, Class: sending.Post, Message: message.Message{Text: "The week"}})
	require.NoError(t, err)
	now := models.NewTime(time.Now())
	post := &models.ChannelPost{Kind: models.PostRecap, Subject: models.NewID(), Role: models.RoleVIP, ChatID: vip, ConnectionID: connection.ID, State: models.PostSent,
		MessageID: recap.Sent.MessageID, SentAt: now, HappenedAt: now, PlannedAt: now}
	require.NoError(t, store.ChannelPosts.Plan(p.ctx, post))
	require.NoError(t, store.Recaps.Create(p.ctx, &models.Recap{ID: post.Subject, Kind: models.RecapWeekly, Day: now.Format(time.DateOnly), PostID: post.ID}))
	wonSignal(t, p.ctx, store, time.Now().Add(-time.Hour))

	settings, version, err := service.Settings(p.ctx)
	require.NoError(t, err)
	settings.On, settings.Days = true, []time.Weekday{0, 1, 2, 3, 4, 5, 6}
	settings.Teaser = models.CallToAction{Text: "<b>Join us</b>", Link: "https://t.me/gold_vip_bot"}
	for _, slot := range programme.Slots() {
		settings.Terms[slot] = programme.Term{On: slot != programme.News, At: at.Format("15:04")}
	}
	_, err = service.Save(p.ctx, settings, version)
	require.NoError(t, err)
	return p
}

// wonSignal makes a signal that has won fifty pips.
func wonSignal(t testing.TB, ctx context.Context, store *models.Store, at time.Time) {
	terms := signals.Defaults()
	entry, closed := 2650*pip.Units, at.Unix()
	plan := terms.Rules.Plan(position.Buy, entry-10*pip.Units, []pip.Price{entry + 10*pip.Units}, closed-3600)
	p, err := position.Open(plan, closed-3600, entry)
	require.NoError(t, err)
	_, ok := p.Close(position.ByHand, closed, entry+5*pip.Units)
	require.True(t, ok)
	require.NoError(t, store.Signals.Create(ctx, &models.Signal{Strategy: "breakout", Params: []byte("{}"), Market: models.SimulatedMarket, Symbol: "XAU/USD", Bar: closed - 4500,
		State: models.SignalClosed, Side: position.Buy, Plan: plan, Position: &p, OpenedAt: closed - 3600, ClosedAt: closed, WatchHigh: pip.MaxPrice,
		Terms: models.SignalTerms{PipSize: terms.PipSize, Lots: terms.Lots, Spread: terms.Spread}, Pips: p.Result(terms.PipSize, 0), R: p.R(0)}))
}
