package hype_test

import (
	"cmp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/engine/similar"
	service "github.com/promostack/promostack/internal/service/hype"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/internal/test/testkit/bots"
	"github.com/promostack/promostack/models"
)

func sortRows(rows []models.ChannelPost) {
	slices.SortFunc(rows, func(a, b models.ChannelPost) int {
		return cmp.Or(a.PlannedAt.Compare(b.PlannedAt.Time), strings.Compare(a.Slot, b.Slot))
	})
}

// toldApart makes sure that no text repeats another one.
func toldApart(t *testing.T, texts []string) {
	t.Helper()
	for i := range texts {
		require.False(t, similar.Repeats(texts[i], texts[:i]), "%d of\n%s", i, strings.Join(texts, "\n"))
	}
}

// X4: the call to action starts each active flow once, whatever is repeated; a manual run is possible on the same day and is
// marked; what has gone out does not go out again when the day is run once more.
func TestADay(t *testing.T) {
	d := newDesk(t, testkit.SQLite(t), at("07:51:02"))
	d.link("https://t.me/gold_vip_bot")
	three, two := d.flow("Three", 3, 10, 5), d.flow("Two", 2, 30, 5) // their first ones come at the same moment
	off := d.flow("Off", 1, 10, 0)
	d.change(off.ID, func(f *service.Flow) { f.Enabled = false })
	tuesdays := d.flow("Tuesdays", 1, 10, 0)
	d.change(tuesdays.ID, func(f *service.Flow) { f.Days = []time.Weekday{time.Tuesday} })
	action := d.teaser(at("07:51:00"))
	for range 3 {
		sent, err := d.promotion.Send(d.ctx, action.ID)
		require.NoError(t, err)
		require.Equal(t, models.PostSent, sent.State)
	}
	require.Equal(t, []contract.HypeRun{d.run(three, at("07:51:02")), d.run(two, at("07:51:02"))}, d.started, "once, in the transaction that ended the post")
	d.clock = func() time.Time { return at("08:00:00") }
	manual, err := d.service.RunNow(d.ctx, three.ID, "a-request", "Ada")
	require.NoError(t, err)
	_, err = d.service.RunNow(d.ctx, off.ID, "another", "Ada")
	require.Equal(t, "flow_off", fault.From(err).Code)
	require.Equal(t, d.started[2], manual)
	runs := slices.Concat(d.started[:2], d.started[:2], d.started[:1], []contract.HypeRun{manual})

	d.pass(at("07:51:02"), runs, nil)
	want := []string{"07:56 sent ai", "07:56 sent ai", "08:00 sent ai by hand", "08:06 sent ai", "08:10 sent ai by hand", "08:16 sent ai", "08:20 sent ai by hand", "08:26 sent ai"}
	require.Equal(t, want, d.said())
	texts := d.texts()
	require.Len(t, texts, 1+len(want), "and the call to action")
	toldApart(t, texts[1:])
	for _, p := range d.rows() {
		require.Less(t, p.SentAt.Sub(p.PlannedAt.Time), 10*time.Second, "on time, but for the channel's rate")
	}
	prompts := func(rows []models.ChannelPost) (out []string) {
		for _, p := range rows {
			out = append(out, string(p.About))
		}
		return out
	}(d.rows())
	require.Contains(t, prompts[2], d.prompts[0], "each message takes the next prompt")
	require.Contains(t, prompts[4], d.prompts[1])
	require.Contains(t, prompts[6], d.prompts[0])

	d.pass(at("21:00:00"), d.started, nil)
	require.Equal(t, want, d.said(), "the same day again")
	require.Len(t, d.texts(), len(texts))
}

// A call to action that may have arrived starts the flows when somebody finds out the same day that it did, or has it sent
// again; one that was skipped, failed or is settled later starts nothing.
func TestWhatStartsTheFlows(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(d *desk, p *models.ChannelPost) error
		want bool
	}{
		{"sent", func(d *desk, p *models.ChannelPost) error { _, err := d.promotion.Send(d.ctx, p.ID); return err }, true},
		{"skipped, since it is late", func(d *desk, p *models.ChannelPost) error {
			_, err := d.store.ChannelPosts.Change(d.ctx, p.ID, func(_ *models.Store, p *models.ChannelPost) error {
				p.Until = models.NewTime(p.PlannedAt.Add(-time.Minute))
				return nil
			})
			require.NoError(t, err)
			p, err = d.promotion.Send(d.ctx, p.ID)
			require.Equal(t, models.PostSkipped, p.State)
			return err
		}, false},
		{"failed", func(d *desk, p *models.ChannelPost) error {
			d.bots.Fault(bots.Signal, "sendMessage", "403", 1, 0)
			p, err := d.promotion.Send(d.ctx, p.ID)
			require.Equal(t, models.PostFailed, p.State, "%+v", p.Problem)
			return err
		}, false},
		{"unknown", unknown, false},
		{"unknown, and it arrived", func(d *desk, p *models.ChannelPost) error {
			require.NoError(t, unknown(d, p))
			d.clock = func() time.Time { return at("23:59:59") }
			_, err := d.posts.Settle(d.ctx, p.ID, true, "Ada")
			return err
		}, true},
		{"unknown, and it did not arrive", func(d *desk, p *models.ChannelPost) error {
			require.NoError(t, unknown(d, p))
			_, err := d.posts.Settle(d.ctx, p.ID, false, "Ada")
			return err
		}, false},
		{"unknown, and it arrived, found out the next day", func(d *desk, p *models.ChannelPost) error {
			require.NoError(t, unknown(d, p))
			d.clock = func() time.Time { return at("00:16:00").AddDate(0, 0, 1) }
			_, err := d.posts.Settle(d.ctx, p.ID, true, "Ada")
			return err
		}, false},
		{"unknown, and sent again", func(d *desk, p *models.ChannelPost) error {
			require.NoError(t, unknown(d, p))
			_, err := d.store.ChannelPosts.Again(d.ctx, p.ID)
			require.NoError(t, err)
			d.clock = func() time.Time { return at("09:00:00") }
			return d.service.SendPost(d.ctx, contract.ChannelPost{TenantID: d.owner, PostID: p.ID})
		}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk(t, testkit.SQLite(t), at("07:51:00"))
			f := d.flow("Flow", 1, 1, 0)
			require.NoError(t, c.do(d, d.teaser(at("07:51:00"))))
			if !c.want {
				require.Empty(t, d.started)
				return
			}
			require.Len(t, d.started, 1)
			require.Equal(t, contract.HypeID(d.run(f, at("07:51:00"))), contract.HypeID(d.started[0]))
			require.Equal(t, d.clock(), d.started[0].At)
		})
	}
}

// unknown makes a post's answer be lost.
func unknown(d *desk, p *models.ChannelPost) error {
	d.bots.Fault(bots.Signal, "sendMessage", "502", 1, 0)
	p, err := d.promotion.Send(d.ctx, p.ID)
	require.Equal(d.t, models.PostUnknown, p.State)
	return err
}

// What is changed while a run goes on counts from its next message on.
func TestAFlowIsChangedMeanwhile(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(d *desk, f *models.HypeFlow) map[time.Time]func()
		want   []string
	}{
		{"switched off", func(d *desk, f *models.HypeFlow) map[time.Time]func() {
			return map[time.Time]func(){at("08:02:00"): func() { d.change(f.ID, func(f *service.Flow) { f.Enabled = false }) }}
		}, []string{"07:56 sent ai"}},
		{"deleted", func(d *desk, f *models.HypeFlow) map[time.Time]func() {
			return map[time.Time]func(){at("08:02:00"): func() { require.NoError(d.t, d.store.Hype.DeleteFlow(d.ctx, f.ID, models.AnyVersion)) }}
		}, []string{"07:56 sent ai"}},
		{"switched off before its first message", func(d *desk, f *models.HypeFlow) map[time.Time]func() {
			return map[time.Time]func(){at("07:52:00"): func() { d.change(f.ID, func(f *service.Flow) { f.Enabled = false }) }}
		}, nil},
		{"switched off and on again", func(d *desk, f *models.HypeFlow) map[time.Time]func() {
			return map[time.Time]func(){at("08:00:00"): func() { d.change(f.ID, func(f *service.Flow) { f.Enabled = false }) },
				at("08:01:00"): func() { d.change(f.ID, func(f *service.Flow) { f.Enabled = true }) }}
		}, []string{"07:56 sent ai", "08:06 sent ai", "08:16 sent ai"}},
		{"with fewer messages", func(d *desk, f *models.HypeFlow) map[time.Time]func() {
			return map[time.Time]func(){at("08:00:00"): func() { d.change(f.ID, func(f *service.Flow) { f.Messages = 2 }) }}
		}, []string{"07:56 sent ai", "08:06 sent ai"}},
		{"with another interval", func(d *desk, f *models.HypeFlow) map[time.Time]func() {
			return map[time.Time]func(){at("08:00:00"): func() { d.change(f.ID, func(f *service.Flow) { f.Interval = 60 }) }}
		}, []string{"07:56 sent ai", "08:06 sent ai", "09:06 sent ai"}},
		{"with other days", func(d *desk, f *models.HypeFlow) map[time.Time]func() {
			return map[time.Time]func(){at("08:00:00"): func() { d.change(f.ID, func(f *service.Flow) { f.Days = []time.Weekday{time.Friday} }) }}
		}, []string{"07:56 sent ai", "08:06 sent ai", "08:16 sent ai"}},
		{"switched off while a message waits for Telegram", func(d *desk, f *models.HypeFlow) map[time.Time]func() {
			d.bots.Fault(bots.Signal, "sendMessage", "429", 1, 300)
			return map[time.Time]func(){at("07:58:00"): func() { d.change(f.ID, func(f *service.Flow) { f.Enabled = false }) }}
		}, []string{"07:56 skipped switched_off ai"}},
		{"a pause of an hour", func(d *desk, f *models.HypeFlow) map[time.Time]func() {
			d.bots.Fault(bots.Signal, "sendMessage", "429", 1, 3600)
			d.change(f.ID, func(f *service.Flow) { f.Interval = 60 })
			return nil
		}, []string{"07:56 skipped late ai", "08:56 sent ai", "09:56 sent ai"}},
		{"an answer that says nothing", func(d *desk, f *models.HypeFlow) map[time.Time]func() {
			d.bots.Fault(bots.Signal, "sendMessage", "502", 1, 0)
			return nil
		}, []string{"07:56 unknown telegram_ambiguous ai", "08:06 sent ai", "08:16 sent ai"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk(t, testkit.SQLite(t), at("07:51:00"))
			f := d.flow("Flow", 3, 10, 5)
			d.pass(at("07:51:00"), []contract.HypeRun{d.run(f, at("07:51:00"))}, c.change(d, f))
			require.Equal(t, c.want, d.said())
		})
	}
}

// A machine that was off at their times skips messages, and says so.
func TestALateRun(t *testing.T) {
	d := newDesk(t, testkit.SQLite(t), at("07:51:00"))
	f := d.flow("Flow", 4, 10, 5)
	d.pass(at("08:22:00"), []contract.HypeRun{d.run(f, at("07:51:00"))}, nil)
	require.Equal(t, []string{"07:56 skipped late", "08:06 skipped late", "08:16 sent ai", "08:26 sent ai"}, d.said())
	turn, err := d.service.Look(d.ctx, d.run(f, at("07:51:00")))
	require.NoError(t, err)
	require.Zero(t, turn.Message)
	require.Contains(t, turn.Said, "“Flow”: 4 messages\n\n07:56 message 1: skipped: Its turn came 26m0s late")
	require.Contains(t, turn.Said, "08:16 message 3: sent at 08:22:0")
	require.Contains(t, turn.Said, "written by ai")
}
