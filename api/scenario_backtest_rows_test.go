package api_test

import (
	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/engine/forex/candle"
	"github.com/promostack/promostack/internal/service/backtests"
	"github.com/promostack/promostack/internal/test/testkit/market"
	"github.com/promostack/promostack/models"
)

// pastCandles are enough for a backtest, before those that the harness has.
const pastCandles = 3000

// backtestOf makes a backtest of a tenant that waits.
func (h *harness) backtestOf(w world) *models.Backtest {
	h.t.Helper()
	past := market.Walk(3, pastCandles)
	for i := range past {
		past[i].Time -= pastCandles * candle.M15.Seconds()
	}
	require.NoError(h.t, h.store.Candles.Add(h.t.Context(), models.Market{Provider: models.SimulatedMarket, Symbol: "XAU/USD"}, candle.M15, past))
	row, err := h.backtests.Create(ctxOf(h, w), backtests.Request{Strategy: "breakout", By: "Mary"})
	require.NoError(h.t, err)
	return row
}

// backtestRows are the rows of backtests, and of the gate that asks for them.
func (h *harness) backtestRows(theirs *models.Backtest) []scenario {
	h.t.Helper()
	const list = "/api/v1/backtests"
	finished, waiting := h.backtestOf(h.ours), h.backtestOf(h.ours)
	require.NoError(h.t, h.backtests.Run(ctxOf(h, h.ours), finished.ID, func() {}))
	running := h.backtestOf(h.ours)
	started, err := h.store.Backtests.Start(ctxOf(h, h.ours), running.ID)
	require.NoError(h.t, err)
	_, err = h.store.Backtests.Progress(ctxOf(h, h.ours), running.ID, started.Attempts, 1000, running.Total)
	require.NoError(h.t, err)
	create := func(body map[string]any) request {
		return request{method: post, path: list, admin: true, body: body}
	}
	return []scenario{
		{name: "backtests", request: request{method: get, path: list, admin: true}, status: 200, expected: []string{finished.ID, waiting.ID, `"state":"queued"`, `"title":"Breakout`, `"next":null`}, forbidden: []string{`"trades":[`}},
		{name: "backtests that are finished", request: request{method: get, path: list + "?state=finished&strategy=breakout", admin: true}, status: 200, expected: []string{finished.ID}, forbidden: []string{waiting.ID}},
		{name: "backtests in no state", request: request{method: get, path: list + "?state=lost", admin: true}, status: 422, expected: []string{`"name":"state"`}},
		{name: "backtests after nothing", request: request{method: get, path: list + "?after=x", admin: true}, status: 422, expected: []string{`"name":"after"`}},
		{name: "backtests of nobody", request: request{method: get, path: list}, status: 401, expected: []string{`"sign_in"`}},
		{name: "run a backtest", request: create(map[string]any{"strategy": "momentum", "params": map[string]any{"atr": 20}, "spread": "0.4", "from": "2025-12-06T00:00:00Z",
			"protections": map[string]any{"cooldown_minutes": 30}}), status: 202,
			expected: []string{`"state":"queued"`, `"value":20`, `"spread":"0.40"`, `"cooldown_minutes":30`, `"cash":10000`, `"shares":["50","30","20"]`, `"figures":null`}, headers: map[string]string{"Location": list}},
		{name: "run no strategy", request: create(map[string]any{"strategy": "luck"}), status: 422, expected: []string{`"name":"strategy"`}},
		{name: "run over too little", request: create(map[string]any{"strategy": "momentum", "from": "2026-01-05T20:00:00Z"}), status: 422, expected: []string{`"name":"from"`, "needs"}},
		{name: "run over another time", request: create(map[string]any{"strategy": "momentum", "to": "2019-01-05T20:00:00Z"}), status: 422, expected: []string{`"name":"to"`}},
		{name: "run from no time", request: create(map[string]any{"strategy": "momentum", "from": "yesterday"}), status: 422, expected: []string{`"name":"from"`, "must be a time such as"}},
		{name: "run with a parameter that it has not", request: create(map[string]any{"strategy": "momentum", "params": map[string]any{"speed": 9}}), status: 422, expected: []string{`"name":"params.speed"`}},
		{name: "a backtest", request: request{method: get, path: list + "/" + finished.ID, admin: true}, status: 200, headers: map[string]string{"ETag": `"`},
			expected: []string{`"state":"finished"`, `"trades":[{`, `"equity":[{`, `"look_ahead":{"passed":true`, `"out_of_sample":{`, `"exit_reasons":{`, `"created_by":"Mary"`}},
		{name: "a backtest that runs", request: request{method: get, path: list + "/" + running.ID, admin: true}, status: 200, expected: []string{`"state":"running"`, `"done":1000`, `"rate":`, `"seconds_left":`}},
		{name: "a backtest of nobody", request: request{method: get, path: list + "/" + finished.ID}, status: 401, expected: []string{`"sign_in"`}},
		{name: "their backtest", foreign: true, request: request{method: get, path: list + "/" + theirs.ID, admin: true}, status: 404, expected: []string{`"backtest_not_found"`}},
		{name: "cancel", request: request{method: post, path: list + "/" + waiting.ID + "/cancel", admin: true}, status: 200, expected: []string{`"state":"cancelled"`}},
		{name: "cancel again", request: request{method: post, path: list + "/" + waiting.ID + "/cancel", admin: true}, status: 200, expected: []string{`"state":"cancelled"`}},
		{name: "cancel as nobody", request: request{method: post, path: list + "/" + running.ID + "/cancel"}, status: 401, expected: []string{`"sign_in"`}},
		{name: "cancel theirs", foreign: true, request: request{method: post, path: list + "/" + theirs.ID + "/cancel", admin: true}, status: 404, expected: []string{`"backtest_not_found"`}},
		{name: "delete what runs", request: request{method: del, path: list + "/" + running.ID, admin: true}, status: 409, expected: []string{`"backtest_state"`, "Cancel"}},
		{name: "delete", request: request{method: del, path: list + "/" + waiting.ID, admin: true}, status: 204, headers: map[string]string{"X-Request-Id": ""}},
		{name: "delete again", request: request{method: del, path: list + "/" + waiting.ID, admin: true}, status: 404, expected: []string{`"backtest_not_found"`}},
		{name: "delete theirs", foreign: true, request: request{method: del, path: list + "/" + theirs.ID, admin: true}, status: 404, expected: []string{`"backtest_not_found"`}},
		{name: "run more than may wait", request: create(map[string]any{"strategy": "momentum"}), status: 409, expected: []string{`"backtests_waiting"`}, before: func() {
			for range models.MostWaitingBacktests - 2 {
				_, err := h.backtests.Create(ctxOf(h, h.ours), backtests.Request{Strategy: "breakout"})
				require.NoError(h.t, err)
			}
		}},
		{name: "a gate", request: request{method: get, path: "/api/v1/strategies/breakout/gate", admin: true}, status: 200,
			expected: []string{`"open":false`, `"backtest":"` + finished.ID, `"checks_passed":true`, `"needed_trades":100`, "trading days of practice"}},
		{name: "a gate of nobody", request: request{method: get, path: "/api/v1/strategies/breakout/gate"}, status: 401, expected: []string{`"sign_in"`}},
		{name: "a gate of no strategy", foreign: true, request: request{method: get, path: "/api/v1/strategies/luck/gate", admin: true}, status: 404, expected: []string{`"strategy_not_found"`}},
	}
}
