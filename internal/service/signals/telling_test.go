package signals_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/engine/forex/position"
	"github.com/promostack/promostack/internal/engine/forex/track"
	"github.com/promostack/promostack/internal/engine/message"
	"github.com/promostack/promostack/internal/service/channelposts"
	"github.com/promostack/promostack/internal/service/connections"
	"github.com/promostack/promostack/internal/service/inbox"
	"github.com/promostack/promostack/internal/service/signals"
	"github.com/promostack/promostack/internal/test/testkit/bots"
	"github.com/promostack/promostack/internal/test/testkit/services"
	"github.com/promostack/promostack/models"
)

// telling is a world whose signal bot is connected to a VIP channel.
type telling struct {
	*world
	bots    *bots.World
	inbox   *inbox.Service
	bot     *models.Connection
	vip     int64
	updates int64
}

func newTelling(t *testing.T) *telling {
	t.Helper()
	store := sqlite(t)
	w := &telling{world: newWorld(t, store), bots: bots.Start(t)}
	all := services.New(t, services.Options{Store: store, BotAPI: w.bots.APIURL()})
	var err error
	w.bot, err = all.Connections.Connect(w.ctx, models.SignalBot, connections.Settings{Token: bots.SignalToken, Channels: []models.Channel{{Role: models.RoleVIP, Chat: bots.Channel}}})
	require.NoError(t, err)
	require.Equal(t, models.ConnectionWorking, w.bot.State, "%+v", w.bot.Problem)
	w.vip = w.bot.Channels[0].ID
	w.signals = w.serve(channelposts.New(store, all.Connections, all.Sending, w.clock), all.Sending)
	w.inbox = inbox.New(inbox.Options{Store: store, Connections: all.Connections, Journeys: all.Journeys, Signals: w.signals, Now: w.clock})
	feed := w.begin()
	settings := signals.Defaults()
	settings.Card, settings.RecapCard, settings.Approval, settings.ApproveMinutes = "", "", true, 30
	_, err = w.signals.SaveSettings(w.ctx, settings, 1)
	require.NoError(t, err)
	w.live()
	w.script(begin.Truncate(time.Minute).Add(15*time.Minute), wander(3, feed.Price, 1500))
	return w
}

// proposed lets bars pass until a signal is proposed that was not there before.
func (w *telling) proposed() *models.Signal {
	w.t.Helper()
	before := len(w.all(""))
	for range 1500 {
		w.pass(15 * time.Minute)
		if all := w.all(""); len(all) > before && all[len(all)-1].State == models.SignalProposed {
			return &all[len(all)-1]
		}
	}
	w.t.Fatal("no strategy made a signal")
	return nil
}

// flow does what the signal's flow does, until it has nothing to do.
func (w *telling) flow(id string) {
	w.t.Helper()
	in := contract.Signal{TenantID: w.bot.TenantID, SignalID: id}
	for range 100 {
		now, err := w.signals.Flow(w.ctx, in)
		require.NoError(w.t, err)
		if now.Ask {
			require.NoError(w.t, w.again(func() error { return w.signals.Ask(w.ctx, in) }))
		}
		for _, post := range now.Posts {
			require.NoError(w.t, w.again(func() error {
				return w.signals.Post(w.ctx, contract.SignalPost{TenantID: in.TenantID, SignalID: id, PostID: post})
			}))
		}
		if !now.Ask && len(now.Posts) == 0 {
			return
		}
	}
	w.t.Fatal("the flow does not come to rest")
}

// again calls until it succeeds, as a flow does.
func (w *telling) again(call func() error) error {
	for deadline := time.Now().Add(30 * time.Second); ; {
		err := call()
		if err == nil || !fault.From(err).Retryable() || time.Now().After(deadline) {
			return err
		}
		<-time.After(max(20*time.Millisecond, fault.From(err).RetryAfter))
	}
}

// link links a person with the signal bot.
func (w *telling) link(name string) int64 {
	w.t.Helper()
	who := w.bots.Started(bots.Signal, name)
	invited, err := w.store.Posters.Invite(w.ctx, w.bot.ID, time.Hour)
	require.NoError(w.t, err)
	w.receive(message.Update{Kind: message.KindText, Text: "/start " + message.LinkPrefix + *invited.Token, From: message.Sender{ID: who, FirstName: name}, Chat: who})
	return who
}

func (w *telling) receive(u message.Update) {
	w.t.Helper()
	w.updates++
	u.ID, u.Date = w.updates, time.Now().Unix()
	require.NoError(w.t, w.inbox.Receive(w.ctx, w.bot, u, nil))
}

func (w *telling) press(who int64, name, data string) {
	w.t.Helper()
	w.receive(message.Update{Kind: message.KindCallback, CallbackID: fmt.Sprint("c", w.updates), CallbackData: data, From: message.Sender{ID: who, FirstName: name}, Chat: who})
}

func (w *telling) signal(id string) *models.Signal {
	w.t.Helper()
	s, err := w.store.Signals.Get(w.ctx, id)
	require.NoError(w.t, err)
	return s
}

// lastOf is the last message of a chat.
func (w *telling) lastOf(chat int64) bots.Message {
	w.t.Helper()
	all := w.bots.Messages(chat)
	require.NotEmpty(w.t, all)
	return all[len(all)-1]
}

// F4: linked people are asked in their chat; one of them approves; the signal goes to VIP, and its milestones answer it.
func TestApprovedInAChat(t *testing.T) {
	w := newTelling(t)
	ada, bob := w.link("Ada"), w.link("Bob")
	stranger := w.bots.Started(bots.Signal, "Eve")
	s := w.proposed()
	w.flow(s.ID)
	question := w.lastOf(ada)
	require.Contains(t, question.Text, "May this signal go out?")
	require.Contains(t, question.Text, s.Plan.Stop.String())
	yes, ok := question.Button("Approve")
	require.True(t, ok)
	require.Len(t, w.bots.Messages(stranger), 1, "their own /start")
	require.Empty(t, w.bots.Messages(w.vip), "nothing goes out before the yes")

	w.press(stranger, "Eve", yes)
	require.Equal(t, models.SignalProposed, w.signal(s.ID).State, "a button belongs to the person who was asked")
	w.press(ada, "Ada", yes)
	require.Equal(t, models.SignalWaiting, w.signal(s.ID).State)
	require.Equal(t, "Ada", w.signal(s.ID).DecidedBy)
	w.flow(s.ID)
	require.Contains(t, w.lastOf(bob).Text, "Approved by Ada")
	_, ok = w.lastOf(bob).Button("Approve")
	require.False(t, ok, "the buttons go")
	no, _ := question.Button("Reject")
	w.press(bob, "Bob", no)
	require.Equal(t, models.SignalWaiting, w.signal(s.ID).State, "too late")

	w.pass(2 * time.Minute)
	w.flow(s.ID)
	opened := w.signal(s.ID)
	require.Equal(t, models.SignalOpen, opened.State)
	posts := w.bots.Messages(w.vip)
	require.Len(t, posts, 1)
	require.Contains(t, posts[0].Text, "XAUUSD "+strings.ToUpper(string(s.Side)))
	require.Contains(t, posts[0].Text, "Entry: "+opened.Position.Entry.String())
	require.Contains(t, posts[0].Text, "high risk of loss", "the disclaimer")
	require.Equal(t, posts[0].ID, opened.MessageID)
	require.Equal(t, bots.Channel, opened.Chat)
	for range 400 {
		if opened = w.signal(s.ID); opened.State == models.SignalClosed {
			break
		}
		w.pass(15 * time.Minute)
	}
	w.flow(s.ID)
	events, err := w.store.Signals.Milestones(w.ctx, s.ID)
	require.NoError(t, err)
	posts = w.bots.Messages(w.vip)[1:]
	require.Len(t, posts, len(events), "each milestone is told once")
	for i, p := range posts {
		require.NotNil(t, p.Reply)
		require.Equal(t, opened.MessageID, p.Reply.ID)
		if k := events[i].Data.Milestone; k.Kind == position.HitTarget {
			require.Contains(t, p.Text, fmt.Sprintf("TP%d", k.Target))
		}
	}
	record, err := w.signals.Record(w.ctx)
	require.NoError(t, err)
	_, err = record.Check()
	require.NoError(t, err)
	whole, err := json.Marshal(record)
	require.NoError(t, err)
	for _, kind := range []string{"proposed", "opened", "posted", "milestone"} {
		require.Contains(t, string(whole), `\"kind\":\"`+kind+`\"`)
	}
}

// F4, F11: what is rejected, and what nobody answers, is told to those who were asked, and stands in the record.
func TestRejectedAndLapsed(t *testing.T) {
	w := newTelling(t)
	ada := w.link("Ada")
	s := w.proposed()
	w.flow(s.ID)
	no, ok := w.lastOf(ada).Button("Reject")
	require.True(t, ok)
	w.press(ada, "Ada", no)
	w.flow(s.ID)
	require.Equal(t, models.SignalRejected, w.signal(s.ID).State)
	require.Contains(t, w.lastOf(ada).Text, "Rejected by Ada")

	s = w.proposed()
	w.flow(s.ID)
	require.NoError(t, w.store.Posters.Remove(w.ctx, w.bot.ID, w.posterOf(ada)))
	yes, _ := w.lastOf(ada).Button("Approve")
	w.press(ada, "Ada", yes)
	require.Equal(t, models.SignalProposed, w.signal(s.ID).State, "she is not linked any more")
	w.pass(31 * time.Minute)
	w.flow(s.ID)
	require.Equal(t, models.SignalLapsed, w.signal(s.ID).State)
	require.Contains(t, w.lastOf(ada).Text, "Lapsed")
	_, err := w.signals.Approve(w.ctx, s.ID, models.AnyVersion, "Ada")
	require.True(t, fault.Is(err, fault.Conflict), "%v", err)
	require.Empty(t, w.bots.Messages(w.vip))
	record, err := w.signals.Record(w.ctx)
	require.NoError(t, err)
	figures, err := record.Check()
	require.NoError(t, err)
	require.Equal(t, 2, figures.Unused)
}

func (w *telling) posterOf(user int64) string {
	w.t.Helper()
	all, err := w.store.Posters.List(w.ctx, w.bot.ID)
	require.NoError(w.t, err)
	for _, p := range all {
		if p.UserID == user {
			return p.ID
		}
	}
	w.t.Fatal("not linked")
	return ""
}

// F4: levels are moved, a signal is closed by hand, and the channel and the record say so.
func TestEditedAndClosedByHand(t *testing.T) {
	w := newTelling(t)
	s := w.proposed()
	_, err := w.signals.Approve(w.ctx, s.ID, s.Version, "Ada")
	require.NoError(t, err)
	w.pass(2 * time.Minute)
	w.flow(s.ID)
	s = w.signal(s.ID)
	require.Equal(t, models.SignalOpen, s.State)
	p := s.Position
	levels := models.SignalLevels{Stop: p.Stop - s.Side.Sign()*100_000, Targets: []position.Target{{Price: p.Plan.Targets[2].Price, Share: p.Left}}}
	_, err = w.signals.Edit(w.ctx, s.ID, s.Version-1, "Ada", levels)
	require.True(t, fault.Is(err, fault.Precondition), "%v", err)
	s, err = w.signals.Edit(w.ctx, s.ID, s.Version, "Ada", levels)
	require.NoError(t, err)
	require.Equal(t, p.Stop, s.Position.Stop, "until the next minute")
	w.pass(2 * time.Minute)
	s = w.signal(s.ID)
	require.Nil(t, s.Ordered)
	require.Equal(t, levels.Stop, s.Position.Stop)
	require.Equal(t, p.Plan.Stop, s.Position.Plan.Stop, "R counts by the first one")
	w.flow(s.ID)
	correction := w.lastOf(w.vip)
	require.Contains(t, correction.Text, "Levels corrected")
	require.Contains(t, correction.Text, "was "+p.Stop.String())
	s, err = w.signals.Close(w.ctx, s.ID, w.signal(s.ID).Version, "Ada")
	require.NoError(t, err)
	_, err = w.signals.Close(w.ctx, s.ID, s.Version, "Ada")
	require.Equal(t, "signal_closing", fault.From(err).Code)
	w.pass(2 * time.Minute)
	s = w.signal(s.ID)
	require.Equal(t, models.SignalClosed, s.State)
	_, err = w.signals.Close(w.ctx, s.ID, s.Version, "Ada")
	require.True(t, fault.Is(err, fault.Conflict), "%v", err)
	w.flow(s.ID)
	require.Contains(t, w.lastOf(w.vip).Text, "Closed by hand")
	record, err := w.signals.Record(w.ctx)
	require.NoError(t, err)
	require.NotContains(t, strings.Join(record.Entries, "\n"), "Ada", "persons are not named in public")
	events, err := w.store.Signals.Milestones(w.ctx, s.ID)
	require.NoError(t, err)
	require.Equal(t, "Ada", events[len(events)-1].Data.By, "the tenant's own pages name them")
	posts, err := w.store.ChannelPosts.Of(w.ctx, s.ID)
	require.NoError(t, err)
	for i, told := range []int{0, 1, 2} { // the signal itself, then each event
		require.Equal(t, told, posts[i].Event())
	}
	_, err = record.Check()
	require.NoError(t, err)
}

// F8, F11: a day with closed signals has one recap in VIP, a week's carries the record's head, and days without any say
// nothing.
func TestRecaps(t *testing.T) {
	w := newTelling(t)
	settings, version, err := w.signals.Settings(w.ctx)
	require.NoError(t, err)
	settings.Approval, settings.Rules.ExpireAfter = false, 3600
	_, err = w.signals.SaveSettings(w.ctx, settings, version)
	require.NoError(t, err)
	for range 92 * 5 {
		w.pass(15 * time.Minute)
	}
	for _, s := range w.all("") { // what is earlier goes out before, and a channel takes twenty a minute
		posts, err := w.store.ChannelPosts.Of(w.ctx, s.ID)
		require.NoError(t, err)
		for _, p := range posts {
			_, err := w.store.ChannelPosts.Change(w.ctx, p.ID, func(_ *models.Store, p *models.ChannelPost) error { p.State = models.PostSkipped; return nil })
			require.NoError(t, err)
		}
	}
	page, err := w.store.Recaps.List(w.ctx, "", 50)
	require.NoError(t, err)
	slices.Reverse(page.Items)
	record, err := w.signals.Record(w.ctx)
	require.NoError(t, err)
	days, weekly := map[string]bool{}, 0
	for _, r := range page.Items {
		key := string(r.Kind) + r.Day
		require.False(t, days[key], "one a day")
		days[key] = true
		require.NotEmpty(t, r.Facts.Closed)
		closed, err := w.store.Signals.ClosedBetween(w.ctx, r.Begins, r.Ends, 1000)
		require.NoError(t, err)
		require.Len(t, r.Facts.Closed, len(closed))
		_, kept := record.Has(track.KeptHead(r.Head))
		require.True(t, kept, "the head is one of the record's")
		require.NoError(t, w.again(func() error { return w.signals.SendRecap(w.ctx, contract.ChannelPost{PostID: r.PostID}) }))
		p, err := w.store.ChannelPosts.Get(w.ctx, r.PostID)
		require.NoError(t, err)
		require.Equal(t, models.PostSent, p.State, "%+v", p.Problem)
		if r.Kind == models.RecapWeekly {
			weekly++
			require.Contains(t, p.Text, r.Head)
			require.Contains(t, p.Text, "/t/gold")
		}
		require.Contains(t, p.Text, "Simulated")
	}
	require.GreaterOrEqual(t, len(days), 2)
	require.Equal(t, 1, weekly)
}
