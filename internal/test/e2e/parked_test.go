//go:build integration

package e2e

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/engine/journey"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/internal/test/testkit/bots"
	"github.com/promostack/promostack/internal/test/testkit/stack"
	"github.com/promostack/promostack/models"
)

// parkedJourney has three messages to come, some seconds after the person's answer.
func parkedJourney(name string, kind models.ConnectionKind) *journey.Definition {
	d := walk{name, nil, []journey.Step{
		{ID: "w", Type: journey.WaitForReply, NextStepID: "d"},
		{ID: "d", Type: journey.Delay, Delay: journey.DelayFor, Seconds: 3, NextStepID: "one"}, sayStep("one", "First", "two"), sayStep("two", "Second", "three"), sayStep("three", "Third", "end"),
		{ID: "end", Type: journey.End},
	}}.definition()
	d.Connections = []string{string(kind)}
	return d
}

// shownConnection is a connection as its card has it.
type shownConnection struct {
	ID      string
	State   string
	Problem struct{ Code, Message, Remedy string }
}

// brokenCard waits until the connection's card says that it is broken, with what to do.
func brokenCard(t *testing.T, s *stack.Stack, id string) (c shownConnection) {
	t.Helper()
	testkit.Eventually(t, journeyPatienceUp, "the card says that the connection is broken", func() bool {
		s.JSON(http.MethodGet, "/api/v1/connections/"+id, nil, nil, http.StatusOK, &c)
		return c.State == string(models.ConnectionBroken)
	})
	require.NotEmpty(t, c.Problem.Remedy)
	out, err := stack.Run(t, nil, "doctor", "--data", s.Data)
	require.Error(t, err, "doctor is not content")
	require.Contains(t, out, c.Problem.Message)
	require.Contains(t, out, c.Problem.Remedy)
	return c
}

// answered waits until a journey has the person's answer and comes to its delay.
func answered(t *testing.T, s *stack.Stack, journey string) {
	t.Helper()
	var page struct{ Items []struct{ Phase string } }
	testkit.Eventually(t, journeyPatienceUp, "the journey sleeps", func() bool {
		s.JSON(http.MethodGet, "/api/v1/conversations?journey="+journey, nil, nil, http.StatusOK, &page)
		return len(page.Items) == 1 && page.Items[0].Phase == "sleeping"
	})
}

// refusedTokenParks holds C1 and J4: a token that Telegram refuses in the middle of a journey: what is to come waits, and goes out
// once, in order, when somebody has mended the connection.
func refusedTokenParks(t *testing.T, s *stack.Stack, sim *bots.World, bot *models.Connection, publish func(string, *journey.Definition) string) {
	id := publish("parked", parkedJourney("parked", models.SignalBot))
	person := sim.Person("Lin")
	sim.Say(journeyBot, person, "go parked")
	testkit.Eventually(t, journeyPatienceUp, "the journey begins", func() bool { return len(botTexts(sim, person)) == 1 })
	sim.Say(journeyBot, person, "on")
	answered(t, s, id)
	sim.Fault(journeyBot, "sendMessage", "401", 1, 0)
	brokenCard(t, s, bot.ID)
	require.Len(t, botTexts(sim, person), 1)
	var tested shownConnection
	s.JSON(http.MethodPost, "/api/v1/connections/"+bot.ID+"/test", nil, nil, http.StatusOK, &tested)
	require.Equal(t, string(models.ConnectionWorking), tested.State)
	testkit.Eventually(t, 2*journeyPatienceUp, "all three arrive", func() bool { return len(botTexts(sim, person)) >= 4 })
	require.Equal(t, []string{"Welcome to parked", "First", "Second", "Third"}, botTexts(sim, person))
}

// limitedAccountParks holds C5 and J4 for a user account: a limit of Telegram's, and a session that is ended, each in the middle
// of a journey.
func limitedAccountParks(t *testing.T, s *stack.Stack, account phone, connection string, publish func(string, *journey.Definition) string) {
	account.hears("stop everything else")
	before := len(account.sent())
	reads := func(want ...string) {
		t.Helper()
		testkit.Eventually(t, 2*journeyPatienceUp, "the account writes "+want[len(want)-1], func() bool { return len(account.sent()) >= before+len(want) })
		require.Equal(t, want, account.sent()[before:])
		before += len(want)
	}
	faults := func(list ...map[string]any) {
		t.Helper()
		s.JSON(http.MethodPut, "/sandbox/api/telegram/account-faults", map[string]any{"items": list}, nil, http.StatusOK, nil)
	}
	id := publish("limited", parkedJourney("limited", models.UserAccount))
	account.hears("go limited")
	reads("Welcome to limited")
	account.hears("on")
	answered(t, s, id)
	faults(map[string]any{"method": "messages.sendMessage", "kind": "error", "code": 400, "error": "PEER_FLOOD", "times": 1})
	require.Equal(t, "account_limited", brokenCard(t, s, connection).Problem.Code)
	require.Len(t, account.sent(), before, "nothing is tried while the limit holds")
	s.JSON(http.MethodPost, "/api/v1/connections/"+connection+"/test", nil, nil, http.StatusOK, nil)
	reads("First", "Second", "Third")

	id = publish("revoked", parkedJourney("revoked", models.UserAccount))
	account.hears("go revoked")
	reads("Welcome to revoked")
	account.hears("on")
	answered(t, s, id)
	s.JSON(http.MethodPost, fmt.Sprintf("%s/%d/revoke", accountControls, account.id), map[string]any{}, nil, http.StatusOK, nil)
	require.Equal(t, "account_session_broken", brokenCard(t, s, connection).Problem.Code)
	require.Len(t, account.sent(), before)
	signedIn(t, s)
	reads("First", "Second", "Third")
}
