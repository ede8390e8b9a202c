package ai_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	adapter "github.com/promostack/promostack/internal/adapter/ai"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/sandbox"
	"github.com/promostack/promostack/internal/sandbox/ai"
)

const key = "sandbox-key"

func start(t *testing.T) (*httptest.Server, *adapter.OpenAI) {
	t.Helper()
	server := httptest.NewServer(sandbox.New(sandbox.Options{Parts: []sandbox.Part{ai.New(ai.Options{Key: key})}}))
	t.Cleanup(func() { server.CloseClientConnections(); server.Close() })
	client, err := adapter.New(adapter.Config{BaseURL: server.URL + ai.Path, Key: key, Timeout: 300 * time.Millisecond})
	require.NoError(t, err)
	return server, client
}

func call(t *testing.T, method, address, body string, header ...string) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	require.NoError(t, err)
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }()
	out, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response.StatusCode, string(out)
}

const facts = `{"kind":"milestone","language":"LANGUAGE","facts":{"figures":[{"name":"price","unit":"price","value":"2655"},{"name":"pips","unit":"pips","value":"50"}],"labels":["XAU/USD","TP1"]},"plain":"TP1 touché"}`

func ask(t *testing.T, client *adapter.OpenAI, language string) (string, error) {
	t.Helper()
	reply, err := client.Complete(t.Context(), adapter.Request{System: "be short", User: strings.ReplaceAll(facts, "LANGUAGE", language), MaxTokens: 100})
	return reply.Text, err
}

// The real client against the simulated model: what the facts are is what is said.
func TestItWritesFromFacts(t *testing.T) {
	_, client := start(t)
	for language, want := range map[string][]string{"en": {"50 pips"}, "de-AT": {"50 Pips"}, "fr": {"TP1 touché"}} {
		text, err := ask(t, client, language)
		require.NoError(t, err)
		for _, w := range want {
			require.Contains(t, text, w)
		}
	}
	reply, err := client.Complete(t.Context(), adapter.Request{System: "be short", User: "hello", MaxTokens: 100})
	require.NoError(t, err)
	require.NotEmpty(t, reply.Text)
	require.Positive(t, reply.Tokens)
}

func TestOrders(t *testing.T) {
	server, client := start(t)
	order := func(body string) {
		t.Helper()
		status, answer := call(t, "POST", server.URL+ai.Control+"/orders", body)
		require.Equal(t, 200, status, answer)
	}
	for kind, code := range map[ai.Kind]string{ai.Stall: adapter.TimedOut, ai.Down: adapter.Away, ai.Page: adapter.Malformed, ai.Truncated: adapter.Malformed, ai.NoChoices: adapter.Malformed,
		ai.CutOff: adapter.CutOff, ai.Filtered: adapter.Declined, ai.Declined: adapter.Declined, ai.BadKey: adapter.KeyRefused, ai.Limit: adapter.Limit, ai.Quota: adapter.QuotaUsedUp, ai.Internal: adapter.Away} {
		order(`{"kind":"` + string(kind) + `","count":1}`)
		_, err := ask(t, client, "en")
		require.Equal(t, code, fault.From(err).Code, "%s: %v", kind, err)
	}
	order(`{"kind":"429","count":1,"retry_after":7}`)
	_, err := ask(t, client, "en")
	require.Equal(t, 7*time.Second, fault.From(err).RetryAfter)
	for kind, want := range map[ai.Kind]string{ai.WrongPrice: "2656.37", ai.ExtraFigure: "12 winners", ai.InWords: "Fifty", ai.Markup: "<b>", ai.Opposite: "−50 pips"} {
		order(`{"kind":"` + string(kind) + `","count":1}`)
		text, err := ask(t, client, "en")
		require.NoError(t, err)
		require.Contains(t, text, want)
	}
	order(`{"kind":"nothing","count":1}`)
	order(`{"kind":"say","texts":["one","two"]}`)
	for _, want := range []string{"", "one", "two"} {
		text, err := ask(t, client, "en")
		require.NoError(t, err)
		require.Equal(t, want, text)
	}
	order(`{"kind":"500","count":100}`)
	status, _ := call(t, "DELETE", server.URL+ai.Control+"/orders", "")
	require.Equal(t, 200, status)
	text, err := ask(t, client, "en")
	require.NoError(t, err)
	require.Contains(t, text, "50 pips")

	status, body := call(t, "GET", server.URL+ai.Control, "")
	require.Equal(t, 200, status)
	var state ai.State
	require.NoError(t, json.Unmarshal([]byte(body), &state))
	require.True(t, state.Simulated)
	require.Empty(t, state.Orders)
	require.Equal(t, 22, state.Asked)
	require.Equal(t, text, state.Calls[0].Text)
	require.Equal(t, "be short", state.Calls[0].System)
	require.Equal(t, ai.Say, state.Calls[1].Order)
	require.NotContains(t, body, key)

	for _, bad := range []string{``, `{}`, `{"kind":"fire","count":1}`, `{"kind":"500"}`, `{"kind":"500","count":10001}`, `{"kind":"say"}`, `{"kind":"500","count":1,"texts":["x"]}`,
		`{"kind":"html","count":1,"retry_after":1}`, `{"kind":"500","count":1,"retry_after":-1}`, `{"kind":"500","count":1,"x":1}`} {
		status, _ := call(t, "POST", server.URL+ai.Control+"/orders", bad)
		require.Contains(t, []int{400, 422}, status, bad)
	}
	status, _ = call(t, "GET", server.URL+ai.Control+"/elsewhere", "")
	require.Equal(t, 404, status)
	status, _ = call(t, "GET", server.URL+ai.Control, "", "Origin", "https://evil.example")
	require.Equal(t, 404, status, "the controls answer this machine alone")
}

func TestTheProviderIsStrict(t *testing.T) {
	server, _ := start(t)
	const good = `{"model":"gpt-4o-mini","messages":[{"role":"user","content":"x"}]}`
	for _, row := range []struct {
		method, path, body, key string
		status                  int
		code                    string
	}{
		{"POST", "/chat/completions", good, key, 200, `"finish_reason":"stop"`},
		{"POST", "/chat/completions", good, "", 401, `"invalid_api_key"`},
		{"POST", "/chat/completions", good, "wrong", 401, `"invalid_api_key"`},
		{"GET", "/chat/completions", "", key, 404, `"invalid_request_error"`},
		{"POST", "/completions", good, key, 404, `"invalid_request_error"`},
		{"POST", "/chat/completions", `{`, key, 400, `"invalid_request_error"`},
		{"POST", "/chat/completions", `{"model":"gpt-4o-mini","messages":[{"role":"user","content":"x"}],"tempo":1}`, key, 400, "tempo"},
		{"POST", "/chat/completions", `{"messages":[{"role":"user","content":"x"}]}`, key, 400, "model"},
		{"POST", "/chat/completions", `{"model":"llama","messages":[{"role":"user","content":"x"}]}`, key, 404, `"model_not_found"`},
		{"POST", "/chat/completions", `{"model":"gpt-4o-mini","messages":[]}`, key, 400, "messages"},
		{"POST", "/chat/completions", `{"model":"gpt-4o-mini","messages":[{"role":"king","content":"x"}]}`, key, 400, "king"},
		{"POST", "/chat/completions", `{"model":"gpt-4o-mini","max_completion_tokens":0,"messages":[{"role":"user","content":"x"}]}`, key, 400, "max_completion_tokens"},
	} {
		status, body := call(t, row.method, server.URL+ai.Path+row.path, row.body, "Authorization", "Bearer "+row.key)
		require.Equal(t, row.status, status, "%+v %s", row, body)
		require.Contains(t, body, row.code)
	}
}
