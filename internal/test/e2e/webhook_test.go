//go:build integration

package e2e

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/internal/test/testkit/bots"
	"github.com/promostack/promostack/internal/test/testkit/stack"
)

// C4, Q1: with webhooks, what people write while the API is dead comes when it is back, once; a webhook
// that another program has taken is taken back.
func TestWebhooks(t *testing.T) {
	s := stack.Start(t, stack.Options{Env: []string{"TELEGRAM_UPDATES=webhook"}})
	s.SignIn()
	sim := bots.At(t, s.Base)
	const bot = "hooked_bot"
	token := connectPromoBot(t, sim, bot, func(in any) *http.Response {
		res, body := s.Call(http.MethodPost, "/api/v1/connections", in, nil)
		require.Equal(t, http.StatusCreated, res.StatusCode, string(body))
		return res
	})
	p := &person{t: t, sim: sim, bot: bot, name: "Ada", step: func() {}}
	p.id = sim.Person(p.name)
	p.says("/start")
	p.waits("Welcome", "Choose a template")
	require.Empty(t, sim.Calls(bot, "getUpdates"), "nobody asks, Telegram brings")

	s.Kill("api")
	sandbox := bots.At(t, sandboxAddress(t, s))
	sandbox.Say(bot, p.id, "/help")
	testkit.Eventually(t, chatPatience, "the API is back", func() bool {
		res, _, err := s.Try(http.MethodGet, "/readyz", nil, nil)
		return err == nil && res.StatusCode == http.StatusOK
	})
	p.waits("one by one", "")
	require.Len(t, sim.Taken(bot, "sendMessage"), 2)

	res, err := http.Post(sandbox.APIURL()+"/bot"+token+"/setWebhook", "application/json", strings.NewReader(`{"url":"http://127.0.0.1:9/elsewhere"}`))
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	var list struct {
		Items []struct {
			ID     string
			State  string
			Checks []struct {
				Name string
				OK   bool
			}
		}
	}
	s.JSON(http.MethodGet, "/api/v1/connections", nil, nil, http.StatusOK, &list)
	address := "/api/v1/connections/" + list.Items[0].ID
	testkit.Eventually(t, chatPatience, "the webhook is taken back", func() bool {
		res, body := s.Call(http.MethodPost, address+"/test", nil, nil)
		return res.StatusCode == http.StatusOK && strings.Contains(string(body), `"state":"working"`)
	})
	p.says("/cancel")
	p.waits("Cancelled", "")
}

// sandboxAddress is where the sandbox of a running program listens, without the API in front of it.
func sandboxAddress(t *testing.T, s *stack.Stack) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(s.Data, "run", "addresses.json"))
	require.NoError(t, err)
	var addresses struct{ Sandbox string }
	require.NoError(t, json.Unmarshal(data, &addresses))
	return "http://" + addresses.Sandbox
}
