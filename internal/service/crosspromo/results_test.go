package crosspromo_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/engine/forex/candle"
	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/engine/forex/position"
	"github.com/promostack/promostack/internal/service/signals"
	"github.com/promostack/promostack/models"
)

// live is a VIP signal that has hit its first target, and how its announcement ended.
func (d *desk) live(announced models.PostState) *models.Signal {
	d.t.Helper()
	at := d.clock()
	terms := signals.Defaults()
	entry := 2650 * pip.Units
	plan := terms.Rules.Plan(position.Buy, entry-10*pip.Units, []pip.Price{entry + 5*pip.Units, entry + 50*pip.Units}, at.Unix()-3600)
	open, err := position.Open(plan, at.Unix()-3600, entry)
	require.NoError(d.t, err)
	high := entry + 6*pip.Units
	events := open.Apply(&position.Bar{Time: at.Unix() - 60, Prices: candle.Prices{Open: entry, High: high, Low: entry, Close: high}}, nil)
	require.NotEmpty(d.t, events)
	require.Equal(d.t, position.HitTarget, events[0].Kind)
	row := &models.Signal{Strategy: "breakout", Params: []byte("{}"), Market: models.TwelveData, Symbol: "XAU/USD", Bar: at.Unix() - 4500, State: models.SignalOpen, Side: position.Buy, Plan: plan,
		Terms: models.SignalTerms{PipSize: terms.PipSize, Lots: terms.Lots, Spread: terms.Spread}, Position: &open, OpenedAt: at.Unix() - 3600, WatchHigh: pip.MaxPrice}
	require.NoError(d.t, d.store.Signals.Create(d.ctx, row))
	require.NoError(d.t, d.store.Signals.AddMilestones(d.ctx, row.ID, []models.SignalMilestone{{SignalID: row.ID, Seq: 1, At: at.Unix() - 60, Kind: string(position.HitTarget),
		Data: models.SignalEvent{Milestone: &events[0], Position: open}}}))
	post := &models.ChannelPost{Kind: models.PostSignal, Subject: row.ID, Role: models.RoleVIP, ChatID: d.vip, ConnectionID: d.bot.ID, State: announced, MessageID: 1,
		HappenedAt: models.NewTime(at.Add(-time.Hour)), PlannedAt: models.NewTime(at.Add(-time.Hour))}
	require.NoError(d.t, d.store.ChannelPosts.Plan(d.ctx, post))
	return row
}

// tell promotes an event of a signal, as often as the outbox may, and sends what comes of it when its time has come.
func (d *desk) tell(row *models.Signal, seq int) {
	d.t.Helper()
	for range 2 {
		require.NoError(d.t, d.service.Promote(d.ctx, contract.SignalResult{TenantID: d.owner, SignalID: row.ID, Seq: seq}))
	}
	for range 20 {
		waits := time.Duration(0)
		for _, p := range d.others() {
			if _, err := d.service.Send(d.ctx, p.ID); err != nil {
				require.True(d.t, fault.From(err).Retryable(), "%v", err)
				waits = max(fault.From(err).RetryAfter, time.Second)
			}
		}
		if waits == 0 {
			return
		}
		now := d.clock().Add(waits)
		d.clock = func() time.Time { return now }
	}
	require.Fail(d.t, "a result is never sent")
}

func (d *desk) others() []models.ChannelPost {
	d.t.Helper()
	rows, err := d.service.Others(d.ctx, d.clock().Truncate(24*time.Hour))
	require.NoError(d.t, err)
	return rows
}

// X2: what the FREE channel is told of VIP signals follows the tenant's rules, with their delay and at most so often a day.
func TestResultsOfVIPSignals(t *testing.T) {
	at := day("2029-01-08", "10:00:00")
	rules := func(change func(*models.ResultRules)) func(*models.CrossPromoSettings) {
		return func(s *models.CrossPromoSettings) {
			s.On = true
			s.Results = models.ResultRules{DelayMinutes: 30, DailyMost: 5}
			change(&s.Results)
		}
	}
	targets := rules(func(r *models.ResultRules) { r.Targets = true })
	for _, c := range []struct {
		name      string
		save      func(*models.CrossPromoSettings)
		announced models.PostState
		seq       int // 0: the signal itself
		want      []string
		text      string
	}{
		{"a target that was hit", targets, models.PostSent, 1, []string{"10:30 result sent"}, "TP1"},
		{"no rule wants it", rules(func(*models.ResultRules) {}), models.PostSent, 1, nil, ""},
		{"targets only, and the signal itself", targets, models.PostSent, 0, nil, ""},
		{"the signal in full", rules(func(r *models.ResultRules) { r.FullSignals = true }), models.PostSent, 0, []string{"10:30 full sent"}, "2650"},
		{"without a delay", rules(func(r *models.ResultRules) { r.Targets, r.DelayMinutes = true, 0 }), models.PostSent, 1, []string{"10:00 result sent"}, "TP1"},
		{"of a signal that the VIP channel never got", targets, models.PostFailed, 1, []string{"10:30 result skipped not_announced"}, ""},
		{"switched off", func(s *models.CrossPromoSettings) { targets(s); s.On = false }, models.PostSent, 1, nil, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk(t, at)
			d.save(c.save)
			d.tell(d.live(c.announced), c.seq)
			require.Equal(t, c.want, d.toldOthers())
			messages := d.new()
			if c.text == "" {
				require.Empty(t, messages)
				return
			}
			require.Len(t, messages, 1, "once, however often it is asked for")
			require.Contains(t, messages[0].Text, c.text)
		})
	}
}

func TestResultsADay(t *testing.T) {
	d := newDesk(t, day("2029-01-08", "10:00:00"))
	d.save(func(s *models.CrossPromoSettings) {
		s.On, s.Results = true, models.ResultRules{Targets: true, DailyMost: 2}
	})
	for n := range 3 {
		now := day("2029-01-08", "10:00:00").Add(time.Duration(n) * time.Hour)
		d.clock = func() time.Time { return now }
		d.tell(d.live(models.PostSent), 1)
	}
	require.Equal(t, []string{"result sent", "result sent", "result skipped daily_most"}, clockless(d.toldOthers()))
	next := day("2029-01-09", "10:00:00")
	d.clock = func() time.Time { return next }
	d.tell(d.live(models.PostSent), 1)
	require.Equal(t, []string{"result sent"}, clockless(d.toldOthers()), "another day")
}

func (d *desk) toldOthers() (out []string) {
	d.t.Helper()
	for _, p := range d.others() {
		text := fmt.Sprintf("%s %s %s", p.PlannedAt.UTC().Format("15:04"), p.Kind, p.State)
		if p.Problem != nil {
			text += " " + p.Problem.Code
		}
		out = append(out, text)
	}
	return out
}

// clockless takes the time from each line.
func clockless(lines []string) (out []string) {
	for _, line := range lines {
		out = append(out, line[len("10:00 "):])
	}
	return out
}
