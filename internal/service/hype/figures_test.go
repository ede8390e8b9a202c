package hype_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/adapter/ai"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/engine/forex/wording"
	service "github.com/promostack/promostack/internal/service/hype"
	"github.com/promostack/promostack/internal/service/writing"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/internal/test/testkit/bots"
	"github.com/promostack/promostack/models"
)

const browser = "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0"

// A message leads to the call to action's address through a link that counts; figures say what became of a flow's messages,
// and how the channel has grown.
func TestFigures(t *testing.T) {
	testkit.DSNs(t, func(t *testing.T, dsn string) {
		now := at("07:51:00")
		d := newDesk(t, dsn, now)
		d.clock = func() time.Time { return now }
		d.link("https://t.me/gold_vip_bot?start=hype")
		f, other := d.flow("Flow", 3, 10, 0), d.flow("Other", 1, 10, 0)
		require.NoError(t, d.store.Members.Put(d.ctx, d.free, "2029-01-02", 41))
		require.NoError(t, d.store.Members.Put(d.ctx, d.free, "2028-01-02", 3))
		run := d.run(f, now)
		post := func(in contract.HypeRun, n int, due time.Time) {
			require.NoError(t, d.service.Post(d.ctx, contract.HypeMessage{HypeRun: in, Message: n, Due: due}))
		}
		d.says("Read the levels before the crowd does.")
		post(run, 1, now)
		post(run, 1, now) // it is sent once
		post(run, 2, now.Add(-time.Hour))
		manual := run
		manual.Request = "by-hand"
		d.bots.Fault(bots.Signal, "sendMessage", "502", 1, 0)
		waitForChannel(t, &now, func() error {
			return d.service.Post(d.ctx, contract.HypeMessage{HypeRun: manual, Message: 1, Due: now})
		})

		first := d.rows()[1]
		require.Equal(t, models.PostSent, first.State, "%+v", d.said())
		button := d.bots.Messages(d.free)[0].Markup.Rows[0][0]
		token, ours := strings.CutPrefix(button.URL, "https://promo.example.com/l/")
		require.True(t, ours, button.URL)
		require.Len(t, token, 12)
		follow := func(address, agent string, look bool) {
			target, err := d.journeys.Follow(t.Context(), token, address, agent, look)
			require.NoError(t, err)
			require.Equal(t, "https://t.me/gold_vip_bot?start=hype", target)
		}
		follow("192.0.2.1", browser, true)
		follow("192.0.2.1", "TelegramBot (like TwitterBot)", false)
		for _, address := range []string{"192.0.2.1", "192.0.2.1", "192.0.2.2"} {
			follow(address, browser, false)
		}
		now = now.Add(11 * time.Minute)
		follow("192.0.2.1", browser, false)

		figures, err := d.service.Figures(d.ctx, f.ID)
		require.NoError(t, err)
		require.Equal(t, service.Counts{Sent: 1, Skipped: 1, Unknown: 1, Clicks: 4, UniqueClicks: 3}, figures.Counts)
		require.Equal(t, map[string]int{"late": 1}, figures.SkippedReasons)
		require.Equal(t, []int{1, 0}, []int{figures.ByAI, figures.Manual})
		require.Len(t, figures.Days, service.FigureDays)
		require.Equal(t, "2028-12-10", figures.Days[0].Day)
		today := figures.Days[service.FigureDays-1]
		require.Equal(t, monday, today.Day)
		require.Equal(t, figures.Counts, today.Counts)
		require.NotNil(t, today.Members)
		require.Equal(t, []int64{41, *today.Members}, []int64{*figures.MembersFirst, *figures.MembersLast})
		require.Nil(t, figures.Days[0].Members)
		none, err := d.service.Figures(d.ctx, other.ID)
		require.NoError(t, err)
		require.Zero(t, none.Counts)

		// A person has what may have arrived sent again, also when the flow is off; by the same link.
		d.change(f.ID, func(f *service.Flow) { f.Enabled = false })
		unknown := d.rows()[2]
		require.True(t, unknown.Manual)
		_, err = d.store.ChannelPosts.Again(d.ctx, unknown.ID)
		require.NoError(t, err)
		links, err := d.store.PostLinks.ByPost(d.ctx, []string{unknown.ID})
		require.NoError(t, err)
		d.serve(nil)
		waitForChannel(t, &now, func() error {
			return d.service.SendPost(d.ctx, contract.ChannelPost{TenantID: d.owner, PostID: unknown.ID})
		})
		again, err := d.store.ChannelPosts.Get(d.ctx, unknown.ID)
		require.NoError(t, err)
		require.Equal(t, models.PostSent, again.State, "%+v", again.Problem)
		require.Equal(t, "https://promo.example.com/l/"+links[unknown.ID].ID, again.Buttons[0][0].URL)
		figures, err = d.service.Figures(d.ctx, f.ID)
		require.NoError(t, err)
		require.Equal(t, []int{2, 1, 1}, []int{figures.Sent, figures.Manual, figures.ByTemplate["no_provider"]})
		require.Len(t, d.bots.Calls(bots.Signal, "getChatMemberCount"), 1, "once a day")

		_, err = d.service.Figures(tenant.With(t.Context(), models.NewID()), f.ID)
		require.Equal(t, "flow_not_found", fault.From(err).Code)
	})
}

// waitForChannel repeats a call that the channel's rate puts off, by the clock of the database: on PostgreSQL that is the
// machine's, on SQLite the test's.
func waitForChannel(t *testing.T, now *time.Time, call func() error) {
	t.Helper()
	testkit.Eventually(t, 30*time.Second, "the channel's rate lets the message through", func() bool {
		*now = now.Add(10 * time.Second)
		err := call()
		require.True(t, err == nil || fault.From(err).Retryable(), "%v", err)
		return err == nil
	})
}

// interrupted is a model that says the same each time. While it writes the first time, something else happens.
type interrupted struct {
	text      string
	meanwhile func()
}

// Model implements ai.Provider.
func (m *interrupted) Model() string { return "interrupted" }

// Complete implements ai.Provider.
func (m *interrupted) Complete(context.Context, ai.Request) (ai.Reply, error) {
	if do := m.meanwhile; do != nil {
		m.meanwhile = nil
		do()
	}
	return ai.Reply{Text: m.text, Tokens: 1}, nil
}

// Of two messages that are written side by side the second one does not repeat the first, which was not there when it began.
func TestSideBySide(t *testing.T) {
	testkit.DSNs(t, func(t *testing.T, dsn string) {
		d := newDesk(t, dsn, at("07:51:02"))
		d.link("https://t.me/gold_vip_bot")
		first, second := d.run(d.flow("First", 1, 1, 0), at("07:51:00")), d.run(d.flow("Second", 1, 1, 0), at("07:51:01"))
		model := &interrupted{text: "Gold never hurries, and so we read the levels before the move begins."}
		model.meanwhile = func() {
			require.NoError(t, d.service.Post(d.ctx, contract.HypeMessage{HypeRun: first, Message: 1, Due: first.At}))
		}
		d.serve(writing.New(writing.Options{Store: d.store, Provider: model, Name: writing.Simulated, Now: d.clock}))
		err := d.service.Post(d.ctx, contract.HypeMessage{HypeRun: second, Message: 1, Due: second.At})
		require.True(t, err == nil || fault.From(err).Retryable(), "the channel's rate puts it off: %v", err)
		rows := d.rows()
		require.Equal(t, []string{model.text, "ai", ""}, []string{rows[0].Text, rows[0].Source, rows[0].Reason})
		require.Equal(t, []string{"template", "repeats"}, []string{rows[1].Source, rows[1].Reason})
		require.Contains(t, written(wording.HypeFacts{}), rows[1].Text)
		require.NotEmpty(t, rows[1].Buttons)
	})
}

// The members of the channel are counted after a post; what goes wrong there is nothing to the post.
func TestMembersAreNotInTheWay(t *testing.T) {
	d := newDesk(t, testkit.SQLite(t), at("07:51:00"))
	f := d.flow("Flow", 2, 10, 0)
	d.bots.Fault(bots.Signal, "getChatMemberCount", "502", 1, 0)
	d.pass(at("07:51:00"), []contract.HypeRun{d.run(f, at("07:51:00"))}, nil)
	require.Equal(t, []string{"07:51 sent ai", "08:01 sent ai"}, d.said())
	require.Len(t, d.bots.Calls(bots.Signal, "getChatMemberCount"), 2, "the next post asks again")
	known, err := d.store.Members.Known(d.ctx, d.free, monday)
	require.NoError(t, err)
	require.True(t, known)
	require.Empty(t, d.rows()[0].Buttons, "no address, no button")
}

// The demo has prompts and a flow that is on, made once.
func TestSeedDemo(t *testing.T) {
	d := newDesk(t, testkit.SQLite(t), at("07:51:00"))
	demo, _ := testkit.Tenant(t, d.store, "demo")
	for range 2 {
		require.NoError(t, d.service.SeedDemo(demo))
		prompts, err := d.store.Hype.Prompts(demo)
		require.NoError(t, err)
		require.Len(t, prompts, 2)
		flows, err := d.store.Hype.Flows(demo)
		require.NoError(t, err)
		require.Len(t, flows, 1)
		require.True(t, flows[0].Enabled)
		require.ElementsMatch(t, []string{prompts[0].ID, prompts[1].ID}, flows[0].Terms.Prompts)
	}
}
