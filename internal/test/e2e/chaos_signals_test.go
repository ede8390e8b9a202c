//go:build integration

package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/engine/forex/calendar"
	"github.com/promostack/promostack/internal/engine/forex/candle"
	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/engine/forex/position"
	"github.com/promostack/promostack/internal/host/secrets"
	"github.com/promostack/promostack/internal/service/connections"
	"github.com/promostack/promostack/internal/service/signals"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/internal/test/testkit/bots"
	"github.com/promostack/promostack/internal/test/testkit/chaos"
	"github.com/promostack/promostack/internal/test/testkit/services"
	"github.com/promostack/promostack/models"
)

const (
	goldSignals = 5   // of each desk
	goldMinutes = 300 // of the market's path
	goldSpeed   = 300 // seconds of the market in one of ours
	// goldPatience is how long all may take once the market stands still: what was killed comes back, and a channel takes
	// twenty messages a minute.
	goldPatience = 4 * time.Minute
)

var goldFaults = []chaos.Fault{chaos.Kill(chaos.Worker), chaos.Kill(chaos.Worker), chaos.Kill(chaos.Temporal), chaos.Kill(chaos.Sandbox), chaos.Kill(chaos.API),
	chaos.Cut(chaos.Sandbox, time.Second), chaos.Cut(chaos.Temporal, time.Second), chaos.Stop(chaos.Worker, time.Second), chaos.Outage(chaos.DB, time.Second)}

// F4, F5, Q1: whatever is killed while the market moves, each milestone of each signal is told once and in order, none is
// missing, and the result is what the position engine makes of the same prices.
func TestChaosSignals(t *testing.T) {
	t.Parallel()
	chaos.Run(t, chaos.Options{Workers: 2, Seeds: goldSeeds, Faults: goldFaults}, followSignals)
}

// desk is a tenant with a signal bot.
type desk struct {
	ctx     context.Context
	bot     string
	vip     int64
	signals []models.Signal
}

func followSignals(t testing.TB, w *chaos.World) (actual, expected chaos.Outcome) {
	sim := bots.At(t, w.Program.Sandbox)
	market := func(path string, body, out any) {
		testkit.Eventually(t, chatPatience, "the sandbox's market answers", func() bool { return askMarket(t.Context(), w.Program.Sandbox, http.MethodPost, path, body, out) == nil })
	}
	var clock struct{ Now time.Time }
	market("/clock", map[string]any{"paused": true}, &clock)
	path := marketPath(clock.Now)
	begin := clock.Now.Truncate(time.Minute).Add(2 * time.Minute)
	var played struct{ From, To time.Time }
	market("/script", map[string]any{"from": begin.Format(time.RFC3339), "prices": texts(path)}, &played)

	store := w.Program.Store(t)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	desks := make([]*desk, goldDesks)
	for i := range desks {
		desks[i] = openDesk(t, w, store, sim, i, played.From, path)
	}
	market("/clock", map[string]any{"paused": false, "speed": goldSpeed}, nil)
	for deadline := time.Now().Add(goldPatience); ; {
		var now struct{ Now time.Time }
		if err := askMarket(t.Context(), w.Program.Sandbox, http.MethodGet, "/clock", nil, &now); err == nil {
			w.Progress(min(1, float64(now.Now.Sub(played.From))/float64(played.To.Sub(played.From))))
			if now.Now.After(played.To) {
				break
			}
		}
		require.True(t, time.Now().Before(deadline), "the market does not get on")
		<-time.After(200 * time.Millisecond)
	}
	market("/clock", map[string]any{"paused": true}, nil)
	w.Settle()
	actual, expected = chaos.Outcome{}, chaos.Outcome{}
	for i, d := range desks {
		for k := range d.signals {
			name := fmt.Sprintf("desk %d signal %d", i, k)
			told(t, store, d, k, name, actual)
			wanted(t, &d.signals[k], name, played.From, path, expected)
		}
		d.inOrder(t, store, sim)
	}
	return actual, expected
}

// askMarket calls a control of the sandbox's market.
func askMarket(ctx context.Context, base, method, path string, body, out any) error {
	data, err := json.Marshal(body)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, method, base+"/sandbox/api/market"+path, bytes.NewReader(data))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("the market answers %s", answer.Status)
	}
	if out == nil {
		return nil
	}
	return json.NewDecoder(answer.Body).Decode(out)
}

// marketPath is where the price goes, minute by minute.
func marketPath(now time.Time) []pip.Price {
	random := rand.New(rand.NewPCG(uint64(now.Unix()), 3))
	price := 2650 * pip.Units
	out := make([]pip.Price, goldMinutes)
	for i := range out {
		price += pip.Price(random.IntN(301)-150) * pip.Units / 100
		out[i] = price
	}
	return out
}

func texts(prices []pip.Price) []string {
	out := make([]string, len(prices))
	for i, p := range prices {
		out[i] = p.String()
	}
	return out
}

// openDesk makes a tenant with a bot, a VIP channel and signals that are opened with the first minute.
func openDesk(t testing.TB, w *chaos.World, store *models.Store, sim *bots.World, i int, begin time.Time, path []pip.Price) *desk {
	row := &models.Tenant{Slug: fmt.Sprintf("desk-%d", i), Name: fmt.Sprintf("Desk %d", i), Kind: models.KindClient}
	require.NoError(t, store.Tenants.Create(t.Context(), row))
	d := &desk{ctx: tenant.With(t.Context(), row.ID), bot: fmt.Sprintf("desk_%d_bot", i)}
	var made struct{ Token string }
	sim.Control(http.MethodPost, "/bots", map[string]string{"username": d.bot, "first_name": "Desk"}, &made)
	var channel struct{ ID int64 }
	sim.Control(http.MethodPost, "/channels", map[string]string{"title": "VIP", "type": "channel", "bot": d.bot}, &channel)
	all := services.New(t, services.Options{Store: store, Ring: w.Program.Ring(), BotAPI: sim.APIURL()})
	connection, err := all.Connections.Connect(d.ctx, models.SignalBot, connections.Settings{Token: secrets.Text(made.Token),
		Channels: []models.Channel{{Role: models.RoleVIP, Chat: fmt.Sprint(channel.ID)}}})
	require.NoError(t, err)
	require.Equal(t, models.ConnectionWorking, connection.State, "%+v", connection.Problem)
	d.vip = connection.Channels[0].ID

	settings := signals.Defaults()
	settings.Card, settings.RecapCard = "", ""
	settings.Rules.ProgressEvery = 3 * pip.Units
	settings.Rules.StopRule = position.MovingTarget
	desk := signals.New(signals.Options{Store: store, Now: time.Now})
	_, err = desk.SaveSettings(d.ctx, settings, 1)
	require.NoError(t, err)
	_, err = desk.Strategies(d.ctx)
	require.NoError(t, err)
	for k := range goldSignals {
		side, away := position.Buy, pip.Price(2+k)*pip.Units
		if (i+k)%2 == 1 {
			side = position.Sell
		}
		entry, sign := path[0], side.Sign()
		ready := begin.Unix()
		plan := settings.Rules.Plan(side, entry-sign*away, []pip.Price{entry + sign*away, entry + sign*2*away, entry + sign*3*away}, ready)
		plan.ExpiresAt = begin.Unix() + (goldMinutes-10)*60
		row := models.Signal{Strategy: "breakout", Params: []byte("{}"), Market: models.SimulatedMarket, Symbol: "XAU/USD", Bar: ready - int64(k+1)*900,
			State: models.SignalWaiting, Side: side, Plan: plan, ReadyAt: ready, WatchHigh: pip.MaxPrice,
			Terms: models.SignalTerms{PipSize: settings.PipSize, Lots: settings.Lots, Spread: settings.Spread}}
		require.NoError(t, store.Signals.Create(d.ctx, &row))
		d.signals = append(d.signals, row)
	}
	return d
}

// wanted is what the position engine makes of the market's path, whose minutes are those in which gold trades.
func wanted(t testing.TB, s *models.Signal, name string, begin time.Time, path []pip.Price, out chaos.Outcome) {
	entry := s.Side.Entry(path[0], s.Terms.Spread)
	p, err := position.Open(s.Plan, begin.Unix(), entry)
	require.NoError(t, err)
	hours, err := calendar.New(nil)
	require.NoError(t, err)
	before, n, at := path[0], 0, begin
	for _, price := range path {
		for !hours.Open(at) {
			at = at.Add(time.Minute)
		}
		c := candle.Prices{Open: before, High: max(before, price), Low: min(before, price), Close: price}
		b := position.Bar{Time: at.Unix(), Prices: s.Side.Leaving(c, s.Terms.Spread)}
		for _, m := range p.Apply(&b, nil) {
			n++
			out[fmt.Sprintf("%s, %d", name, n)] = fmt.Sprintf("%s %d at %s, %s", m.Kind, m.Target, m.Price, time.Unix(m.At, 0).UTC().Format("15:04"))
		}
		before, at = price, at.Add(time.Minute)
	}
	out[name] = fmt.Sprintf("left %d, %s pips, %s R", p.Left, p.Result(s.Terms.PipSize, 0), p.R(0))
}

// told waits until a signal is over and told, and adds what became of it.
func told(t testing.TB, store *models.Store, d *desk, k int, name string, out chaos.Outcome) {
	id := d.signals[k].ID
	defer func() {
		if s, err := store.Signals.Get(d.ctx, id); err == nil && t.Failed() {
			posts, _ := store.ChannelPosts.Of(d.ctx, id)
			for _, p := range posts {
				t.Logf("%s is %s, post %d %s at %s: %s %+v", name, s.State, p.Seq, p.Kind, p.HappenedAt, p.State, p.Problem)
			}
		}
	}()
	testkit.Eventually(t, goldPatience, name+" is over and told", func() bool {
		s, err := store.Signals.Get(d.ctx, id)
		if err != nil || s.State.Live() {
			return false
		}
		waiting, err := store.ChannelPosts.Waiting(d.ctx, id)
		return err == nil && len(waiting) == 0
	})
	s, err := store.Signals.Get(d.ctx, id)
	require.NoError(t, err)
	require.NotNil(t, s.Position, "%s is %s: %s", name, s.State, s.Reason)
	events, err := store.Signals.Milestones(d.ctx, id)
	require.NoError(t, err)
	for i, e := range events {
		m := e.Data.Milestone
		out[fmt.Sprintf("%s, %d", name, i+1)] = fmt.Sprintf("%s %d at %s, %s", m.Kind, m.Target, m.Price, time.Unix(m.At, 0).UTC().Format("15:04"))
	}
	out[name] = fmt.Sprintf("left %d, %s pips, %s R", s.Position.Left, s.Pips, s.R)
}

// inOrder compares a desk's VIP channel with its posts: each is there once and in order, but for those that are marked as
// sent again.
func (d *desk) inOrder(t testing.TB, store *models.Store, sim *bots.World) {
	messages := sim.Messages(d.vip)
	resent := 0
	for k := range d.signals {
		posts, err := store.ChannelPosts.Of(d.ctx, d.signals[k].ID)
		require.NoError(t, err)
		events, err := store.Signals.Milestones(d.ctx, d.signals[k].ID)
		require.NoError(t, err)
		require.Len(t, posts, len(events)+1, "a post for the signal and for each milestone")
		var answers []string
		for _, m := range messages {
			if m.Reply != nil && m.Reply.ID == posts[0].MessageID {
				answers = append(answers, m.Text)
			}
		}
		last, doubled := -1, 0
		for i, p := range posts {
			require.Contains(t, []models.PostState{models.PostSent, models.PostUnknown}, p.State, "%+v", p.Problem)
			if p.Resent || p.State == models.PostUnknown {
				doubled++
			}
			if i == 0 || posts[0].State == models.PostUnknown || p.State == models.PostUnknown {
				continue
			}
			at := -1
			for j, text := range answers {
				if j > last && text == p.Text {
					at = j
					break
				}
			}
			require.Greater(t, at, last, "%q is told, after what came before it: %s", p.Text, strings.Join(answers, " | "))
			last = at
		}
		if len(answers) > len(posts)-1+doubled {
			for _, p := range posts {
				t.Logf("post %d, message %d, resent %t, %s: %s", p.Seq, p.MessageID, p.Resent, p.State, p.Text)
			}
			require.Fail(t, "what was told twice is not marked", "%d answers to %d posts: %s", len(answers), len(posts)-1, strings.Join(answers, " | "))
		}
		resent += doubled
	}
	if most := total(t, store, d) + resent; len(messages) > most {
		for _, m := range messages {
			t.Logf("message %d: %s", m.ID, m.Text)
		}
		require.Fail(t, "there is more in the channel than was planned", "%d messages, %d posts", len(messages), most)
	}
}

// total is how many posts a desk has made, with the recap of a day that ends meanwhile.
func total(t testing.TB, store *models.Store, d *desk) int {
	page, err := store.ChannelPosts.List(d.ctx, models.ChannelPostFilter{Role: models.RoleVIP, Limit: 200})
	require.NoError(t, err)
	require.Empty(t, page.Next)
	return len(page.Items)
}
