package models_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/models"
)

func newPrompt(t *testing.T, s *models.Store, ctx context.Context, name string) *models.HypePrompt {
	t.Helper()
	p := &models.HypePrompt{Name: name, Angle: "Patience"}
	require.NoError(t, s.Hype.CreatePrompt(ctx, p))
	return p
}

func newFlow(t *testing.T, s *models.Store, ctx context.Context, name string, prompts ...string) *models.HypeFlow {
	t.Helper()
	f := &models.HypeFlow{Name: name, Enabled: true, Terms: models.HypeTerms{Prompts: prompts, Messages: 2, Interval: 30, Delay: 10, Days: []time.Weekday{time.Monday}}}
	require.NoError(t, s.Hype.CreateFlow(ctx, f))
	return f
}

// hypeEvents are the versions in all tenants' events of the hype bot, in their order.
func hypeEvents(t *testing.T, s *models.Store, ctx context.Context) (out []int64) {
	t.Helper()
	list, err := s.Events.Since(models.Platform(ctx), time.Now().Add(-time.Hour), 1000)
	require.NoError(t, err)
	for _, e := range list {
		if e.Topic == models.TopicHype {
			out = append(out, e.Version)
		}
	}
	return out
}

// X4: prompts and flows are a tenant's own, have names of their own, and a prompt that a flow uses stays.
func TestHypePromptsAndFlows(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		ours, _ := testkit.Tenant(t, s, "a")
		theirs, _ := testkit.Tenant(t, s, "b")
		patience, record := newPrompt(t, s, ours, "Patience"), newPrompt(t, s, ours, "Record")
		foreign := newPrompt(t, s, theirs, "Patience")
		require.Equal(t, []int64{1, 1, 1}, hypeEvents(t, s, ours))

		requireCode(t, s.Hype.CreatePrompt(ours, &models.HypePrompt{Name: "Record", Angle: "x"}), fault.Conflict, "prompt_name_taken")
		rename := func(name string) func(*models.HypePrompt) error {
			return func(p *models.HypePrompt) error { p.Name = name; return nil }
		}
		_, err := s.Hype.ChangePrompt(ours, patience.ID, 1, rename("Record"))
		requireCode(t, err, fault.Conflict, "prompt_name_taken")
		_, err = s.Hype.ChangePrompt(ours, patience.ID, 7, rename("Calm"))
		requireCode(t, err, fault.Precondition, "version_changed")
		_, err = s.Hype.ChangePrompt(theirs, patience.ID, models.AnyVersion, rename("Calm"))
		requireCode(t, err, fault.NotFound, "prompt_not_found")
		changed, err := s.Hype.ChangePrompt(ours, patience.ID, 1, rename("Calm"))
		require.NoError(t, err)
		require.EqualValues(t, 2, changed.Version)
		list, err := s.Hype.Prompts(ours)
		require.NoError(t, err)
		require.Equal(t, []string{"Calm", "Record"}, []string{list[0].Name, list[1].Name})
		require.Len(t, list, 2)

		morning, evening := newFlow(t, s, ours, "Morning", patience.ID), newFlow(t, s, ours, "Evening", patience.ID, record.ID)
		noon := newFlow(t, s, ours, "Noon", record.ID)
		require.Equal(t, []int{1, 2, 3}, []int{morning.Position, evening.Position, noon.Position})
		requireCode(t, s.Hype.CreateFlow(ours, &models.HypeFlow{Name: "Noon", Terms: noon.Terms}), fault.Conflict, "flow_name_taken")
		for _, prompts := range [][]string{{foreign.ID}, {patience.ID, models.NewID()}} {
			err = s.Hype.CreateFlow(ours, &models.HypeFlow{Name: "Other", Terms: models.HypeTerms{Prompts: prompts}})
			requireCode(t, err, fault.Invalid, "unknown")
		}
		_, err = s.Hype.ChangeFlow(ours, noon.ID, 1, func(f *models.HypeFlow) error { f.Terms.Prompts = []string{foreign.ID}; return nil })
		requireCode(t, err, fault.Invalid, "unknown")
		_, err = s.Hype.ChangeFlow(theirs, noon.ID, models.AnyVersion, func(*models.HypeFlow) error { return nil })
		requireCode(t, err, fault.NotFound, "flow_not_found")
		_, err = s.Hype.ChangeFlow(ours, noon.ID, 5, func(*models.HypeFlow) error { return nil })
		requireCode(t, err, fault.Precondition, "version_changed")
		_, err = s.Hype.ChangeFlow(ours, noon.ID, 1, func(f *models.HypeFlow) error { f.Name = "Evening"; return nil })
		requireCode(t, err, fault.Conflict, "flow_name_taken")
		off, err := s.Hype.ChangeFlow(ours, noon.ID, 1, func(f *models.HypeFlow) error { f.Enabled = false; f.Terms.Messages = 7; return nil })
		require.NoError(t, err)
		read, err := s.Hype.Flow(ours, noon.ID)
		require.NoError(t, err)
		require.Equal(t, off, read)
		require.False(t, read.Enabled)
		require.Equal(t, 7, read.Terms.Messages)

		err = s.Hype.DeletePrompt(ours, patience.ID, 2)
		requireCode(t, err, fault.Conflict, "prompt_in_use")
		require.Contains(t, err.Error(), "“Morning”, “Evening”")
		requireCode(t, s.Hype.DeletePrompt(theirs, patience.ID, models.AnyVersion), fault.NotFound, "prompt_not_found")
		requireCode(t, s.Hype.DeletePrompt(ours, patience.ID, 1), fault.Precondition, "version_changed")
		requireCode(t, s.Hype.DeleteFlow(theirs, morning.ID, models.AnyVersion), fault.NotFound, "flow_not_found")
		requireCode(t, s.Hype.DeleteFlow(ours, morning.ID, 9), fault.Precondition, "version_changed")

		for _, wrong := range [][]string{nil, {morning.ID, evening.ID}, {morning.ID, evening.ID, evening.ID}, {morning.ID, evening.ID, noon.ID, noon.ID}, {morning.ID, evening.ID, foreign.ID}} {
			requireCode(t, s.Hype.OrderFlows(ours, wrong), fault.Invalid, "incomplete")
		}
		require.NoError(t, s.Hype.OrderFlows(ours, []string{noon.ID, evening.ID, morning.ID}))
		flows, err := s.Hype.Flows(ours)
		require.NoError(t, err)
		require.Equal(t, []string{"Noon", "Evening", "Morning"}, []string{flows[0].Name, flows[1].Name, flows[2].Name})
		require.Equal(t, []int64{3, 1, 2}, []int64{flows[0].Version, flows[1].Version, flows[2].Version}, "one that stays where it is keeps its version")

		require.NoError(t, s.Hype.DeleteFlow(ours, morning.ID, models.AnyVersion))
		require.NoError(t, s.Hype.DeleteFlow(ours, evening.ID, 1))
		require.NoError(t, s.Hype.DeletePrompt(ours, patience.ID, 2))
		requireCode(t, s.Hype.DeletePrompt(ours, record.ID, 1), fault.Conflict, "prompt_in_use")
		events := hypeEvents(t, s, ours)
		require.Equal(t, []int64{0, 0, 0}, events[len(events)-3:])
	})
}

// There are as many prompts and flows as a person can look after.
func TestHypeLimits(t *testing.T) {
	s := testkit.Store(t, testkit.SQLite(t), models.Options{})
	ctx, _ := testkit.Tenant(t, s, "a")
	var prompt *models.HypePrompt
	for i := range models.MaxHypePrompts {
		prompt = newPrompt(t, s, ctx, fmt.Sprint(i))
	}
	requireCode(t, s.Hype.CreatePrompt(ctx, &models.HypePrompt{Name: "more"}), fault.Conflict, "too_many_prompts")
	for i := range models.MaxHypeFlows {
		newFlow(t, s, ctx, fmt.Sprint(i), prompt.ID)
	}
	requireCode(t, s.Hype.CreateFlow(ctx, &models.HypeFlow{Name: "more"}), fault.Conflict, "too_many_flows")
}

// Whoever deletes a prompt while another one puts it into a flow does not leave the flow without it.
func TestAPromptIsDeletedAsItIsUsed(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		ctx, _ := testkit.Tenant(t, s, "a")
		for i := range 8 {
			p := newPrompt(t, s, ctx, fmt.Sprint(i))
			var both sync.WaitGroup
			both.Go(func() { _ = s.Hype.DeletePrompt(ctx, p.ID, models.AnyVersion) })
			both.Go(func() {
				_ = s.Hype.CreateFlow(ctx, &models.HypeFlow{Name: fmt.Sprint(i), Terms: models.HypeTerms{Prompts: []string{p.ID}}})
			})
			both.Wait()
		}
		flows, err := s.Hype.Flows(ctx)
		require.NoError(t, err)
		for _, f := range flows {
			_, err := s.Hype.Prompt(ctx, f.Terms.Prompts[0])
			require.NoError(t, err)
		}
	})
}

// What a message must not repeat are the last texts that readers have seen, may have, or are about to.
func TestLastHypeTexts(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		ours, _ := testkit.Tenant(t, s, "a")
		theirs, _ := testkit.Tenant(t, s, "b")
		post := func(ctx context.Context, kind models.PostKind, state models.PostState, text string) string {
			p := &models.ChannelPost{Kind: kind, Subject: models.NewID(), Slot: "hype.x." + models.NewID(), Role: models.RoleFree, State: state, Text: text}
			require.NoError(t, s.ChannelPosts.Plan(ctx, p))
			return p.ID
		}
		for _, state := range models.PostStates {
			post(ours, models.PostHype, state, string(state))
		}
		post(ours, models.PostHype, models.PostPlanned, "")
		post(ours, models.PostTeaser, models.PostSent, "a teaser")
		post(theirs, models.PostHype, models.PostSent, "theirs")
		itself := post(ours, models.PostHype, models.PostPlanned, "itself")
		texts, err := s.Hype.LastTexts(ours, itself, 30)
		require.NoError(t, err)
		require.Equal(t, []string{"deleted", "deleting", "unknown", "sent", "planned"}, texts)
		texts, err = s.Hype.LastTexts(ours, "", 2)
		require.NoError(t, err)
		require.Equal(t, []string{"itself", "deleted"}, texts)

		// One that waits is sent by a flow of its own when that of its run is gone.
		stray, err := s.ChannelPosts.Stray(models.Platform(ours))
		require.NoError(t, err)
		require.Len(t, stray, 3)
	})
}

// A post has one address, whose clicks are counted once for each visitor within minutes and once for each time besides.
func TestPostLinks(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		ours, _ := testkit.Tenant(t, s, "a")
		theirs, _ := testkit.Tenant(t, s, "b")
		post := models.NewID()
		first, err := s.PostLinks.Of(ours, post, "https://example.com/1")
		require.NoError(t, err)
		require.Len(t, first.ID, 12)
		again, err := s.PostLinks.Of(ours, post, "https://example.com/2")
		require.NoError(t, err)
		require.Equal(t, []string{first.ID, "https://example.com/2"}, []string{again.ID, again.URL}, "it leads where it leads now")
		now := time.Now()
		var all sync.WaitGroup
		for i := range 10 {
			all.Go(func() { require.NoError(t, s.PostLinks.Click(ours, first.ID, fmt.Sprint(i%5), now)) })
		}
		all.Wait()
		require.NoError(t, s.PostLinks.Click(ours, first.ID, "0", now.Add(9*time.Minute)))
		require.NoError(t, s.PostLinks.Click(ours, first.ID, "0", now.Add(11*time.Minute)))
		requireCode(t, s.PostLinks.Click(theirs, first.ID, "0", now), fault.NotFound, "link_not_found")
		links, err := s.PostLinks.ByPost(ours, []string{post, models.NewID()})
		require.NoError(t, err)
		require.Len(t, links, 1)
		require.Equal(t, []int64{12, 6}, []int64{links[post].Clicks, links[post].UniqueClicks})
		links, err = s.PostLinks.ByPost(theirs, []string{post})
		require.NoError(t, err)
		require.Empty(t, links)
		known, err := s.PostLinks.Get(context.Background(), first.ID)
		require.NoError(t, err, "whoever follows it")
		require.Equal(t, post, known.PostID)
		_, err = s.PostLinks.Get(context.Background(), "nothing")
		requireCode(t, err, fault.NotFound, "link_not_found")
	})
}

func TestChannelMembers(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		ours, _ := testkit.Tenant(t, s, "a")
		theirs, _ := testkit.Tenant(t, s, "b")
		for day, n := range map[string]int64{"2026-11-01": 10, "2026-11-02": 12} {
			require.NoError(t, s.Members.Put(ours, -100, day, n))
			require.NoError(t, s.Members.Put(ours, -100, day, 99), "it was counted already")
		}
		require.NoError(t, s.Members.Put(ours, -200, "2026-11-02", 5))
		for _, row := range []struct {
			ctx  context.Context
			day  string
			want bool
		}{{ours, "2026-11-02", true}, {ours, "2026-11-03", false}, {theirs, "2026-11-02", false}} {
			known, err := s.Members.Known(row.ctx, -100, row.day)
			require.NoError(t, err)
			require.Equal(t, row.want, known)
		}
		days, err := s.Members.Since(ours, -100, time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC))
		require.NoError(t, err)
		require.Equal(t, map[string]int64{"2026-11-02": 12}, days)
	})
}

func TestHypeChecks(t *testing.T) {
	good := models.HypeFlow{Name: "Flow", Enabled: true, Terms: models.HypeTerms{Prompts: []string{"a"}, Messages: 1, Interval: 1, Days: []time.Weekday{time.Sunday}}}
	require.NoError(t, good.Check())
	require.Equal(t, "a", good.Terms.Prompt(3))
	for name, change := range map[string]func(f *models.HypeFlow){
		"name":             func(f *models.HypeFlow) { f.Name = "" },
		"prompts":          func(f *models.HypeFlow) { f.Terms.Prompts = make([]string, 11) },
		"messages":         func(f *models.HypeFlow) { f.Terms.Messages = 11 },
		"interval_minutes": func(f *models.HypeFlow) { f.Terms.Interval = 241 },
		"delay_minutes":    func(f *models.HypeFlow) { f.Terms.Delay = -1 },
		"days":             func(f *models.HypeFlow) { f.Terms.Days = nil },
	} {
		f := good
		change(&f)
		require.Equal(t, name, fault.From(f.Check()).Fields[0].Name)
	}
	off := good
	off.Enabled, off.Terms.Days = false, nil
	require.NoError(t, off.Check(), "one that is off needs no day")
}
