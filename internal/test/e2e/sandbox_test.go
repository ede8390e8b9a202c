//go:build integration

package e2e

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/internal/test/testkit/stack"
)

// The sandbox is under the dashboard's address, and what it has answered survives kill -9 and a new
// start of the whole.
func TestTheSandboxIsKilled(t *testing.T) {
	const control = "/sandbox/api/telegram"
	s := stack.Start(t, stack.Options{Args: []string{"--no-demo"}})
	var person struct{ ID int64 }
	var bot struct{ Username, Token string }
	order := func(s *stack.Stack, path string, body, into any) {
		t.Helper()
		res, out := s.Call(http.MethodPost, path, body, nil)
		require.Equal(t, http.StatusOK, res.StatusCode, string(out))
		require.NoError(t, json.Unmarshal(out, into), string(out))
	}
	order(s, control+"/bots", map[string]string{"username": "killed_bot"}, &bot)
	order(s, control+"/users", map[string]string{"first_name": "Cleo"}, &person)
	var ok struct{ OK bool }
	order(s, control+"/messages", map[string]any{"bot": bot.Username, "user": person.ID, "text": "/start"}, &struct{}{})
	order(s, "/sandbox/telegram/bot"+bot.Token+"/sendMessage", map[string]any{"chat_id": person.ID, "text": "one"}, &ok)
	require.True(t, ok.OK)

	again := func(s *stack.Stack, text string) {
		t.Helper()
		testkit.Eventually(t, time.Minute, "the sandbox answers", func() bool {
			res, _, err := s.Try(http.MethodGet, control+"/bots", nil, nil)
			return err == nil && res.StatusCode == http.StatusOK
		})
		order(s, "/sandbox/telegram/bot"+bot.Token+"/sendMessage", map[string]any{"chat_id": person.ID, "text": text}, &ok)
		_, body := s.Call(http.MethodGet, control+"/chats", nil, nil)
		require.Contains(t, string(body), `"`+text+`"`)
	}
	before, _ := s.ChildPid("sandbox")
	s.Kill("sandbox")
	testkit.Eventually(t, time.Minute, "the sandbox is back", func() bool {
		now, found := s.ChildPid("sandbox")
		return found && now != before
	})
	again(s, "two")
	s.KillAll()
	s = stack.Start(t, stack.Options{Data: s.Data, Args: []string{"--no-demo"}})
	again(s, "three")
	_, body := s.Call(http.MethodGet, control+"/calls?method=sendMessage&bot="+bot.Username, nil, nil)
	for _, text := range []string{"one", "two", "three"} {
		require.Equal(t, 1, strings.Count(string(body), `"text":"`+text+`"`), string(body))
	}
	require.NotContains(t, string(body), bot.Token)
}
