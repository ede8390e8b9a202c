//go:build integration

package e2e

import (
	"encoding/json"
	"net/http"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/engine/journey"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/internal/test/testkit/stack"
	"github.com/promostack/promostack/models"
)

// overAnAccount holds J5 and C5: the same journey runs over a user account: private messages begin it and answer it, choices are
// numbered since an account has no buttons, a photo goes up, and the owner may die in the middle.
func overAnAccount(t *testing.T, s *stack.Stack) (phone, string) {
	ann, connection := signedIn(t, s)
	var upload struct{ ID string }
	res, body := s.Upload("/api/v1/uploads", nil, "dot.png", dot(t))
	require.Equal(t, http.StatusCreated, res.StatusCode, string(body))
	require.NoError(t, json.Unmarshal(body, &upload))

	d := walk{"account", nil, []journey.Step{
		{ID: "q", Type: journey.Question, Text: "Buy or sell?", Answer: journey.AnswerChoice, Variable: "side", Choices: []journey.Choice{{Text: "Buy"}, {Text: "Sell"}}, NextStepID: "p"},
		{ID: "p", Type: journey.Message, Text: "You <b>{side}</b>", Photo: upload.ID, NextStepID: "w"},
		{ID: "w", Type: journey.WaitForReply, NextStepID: "bye"},
		sayStep("bye", "Bye, {first_name}", "end"), {ID: "end", Type: journey.End},
	}}.definition()
	d.Connections = []string{string(models.SignalBot), string(models.UserAccount)}
	var made struct{ ID string }
	header := s.JSON(http.MethodPost, "/api/v1/journeys", map[string]any{"name": "Over an account", "definition": d}, nil, http.StatusCreated, &made)
	s.JSON(http.MethodPost, "/api/v1/journeys/"+made.ID+"/publish", nil, map[string]string{"If-Match": header.Get("ETag")}, http.StatusOK, nil)

	reads := func(want ...string) {
		t.Helper()
		testkit.Eventually(t, accountPatience, "the account writes "+want[len(want)-1], func() bool { return len(ann.sent()) >= len(want) })
		require.Equal(t, want, ann.sent())
	}
	ann.hears("nothing that anybody listens to")
	ann.hears("Go account")
	reads("Welcome to account", "Buy or sell?\n\n1. Buy\n2. Sell")
	ann.hears("2")
	reads("Welcome to account", "Buy or sell?\n\n1. Buy\n2. Sell", "(photo) You Sell")
	s.Kill("worker-1") // the owner dies with it
	ann.hears("thanks")
	reads("Welcome to account", "Buy or sell?\n\n1. Buy\n2. Sell", "(photo) You Sell", "Bye, Ann")

	store, err := models.Open(t.Context(), filepath.Join(s.Data, "promostack.db"), models.Options{})
	require.NoError(t, err)
	defer func() { _ = store.Close() }()
	account := connectionOf(t, store, models.UserAccount)
	keepHistory(t, s, "conversation", contract.ChatID(contract.FlowConversation, account.TenantID, account.ID, 501), "account.json")
	return ann, connection
}
