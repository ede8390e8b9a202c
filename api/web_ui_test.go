package api_test

import (
	"crypto/sha256"
	"encoding/base64"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/api/access"
	"github.com/promostack/promostack/internal/test/testkit"
)

const webUIScript = `start({ base: "/temporal" })`

// temporalUI stands for Temporal's Web UI; asked are the requests that reached it.
func temporalUI(t *testing.T) (address string, asked *[]*http.Request) {
	asked = &[]*http.Request{}
	ui := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*asked = append(*asked, r)
		http.SetCookie(w, &http.Cookie{Name: "_csrf", Value: "given", Path: "/"})
		http.SetCookie(w, &http.Cookie{Name: access.CookieName, Value: "mine", Path: "/"})
		w.Header().Set("X-Frame-Options", "ALLOWALL")
		w.Header().Set("Access-Control-Allow-Origin", "*")
		if r.URL.Path == "/temporal/api/v1/settings" {
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, `{"Codec":{"Endpoint":"","PassAccessToken":true},"DefaultNamespace":"default"}`)
			return
		}
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, `<div><script>`+webUIScript+`</script></div>`)
	}))
	t.Cleanup(ui.Close)
	return ui.URL, asked
}

func TestTheWebUIStandsBehindTheDashboard(t *testing.T) {
	address, asked := temporalUI(t)
	h := newHarness(t, "TEMPORAL_UI_URL", address)
	do := func(r request) *httptest.ResponseRecorder {
		req, _ := h.httpRequest(t.Context(), r)
		res := httptest.NewRecorder()
		h.handler.ServeHTTP(res, req)
		return res
	}

	for name, refused := range map[string]struct {
		request request
		status  int
		code    string
	}{
		"nobody":         {request{method: get, path: "/temporal/"}, 401, "sign_in"},
		"a tenant's":     {request{method: get, path: "/temporal/", as: h.sessionOf(access.Owner, h.ours)}, 403, "permission_missing"},
		"another host":   {request{method: get, path: "/temporal/", admin: true, host: "dash.localhost:8080"}, 404, "not_found"},
		"another site's": {request{method: post, path: "/temporal/api/v1/x", admin: true, header: map[string]string{"Origin": "https://evil.example"}}, 403, "cross_site"},
	} {
		res := do(refused.request)
		require.Equal(t, refused.status, res.Code, name)
		require.Contains(t, res.Body.String(), refused.code, name)
	}
	require.Empty(t, *asked)

	res := do(request{method: get, path: "/temporal/", admin: true})
	require.Equal(t, http.StatusFound, res.Code)
	page := res.Header().Get("Location")
	require.Equal(t, "/temporal/namespaces/promostack/workflows", page)

	res = do(request{method: get, path: page, admin: true, header: map[string]string{"Authorization": "Bearer x", "Origin": "http://127.0.0.1:8080"}})
	require.Equal(t, 200, res.Code)
	sum := sha256.Sum256([]byte(webUIScript))
	require.Contains(t, res.Header().Get("Content-Security-Policy"), "script-src 'self' 'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"';")
	require.Equal(t, []string{"SAMEORIGIN"}, res.Header().Values("X-Frame-Options"))
	require.Empty(t, res.Header().Get("Access-Control-Allow-Origin"))
	cookies := res.Result().Cookies()
	require.Len(t, cookies, 1, "no other cookie of this site's is set by the Web UI")
	require.Equal(t, "_csrf=given; Path=/temporal", cookies[0].String())
	require.Len(t, *asked, 1)
	for _, name := range []string{"Cookie", "Authorization", "Origin"} {
		require.Empty(t, (*asked)[0].Header.Get(name))
	}

	res = do(request{method: post, path: "/temporal/api/v1/x", as: h.adminToken, header: map[string]string{"X-Csrf-Token": "given"}})
	require.Equal(t, 200, res.Code)
	require.Equal(t, "given", (*asked)[1].Header.Get("X-Csrf-Token"))

	res = do(request{method: get, path: "/temporal/api/v1/settings", admin: true})
	require.JSONEq(t, `{"Codec":{"Endpoint":"http://127.0.0.1:8080/codec","IncludeCredentials":true},"DefaultNamespace":"default"}`, res.Body.String())
}

func TestAWebUIThatIsAway(t *testing.T) {
	h := newHarness(t, "TEMPORAL_UI_URL", "http://"+testkit.FreeAddr(t))
	req, _ := h.httpRequest(t.Context(), request{method: get, path: "/temporal/namespaces/promostack/workflows", admin: true})
	res := httptest.NewRecorder()
	h.handler.ServeHTTP(res, req)
	require.Equal(t, 503, res.Code)
	require.Contains(t, res.Body.String(), `"web_ui_away"`)
}
