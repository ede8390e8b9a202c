package api_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/api/access"
	"github.com/promostack/promostack/internal/service/connections"
	"github.com/promostack/promostack/models"
)

// keyed is a request with an Idempotency-Key.
func keyed(r request, key string) request {
	r.header = maps.Clone(r.header)
	if r.header == nil {
		r.header = map[string]string{}
	}
	r.header["Idempotency-Key"] = key
	return r
}

// D4: on every route that takes an Idempotency-Key the same request is carried out once and answers
// the same again, another request with its key is refused, and so is one while the first is worked
// on; a key is its person's own, in one tenant.
func TestRepeatedWritesAreCarriedOutOnce(t *testing.T) {
	h := newHarness(t)
	ctx := ctxOf(h, h.ours)
	template := "/api/v1/templates/" + h.ours.template.ID
	posting := connections.Settings{Token: promoToken, Channels: []models.Channel{{Role: models.RolePost, Chat: "@sandbox_channel"}}}
	promoBot, err := h.all.Connections.Connect(ctx, models.PromoBot, posting)
	require.NoError(t, err)
	welcome := h.journeyOf(h.ours, promoBot, "Welcome", "gold")
	taken := conversations + "/" + welcome.session.ID
	require.Equal(t, http.StatusAccepted, h.do(request{method: post, path: taken + "/pause", admin: true}).Code)
	journey := func(body any) request { return request{method: post, path: journeysPath, admin: true, body: body} }
	journeys := journeysPath + "/" + welcome.journey.ID
	// Each command has somebody of its own, and so has the other request.
	someone := func(paused bool) string {
		_, session, _ := h.enter(h.ours, promoBot, "gold")
		path := conversations + "/" + session.ID
		if paused {
			require.Equal(t, http.StatusAccepted, h.do(request{method: post, path: path + "/pause", admin: true}).Code)
		}
		return path
	}
	command := func(path, name string, body any) request {
		return request{method: post, path: path + "/" + name, admin: true, body: body}
	}
	moving := someone(false)
	answer := func(text string) request {
		return request{method: post, path: taken + "/answer", admin: true, body: map[string]string{"text": text}}
	}
	h.backtestOf(h.ours)
	backtestOf := func(strategy string) request {
		return request{method: post, path: "/api/v1/backtests", admin: true, body: map[string]any{"strategy": strategy}}
	}
	ours := h.hypeOf(h.ours, "Our")
	hyping := func(path string, body any) request {
		return request{method: post, path: "/api/v1/hype" + path, admin: true, body: body}
	}
	rows := h.templateRows()
	creating := rows[slices.IndexFunc(rows, func(s scenario) bool { return s.name == "new template" })].request
	draft := request{method: put, path: template + "/draft", admin: true, header: tag(h.ours.template.Version),
		body: map[string]any{"meta": h.ours.template.Published.Meta, "backgrounds": map[string]string{}}}
	require.Equal(t, http.StatusOK, h.do(draft).Code)
	file := []byte("headline,code,valid_until\nx,GOLD35,y\n")
	publish := template + "/publish"
	tried := map[string]bool{}
	for name, c := range map[string]struct {
		first, other request
		status       int
	}{
		"a template": {creating, request{method: post, path: "/api/v1/templates", admin: true, body: map[string]any{"meta": map[string]any{}}}, 201},
		"publishing": {request{method: post, path: publish, admin: true, header: tag(h.ours.template.Version + 1)},
			request{method: post, path: publish, admin: true, header: tag(99)}, 200},
		"an upload":    {form(t, "/api/v1/uploads", nil, "a.png", picture(t, 30, 30)), form(t, "/api/v1/uploads", nil, "a.png", picture(t, 31, 30)), 201},
		"a connection": {connect("signal_bot", signalToken), connect("signal_bot", "x"), 201},
		"a sign-in":    {signIn("phone", "phone", phone), signIn("qr", "phone", ""), 202},
		"a post":       {postOf("gold-coupon"), postOf("none"), 202},
		"a journey":    {journey(map[string]any{"name": "New"}), journey(map[string]any{"name": ""}), 201},
		"an import":    {imported("New", greeting("new")), imported("", greeting("new")), 201},
		"a copy": {request{method: post, path: journeys + "/duplicate", admin: true, body: map[string]any{}},
			request{method: post, path: journeys + "/duplicate", admin: true, body: map[string]any{"name": strings.Repeat("x", 121)}}, 201},
		"a journey's publishing": {request{method: post, path: journeys + "/publish", admin: true, body: map[string]any{}, header: tag(welcome.journey.Version)},
			request{method: post, path: journeys + "/publish", admin: true, body: map[string]any{}, header: tag(99)}, 200},
		"an answer":   {answer("Hello"), answer(""), 202},
		"taking over": {command(someone(false), "pause", nil), command(someone(false), "pause", nil), 202},
		"giving back": {command(someone(true), "resume", nil), command(someone(true), "resume", nil), 202},
		"ending":      {command(someone(false), "end", nil), command(someone(false), "end", nil), 202},
		"moving":      {command(moving, "move", map[string]string{"step_id": "hello"}), command(moving, "move", map[string]string{"step_id": "none"}), 202},
		"a backtest":  {backtestOf("breakout"), backtestOf("luck"), 202},
		"a run now": {request{method: post, path: "/api/v1/cross-promotion/slots/teaser/run", admin: true},
			request{method: post, path: "/api/v1/cross-promotion/slots/brag/run", admin: true}, 202},
		"a hype prompt": {hyping("/prompts", map[string]any{"name": "New", "angle": "Gold"}), hyping("/prompts", map[string]any{"name": "", "angle": "Gold"}), 201},
		"a hype flow":   {hyping("/flows", map[string]any{"name": "New", "prompts": []string{ours.used.ID}}), hyping("/flows", map[string]any{"name": "New", "prompts": []string{}}), 201},
		"a hype run":    {hyping("/flows/"+ours.on.ID+"/run", nil), hyping("/flows/"+ours.off.ID+"/run", nil), 202},
		"a tenant":      {form(t, "/api/v1/admin/tenants", map[string]string{"name": "New"}, "", nil), form(t, "/api/v1/admin/tenants", map[string]string{"name": "Newer"}, "", nil), 201},
		"a job":         {form(t, bulkPath, goldForm, "a.csv", file), form(t, bulkPath, goldForm, "b.csv", file), 202},
	} {
		req, _ := h.httpRequest(t.Context(), c.first)
		op := h.conformance.operation(req)
		tried[op.ID] = true
		first := h.do(keyed(c.first, "once"))
		require.Equal(t, c.status, first.Code, "%s: %s", name, first.Body)
		require.Empty(t, first.Header().Get("Idempotent-Replayed"), name)
		c.first.as = h.signIn()
		again := h.do(keyed(c.first, "once"))
		require.Equal(t, c.status, again.Code, "%s: %s", name, again.Body)
		require.Equal(t, "true", again.Header().Get("Idempotent-Replayed"), name)
		require.Equal(t, first.Body.String(), again.Body.String(), name)
		for _, header := range []string{"ETag", "Location", "Content-Type"} {
			require.Equal(t, first.Header().Get(header), again.Header().Get(header), "%s: %s", name, header)
		}
		other := h.do(keyed(c.other, "once"))
		require.Equal(t, http.StatusUnprocessableEntity, other.Code, "%s: %s", name, other.Body)
		require.Contains(t, other.Body.String(), `"idempotency_key_reused"`, name)
		long := h.do(keyed(c.first, strings.Repeat("k", 201)))
		require.Equal(t, http.StatusUnprocessableEntity, long.Code, name)
		require.Contains(t, long.Body.String(), `"name":"Idempotency-Key"`, name)

		route := h.routeOf(op)
		_, _, err := h.store.Idempotency.Begin(ctx, models.IdempotencyRequest{PersonID: "admin", Key: "busy", Method: post, Route: route}, time.Minute, time.Hour)
		require.NoError(t, err)
		busy := h.do(keyed(c.other, "busy"))
		require.Equal(t, http.StatusConflict, busy.Code, "%s: %s", name, busy.Body)
		require.Contains(t, busy.Body.String(), `"idempotency_in_progress"`, name)
		require.NotEmpty(t, busy.Header().Get("Retry-After"), name)
		// Another person's claim of a key is nothing to us, nor is the other tenant's.
		somebody := c.other
		somebody.as = h.sessionOf(access.Owner, h.ours)
		require.NotContains(t, h.do(keyed(somebody, "busy")).Body.String(), "idempotency", name)
		_, _, err = h.store.Idempotency.Begin(ctxOf(h, h.theirs), models.IdempotencyRequest{PersonID: "admin", Key: "theirs", Method: post, Route: route}, time.Minute, time.Hour)
		require.NoError(t, err)
		require.NotContains(t, h.do(keyed(c.other, "theirs")).Body.String(), "idempotency", name)
	}
	for _, r := range h.server.Table() {
		if op := h.conformance.of(r); op.takes("Idempotency-Key") {
			require.True(t, tried[op.ID], "%s %s was not tried", r.Method, r.Path)
		}
	}
}

// routeOf is the path of an operation as the table of routes writes it.
func (h *harness) routeOf(op *operation) string {
	for _, r := range h.server.Table() {
		if h.conformance.of(r) == op {
			return r.Path
		}
	}
	return ""
}

// D4: by the cursors of a list each of its items comes once, whatever is added meanwhile, and a
// cursor of one list is refused by all others, with the parameter's name.
func TestListsGoOnByTheirCursors(t *testing.T) {
	h := newHarness(t)
	bulk := func(rows int) string {
		file := "headline,code,valid_until\n" + strings.Repeat("x,GOLD35,y\n", rows)
		return h.job(h.bulk(goldForm, file), http.StatusAccepted).ID
	}
	for range 5 {
		bulk(1)
	}
	meta, backgrounds := goldCoupon()
	for _, slug := range []string{"a", "b", "c", "d"} {
		meta.Slug = slug
		require.NoError(t, h.service.Install(ctxOf(h, h.ours), &meta, backgrounds))
	}
	walk := func(path, key string, meanwhile func()) (seen []string, cursor string) {
		for after := ""; ; {
			res := h.do(request{method: get, path: query(path, "limit=2"+after), admin: true})
			require.Equal(t, http.StatusOK, res.Code, res.Body.String())
			var page struct {
				Items []map[string]any
				Next  *string
			}
			require.NoError(t, json.Unmarshal(res.Body.Bytes(), &page))
			require.LessOrEqual(t, len(page.Items), 2)
			for _, item := range page.Items {
				text, err := json.Marshal(item[key])
				require.NoError(t, err)
				seen = append(seen, string(text))
			}
			if page.Next == nil {
				return seen, cursor
			}
			cursor = *page.Next
			after = "&after=" + url.QueryEscape(cursor)
			meanwhile()
		}
	}
	nothing := func() {}
	bot := h.telegramOf(h.ours, signalToken)
	arrive := func() { h.person(h.ours, bot.connection.ID) }
	for range 4 {
		arrive()
	}
	rows := bulkPath + "/" + bulk(5) + "/rows"
	welcome := h.journeyOf(h.ours, bot.connection, "Welcome", "gold")
	enter := func() { h.enter(h.ours, bot.connection, "gold") }
	for _, name := range []string{"a", "b", "c"} {
		h.draft(h.ours, name, name)
		enter()
	}
	speak := func() { h.says(h.ours, welcome.who, "Ann") }
	propose := func() { h.signalOf(h.ours, models.SignalProposed) }
	test := func() { h.backtestOf(h.ours) }
	recap := func() { h.recapOf(h.ours) }
	tell := func() {
		h.channelPostOf(h.ours, models.PostSent, models.ChannelPost{Kind: models.PostRecap, Role: models.RoleVIP})
	}
	check := func() {
		require.NoError(t, h.store.Coupons.Record(ctxOf(h, h.ours), &models.CouponCheck{Code: "GOLD35", Outcome: "valid", Source: "web"}))
	}
	for range 4 {
		check()
		propose()
		test()
		recap()
		tell()
	}
	cursors, walked := map[string]string{}, map[string]bool{}
	for path, c := range map[string]struct {
		key       string
		meanwhile func()
	}{
		"/api/v1/templates":      {"slug", nothing},
		"/api/v1/signals":        {"id", propose},
		"/api/v1/backtests":      {"id", test},
		"/api/v1/recaps":         {"id", recap},
		"/api/v1/coupons/checks": {"id", check},
		channelPosts:             {"id", tell},
		bulkPath:                 {"id", func() { bulk(1) }},
		rows:                     {"number", nothing},
		journeysPath:             {"id", func() { h.draft(h.ours, "more", "more") }},
		conversations:            {"id", enter},
		conversations + "/" + welcome.session.ID + "/log":   {"id", speak},
		"/api/v1/messages/log?subscriber=" + welcome.who.ID: {"id", speak},
		subscribers:                        {"id", arrive},
		bulkPath + "/" + bulk(4) + "/rows": {"number", nothing},
	} {
		whole, _ := walk(path, c.key, nothing)
		require.GreaterOrEqual(t, len(whole), 4, path)
		seen, cursor := walk(path, c.key, c.meanwhile)
		require.Equal(t, whole, seen, path)
		require.Len(t, slices.Compact(slices.Sorted(slices.Values(seen))), len(seen), "%s: one came twice", path)
		cursors[path] = cursor
		req, _ := h.httpRequest(t.Context(), request{method: get, path: path})
		walked[h.conformance.operation(req).ID] = true
	}
	for path := range cursors {
		for other, cursor := range cursors {
			if path == other {
				continue
			}
			res := h.do(request{method: get, path: query(path, "after="+url.QueryEscape(cursor)), admin: true})
			require.Equal(t, http.StatusUnprocessableEntity, res.Code, "%s with the cursor of %s", path, other)
			require.Contains(t, res.Body.String(), `"name":"after","code":"bad_cursor"`)
		}
	}
	for _, r := range h.server.Table() {
		if op := h.conformance.of(r); op.takes("after") {
			require.True(t, walked[op.ID], "%s %s was not walked", r.Method, r.Path)
		}
	}
}

// query adds to the query of a path, which may have one.
func query(path, more string) string {
	if strings.Contains(path, "?") {
		return path + "&" + more
	}
	return path + "?" + more
}
