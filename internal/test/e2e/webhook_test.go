//go:build integration

package e2e

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/internal/test/testkit/bots"
	"github.com/promostack/promostack/internal/test/testkit/stack"
)

// C4, Q1, T7: on PostgreSQL and with webhooks, what people write while the API is dead comes when it is
// back, once; a webhook that another program has taken is taken back; a database that goes away is told
// and waited for.
func TestWebhooksOnPostgreSQL(t *testing.T) {
	t.Parallel()
	server := testkit.PostgresServer(t)
	s := stack.Start(t, stack.Options{Env: []string{"TELEGRAM_UPDATES=webhook", "DATABASE_URL=" + server.DSN()}})
	s.SignIn()
	webhooks(t, s)
	databaseAway(t, s, server)
}

func webhooks(t *testing.T, s *stack.Stack) {
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
	s.Back()
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

// databaseAway holds that without the database the API says so with 503, and that it recovers by itself.
func databaseAway(t *testing.T, s *stack.Stack, server *testkit.PG) {
	api, ok := s.ChildPid("api")
	require.True(t, ok)
	server.Stop(t)
	for _, path := range []string{"/api/v1/templates", "/readyz", "/api/v1/session"} {
		testkit.Eventually(t, time.Minute, path+" says that the database is away", func() bool {
			res, body := s.Call(http.MethodGet, path, nil, nil)
			if res.StatusCode != http.StatusServiceUnavailable {
				return false
			}
			require.NotEmpty(t, res.Header.Get("Retry-After"))
			require.Contains(t, string(body), "database_unavailable")
			return true
		})
	}
	res, _ := s.Call(http.MethodGet, "/healthz", nil, nil)
	require.Equal(t, http.StatusOK, res.StatusCode)
	server.Start(t)
	testkit.Eventually(t, time.Minute, "the API recovered", func() bool {
		res, _ := s.Call(http.MethodGet, "/api/v1/templates", nil, nil)
		return res.StatusCode == http.StatusOK
	})
	res, body := s.Call(http.MethodPost, "/api/v1/promos/render", renderBody(gold), nil)
	require.Equal(t, http.StatusOK, res.StatusCode, string(body))
	now, _ := s.ChildPid("api")
	require.Equal(t, api, now, "the API did not end")
}
