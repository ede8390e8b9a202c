package api_test

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/api"
	"github.com/promostack/promostack/api/access"
	"github.com/promostack/promostack/models"
)

const get, post, put, patch, del = http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete

// scenario is one row of a table: what is asked, by whom, what must be in the answer and what
// must not.
type scenario struct {
	name      string
	request   request
	status    int
	expected  []string
	forbidden []string
	headers   map[string]string
	foreign   bool // it asks for what is another tenant's
	// everybodys is set where the platform's admins are told of all tenants.
	everybodys bool
	before     func()        // what happens behind the API since the row before
	path       func() string // the request's path, where a row before this one decides it
}

// The table of scenarios. Each area's rows are beside it, in the order in which they are run on one
// API. Every request and answer is held against the published document besides.
func TestScenarios(t *testing.T) {
	h := newHarness(t)
	theirs := h.jobIn(h.theirs, models.BulkReady)
	their := h.telegramOf(h.theirs, theirToken)
	signal := h.signalOf(h.theirs, models.SignalOpen)
	backtest := h.backtestOf(h.theirs)
	telegram := h.telegramRows(their)
	journey := h.journeyOf(h.theirs, their.connection, "Their journey", "gold")
	journeys := h.journeyRows(journey)
	channelPost := h.channelPostOf(h.theirs, models.PostFailed, models.ChannelPost{Kind: models.PostRecap, Role: models.RoleVIP, Channel: "Their channel"})
	hype := h.hypeOf(h.theirs, "Their")
	rows := slices.Concat(h.platformRows(), h.fileRows(), h.renderRows(), h.bulkRows(theirs), h.accountRows(), h.forexRows(), h.signalRows(signal), h.recordRows(), h.crossPromoRows(), h.hypeRows(hype), h.aiRows(), h.backtestRows(backtest), telegram, h.channelPostRows(channelPost), journeys, h.homeRows(), h.templateRows(), h.recordEndRows(), h.tenantRows())
	h.run(t, rows, journey.journey.ID, journey.session.ID, journey.who.ID, "Their journey", journey.link, theirs.ID, signal.ID, backtest.ID, their.connection.ID, their.subscriber.ID, their.post.ID, channelPost.ID, "Their channel", hype.used.ID, hype.on.ID, "Their morning", "their_bot", promoToken[11:])
	require.Empty(t, h.missingRows(rows), "a route of the table has no such row")
	require.Empty(t, withoutPermission(h.server.Table()))

	after, err := h.store.Bulk.Get(ctxOf(h, h.theirs), theirs.ID)
	require.NoError(t, err)
	require.Equal(t, theirs.Version, after.Version, "nothing of theirs changed")
	h.unchanged(t, h.theirs, their)
	h.unchangedJourney(t, h.theirs, journey)
	r, err := h.store.Templates.Get(ctxOf(h, h.theirs), h.theirs.template.ID)
	require.NoError(t, err)
	require.Equal(t, h.theirs.template.Version, r.Version, "nothing of theirs changed")
}

// run goes through a table. Nothing of theirs and nothing of the inside may be in any answer. What
// is accepted is asked for by the least able role that may, after all others were refused.
func (h *harness) run(t *testing.T, list []scenario, secrets ...string) {
	t.Helper()
	inside := []string{password, "goroutine ", "SQLSTATE"}
	secrets = append(append(secrets, inside...), h.theirs.tenant.ID, h.theirs.template.ID, h.theirs.upload.ID, "their-coupon", "The theirs")
	for _, s := range list {
		t.Run(s.name, func(t *testing.T) {
			if s.before != nil {
				s.before()
			}
			if s.path != nil {
				s.request.path = s.path()
			}
			if s.kind() == "accepted" {
				s.request.as = h.lowest(t, s.request)
			}
			res := h.do(s.request)
			body := res.Body.String()
			require.Equal(t, s.status, res.Code, body)
			for _, want := range s.expected {
				require.Contains(t, body, want)
			}
			hidden := secrets
			if s.everybodys {
				hidden = inside
			}
			for _, not := range append(s.forbidden, hidden...) {
				require.NotContains(t, body, not)
			}
			for k, v := range s.headers {
				require.Contains(t, res.Header().Get(k), v, k)
			}
			if s.status >= http.StatusBadRequest && s.headers["Content-Type"] == "" { // else it is a page
				require.Equal(t, "application/problem+json", strings.Split(res.Header().Get("Content-Type"), ";")[0])
			}
		})
	}
}

// lowest makes a request as each role without the route's permission, which is refused, and returns
// the session of the least able role that has it; nil where no permission is needed.
func (h *harness) lowest(t *testing.T, r request) *http.Cookie {
	t.Helper()
	req, _ := h.httpRequest(t.Context(), r)
	op := h.conformance.operation(req)
	if op == nil || op.Permission == "" {
		return nil
	}
	for _, role := range access.Roles() {
		r.as = h.sessionOf(role, h.ours)
		if role.May(op.Permission) {
			return r.as
		}
		res := h.do(r)
		require.Equal(t, http.StatusForbidden, res.Code, "%s may not: %s", role, res.Body)
		require.Contains(t, res.Body.String(), `"permission_missing"`)
		require.Contains(t, res.Body.String(), op.Permission)
	}
	t.Fatalf("no role has the permission %s", op.Permission)
	return nil
}

// withoutPermission tells which routes of a table ask a session for no permission, or for one that
// is not in the roles' table.
func withoutPermission(table []api.Route) (wrong []string) {
	for _, r := range table {
		switch {
		case r.Auth == access.SignedIn && r.Permission == "":
			wrong = append(wrong, fmt.Sprintf("%s %s asks for no permission", r.Method, r.Path))
		case r.Permission != "" && !access.Admin.May(r.Permission):
			wrong = append(wrong, fmt.Sprintf("%s %s asks for %s, which no role has", r.Method, r.Path, r.Permission))
		}
	}
	return wrong
}

func TestRoutesWithoutPermissionAreNoticed(t *testing.T) {
	require.Equal(t, []string{"GET /a asks for no permission", "GET /b asks for a.read, which no role has"}, withoutPermission([]api.Route{
		{Method: get, Path: "/", Auth: access.Public},
		{Method: get, Path: "/a", Auth: access.SignedIn},
		{Method: get, Path: "/b", Auth: access.SignedIn, Permission: "a.read"},
		{Method: get, Path: "/c", Auth: access.SignedIn, Permission: access.TemplatesRead},
	}))
}

// nobodys are routes whose path names nothing that belongs to a tenant. Every other route with a
// name in its path needs a row that asks for what is another tenant's.
var nobodys = []string{"/l/:link", "/fonts/:file", "/fonts/emoji/:file", "/codec/:operation", "/api/v1/admin/tenants/:tenant"}

// missingRows tells which routes of the table lack a row that is accepted, one that is refused, one
// that asks for another tenant's, where If-Match is needed one without it and one that is late, and
// one for each status that the route's description names.
func (h *harness) missingRows(list []scenario) (missing []string) {
	has, promised := map[string]bool{}, promised()
	for _, s := range list {
		req, _ := h.httpRequest(h.t.Context(), s.request)
		op := h.conformance.operation(req)
		if op == nil {
			continue
		}
		kind := s.kind()
		if len(s.expected)+len(s.headers) == 0 {
			missing = append(missing, s.name+" expects nothing")
		}
		if kind == "foreign" && s.status != http.StatusNotFound {
			missing = append(missing, s.name+" tells that it is there")
		}
		has[kind+" "+op.ID], has[strconv.Itoa(s.status)+" "+op.ID] = true, true
	}
	for _, r := range h.server.Table() {
		kinds := []string{"accepted", "refused"}
		if strings.ContainsAny(r.Path, ":*") && !slices.Contains(nobodys, r.Path) {
			kinds = append(kinds, "foreign")
		}
		if h.conformance.of(r).takes("If-Match") {
			kinds = append(kinds, "412", "428")
		}
		kinds = append(kinds, promised[r.Method+" "+r.Path]...)
		for _, kind := range kinds {
			if !has[kind+" "+h.conformance.of(r).ID] {
				missing = append(missing, fmt.Sprintf("%s %s has no %s row", r.Method, r.Path, kind))
			}
		}
	}
	return missing
}

// promised are the statuses that the descriptions of routes name by hand. Too many requests have
// tests of their own, and the metrics' token too.
func promised() map[string][]string {
	out := map[string][]string{}
	for _, area := range api.Areas() {
		for route, about := range area.Routes {
			for _, answer := range about.Answers {
				out[route] = append(out[route], strconv.Itoa(answer.Status))
			}
			for status := range about.Refusals {
				if status != http.StatusTooManyRequests && route != "GET /metrics" {
					out[route] = append(out[route], strconv.Itoa(status))
				}
			}
		}
	}
	return out
}

// kind is what a row is good for.
func (s scenario) kind() string {
	switch {
	case s.foreign:
		return "foreign"
	case s.status < http.StatusBadRequest:
		return "accepted"
	}
	return "refused"
}

// A test that would not notice a missing row is no use.
func TestMissingRowsAreNoticed(t *testing.T) {
	h := newHarness(t)
	rows := h.templateRows()
	for _, kind := range []string{"accepted", "refused", "foreign", "428"} {
		some := slices.DeleteFunc(slices.Clone(rows), func(s scenario) bool {
			return s.request.method == patch && (s.kind() == kind || strconv.Itoa(s.status) == kind)
		})
		name := "PATCH /api/v1/templates/:template has no " + kind + " row"
		require.NotContains(t, h.missingRows(rows), name)
		require.Contains(t, h.missingRows(some), name)
	}
}

// Every route that is not public refuses a caller without a session and one whose role is unknown,
// and none answers on a host that is not its own.
func TestEveryRouteIsGuarded(t *testing.T) {
	h := newHarness(t)
	nobody := h.sessionOf("guest", h.ours)
	for _, r := range h.server.Table() {
		path := strings.NewReplacer(":template", "gold-coupon", ":job", "x", ":connection", "x", ":subscriber", "x", ":post", "x", ":journey", "x", ":version", "x", ":conversation", "x", ":signal", "x", ":strategy", "x", ":backtest", "x", ":slot", "teaser", ":prompt", "x", ":flow", "x", ":tenant", "x", ":link", "x", ":slug", "x", ":hook", "x", ":file", "x.json", "*key", "x", ":operation", "decode").Replace(r.Path)
		require.NotContains(t, path, ":", "a parameter that this test does not know")
		if r.Auth == access.SignedIn {
			res := h.do(request{method: r.Method, path: path, body: map[string]any{}})
			require.Equal(t, http.StatusUnauthorized, res.Code, "%s %s", r.Method, r.Path)
			res = h.do(request{method: r.Method, path: path, as: nobody, body: map[string]any{}})
			require.Equal(t, http.StatusForbidden, res.Code, "%s %s", r.Method, r.Path)
			require.Contains(t, res.Body.String(), `"permission_missing"`, "%s %s", r.Method, r.Path)
		}
		if r.Host != access.AnyHost {
			res := h.do(request{method: r.Method, path: path, host: "evil.example", admin: true, body: map[string]any{}})
			require.Equal(t, http.StatusForbidden, res.Code, "%s %s", r.Method, r.Path)
		}
		if r.Host == access.AdminHost {
			res := h.do(request{method: r.Method, path: path, host: "dash.localhost:8080", admin: true, body: map[string]any{}})
			require.Equal(t, http.StatusForbidden, res.Code, "%s %s", r.Method, r.Path)
		}
	}
	require.Equal(t, http.StatusNotFound, h.do(request{method: get, path: "/", host: "evil.example"}).Code)
	require.Equal(t, http.StatusOK, h.do(request{method: get, path: "/", host: "dash.localhost:8080"}).Code)
}
