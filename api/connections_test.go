package api_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// Whoever knows that Telegram is simulated may have a bot simulated whose token looks real.
func TestARealLookingTokenIsSimulatedWhenSomebodySaysSo(t *testing.T) {
	h := newHarness(t)
	body := map[string]any{"kind": "promo_bot", "token": realToken}
	res := h.do(request{method: post, path: "/api/v1/connections", admin: true, body: body})
	require.Equal(t, http.StatusUnprocessableEntity, res.Code, res.Body.String())
	body["simulated"] = true
	res = h.do(request{method: post, path: "/api/v1/connections", admin: true, body: body})
	require.Equal(t, http.StatusCreated, res.Code, res.Body.String())
	var bot struct {
		ID      string
		Version int64
	}
	require.NoError(t, json.Unmarshal(res.Body.Bytes(), &bot))
	again := request{method: patch, path: "/api/v1/connections/" + bot.ID, admin: true, body: map[string]any{"token": realToken}, header: tag(bot.Version)}
	res = h.do(again)
	require.Contains(t, res.Body.String(), `"token_real"`, "a new token is asked about, too")
}
