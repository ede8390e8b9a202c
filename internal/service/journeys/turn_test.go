package journeys_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/engine/journey"
	"github.com/promostack/promostack/internal/engine/message"
	"github.com/promostack/promostack/internal/service/journeys"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/models"
)

// J4: a person walks a journey; the delay is exact, the figures are right, the flow closes.
func TestAWalk(t *testing.T) {
	onBoth(t, func(t *testing.T, k *talk) {
		live := k.publish("Simple", simple("gold"))
		require.Equal(t, contract.FlowConversation, k.says(" GOLD "))
		out := k.runs()
		require.Equal(t, []string{"Hi Ann", "Your name?"}, k.texts)
		require.Nil(t, out.Due)
		require.False(t, out.Closed)
		require.Equal(t, contract.FlowConversation, k.says("<Ada>"))
		out = k.runs()
		require.WithinDuration(t, k.now.Add(24*time.Hour), *out.Due, time.Microsecond)
		out = k.waits()
		require.True(t, out.Closed)
		require.Len(t, k.texts, 3)
		require.True(t, strings.HasPrefix(k.texts[2], "Bye &lt;Ada&gt;"), k.texts[2])
		s := k.session()
		require.Equal(t, models.SessionEnded, s.Status)
		require.Equal(t, journey.Completed, s.Outcome)

		log := k.log()
		for _, said := range []string{"sent Hi Ann", "sent Your name?", "sent Bye <Ada>, see here\n[Open]"} {
			require.Contains(t, log, said, "the log tells what the bot said")
		}

		figures, err := k.service.Figures(k.ctx, live.ID, live.VersionID)
		require.NoError(t, err)
		require.Equal(t, int64(1), figures.People)
		require.Equal(t, int64(1), figures.Completed)
		require.Equal(t, int64(3), figures.Sends)
		for _, step := range figures.Steps {
			require.Equal(t, int64(1), step.Entered, step.StepID)
			require.Equal(t, int64(1), step.Passed, step.StepID)
		}
		require.Equal(t, int64(1), figures.Steps[1].Replied)

		// J6: the links are the person's own; a click counts, a preview does not.
		links := linksIn(k)
		require.Len(t, links, 1, "the same address twice is one link")
		follow := func(address, agent string, look bool) {
			to, err := k.service.Follow(t.Context(), links[0], address, agent, look)
			require.NoError(t, err)
			require.Equal(t, "https://example.com/?a=1&b=2", to)
		}
		for _, agent := range []string{"Mozilla/5.0 (iPhone)", "TelegramBot (like TwitterBot)", ""} {
			follow("192.0.2.1", agent, false)
		}
		follow("192.0.2.1", "Mozilla/5.0", true)
		follow("192.0.2.1", "Mozilla/5.0 (iPhone)", false) // the same visitor again
		k.now = k.now.Add(11 * time.Minute)
		follow("192.0.2.1", "Mozilla/5.0 (iPhone)", false)
		follow("192.0.2.2", "Mozilla/5.0 (iPhone)", false)
		figures, err = k.service.Figures(k.ctx, live.ID, "")
		require.NoError(t, err)
		require.Equal(t, int64(3), figures.Steps[3].Clicks, "once, again after ten minutes, and another visitor")
		require.Equal(t, int64(1), figures.Steps[3].Clickers)
		_, err = k.service.Follow(t.Context(), "nothing", "192.0.2.1", "Mozilla/5.0", false)
		require.Error(t, err)
	})
}

func linksIn(k *talk) (ids []string) {
	rest := k.texts[len(k.texts)-1]
	for {
		_, after, found := strings.Cut(rest, "https://links.example/l/")
		if !found {
			return slices.Compact(ids)
		}
		ids, rest = append(ids, after[:12]), after[12:]
	}
}

// J4: the same update five times acts once; two messages 20 ms apart both count, in their order.
func TestDuplicatesAndOrder(t *testing.T) {
	onBoth(t, func(t *testing.T, k *talk) {
		k.publish("Simple", simple("gold"))
		for range 5 {
			k.receive(message.Update{ID: 1, Kind: message.KindText, Text: "/start gold"})
		}
		for range 5 {
			k.receive(message.Update{ID: 2, Kind: message.KindText, Text: "Ada"})
		}
		k.updates = 2
		out := k.runs()
		require.Equal(t, []string{"Hi Ann", "Your name?"}, k.texts)
		require.NotNil(t, out.Due, "the name was taken")
		var state journey.State
		require.NoError(t, json.Unmarshal([]byte(k.session().State), &state))
		require.Equal(t, "Ada", state.Variables["name"])
	})
}

// J4: a turn whose answer was lost gives the same again and changes nothing.
func TestATurnIsTakenOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, k *talk) {
		k.publish("Simple", simple("gold"))
		k.says("gold")
		first := k.turn(contract.Turn{ID: "one"})
		before := k.session().Version
		require.Equal(t, first, k.turn(contract.Turn{ID: "one"}))
		require.Equal(t, before, k.session().Version)
		// A run that restarts, without knowing how the message ended, asks for the same message.
		again := k.turn(contract.Turn{ID: "two"})
		require.Equal(t, first.Send, again.Send)
	})
}

// J4: what arrived before a turn was requested again is acted on: the flow may have been told already.
func TestARepeatedTurnSeesWhatCameIn(t *testing.T) {
	onBoth(t, func(t *testing.T, k *talk) {
		k.publish("Simple", simple("gold"))
		k.says("gold")
		k.runs()
		k.says("Ada")
		require.NotNil(t, k.turn(contract.Turn{ID: "lost"}).Due)
		require.False(t, k.turn(contract.Turn{ID: "lost"}).More, "nothing came in")
		k.says("gold")
		require.True(t, k.turn(contract.Turn{ID: "lost"}).More)
		require.False(t, k.turn(contract.Turn{}).More)

		_, err := k.service.Do(k.ctx, journeys.Command{Session: k.session().ID, Kind: journey.Finish})
		require.NoError(t, err)
		require.True(t, k.turn(contract.Turn{ID: "end"}).Closed)
		require.True(t, k.turn(contract.Turn{ID: "end"}).Closed)
		k.says("gold")
		out := k.turn(contract.Turn{ID: "end"})
		require.False(t, out.Closed, "it is open again")
		require.True(t, out.More)
		require.NotNil(t, k.turn(contract.Turn{}).Send)
	})
}

// J4: a message that comes in while the conversation closes opens it again.
func TestAMessageAtTheEnd(t *testing.T) {
	onBoth(t, func(t *testing.T, k *talk) {
		k.publish("Simple", simple("gold"))
		k.says("gold")
		k.runs()
		k.says("Ada")
		k.runs()
		require.True(t, k.waits().Closed)
		require.Equal(t, contract.FlowConversation, k.says("gold"))
		k.runs()
		require.Equal(t, "Your name?", k.texts[len(k.texts)-1])
	})
}

// J4: what no journey listens to starts no flow, and the log says why.
func TestWhyNot(t *testing.T) {
	onBoth(t, func(t *testing.T, k *talk) {
		d := simple("gold")
		d.ReEntry = journey.ReEntry{Rule: journey.Never}
		live := k.publish("Once", d)
		require.Equal(t, models.RouteNone, k.says("silver"))
		require.Equal(t, []string{"no_trigger silver (no_match )"}, k.log())
		k.says("gold")
		k.runs()
		k.says("Ada")
		k.runs()
		require.True(t, k.waits().Closed)
		require.Equal(t, models.RouteNone, k.says("gold"))
		log := k.log()
		require.Equal(t, "no_trigger gold (never Once)", log[len(log)-1])
		_, err := k.service.Stop(k.ctx, live.ID, live.Version)
		require.NoError(t, err)
		k.publish("Other", simple("other"))
		require.Equal(t, models.RouteNone, k.says("gold"))
		log = k.log()
		require.Equal(t, "no_trigger gold (journey_stopped Once)", log[len(log)-1])
	})
}

// J1, J4: the highest priority wins; a running journey is not interrupted unless the trigger says so.
func TestPriorityAndInterruption(t *testing.T) {
	onBoth(t, func(t *testing.T, k *talk) {
		low, high, urgent := simple("low"), simple("high"), simple("urgent")
		low.Triggers = []journey.Trigger{{Kind: journey.Keyword, Value: "gold", Match: journey.Contains}}
		high.Triggers = []journey.Trigger{{Kind: journey.Keyword, Value: "gold now"}}
		high.PriorityInt, high.WelcomeMessage, low.WelcomeMessage, urgent.WelcomeMessage = 5, "high", "low", "urgent"
		urgent.Triggers = []journey.Trigger{{Kind: journey.Keyword, Value: "stop", Interrupts: true}}
		k.publish("Low", low)
		k.publish("High", high)
		k.publish("Urgent", urgent)
		k.says("gold now")
		k.runs()
		require.Equal(t, "high", k.texts[0])
		k.says("some gold") // an answer of the journey that runs
		k.runs()
		require.NotContains(t, k.texts, "low")
		k.says("stop")
		k.runs()
		require.Equal(t, "urgent", k.texts[len(k.texts)-2])
		page, err := k.store.Sessions.List(k.ctx, models.SessionFilter{State: "ended"})
		require.NoError(t, err)
		require.Len(t, page.Items, 1)
		require.Equal(t, journey.Interrupted, page.Items[0].Outcome)
	})
}

// J3: people finish on the version that they began; a stopped journey lets in nobody and those in it finish.
func TestVersionsAreKept(t *testing.T) {
	onBoth(t, func(t *testing.T, k *talk) {
		live := k.publish("Simple", simple("gold"))
		k.says("gold")
		k.runs()
		next := simple("gold")
		next.Steps[2].Text = "New text"
		view, err := k.service.SaveDraft(k.ctx, live.ID, live.Version, next)
		require.NoError(t, err)
		require.True(t, view.DraftChanged)
		view, err = k.service.Publish(k.ctx, live.ID, view.Version, "second")
		require.NoError(t, err)
		require.Equal(t, 2, view.Live.Number)
		_, err = k.service.Stop(k.ctx, live.ID, view.Version)
		require.NoError(t, err)
		k.says("Ada")
		k.runs()
		require.True(t, k.waits().Closed)
		require.Contains(t, k.texts[len(k.texts)-1], "Bye Ada")
		require.Equal(t, models.RouteNone, k.says("gold"))
	})
}

// J4: a session that can't go on is closed and marked, and its message finds the triggers.
func TestABrokenSession(t *testing.T) {
	onBoth(t, func(t *testing.T, k *talk) {
		k.publish("Simple", simple("gold"))
		k.says("gold")
		k.runs()
		s := k.session()
		s.State = "{"
		require.NoError(t, k.store.Sessions.Save(k.ctx, s))
		require.Equal(t, contract.FlowConversation, k.says("gold"))
		k.runs()
		require.Equal(t, []string{"Hi Ann", "Your name?", "Hi Ann", "Your name?"}, k.texts)
		page, err := k.store.Sessions.List(k.ctx, models.SessionFilter{State: "broken"})
		require.NoError(t, err)
		require.Len(t, page.Items, 1)
		require.NotEmpty(t, page.Items[0].Problem)

		// The same when its step is not in its version.
		s = k.session()
		s.State = strings.ReplaceAll(s.State, `"step_id":"name"`, `"step_id":"gone"`)
		require.NoError(t, k.store.Sessions.Save(k.ctx, s))
		k.says("gold")
		k.runs()
		require.Len(t, k.texts, 6)
	})
}

// C6: who is erased is gone with everything, and comes back as somebody new.
func TestAnErasedPerson(t *testing.T) {
	onBoth(t, func(t *testing.T, k *talk) {
		d := simple("gold")
		d.ReEntry.Rule = journey.Never
		live := k.publish("Simple", d)
		k.says("gold")
		k.runs()
		who, err := k.store.Subscribers.ByUser(k.ctx, k.bot.ID, k.user)
		require.NoError(t, err)
		require.NoError(t, k.store.Subscribers.Erase(k.ctx, who.ID))
		require.True(t, k.turn(contract.Turn{}).Closed)
		figures, err := k.service.Figures(k.ctx, live.ID, "")
		require.NoError(t, err)
		require.Zero(t, figures.People)
		require.Equal(t, contract.FlowConversation, k.says("gold"))
		k.runs()
		require.Equal(t, "Your name?", k.texts[len(k.texts)-1])
	})
}

// P5, J4: on the promo bot, what no journey wants stays the promo chat's.
func TestBesideThePromoChat(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, store *models.Store) {
		k := newTalk(t, store, models.PromoBot)
		d := simple("gold")
		d.Connections = []string{string(models.PromoBot)}
		k.publish("Simple", d)
		require.Equal(t, contract.FlowPromoChat, k.says("/start"))
		require.Equal(t, contract.FlowPromoChat, k.presses("AbC:l"))
		require.Equal(t, contract.FlowConversation, k.says("gold"))
		k.runs()
		require.Equal(t, contract.FlowPromoChat, k.says("/help"))
		require.Equal(t, contract.FlowConversation, k.says("Ada"))
		k.runs()
		require.Equal(t, contract.FlowPromoChat, k.says("anything"), "the journey sleeps")
		require.Equal(t, contract.FlowConversation, k.presses("j.old.1.c0"))
		k.runs()
		require.Equal(t, []string{"This button is from an earlier message."}, k.answers)
	})
}

// Q3: what a turn costs on SQLite.
func BenchmarkTurn(b *testing.B) {
	store := testkit.Store(b, testkit.SQLite(b), models.Options{})
	k := newTalk(b, store, models.SignalBot)
	d := simple("gold")
	d.WelcomeMessage, d.StartStepID = "", "wait"
	d.Steps = []journey.Step{{ID: "wait", Type: journey.WaitForReply, NextStepID: "again"}, {ID: "again", Type: journey.Jump, NextStepID: "wait"}}
	k.publish("Simple", d)
	k.says("gold")
	k.turn(contract.Turn{})
	for b.Loop() {
		k.says("hello")
		k.turn(contract.Turn{})
	}
}

// J4, Q1: what a worker that was frozen brings late is not taken for the end of another message, and the
// conversation goes on.
func TestALateTurn(t *testing.T) {
	onBoth(t, func(t *testing.T, k *talk) {
		k.publish("Simple", simple("gold"))
		k.says("gold")
		first := k.turn(contract.Turn{ID: "r.0"})
		sent := &contract.TurnSent{TurnSend: *first.Send, Result: journey.OK}
		second := k.turn(contract.Turn{ID: "r.1", Sent: sent})
		require.NotNil(t, second.Send)
		third := k.turn(contract.Turn{ID: "r.2", Sent: &contract.TurnSent{TurnSend: *second.Send, Result: journey.OK}})
		require.Nil(t, third.Send, "it waits for the name")
		k.says("Ada")
		late := k.turn(contract.Turn{ID: "r.1", Sent: sent})
		require.NotNil(t, late.Due, "the message was acted on, the end of an earlier one was not")
		k.now = *late.Due
		fourth := k.turn(contract.Turn{ID: "r.3", Timer: late.Due})
		require.NotNil(t, fourth.Send)
		again := k.turn(contract.Turn{ID: "r.1", Sent: sent})
		require.Equal(t, fourth.Send, again.Send, "its message is asked for, not passed over")
		// One that was skipped though nobody keeps it back is asked for again.
		skipped := k.turn(contract.Turn{ID: "r.4", Sent: &contract.TurnSent{TurnSend: *fourth.Send, Result: journey.Skipped}})
		require.Equal(t, fourth.Send, skipped.Send)
	})
}

// P5: what came for the promo bot while a journey ended is passed on to it.
func TestWhatNoJourneyWantsIsPassedOn(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, store *models.Store) {
		k := newTalk(t, store, models.PromoBot)
		d := simple("gold")
		d.Connections, d.WelcomeMessage, d.StartStepID = []string{string(models.PromoBot)}, "", "bye"
		k.publish("Short", d)
		k.says("gold")
		require.Equal(t, contract.FlowConversation, k.says("GOLD35"), "what runs is not known yet")
		require.True(t, k.runs().Closed)
		list, err := store.Conversations.Next(k.ctx, k.bot.ID, k.user, contract.FlowPromoChat, 0, 10)
		require.NoError(t, err)
		require.Len(t, list, 1)
		require.Contains(t, list[0].Payload, "GOLD35")
	})
}
