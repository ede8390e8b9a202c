package api_test

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
