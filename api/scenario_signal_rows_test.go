package api_test

import (
	"strconv"
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/engine/forex/candle"
	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/engine/forex/position"
	"github.com/promostack/promostack/internal/engine/forex/wording"
	"github.com/promostack/promostack/internal/service/signals"
	"github.com/promostack/promostack/models"
)

// signalOf makes a signal of a tenant: proposed, waiting or open.
func (h *harness) signalOf(w world, state models.SignalState) *models.Signal {
	h.t.Helper()
	ctx := ctxOf(h, w)
	_, err := h.signals.Strategies(ctx) // a tenant's first look makes their rows
	require.NoError(h.t, err)
	feed, err := h.store.Feeds.Get(ctx, models.Market{Provider: models.SimulatedMarket, Symbol: "XAU/USD"})
	require.NoError(h.t, err)
	settings, now := signals.Defaults(), feed.MarketTime.Unix()
	h.signalBars++
	at := func(dollars pip.Price) pip.Price { return (2650 + dollars) * pip.Units }
	plan := settings.Rules.Plan(position.Buy, at(-5), []pip.Price{at(5), at(10), at(15)}, now)
	row := &models.Signal{Strategy: "breakout", Params: []byte("{}"), Market: feed.Market, Symbol: feed.Symbol, Bar: now - h.signalBars*900, State: state, Side: position.Buy,
		Plan: plan, Terms: models.SignalTerms{PipSize: settings.PipSize, Lots: settings.Lots, Spread: settings.Spread},
		ReadyAt: now + 86_400, ApproveUntil: now + 86_400, WatchHigh: pip.MaxPrice}
	if state == models.SignalOpen {
		opened, err := position.Open(plan, now, at(0))
		require.NoError(h.t, err)
		row.Position, row.OpenedAt, row.Cursor = &opened, now, now
	}
	require.NoError(h.t, h.store.Signals.Create(ctx, row))
	return row
}

// nextMinute lets the minute come from which an order counts.
func (h *harness) nextMinute(id string) {
	h.t.Helper()
	ctx := ctxOf(h, h.ours)
	row, err := h.store.Signals.Get(ctx, id)
	require.NoError(h.t, err)
	const price = 2650 * pip.Units
	c := candle.Candle{Time: row.Ordered.From, Prices: candle.Prices{Open: price, High: price, Low: price, Close: price}}
	require.NoError(h.t, h.store.Candles.Add(ctx, models.Market{Provider: row.Market, Symbol: row.Symbol}, candle.M1, []candle.Candle{c}))
	_, err = h.signals.Advance(ctx, id)
	require.NoError(h.t, err)
}

// recapOf makes a recap of a tenant.
func (h *harness) recapOf(w world) {
	h.t.Helper()
	h.signalBars++
	require.NoError(h.t, h.store.Recaps.Create(ctxOf(h, w), &models.Recap{ID: models.NewID(), Kind: models.RecapDaily, Day: strconv.FormatInt(20260000+h.signalBars, 10),
		Facts: wording.Recap{Size: pip.Default, Closed: []wording.Outcome{{Number: 1, Side: position.Buy, Pips: -50 * 100_000}}}}))
}

// signalRows are the rows of signals, strategies and their settings.
func (h *harness) signalRows(theirs *models.Signal) []scenario {
	h.t.Helper()
	proposed, rejected, waiting := h.signalOf(h.ours, models.SignalProposed), h.signalOf(h.ours, models.SignalProposed), h.signalOf(h.ours, models.SignalWaiting)
	open, edited := h.signalOf(h.ours, models.SignalOpen), h.signalOf(h.ours, models.SignalOpen)
	h.recapOf(h.ours)
	const list, strategies, settings = "/api/v1/signals", "/api/v1/strategies", "/api/v1/signal-settings"
	one := func(s *models.Signal, rest string) string { return list + "/" + s.ID + rest }
	match := func(version int64) map[string]string {
		return map[string]string{"If-Match": strconv.Quote(strconv.FormatInt(version, 10))}
	}
	levels := map[string]any{"stop": "2646.00", "targets": []any{map[string]string{"price": "2656.00", "percent": "60"}, map[string]string{"price": "2666.00", "percent": "40"}}}
	rows := []scenario{
		{name: "signals", request: request{method: get, path: list, admin: true}, status: 200, expected: []string{open.ID, `"state":"proposed"`, `"side":"buy"`, `"first_stop":"2645.00"`, `"next":null`}},
		{name: "signals that are open", request: request{method: get, path: list + "?state=open,closed&strategy=breakout", admin: true}, status: 200, expected: []string{open.ID}, forbidden: []string{proposed.ID}},
		{name: "practice", request: request{method: get, path: list + "?practice=true", admin: true}, status: 200, expected: []string{`"items":[]`}, forbidden: []string{open.ID}},
		{name: "signals of nobody", request: request{method: get, path: list}, status: 401, expected: []string{`"sign_in"`}},
		{name: "signals in no state", request: request{method: get, path: list + "?state=lost", admin: true}, status: 422, expected: []string{`"name":"state"`}},
		{name: "signals after nothing", request: request{method: get, path: list + "?after=x", admin: true}, status: 422, expected: []string{`"name":"after"`}},
		{name: "a signal", request: request{method: get, path: one(open, ""), admin: true}, status: 200,
			expected: []string{`"entry":"2650.00"`, `"running":{"price":"`, `"percent":"50"`, `"left":"100"`, `"events":[]`, `"posts":[]`}, headers: map[string]string{"ETag": `"1"`}},
		{name: "a signal of nobody", request: request{method: get, path: one(open, "")}, status: 401, expected: []string{`"sign_in"`}},
		{name: "their signal", foreign: true, request: request{method: get, path: one(theirs, ""), admin: true}, status: 404, expected: []string{`"signal_not_found"`}},
		{name: "approve", request: request{method: post, path: one(proposed, "/approve"), admin: true, header: match(1)}, status: 200, expected: []string{`"state":"waiting"`, `"decided_by":"`}},
		{name: "approve again", request: request{method: post, path: one(proposed, "/approve"), admin: true, header: match(2)}, status: 409, expected: []string{`"signal_state"`}},
		{name: "reject", request: request{method: post, path: one(rejected, "/reject"), admin: true, header: match(1), body: map[string]string{"reason": "News ahead"}}, status: 200,
			expected: []string{`"state":"rejected"`, `"reason":"News ahead"`}},
		{name: "withdraw", request: request{method: post, path: one(waiting, "/cancel"), admin: true, header: match(1)}, status: 200, expected: []string{`"state":"cancelled"`}},
		{name: "withdraw what is open", request: request{method: post, path: one(open, "/cancel"), admin: true, header: match(1)}, status: 409, expected: []string{`"signal_state"`}},
		{name: "edit", request: request{method: patch, path: one(edited, ""), admin: true, header: match(1), body: levels}, status: 200,
			expected: []string{`"stop":"2645.00"`, `"ordered":{"what":"edit"`, `"price":"2666.00"`}},
		{name: "edit to parts that are not the whole", request: request{method: patch, path: one(edited, ""), admin: true, header: match(2),
			body: map[string]any{"stop": "2646.00", "targets": []any{map[string]string{"price": "2656.00", "percent": "60"}}}}, status: 422, expected: []string{`"name":"targets"`}},
		{name: "edit to a stop that the price has passed", request: request{method: patch, path: one(edited, ""), admin: true, header: match(2),
			body: map[string]any{"stop": "2650.00", "targets": levels["targets"]}}, status: 422, expected: []string{`"name":"stop"`}},
		{name: "edit to a stop that is too fine", request: request{method: patch, path: one(edited, ""), admin: true, header: match(2),
			body: map[string]any{"stop": "2650.123456", "targets": levels["targets"]}}, status: 422, expected: []string{`"name":"stop"`, "at most five decimals"}},
		{name: "edit to a target that is no price", request: request{method: patch, path: one(edited, ""), admin: true, header: match(2),
			body: map[string]any{"stop": "2646.00", "targets": []any{map[string]string{"price": "high", "percent": "100"}}}}, status: 422, expected: []string{`"name":"targets[0].price"`, "must be a decimal number"}},
		{name: "close", request: request{method: post, path: one(open, "/close"), admin: true, header: match(1)}, status: 200,
			expected: []string{`"state":"open"`, `"ordered":{"what":"close"`}},
		{name: "close again", request: request{method: post, path: one(open, "/close"), admin: true, header: match(2)}, status: 409, expected: []string{`"signal_closing"`}},
		{name: "edit what closes", request: request{method: patch, path: one(open, ""), admin: true, header: match(2), body: levels}, status: 409, expected: []string{`"signal_closing"`}},
		{name: "what the next minute has closed", before: func() { h.nextMinute(open.ID) }, request: request{method: get, path: one(open, ""), admin: true}, status: 200,
			expected: []string{`"state":"closed"`, `"kind":"closed_by_hand"`, `"pips":"-1.5"`, `"money_cents":-150`, `"ordered":null`}},
		{name: "close what is closed", request: request{method: post, path: one(open, "/close"), admin: true, header: match(3)}, status: 409, expected: []string{`"signal_state"`}},
		{name: "edit what was rejected", request: request{method: patch, path: one(rejected, ""), admin: true, header: match(2), body: levels}, status: 409, expected: []string{`"signal_state"`}},
		{name: "reject what was approved", request: request{method: post, path: one(proposed, "/reject"), admin: true, header: match(2)}, status: 409, expected: []string{`"signal_state"`}},
		{name: "reject with a long story", request: request{method: post, path: one(rejected, "/reject"), admin: true, header: match(2), body: map[string]string{"reason": strings.Repeat("x", 201)}}, status: 422,
			expected: []string{`"name":"reason"`}},
		{name: "withdraw with a long story", request: request{method: post, path: one(waiting, "/cancel"), admin: true, header: match(2), body: map[string]string{"reason": strings.Repeat("x", 201)}}, status: 422,
			expected: []string{`"name":"reason"`}},
		{name: "strategies", request: request{method: get, path: strategies, admin: true}, status: 200, expected: []string{`"name":"trend-pullback"`, `"mode":"off"`, `"cooldown_minutes":60`}, forbidden: []string{"sma-cross"}},
		{name: "strategies of nobody", request: request{method: get, path: strategies}, status: 401, expected: []string{`"sign_in"`}},
		{name: "switch a strategy on", request: request{method: patch, path: strategies + "/momentum", admin: true, header: match(1), body: map[string]any{"mode": "practice", "max_open": 2,
			"params": map[string]any{"atr": 20}}}, status: 200, expected: []string{`"mode":"practice"`, `"max_open":2`, `"value":20`}},
		{name: "take a strategy live that has shown nothing", request: request{method: patch, path: strategies + "/momentum", admin: true, header: match(2), body: map[string]any{"mode": "live"}}, status: 409,
			expected: []string{`"not_proven"`, "trades out of sample", `"remedy":"`}},
		{name: "take it live anyway", request: request{method: patch, path: strategies + "/momentum", admin: true, header: match(2), body: map[string]any{"mode": "live", "anyway": true}}, status: 200,
			expected: []string{`"mode":"live"`, `"unproven":["A finished backtest`}},
		{name: "a strategy with a parameter that it has not", request: request{method: patch, path: strategies + "/momentum", admin: true, header: match(3), body: map[string]any{"params": map[string]any{"speed": 9}}}, status: 422,
			expected: []string{`"name":"params.speed"`}},
		{name: "no such strategy", foreign: true, request: request{method: patch, path: strategies + "/luck", admin: true, header: match(1), body: map[string]any{"mode": "live"}}, status: 404, expected: []string{`"strategy_not_found"`}},
		{name: "a strategy without its version", request: request{method: patch, path: strategies + "/momentum", admin: true, body: map[string]any{"mode": "off"}}, status: 428, expected: versioned},
		{name: "a strategy that somebody changed", request: request{method: patch, path: strategies + "/momentum", admin: true, header: match(1), body: map[string]any{"mode": "off"}}, status: 412, expected: late},
		{name: "settings without their version", request: request{method: patch, path: settings, admin: true, body: map[string]any{"approval": true}}, status: 428, expected: versioned},
		{name: "settings of signals", request: request{method: get, path: settings, admin: true}, status: 200, expected: []string{`"shares":["50","30","20"]`, `"lots":"0.1"`, `"spread":"0.30"`}},
		{name: "recaps", request: request{method: get, path: "/api/v1/recaps", admin: true}, status: 200, expected: []string{`"kind":"daily"`, `"pips":"-50"`, `"post":null`}},
		{name: "recaps of nobody", request: request{method: get, path: "/api/v1/recaps"}, status: 401, expected: []string{`"sign_in"`}},
		{name: "recaps after nothing", request: request{method: get, path: "/api/v1/recaps?after=x", admin: true}, status: 422, expected: []string{`"name":"after"`}},
		{name: "settings of nobody", request: request{method: get, path: settings}, status: 401, expected: []string{`"sign_in"`}},
		{name: "settings that are wrong", request: request{method: patch, path: settings, admin: true, header: match(1), body: map[string]any{"shares": []string{"50", "40"}}}, status: 422, expected: []string{`"name":"shares"`}},
		{name: "settings with a spread that is no number", request: request{method: patch, path: settings, admin: true, header: match(1), body: map[string]any{"spread": "abc"}}, status: 422,
			expected: []string{`"name":"spread"`, "must be a decimal number such as 2650.10"}},
		{name: "settings with a number where a text is wanted", request: request{method: patch, path: settings, admin: true, header: match(1), body: map[string]any{"spread": 0.3}}, status: 422,
			expected: []string{`"name":"spread"`, "must be a text such as"}},
		{name: "settings with a pip size that there is not", request: request{method: patch, path: settings, admin: true, header: match(1), body: map[string]any{"pip_size": "0.3"}}, status: 422,
			expected: []string{`"name":"pip_size"`, "goes into 1 without a rest"}},
		{name: "change settings", request: request{method: patch, path: settings, admin: true, header: match(1), body: map[string]any{"approval": true, "card": "", "recap_card": "", "progress_pips": "25"}}, status: 200,
			expected: []string{`"approval":true`, `"progress_pips":"25"`, `"version":2`}},
		{name: "settings that somebody changed", request: request{method: patch, path: settings, admin: true, header: match(1), body: map[string]any{"approval": false}}, status: 412, expected: late},
	}
	for _, r := range []request{{method: post, path: "/approve"}, {method: post, path: "/reject"}, {method: post, path: "/cancel"}, {method: post, path: "/close"}, {method: patch, body: levels}} {
		with := func(s *models.Signal, header map[string]string) request {
			return request{method: r.method, path: one(s, r.path), admin: true, header: header, body: r.body}
		}
		name := r.method + " a signal" + r.path
		rows = append(rows,
			scenario{name: name + " without its version", request: with(edited, nil), status: 428, expected: versioned},
			scenario{name: name + " that has changed", request: with(edited, match(77)), status: 412, expected: late},
			scenario{name: name + " of theirs", foreign: true, request: with(theirs, match(1)), status: 404, expected: []string{`"signal_not_found"`}})
	}
	return rows
}
