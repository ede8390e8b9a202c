package api_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/api/access"
	"github.com/promostack/promostack/models"
)

// told is what a session says of itself.
type told struct {
	SignedIn bool `json:"signed_in"`
	Moved    bool
	Tenant   *struct{ ID, Name string }
}

func (h *harness) session(cookie *http.Cookie) (told, *http.Cookie) {
	h.t.Helper()
	res := h.do(request{method: get, path: "/api/v1/session", as: cookie})
	require.Equal(h.t, http.StatusOK, res.Code, res.Body)
	var out told
	require.NoError(h.t, json.Unmarshal(res.Body.Bytes(), &out))
	return out, cookieOf(res, cookie)
}

// cookieOf is the session's cookie after an answer: the last one that it sets, as browsers keep it.
func cookieOf(res *httptest.ResponseRecorder, before *http.Cookie) *http.Cookie {
	for _, c := range res.Result().Cookies() {
		if c.Name == access.CookieName {
			before = c
		}
	}
	return before
}

// R5, T6: a session works in one tenant at a time, the one that its cookie names.
func TestASessionSwitches(t *testing.T) {
	h := newHarness(t)
	ours := h.sessionOf(access.Admin, h.ours)
	res := h.do(request{method: post, path: "/api/v1/admin/session/tenant", as: ours, body: map[string]string{"tenant_id": h.theirs.tenant.ID}})
	require.Equal(t, http.StatusOK, res.Code, res.Body)
	theirs := cookieOf(res, nil)
	require.NotNil(t, theirs)
	templates := func(as *http.Cookie) string {
		res := h.do(request{method: get, path: "/api/v1/templates", as: as})
		require.Equal(t, http.StatusOK, res.Code, res.Body)
		return res.Body.String()
	}
	require.Contains(t, templates(theirs), h.theirs.template.ID)
	require.NotContains(t, templates(theirs), h.ours.template.ID)
	require.Contains(t, templates(ours), h.ours.template.ID)
	now, _ := h.session(theirs)
	require.Equal(t, h.theirs.tenant.ID, now.Tenant.ID)

	// A page of ours that is still open writes nothing into theirs.
	page := request{method: post, path: "/api/v1/journeys", as: theirs, body: map[string]any{"name": "Of ours"}, header: map[string]string{"X-Tenant": h.ours.tenant.ID}}
	res = h.do(page)
	require.Equal(t, http.StatusConflict, res.Code, res.Body)
	require.Contains(t, res.Body.String(), `"tenant_switched"`)
	page.header["X-Tenant"] = h.theirs.tenant.ID
	require.Equal(t, http.StatusCreated, h.do(page).Code)
	require.False(t, now.Moved)
}

// R5: whoever works in a tenant that is removed gets a clear answer, and lands in another one. A client has none.
func TestASessionOfARemovedTenantLandsInAnother(t *testing.T) {
	h := newHarness(t)
	row := &models.Tenant{Slug: "demo", Name: "The demo", Kind: models.KindDemo}
	require.NoError(t, h.store.Tenants.Create(t.Context(), row))
	demo := world{tenant: row}
	admin, client := h.sessionOf(access.Admin, demo), h.sessionOf(access.Owner, demo)
	require.Equal(t, http.StatusOK, h.do(request{method: get, path: "/api/v1/templates", as: admin}).Code)

	res := h.do(request{method: del, path: "/api/v1/admin/tenants/" + row.ID, as: admin})
	require.Equal(t, http.StatusAccepted, res.Code, res.Body)
	gone := func() {
		t.Helper()
		for _, as := range []*http.Cookie{admin, client} {
			for _, r := range []request{{method: get, path: "/api/v1/templates", as: as}, {method: get, path: "/api/v1/events", as: as},
				{method: post, path: "/api/v1/journeys", as: as, body: map[string]any{"name": "Late"}}} {
				res := h.do(r)
				require.Equal(t, http.StatusConflict, res.Code, res.Body)
				require.Contains(t, res.Body.String(), `"tenant_gone"`)
			}
		}
		now, moved := h.session(admin)
		require.True(t, now.Moved)
		require.Equal(t, h.ours.tenant.ID, now.Tenant.ID)
		require.Equal(t, http.StatusOK, h.do(request{method: get, path: "/api/v1/templates", as: moved}).Code)
		now, _ = h.session(moved)
		require.False(t, now.Moved, "said once")
		now, _ = h.session(client)
		require.False(t, now.SignedIn)
	}
	gone()
	require.NoError(t, removeRows(h, row.ID))
	gone() // its row too
}

func removeRows(h *harness, id string) error {
	_, err := h.store.Tenants.RemoveRows(h.t.Context(), id, func() {})
	return err
}
