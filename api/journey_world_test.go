package api_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/engine/journey"
	"github.com/promostack/promostack/internal/engine/message"
	"github.com/promostack/promostack/internal/service/journeys"
	"github.com/promostack/promostack/models"
)

const (
	journeysPath  = "/api/v1/journeys"
	conversations = "/api/v1/conversations"
)

// offer is where the link in the test's journeys leads.
const offer = "https://example.com/offer"

// greeting is a journey that a keyword begins: it says hello with a link, and asks for a name.
func greeting(keyword string) *journey.Definition {
	return &journey.Definition{Format: journey.Format, Connections: []string{string(models.SignalBot), string(models.PromoBot)}, InactivityTimeoutDays: 7,
		Triggers: []journey.Trigger{{Kind: journey.Keyword, Value: keyword}}, ReEntry: journey.ReEntry{Rule: journey.Always}, Timezone: "UTC", StartStepID: "hello",
		Steps: []journey.Step{
			{ID: "hello", Type: journey.Message, Title: "Hello", Text: `Hi, see <a href="` + offer + `">this</a>`, NextStepID: "ask"},
			{ID: "ask", Type: journey.Question, Title: "Name", Text: "What is your name?", Answer: journey.AnswerText, Variable: "name", NextStepID: "end"},
			{ID: "end", Type: journey.End},
		}}
}

// greetingWith is greeting as JSON in which an old text is a new one.
func greetingWith(t *testing.T, keyword, old, text string) json.RawMessage {
	t.Helper()
	data, err := json.Marshal(greeting(keyword))
	require.NoError(t, err)
	require.Contains(t, string(data), old)
	return json.RawMessage(strings.Replace(string(data), old, text, 1))
}

// draft makes a journey of a tenant's.
func (h *harness) draft(w world, name, keyword string) *journeys.View {
	h.t.Helper()
	v, err := h.journeys.Create(ctxOf(h, w), name, greeting(keyword))
	require.NoError(h.t, err)
	return v
}

// published makes an active journey of a tenant's.
func (h *harness) published(w world, name, keyword string) *journeys.View {
	h.t.Helper()
	v, err := h.journeys.Publish(ctxOf(h, w), h.draft(w, name, keyword).ID, models.AnyVersion, "first")
	require.NoError(h.t, err)
	return v
}

// journeyWorld is a journey in which somebody is.
type journeyWorld struct {
	journey *journeys.View
	who     *models.Subscriber
	session *models.JourneySession
	link    string // of the person's message
}

// journeyOf makes an active journey of a tenant's, which a person has entered: they are asked for their name.
func (h *harness) journeyOf(w world, connection *models.Connection, name, keyword string) journeyWorld {
	h.t.Helper()
	out := journeyWorld{journey: h.published(w, name, keyword)}
	out.who, out.session, out.link = h.enter(w, connection, keyword)
	return out
}

// enter lets somebody new write a keyword.
func (h *harness) enter(w world, connection *models.Connection, keyword string) (*models.Subscriber, *models.JourneySession, string) {
	h.t.Helper()
	ctx := ctxOf(h, w)
	who := h.person(w, connection.ID)
	h.says(w, who, keyword)
	conv, err := h.store.Conversations.Find(ctx, connection.ID, who.UserID, contract.FlowConversation)
	require.NoError(h.t, err)
	session, err := h.store.Sessions.Running(ctx, conv.ID)
	require.NoError(h.t, err)
	require.NotNil(h.t, session)
	require.Equal(h.t, "ask", session.StepID)
	require.Equal(h.t, journey.Waiting, session.Phase)
	return who, session, h.lastLink
}

var trackedLink = regexp.MustCompile(`/l/[A-Za-z0-9]{12}`)

// says takes a person's message in and does what their conversation's flow would, until it waits.
func (h *harness) says(w world, who *models.Subscriber, text string) {
	h.t.Helper()
	ctx := ctxOf(h, w)
	id := people.Add(1)
	payload, err := json.Marshal(message.Update{ID: id, Kind: message.KindText, Text: text, From: message.Sender{ID: who.UserID}, Chat: who.UserID})
	require.NoError(h.t, err)
	in := models.Incoming{ConnectionID: who.ConnectionID, UpdateID: id, Kind: message.KindText, State: models.SubscriberActive, Payload: payload,
		Person: models.Person{ID: who.UserID, FirstName: who.FirstName, Username: who.Username}}
	taken, err := h.store.Conversations.Receive(ctx, in, func(*models.Store, *models.Subscriber) (string, error) { return contract.FlowConversation, nil },
		func(*models.Store, *models.InboundMessage) error { return nil })
	require.NoError(h.t, err)
	require.True(h.t, taken)
	h.turns(w, who)
}

// turns does what a person's conversation has to do; all messages arrive.
func (h *harness) turns(w world, who *models.Subscriber) {
	h.t.Helper()
	ctx := ctxOf(h, w)
	turn := contract.Turn{Chat: contract.Chat{TenantID: w.tenant.ID, ConnectionID: who.ConnectionID, UserID: who.UserID}}
	for {
		turn.ID = models.NewID()
		out, err := h.journeys.Turn(ctx, turn)
		require.NoError(h.t, err)
		turn.Sent = nil
		if out.Send == nil && !out.More {
			return
		}
		if out.Send != nil {
			row, err := h.store.Sessions.Get(ctx, out.Send.Session)
			require.NoError(h.t, err)
			if link := trackedLink.FindString(row.Outgoing); link != "" {
				h.lastLink = link
			}
			turn.Sent = &contract.TurnSent{TurnSend: *out.Send, Result: journey.OK}
		}
	}
}

// clicks are how often a person's links were followed.
func (h *harness) clicks(w world, id string) int64 {
	h.t.Helper()
	f, err := h.journeys.Figures(ctxOf(h, w), id, "")
	require.NoError(h.t, err)
	var n int64
	for _, s := range f.Steps {
		n += s.Clicks
	}
	return n
}

// unchangedJourney tells that nothing of a tenant's journey was touched.
func (h *harness) unchangedJourney(t *testing.T, w world, before journeyWorld) {
	t.Helper()
	ctx := ctxOf(h, w)
	j, err := h.store.Journeys.Get(ctx, before.journey.ID)
	require.NoError(t, err)
	require.Equal(t, before.journey.Version, j.Version)
	session, err := h.store.Sessions.Get(ctx, before.session.ID)
	require.NoError(t, err)
	require.Equal(t, before.session.Version, session.Version)
	require.Zero(t, h.clicks(w, j.ID))
}
