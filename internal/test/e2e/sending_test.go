//go:build integration

package e2e

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/internal/test/testkit/bots"
	"github.com/promostack/promostack/internal/test/testkit/stack"
)

// crowdIsAnswered holds C3 and R7: a crowd starts the bot at the same moment, and two workers answer it. The simulator, which
// takes 30 calls a second and one in a chat, never says 429 by itself; with pauses that are ordered
// nobody is left out and nobody is answered twice. The rate is printed.
func crowdIsAnswered(t *testing.T, s *stack.Stack) {
	sim := bots.At(t, s.Base)
	const bot = "crowded_bot"
	connectPromoBot(t, sim, bot, func(in any) *http.Response {
		res, body := s.Call(http.MethodPost, "/api/v1/connections", in, nil)
		require.Equal(t, http.StatusCreated, res.StatusCode, string(body))
		return res
	})
	answered := func(people int) []bots.Call {
		begin := map[string]any{"bot": bot, "users": people, "start": "", "click": 0, "block": 0, "per_second": 500}
		before := len(sim.Taken(bot, "sendMessage"))
		sim.Control(http.MethodPost, "/crowd", begin, nil)
		testkit.Eventually(t, time.Duration(people/10+60)*time.Second, "all are answered", func() bool {
			return len(sim.Taken(bot, "sendMessage")) >= before+people
		})
		return sim.Taken(bot, "sendMessage")[before:]
	}
	once := func(calls []bots.Call, people int) {
		chats := map[int64]bool{}
		for _, c := range calls {
			require.False(t, chats[c.ChatID], "somebody was answered twice")
			chats[c.ChatID] = true
		}
		require.Len(t, chats, people)
	}
	calls := answered(crowd)
	once(calls, crowd)
	require.Len(t, sim.Calls(bot, "sendMessage"), crowd, "a call was refused")
	took := calls[len(calls)-1].At.Sub(calls[0].At)
	t.Logf("%d sends in %s: %.1f a second", crowd, took.Round(time.Millisecond), float64(crowd-1)/took.Seconds())

	sim.Fault(bot, "sendMessage", "429", 2, 3)
	once(answered(40), 40)
	refused := 0
	for _, c := range sim.Calls(bot, "sendMessage") {
		if c.Status == http.StatusTooManyRequests {
			refused++
			require.Equal(t, "429", c.Fault, "a 429 that nobody ordered")
		}
	}
	require.Equal(t, 2, refused)
	var list struct{ Items []struct{ ID string } }
	s.JSON(http.MethodGet, "/api/v1/connections", nil, nil, http.StatusOK, &list)
	removeConnection(t, s, list.Items[0].ID)
}
