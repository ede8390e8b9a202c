package api_test

import (
	"net/http"
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/api/access"
)

// aiRows are the rows of AI-written messages. A tenant has one set of settings, so nobody can name another's; whose they
// are is the session's tenant.
func (h *harness) aiRows() []scenario {
	const ai = "/api/v1/ai"
	change := func(name string, status int, version int64, body any, expected ...string) scenario {
		return scenario{name: name, request: request{method: patch, path: ai, admin: true, body: body, header: tag(version)}, status: status, expected: expected}
	}
	theirs := map[string]any{"voice": "their own voice"}
	res := h.do(request{method: patch, path: ai, as: h.sessionOf(access.Owner, h.theirs), body: theirs, header: tag(1)})
	require.Equal(h.t, http.StatusOK, res.Code, res.Body.String())
	return []scenario{
		{name: "ai", request: request{method: get, path: ai, admin: true}, status: 200, headers: map[string]string{"ETag": `"1"`},
			expected:  []string{`"enabled":true`, `"daily_budget":100`, `"voice":""`, `"used":0`, `"state":"off"`, `"simulated":false`, `"model":""`},
			forbidden: []string{"their own voice"}},
		{name: "ai of nobody", request: request{method: get, path: ai}, status: 401, expected: []string{`"sign_in"`}, forbidden: []string{"voice"}},
		{name: "ai changed by nobody", request: request{method: patch, path: ai, body: theirs, header: tag(1)}, status: 401, expected: []string{`"sign_in"`}},
		{name: "ai changed without version", request: request{method: patch, path: ai, admin: true, body: theirs}, status: 428, expected: []string{`"if_match_missing"`}},
		change("ai of an old version", 412, 9, theirs, `"version_changed"`),
		change("ai of too many messages", 422, 1, map[string]any{"daily_budget": 5001}, `"name":"daily_budget"`, "5000"),
		change("ai of less than none", 422, 1, map[string]any{"daily_budget": -1}, `"name":"daily_budget"`),
		change("ai of a long voice", 422, 1, map[string]any{"voice": strings.Repeat("x", 401)}, `"name":"voice"`, "400"),
		change("ai of half a message", 422, 1, map[string]any{"daily_budget": 1.5}, `"name":"daily_budget"`),
		change("ai of an unknown setting", 422, 1, map[string]any{"tempo": 1}, `"name":"tempo"`),
		change("ai changed", 200, 1, map[string]any{"enabled": false, "daily_budget": 7, "voice": " calm\nand dry "}, `"enabled":false`, `"daily_budget":7`, `"voice":"calm and dry"`, `"version":2`),
	}
}

// forexRows are the rows of gold signals. The market belongs to no tenant: everybody who is signed in sees the same.
func (h *harness) forexRows() []scenario {
	const market, candles = "/api/v1/market", "/api/v1/market/candles"
	return []scenario{
		{name: "market", request: request{method: get, path: market, admin: true}, status: 200,
			expected: []string{`"symbol":"XAU/USD"`, `"simulated":true`, `"state":"live"`, `"price":"2650.00"`, `"credits":null`}, headers: map[string]string{"ETag": `"1"`}},
		{name: "market of nobody", request: request{method: get, path: market}, status: 401, expected: []string{`"sign_in"`}, forbidden: []string{"XAU"}},
		{name: "candles", request: request{method: get, path: candles + "?limit=3", admin: true}, status: 200, expected: []string{`"time":"2026-01-05T23:45:00Z"`, `"open":"`, `"next":null`}},
		{name: "candles from a time on", request: request{method: get, path: candles + "?timeframe=1h&from=2026-01-05T10:00:00Z&to=2026-01-05T11:00:00Z", admin: true}, status: 200,
			expected: []string{`"time":"2026-01-05T10:00:00Z"`}, forbidden: []string{"T11:00:00Z", "T09:00:00Z"}},
		{name: "candles of nobody", request: request{method: get, path: candles}, status: 401, expected: []string{`"sign_in"`}},
		{name: "candles of no length", request: request{method: get, path: candles + "?timeframe=2m", admin: true}, status: 422, expected: []string{`"name":"timeframe"`, "15m"}},
		{name: "candles of no time", request: request{method: get, path: candles + "?from=yesterday", admin: true}, status: 422, expected: []string{`"name":"from"`}},
		{name: "candles until no time", request: request{method: get, path: candles + "?to=soon", admin: true}, status: 422, expected: []string{`"name":"to"`}},
		{name: "too many candles", request: request{method: get, path: candles + "?limit=2001", admin: true}, status: 422, expected: []string{`"name":"limit"`, "2000"}},
	}
}
