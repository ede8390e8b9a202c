package api_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/models"
)

const (
	account = "/api/v1/user-account"
	phone   = "+1 555 123 4567"
)

// signIn begins a sign-in of the user account.
func signIn(method, field, value string) request {
	return request{method: post, path: account + "/sign-in", admin: true, body: map[string]string{"method": method, field: value}}
}

// give is one step of a sign-in; version 0 names none.
func give(step, text string, version int64) request {
	r := request{method: post, path: account + "/" + step, admin: true, body: map[string]string{step: text}}
	if version > 0 {
		r.header = tag(version)
	}
	return r
}

// owner does what the owner of a tenant's account does: it takes what was given and shows what comes
// next.
func (h *harness) owner(w world, state models.LoginState) func() {
	return func() {
		h.t.Helper()
		ctx := ctxOf(h, w)
		c, err := h.store.Connections.ByKind(ctx, models.UserAccount)
		require.NoError(h.t, err)
		fence, _, ok, err := h.store.Accounts.Acquire(ctx, c.ID, "test", time.Minute)
		require.NoError(h.t, err)
		require.True(h.t, ok)
		require.NoError(h.t, h.store.Accounts.Owned(ctx, c.ID, fence, func(tx *models.Store) error {
			l, err := tx.Accounts.TakeStep(ctx, c.ID)
			if err == nil && state == models.LoginSignedIn {
				if err = tx.Accounts.SaveSession(ctx, c.ID, "sealed"); err == nil {
					err = tx.Accounts.SignedIn(ctx, c.ID)
				}
			}
			if err == nil {
				_, err = tx.Accounts.ShowLogin(ctx, c.ID, l.Version, models.LoginShow{State: state})
			}
			return err
		}))
		require.NoError(h.t, h.store.Accounts.Release(ctx, c.ID, fence))
	}
}

// accountRows are the rows of the user account's sign-in. What is given is in no answer.
func (h *harness) accountRows() []scenario {
	secrets := []string{"5551234567", phone, "24680", "hunter2"}
	rows := []scenario{
		{name: "account", request: request{method: get, path: account, admin: true}, status: 200, expected: []string{`"idle"`}, headers: map[string]string{"ETag": `"0"`}},
		{name: "account for nobody", request: request{method: get, path: account}, status: 401, expected: []string{`"sign_in"`}},
		{name: "sign-in by pigeon", request: signIn("pigeon", "phone", phone), status: 422, expected: []string{`"name":"method"`}},
		{name: "sign-in with half a number", request: signIn("phone", "phone", "5551234567"), status: 422, expected: []string{`"name":"phone"`, "country"}},
		{name: "sign-in with half a session", request: signIn("telethon", "session", "1hunter2"), status: 422, expected: []string{`"name":"session"`, `"telethon_malformed"`}},
		{name: "code before anything", request: give("code", "24680", 1), status: 409, expected: []string{`"login_expired"`}},
		{name: "sign-in", request: signIn("phone", "phone", phone), status: 202, expected: []string{`"starting"`, `"phone"`}, headers: map[string]string{"ETag": `"1"`}},
		{name: "code that nobody waits for", request: give("code", "24680", 1), status: 409, expected: []string{`"login_state"`}},

		{name: "account that waits for its code", before: h.owner(h.ours, models.LoginCodeNeeded), request: request{method: get, path: account, admin: true}, status: 200,
			expected: []string{`"code_needed"`}, headers: map[string]string{"ETag": `"2"`, "Cache-Control": "no-store"}},
		{name: "code without version", request: give("code", "24680", 0), status: 428, expected: []string{`"if_match_missing"`}},
		{name: "code for an old version", request: give("code", "24680", 1), status: 412, expected: []string{`"version_changed"`}},
		{name: "no code", request: give("code", "", 2), status: 422, expected: []string{`"name":"code"`}},
		{name: "password in the place of the code", request: give("password", "hunter2", 2), status: 409, expected: []string{`"login_state"`}},
		{name: "code", request: give("code", "24680", 2), status: 202, expected: []string{`"starting"`}, headers: map[string]string{"ETag": `"3"`}},

		{name: "password without version", before: h.owner(h.ours, models.LoginPasswordNeeded), request: give("password", "hunter2", 0), status: 428, expected: []string{`"if_match_missing"`}},
		{name: "password for an old version", request: give("password", "hunter2", 2), status: 412, expected: []string{`"version_changed"`}},
		{name: "no password", request: give("password", "", 4), status: 422, expected: []string{`"name":"password"`}},
		{name: "password", request: give("password", "hunter2", 4), status: 202, expected: []string{`"starting"`}, headers: map[string]string{"ETag": `"5"`}},

		{name: "sign-in of an account that is signed in", before: h.owner(h.ours, models.LoginSignedIn), request: signIn("qr", "phone", ""), status: 409, expected: []string{`"account_signed_in"`, "Sign it out"}},
		{name: "sign-out for nobody", request: request{method: post, path: account + "/sign-out"}, status: 401, expected: []string{`"sign_in"`}},
		{name: "sign-out", request: request{method: post, path: account + "/sign-out", admin: true}, status: 202, expected: []string{`"sign_out"`, `"starting"`}},
		{name: "cancelling for nobody", request: request{method: post, path: account + "/cancel"}, status: 401, expected: []string{`"sign_in"`}},
		{name: "cancelling a sign-out, which goes on", request: request{method: post, path: account + "/cancel", admin: true}, status: 200, expected: []string{`"sign_out"`}},
	}
	for i := range rows {
		rows[i].forbidden = append(rows[i].forbidden, secrets...)
	}
	return rows
}

// A tenant sees its own account alone, and what waits for the owner is sealed.
func TestAnAccountIsItsTenantsOwn(t *testing.T) {
	h := newHarness(t)
	ctx := ctxOf(h, h.theirs)
	c := &models.Connection{Kind: models.UserAccount, Hook: "theirs", State: models.ConnectionWorking, DisplayName: "Their account"}
	require.NoError(t, h.store.Connections.Create(ctx, c))
	_, err := h.store.Accounts.Begin(ctx, c.ID, models.LoginQR, "sealed")
	require.NoError(t, err)
	require.Contains(t, h.do(request{method: get, path: account, admin: true}).Body.String(), `"idle"`)
	require.Equal(t, 202, h.do(request{method: post, path: account + "/sign-out", admin: true}).Code)
	require.Equal(t, 200, h.do(request{method: post, path: account + "/cancel", admin: true}).Code)
	theirs, err := h.store.Accounts.Login(ctx, c.ID)
	require.NoError(t, err)
	require.EqualValues(t, 1, theirs.Version)

	require.Equal(t, 202, h.do(signIn("phone", "phone", phone)).Code)
	ours, err := h.store.Connections.ByKind(ctxOf(h, h.ours), models.UserAccount)
	require.NoError(t, err)
	login, err := h.store.Accounts.Login(ctxOf(h, h.ours), ours.ID)
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(login.Sealed, "v1."))
	require.NotContains(t, login.Sealed, "555")
	id := contract.AccountID(ours.TenantID, ours.ID)
	h.temporal.AssertCalled(t, "SignalWithStartWorkflow", anything, id, anything, anything, anything, anything, anything)
}
