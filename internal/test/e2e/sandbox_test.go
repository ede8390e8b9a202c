//go:build integration

package e2e

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/test/testkit/stack"
)

// rememberedBySandbox lets a bot write to somebody in the sandbox, which is under the dashboard's
// address. The function that it returns proves at another time that what was answered is still known,
// and answers once more.
func rememberedBySandbox(t *testing.T, s *stack.Stack) func(text string) {
	t.Helper()
	const control = "/sandbox/api/telegram"
	order := func(path string, body, into any) {
		t.Helper()
		res, out := s.Patient(patience, http.MethodPost, path, body, nil)
		require.Equal(t, http.StatusOK, res.StatusCode, string(out))
		require.NoError(t, json.Unmarshal(out, into), string(out))
	}
	var person struct{ ID int64 }
	var bot struct{ Username, Token string }
	order(control+"/bots", map[string]string{"username": "killed_bot"}, &bot)
	order(control+"/users", map[string]string{"first_name": "Cleo"}, &person)
	order(control+"/messages", map[string]any{"bot": bot.Username, "user": person.ID, "text": "/start"}, &struct{}{})
	var texts []string
	say := func(text string) {
		t.Helper()
		var ok struct{ OK bool }
		order("/sandbox/telegram/bot"+bot.Token+"/sendMessage", map[string]any{"chat_id": person.ID, "text": text}, &ok)
		require.True(t, ok.OK)
		texts = append(texts, text)
		_, body := s.Call(http.MethodGet, control+"/chats", nil, nil)
		require.Contains(t, string(body), strconv.Quote(text))
		_, body = s.Call(http.MethodGet, control+"/calls?method=sendMessage&bot="+bot.Username, nil, nil)
		for _, text := range texts {
			require.Equal(t, 1, strings.Count(string(body), `"text":`+strconv.Quote(text)), string(body))
		}
		require.NotContains(t, string(body), bot.Token)
	}
	say("before anything died")
	return say
}
