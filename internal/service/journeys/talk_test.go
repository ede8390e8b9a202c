package journeys_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/engine/journey"
	"github.com/promostack/promostack/internal/engine/message"
	"github.com/promostack/promostack/internal/service/journeys"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/internal/test/testkit/services"
	"github.com/promostack/promostack/models"
)

// talk is one person's conversation as the inbox and the flow drive it, without an engine and without
// Telegram: what would go out is noted.
type talk struct {
	t       testing.TB
	ctx     context.Context
	store   *models.Store
	service *journeys.Service
	all     *services.Services
	bot     *models.Connection
	user    int64
	now     time.Time

	updates int64
	turns   int
	out     contract.Turned
	texts   []string // sent
	answers []string
}

func newTalk(t testing.TB, store *models.Store, kind models.ConnectionKind) *talk {
	t.Helper()
	ctx, _ := testkit.Tenant(t, store, "a"+models.NewToken())
	bot := &models.Connection{Kind: kind, Hook: models.NewToken(), Username: "bot", State: models.ConnectionWorking}
	require.NoError(t, store.Connections.Create(ctx, bot))
	k := &talk{t: t, ctx: ctx, store: store, bot: bot, user: 7, now: time.Now().UTC()}
	k.all = services.New(t, services.Options{Store: store, PublicURL: "https://links.example", Now: func() time.Time { return k.now }})
	k.service = k.all.Journeys
	return k
}

func (k *talk) publish(name string, d *journey.Definition) *journeys.View {
	k.t.Helper()
	made, err := k.service.Create(k.ctx, name, d)
	require.NoError(k.t, err)
	live, err := k.service.Publish(k.ctx, made.ID, made.Version, "")
	require.NoError(k.t, err)
	return live
}

// receive brings an update in as the inbox does, and returns its route.
func (k *talk) receive(u message.Update) (route string) {
	k.t.Helper()
	u.From, u.Chat, u.Date = message.Sender{ID: k.user, FirstName: "Ann"}, k.user, k.now.Unix()
	require.NoError(k.t, k.all.Inbox.Receive(k.ctx, k.bot, u, nil))
	for _, flow := range []string{contract.FlowConversation, contract.FlowPromoChat} {
		list, err := k.store.Conversations.Next(k.ctx, k.bot.ID, k.user, flow, 0, 1000)
		require.NoError(k.t, err)
		if slices.ContainsFunc(list, func(m models.InboundMessage) bool { return m.UpdateID == u.ID }) {
			return flow
		}
	}
	return models.RouteNone
}

func (k *talk) says(text string) string {
	k.t.Helper()
	k.updates++
	return k.receive(message.Update{ID: k.updates, Kind: message.KindText, Text: text})
}

func (k *talk) presses(data string) string {
	k.t.Helper()
	k.updates++
	return k.receive(message.Update{ID: k.updates, Kind: message.KindCallback, CallbackID: fmt.Sprint(k.updates), CallbackData: data})
}

// turn takes one turn.
func (k *talk) turn(in contract.Turn) contract.Turned {
	k.t.Helper()
	k.turns++
	in.Chat = contract.Chat{TenantID: k.bot.TenantID, ConnectionID: k.bot.ID, UserID: k.user}
	if in.ID == "" {
		in.ID = fmt.Sprint("turn ", k.turns)
	}
	out, err := k.service.Turn(k.ctx, in)
	require.NoError(k.t, err)
	k.out = out
	for _, a := range out.Answers {
		k.answers = append(k.answers, a.Text)
	}
	return out
}

// runs takes turns, sending what they want, until the flow would wait or end.
func (k *talk) runs() contract.Turned {
	k.t.Helper()
	in := contract.Turn{}
	for range 100 {
		out := k.turn(in)
		in = contract.Turn{}
		switch {
		case out.Send != nil:
			e, err := k.service.Outgoing(k.ctx, *out.Send)
			require.NoError(k.t, err)
			sent := contract.TurnSent{TurnSend: *out.Send, Result: journey.OK}
			if e == nil {
				sent.Result = journey.Skipped
			} else {
				k.texts = append(k.texts, e.Text)
			}
			in.Sent = &sent
		case out.More:
		default:
			return out
		}
	}
	k.t.Fatal("it goes on for ever")
	return contract.Turned{}
}

// waits lets the time pass until what is due.
func (k *talk) waits() contract.Turned {
	k.t.Helper()
	require.NotNil(k.t, k.out.Due, "nothing is due")
	k.now = *k.out.Due
	out := k.turn(contract.Turn{Timer: k.out.Due})
	if out.Send != nil {
		e, err := k.service.Outgoing(k.ctx, *out.Send)
		require.NoError(k.t, err)
		k.texts = append(k.texts, e.Text)
		k.turn(contract.Turn{Sent: &contract.TurnSent{TurnSend: *out.Send, Result: journey.OK}})
		return k.runs()
	}
	return out
}

func (k *talk) session() *models.JourneySession {
	k.t.Helper()
	page, err := k.store.Sessions.List(k.ctx, models.SessionFilter{Limit: 1})
	require.NoError(k.t, err)
	require.NotEmpty(k.t, page.Items)
	return &page.Items[0]
}

// log is the person's log as "what text", the oldest first.
func (k *talk) log() (lines []string) {
	k.t.Helper()
	who, err := k.store.Subscribers.ByUser(k.ctx, k.bot.ID, k.user)
	require.NoError(k.t, err)
	page, err := k.store.Sessions.LogOf(k.ctx, "", who.ID, "", 200)
	require.NoError(k.t, err)
	for i := len(page.Items) - 1; i >= 0; i-- {
		l := page.Items[i]
		line := string(l.What) + " " + l.Text
		for _, r := range l.Reasons {
			line += " (" + string(r.Code) + " " + r.Name + ")"
		}
		lines = append(lines, line)
	}
	return lines
}

// simple is a journey that greets, asks for a name, waits a day and says goodbye.
func simple(keyword string) *journey.Definition {
	return &journey.Definition{Format: journey.Format, Connections: []string{string(models.SignalBot)}, WelcomeMessage: "Hi {first_name}",
		Triggers: []journey.Trigger{{Kind: journey.Keyword, Value: keyword}, {Kind: journey.DeepLink, Value: keyword}},
		ReEntry:  journey.ReEntry{Rule: journey.Always}, Timezone: "UTC", StartStepID: "name",
		Steps: []journey.Step{
			{ID: "name", Type: journey.Question, Text: "Your name?", Answer: journey.AnswerText, Variable: "name", NextStepID: "day"},
			{ID: "day", Type: journey.Delay, Delay: journey.DelayFor, Seconds: 86400, NextStepID: "bye"},
			{ID: "bye", Type: journey.Message, Text: "Bye {name}, see <a href=\"https://example.com/?a=1&amp;b=2\">here</a>", Buttons: [][]journey.Button{{{Text: "Open", URL: "https://example.com/?a=1&b=2"}}}, NextStepID: "end"},
			{ID: "end", Type: journey.End},
		}}
}
