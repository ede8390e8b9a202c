package mtproto_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/sandbox/mtproto"
)

// R4: the controls play the account's phone and the people who write to it.
func TestControls(t *testing.T) {
	folder := t.TempDir()
	sim, err := mtproto.New(mtproto.Options{Folder: folder})
	require.NoError(t, err)
	guarded := 0
	mux := http.NewServeMux()
	sim.Routes(mux, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { guarded++; next.ServeHTTP(w, r) })
	})
	calls := 0
	call := func(method, path, body string, status int) string {
		t.Helper()
		calls++
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), method, "/sandbox/api/telegram/"+path, strings.NewReader(body)))
		require.Equal(t, status, w.Code, w.Body.String())
		return w.Body.String()
	}
	require.JSONEq(t, `{"items":[]}`, call("GET", "accounts", "", 200))
	call("POST", "accounts/telethon", `{"phone":"+4912345"}`, 404)
	var made struct{ Session string }
	require.NoError(t, json.Unmarshal([]byte(call("POST", "accounts/telethon", `{"phone":"+15550000012"}`, 200)), &made))
	require.Len(t, made.Session, 353)
	var list struct{ Items []mtproto.Account }
	require.NoError(t, json.Unmarshal([]byte(call("GET", "accounts", "", 200)), &list))
	require.Equal(t, []mtproto.Account{{ID: 7_000_000_012, Phone: "+15550000012", Name: "Account 0012", Password: true, Sessions: 1}}, list.Items)

	const account = "accounts/7000000012/"
	call("POST", account+"messages", `{"from":{"id":5},"text":"hi"}`, 400)
	call("POST", account+"messages", `{"who":5}`, 400)
	call("POST", "accounts/7/messages", `{"from":{"id":5,"first_name":"Ann"},"text":"hi"}`, 404)
	require.Contains(t, call("POST", account+"messages", `{"from":{"id":5,"first_name":"Ann"},"text":"hi"}`, 200), `"text":"hi"`)
	require.Contains(t, call("GET", account+"messages", "", 200), `"person":5`)
	call("GET", "accounts/7/messages", "", 404)
	call("POST", "accounts/accept-qr", `{"url":"tg://login?token=none","phone":"+15550000012"}`, 404)
	call("PUT", "account-faults", `{"items":[{"kind":"pigeon","times":1}]}`, 400)
	call("PUT", "account-faults", `{"items":[{"kind":"flood_wait","seconds":3,"times":2}]}`, 200)
	require.Contains(t, call("GET", "account-faults", "", 200), `"seconds":3`)
	call("POST", account+"hang-up", "", 204)
	call("POST", account+"revoke", "", 200)
	call("POST", "accounts/7/revoke", "", 404)
	require.Equal(t, calls, guarded)

	again, err := mtproto.New(mtproto.Options{Folder: folder})
	require.NoError(t, err)
	require.Zero(t, again.Accounts()[0].Sessions)
	messages, ok := again.Messages(7_000_000_012)
	require.True(t, ok)
	require.Len(t, messages, 1)
}
