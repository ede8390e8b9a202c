package api_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/sandbox"
	"github.com/promostack/promostack/internal/sandbox/telegram"
	"github.com/promostack/promostack/internal/test/testkit"
)

// sandboxed is an API in front of a real sandbox, on a real listener.
func sandboxed(t *testing.T) *httptest.Server {
	t.Helper()
	bots, err := telegram.Open(t.Context(), telegram.Options{Bots: []telegram.Bot{{Token: "7:" + strings.Repeat("x", 35), Username: "some_bot"}}})
	require.NoError(t, err)
	behind := httptest.NewServer(sandbox.New(sandbox.Options{Parts: []sandbox.Part{bots}}))
	t.Cleanup(func() { behind.CloseClientConnections(); behind.Close(); _ = bots.Close() })
	h := newHarness(t, "SANDBOX", "on", "SANDBOX_ADDRESS", strings.TrimPrefix(behind.URL, "http://"))
	front := httptest.NewServer(h.handler)
	t.Cleanup(func() { front.CloseClientConnections(); front.Close() })
	return front
}

func ask(t *testing.T, method, address, body string, header ...string) (*http.Response, string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(body))
	require.NoError(t, err)
	for i := 0; i < len(header); i += 2 {
		if header[i] == "Host" {
			req.Host = header[i+1]
		}
		req.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, "", err
	}
	defer func() { _ = res.Body.Close() }()
	out, err := io.ReadAll(res.Body)
	return res, string(out), err
}

func TestTheSandboxIsUnderTheDashboardsAddress(t *testing.T) {
	front := sandboxed(t)
	bot := front.URL + "/sandbox/telegram/bot7:" + strings.Repeat("x", 35)
	res, body, err := ask(t, get, bot+"/getMe", "")
	require.NoError(t, err)
	require.Equal(t, 200, res.StatusCode)
	require.Contains(t, body, `"some_bot"`)
	require.Equal(t, []string{"nosniff"}, res.Header.Values("X-Content-Type-Options"), "said once")

	for name, header := range map[string][]string{
		"another name": {"Host", "evil.example"}, "another site": {"Origin", "https://evil.example"},
		"a proxy": {"X-Forwarded-For", "192.0.2.7"}, "a picture elsewhere": {"Sec-Fetch-Site", "cross-site"},
	} {
		for _, path := range []string{"/sandbox/api/telegram/bots", "/sandbox/telegram/bot7:x/getMe", "/sandbox/funderpro/v1"} {
			res, body, err := ask(t, get, front.URL+path, "", header...)
			require.NoError(t, err)
			require.Equal(t, 404, res.StatusCode, "%s %s", name, path)
			require.NotContains(t, body, "some_bot")
		}
	}
	res, body, err = ask(t, post, front.URL+"/sandbox/api/telegram/faults", `{"kind":"timeout_after","method":"getMe"}`)
	require.NoError(t, err)
	require.Equal(t, 200, res.StatusCode, body)
	_, _, err = ask(t, post, bot+"/getMe", "")
	require.Error(t, err, "an answer that never comes does not come through here either")
}

// A stream's events are there as they happen, though nothing has ended.
func TestTheSandboxStreams(t *testing.T) {
	front := sandboxed(t)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, get, front.URL+"/sandbox/api/telegram/stream", nil)
	require.NoError(t, err)
	res, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer func() { _ = res.Body.Close() }()
	var seen bytes.Buffer
	until := func(text string) {
		piece := make([]byte, 4096)
		for !strings.Contains(seen.String(), text) {
			n, err := res.Body.Read(piece)
			seen.Write(piece[:n])
			require.NoError(t, err, seen.String())
		}
	}
	until("event: ready")
	_, _, err = ask(t, get, front.URL+"/sandbox/telegram/bot7:"+strings.Repeat("x", 35)+"/getMe", "")
	require.NoError(t, err)
	until("event: call")
}

func TestWithoutASandboxThereIsNothing(t *testing.T) {
	require.Empty(t, newHarness(t).server.Sandbox())
}

func TestASandboxThatIsAway(t *testing.T) {
	h := newHarness(t, "SANDBOX", "on", "SANDBOX_ADDRESS", testkit.FreeAddr(t))
	res := h.do(request{method: get, path: "/sandbox/api/telegram/bots", from: "127.0.0.1:1"})
	require.Equal(t, 503, res.Code)
	require.Contains(t, res.Body.String(), `"sandbox_away"`)
	res = h.do(request{method: get, path: "/sandbox/api/telegram/bots", from: "192.0.2.1:1"})
	require.Equal(t, 404, res.Code)
}
