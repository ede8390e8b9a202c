//go:build integration

package e2e

import (
	"net/http"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/internal/test/testkit/bots"
	"github.com/promostack/promostack/internal/test/testkit/stack"
)

// C3, R7: a crowd starts the bot at the same moment, and two workers answer it. The simulator, which
// takes 30 calls a second and one in a chat, never says 429 by itself; with pauses that are ordered
// nobody is left out and nobody is answered twice. CROWD says how many; the rate is printed.
func TestACrowdIsAnswered(t *testing.T) {
	people := 200
	if text := os.Getenv("CROWD"); text != "" {
		var err error
		people, err = strconv.Atoi(text)
		require.NoError(t, err, "CROWD wants a number")
	}
	s := stack.Start(t, stack.Options{Args: []string{"--workers", "2"}})
	s.SignIn()
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
	calls := answered(people)
	once(calls, people)
	require.Len(t, sim.Calls(bot, "sendMessage"), people, "a call was refused")
	took := calls[len(calls)-1].At.Sub(calls[0].At)
	t.Logf("%d sends in %s: %.1f a second", people, took.Round(time.Millisecond), float64(people-1)/took.Seconds())

	sim.Fault(bot, "sendMessage", "429", 2, 3)
	once(answered(60), 60)
	refused := 0
	for _, c := range sim.Calls(bot, "sendMessage") {
		if c.Status == http.StatusTooManyRequests {
			refused++
			require.Equal(t, "429", c.Fault, "a 429 that nobody ordered")
		}
	}
	require.Equal(t, 2, refused)
}
