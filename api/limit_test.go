package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/api/access"
)

// D4: a session that asks too much is told to wait, and for how long; others are not held up.
func TestRequestsAreLimited(t *testing.T) {
	h := newHarness(t)
	now := time.Now()
	h.now = func() time.Time { return now }
	h.adminToken = h.signIn()
	ask := request{method: post, path: "/api/v1/promos/bulk", admin: true, body: map[string]any{}}
	allowed := 0
	for h.do(ask).Code != http.StatusTooManyRequests {
		allowed++
		require.Less(t, allowed, 1000)
	}
	require.Equal(t, 60, allowed)
	res := h.do(ask)
	require.Equal(t, http.StatusTooManyRequests, res.Code)
	require.Contains(t, res.Body.String(), `"rate_limited"`)
	require.Equal(t, "2", res.Header().Get("Retry-After"))
	require.Equal(t, `"bulk";r=0;t=120`, res.Header().Get("RateLimit"))
	require.Equal(t, `"bulk";q=60;w=120`, res.Header().Get("RateLimit-Policy"))

	require.Equal(t, http.StatusOK, h.do(request{method: get, path: "/api/v1/promos/bulk", admin: true}).Code, "another class")
	other := ask
	other.as = h.signIn()
	require.Equal(t, http.StatusUnsupportedMediaType, h.do(other).Code, "another session of the same second")
	now = now.Add(2 * time.Second)
	require.Equal(t, http.StatusUnsupportedMediaType, h.do(ask).Code, "Retry-After says the truth")
	require.Equal(t, http.StatusTooManyRequests, h.do(ask).Code)
}

// Without a session requests count for the address that they come from.
func TestVisitorsAreLimitedByAddress(t *testing.T) {
	h := newHarness(t)
	now := time.Now()
	h.now = func() time.Time { return now }
	h.adminToken = h.signIn()
	visit := request{method: get, path: "/api/v1/session", from: "192.0.2.7:1000"}
	for i := 0; ; i++ {
		res := h.do(visit)
		if res.Code == http.StatusTooManyRequests {
			require.Equal(t, "1", res.Header().Get("Retry-After"))
			break
		}
		require.Less(t, i, 5000)
	}
	visit.from = "192.0.2.7:2000"
	require.Equal(t, http.StatusTooManyRequests, h.do(visit).Code, "another port is the same caller")
	unknown := request{method: get, path: "/api/v1/templates", from: "192.0.2.7:3000"}
	require.Equal(t, http.StatusTooManyRequests, h.do(unknown).Code, "so is who has no session")
	unknown.admin = true
	require.Equal(t, http.StatusOK, h.do(unknown).Code, "a session counts for itself")
	visit.from = "192.0.2.8:1000"
	require.Equal(t, http.StatusOK, h.do(visit).Code)
	visit.from = "192.0.2.7:1000"
	visit.path = "/healthz"
	require.Equal(t, http.StatusOK, h.do(visit).Code, "health has no limit")
}

// Each route says what it costs; only health, metrics and files are free.
func TestEveryRouteHasALimit(t *testing.T) {
	h := newHarness(t)
	for _, r := range h.server.Table() {
		free := r.Limit.Burst == 0
		want := r.Auth == access.Public && !strings.HasPrefix(r.Path, "/api/") && !strings.HasPrefix(r.Path, "/codec/") && !strings.HasPrefix(r.Path, "/i/") && !strings.HasPrefix(r.Path, "/l/") && !strings.HasPrefix(r.Path, "/t/")
		require.Equal(t, want, free, "%s %s", r.Method, r.Path)
		if !free {
			require.GreaterOrEqual(t, r.Limit.Burst, 60)
			require.NotEmpty(t, r.Limit.Name)
		}
	}
}

// With METRICS_TOKEN set, metrics are for who knows it.
func TestMetricsToken(t *testing.T) {
	h := newHarness(t, "METRICS_TOKEN", "a-token-for-metrics")
	for given, want := range map[string]int{
		"": http.StatusUnauthorized, "Bearer guess": http.StatusUnauthorized, "Bearer a-token-for-metrics": http.StatusOK,
	} {
		res := h.do(request{method: get, path: "/metrics", header: map[string]string{"Authorization": given}})
		require.Equal(t, want, res.Code, given)
		require.Equal(t, want == http.StatusOK, strings.Contains(res.Body.String(), "promostack_build_info"))
	}
}
