package ai_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/adapter/ai"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/host/secrets"
)

const key = secrets.Text("hunter2-key")

const whole = `{"id":"chatcmpl-1","object":"chat.completion","created":1741569952,"model":"gpt-4o-mini-2024-07-18","choices":[{"index":0,"message":{"role":"assistant","content":" TP1 hit ✅ ","refusal":null,"annotations":[]},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":19,"completion_tokens":10,"total_tokens":29}}`

// client is one of a server that answers as handler does.
func client(t *testing.T, handler http.HandlerFunc, change ...func(*ai.Config)) *ai.OpenAI {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(func() { server.CloseClientConnections(); server.Close() })
	config := ai.Config{BaseURL: server.URL + "/v1", Key: key}
	for _, fn := range change {
		fn(&config)
	}
	c, err := ai.New(config)
	require.NoError(t, err)
	return c
}

func answered(status int, body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

var question = ai.Request{System: "be short", User: "{}", MaxTokens: 50}

func TestTheRequestIsTheContracts(t *testing.T) {
	// The library would take these from the environment.
	t.Setenv("OPENAI_API_KEY", "another-key")
	t.Setenv("OPENAI_BASE_URL", "http://elsewhere.example")
	t.Setenv("OPENAI_ORG_ID", "an-organisation")
	t.Setenv("OPENAI_CUSTOM_HEADERS", "X-Custom: 1")
	var header http.Header
	var body map[string]any
	c := client(t, func(w http.ResponseWriter, r *http.Request) {
		header = r.Header.Clone()
		if r.Method != http.MethodPost || r.URL.RequestURI() != "/v1/chat/completions" {
			t.Errorf("%s %s", r.Method, r.URL.RequestURI())
		}
		_ = json.NewDecoder(r.Body).Decode(&body)
		answered(http.StatusOK, whole)(w, r)
	})
	reply, err := c.Complete(t.Context(), question)
	require.NoError(t, err)
	require.Equal(t, ai.Reply{Text: "TP1 hit ✅", Tokens: 29}, reply)
	require.Equal(t, map[string]any{"model": "gpt-4o-mini", "max_completion_tokens": 50.0, "messages": []any{
		map[string]any{"role": "system", "content": "be short"}, map[string]any{"role": "user", "content": "{}"}}}, body)
	require.Equal(t, "Bearer hunter2-key", header.Get("Authorization"))
	require.Equal(t, "PromoStack", header.Get("User-Agent"))
	require.Empty(t, header.Get("X-Custom"))
	require.Empty(t, header.Get("OpenAI-Organization"))
	require.Equal(t, ai.DefaultModel, c.Model())
}

func TestEachErrorHasItsCode(t *testing.T) {
	problem := func(code string) string {
		return `{"error":{"message":"Incorrect API key provided: hunter2***.","type":"x","param":null,"code":` + code + `}}`
	}
	choice := func(content, refusal, reason string) string {
		return `{"id":"1","object":"chat.completion","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":` + content + `,"refusal":` + refusal + `},"finish_reason":"` + reason + `"}],"usage":{"total_tokens":9}}`
	}
	const page = `<!DOCTYPE html><html><body>Just a moment...</body></html>`
	for name, row := range map[string]struct {
		handler http.HandlerFunc
		code    string
		kind    fault.Kind
		retry   time.Duration
	}{
		"401":                        {answered(401, problem(`"invalid_api_key"`)), ai.KeyRefused, fault.Forbidden, 0},
		"401 of a page":              {answered(401, page, "Content-Type", "text/html"), ai.KeyRefused, fault.Forbidden, 0},
		"403":                        {answered(403, problem(`"unsupported_country_region_territory"`)), ai.KeyRefused, fault.Forbidden, 0},
		"429":                        {answered(429, problem(`"rate_limit_exceeded"`)), ai.Limit, fault.RateLimited, 20 * time.Second},
		"429 with seconds":           {answered(429, problem(`null`), "Retry-After", "7"), ai.Limit, fault.RateLimited, 7 * time.Second},
		"429 with ms":                {answered(429, problem(`null`), "Retry-After", "7", "Retry-After-Ms", "1500"), ai.Limit, fault.RateLimited, 1500 * time.Millisecond},
		"429 for ever":               {answered(429, problem(`null`), "Retry-After", "1e99"), ai.Limit, fault.RateLimited, time.Hour},
		"429 with nonsense":          {answered(429, page, "Retry-After", "soon"), ai.Limit, fault.RateLimited, 20 * time.Second},
		"429 without money":          {answered(429, problem(`"insufficient_quota"`)), ai.QuotaUsedUp, fault.Forbidden, 0},
		"404 of a model":             {answered(404, problem(`"model_not_found"`)), ai.UnknownModel, fault.NotFound, 0},
		"404 of a page":              {answered(404, page), ai.UnknownModel, fault.NotFound, 0},
		"400":                        {answered(400, problem(`null`)), ai.Refused, fault.Invalid, 0},
		"400 without a body":         {answered(400, ``), ai.Refused, fault.Invalid, 0},
		"500":                        {answered(500, problem(`null`)), ai.Away, fault.Unavailable, 30 * time.Second},
		"502 of a page":              {answered(502, page, "Content-Type", "text/html"), ai.Away, fault.Unavailable, 30 * time.Second},
		"503 with JSON that is none": {answered(503, `{"error":`), ai.Away, fault.Unavailable, 30 * time.Second},
		"a page":                     {answered(200, page, "Content-Type", "text/html"), ai.Malformed, fault.Unavailable, 30 * time.Second},
		"a page as JSON":             {answered(200, page), ai.Malformed, fault.Unavailable, 30 * time.Second},
		"cut JSON":                   {answered(200, whole[:len(whole)/2]), ai.Malformed, fault.Unavailable, 30 * time.Second},
		"a cut body":                 {answered(200, whole, "Content-Length", "9999"), ai.Malformed, fault.Unavailable, 30 * time.Second},
		"nothing":                    {answered(200, ``), ai.Malformed, fault.Unavailable, 30 * time.Second},
		"204":                        {answered(204, ``), ai.Malformed, fault.Unavailable, 30 * time.Second},
		"no choices":                 {answered(200, `{"id":"1","object":"chat.completion","model":"m","choices":[]}`), ai.Malformed, fault.Unavailable, 30 * time.Second},
		"another JSON":               {answered(200, `[]`), ai.Malformed, fault.Unavailable, 30 * time.Second},
		"too long":                   {answered(200, whole[:len(whole)-1]+`,"x":"`+strings.Repeat("x", 1<<20)+`"}`), ai.Malformed, fault.Unavailable, 30 * time.Second},
		"a tool's call":              {answered(200, choice(`null`, `null`, "tool_calls")), ai.Malformed, fault.Unavailable, 30 * time.Second},
		"cut off":                    {answered(200, choice(`"TP1"`, `null`, "length")), ai.CutOff, fault.Unavailable, 0},
		"filtered":                   {answered(200, choice(`"TP1"`, `null`, "content_filter")), ai.Declined, fault.Unavailable, 0},
		"declined":                   {answered(200, choice(`null`, `"I can't help with that."`, "stop")), ai.Declined, fault.Unavailable, 0},
		"a redirect": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		},
			ai.Malformed, fault.Unavailable, 30 * time.Second},
		"a broken connection": {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, ai.Away, fault.Unavailable, 30 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			var calls atomic.Int32
			c := client(t, func(w http.ResponseWriter, r *http.Request) { calls.Add(1); row.handler(w, r) })
			_, err := c.Complete(t.Context(), question)
			require.Error(t, err)
			f := fault.From(err)
			require.Equal(t, row.code, f.Code, "%v", err)
			require.Equal(t, row.kind, f.Kind)
			require.Equal(t, row.retry, f.RetryAfter)
			require.NotEmpty(t, f.Remedy)
			require.NotContains(t, err.Error(), "hunter2")
			require.NotContains(t, err.Error(), "127.0.0.1")
			require.EqualValues(t, 1, calls.Load(), "nothing is tried again")
		})
	}
}

func TestAnEmptyTextIsAText(t *testing.T) {
	c := client(t, answered(200, `{"choices":[{"index":0,"message":{"role":"assistant","content":"","refusal":null},"finish_reason":"stop"}]}`))
	reply, err := c.Complete(t.Context(), question)
	require.NoError(t, err)
	require.Empty(t, reply.Text)
}

func TestTime(t *testing.T) {
	asked := make(chan struct{}, 8)
	stall := func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // else the server does not see that the caller goes
		asked <- struct{}{}
		<-r.Context().Done()
	}
	c := client(t, stall, func(c *ai.Config) { c.Timeout = 50 * time.Millisecond })
	_, err := c.Complete(t.Context(), question)
	require.Equal(t, ai.TimedOut, fault.From(err).Code, "%v", err)
	require.Positive(t, fault.From(err).RetryAfter)

	c = client(t, func(w http.ResponseWriter, r *http.Request) { // the head comes, the rest does not
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, "{")
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	}, func(c *ai.Config) { c.Timeout = 50 * time.Millisecond })
	_, err = c.Complete(t.Context(), question)
	require.Equal(t, ai.TimedOut, fault.From(err).Code, "%v", err)

	<-asked
	c = client(t, stall)
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-asked; cancel() }()
	_, err = c.Complete(ctx, question)
	require.ErrorIs(t, err, context.Canceled, "the caller's own end stays what it is")
}

func TestNobodyThere(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	c, err := ai.New(ai.Config{BaseURL: server.URL, Key: key})
	require.NoError(t, err)
	_, err = c.Complete(t.Context(), question)
	require.Equal(t, ai.Away, fault.From(err).Code, "%v", err)
}

func TestSettings(t *testing.T) {
	for name, config := range map[string]ai.Config{
		"OPENAI_API_KEY": {}, "OPENAI_BASE_URL": {Key: key, BaseURL: "api.openai.com/v1"},
	} {
		_, err := ai.New(config)
		require.Equal(t, fault.Invalid, fault.From(err).Kind)
		require.Equal(t, name, fault.From(err).Fields[0].Name)
	}
	for _, bad := range []string{"ftp://x/v1", "https://user@x/v1", "https://x/v1?a=b", "https://x/v1#a"} {
		_, err := ai.New(ai.Config{Key: key, BaseURL: bad})
		require.Error(t, err, bad)
	}
	c, err := ai.New(ai.Config{Key: key})
	require.NoError(t, err)
	for _, bad := range []ai.Request{{}, {System: "a", User: "b"}, {System: "a", User: strings.Repeat("b", 33<<10), MaxTokens: 1}, {System: "a", User: "b", MaxTokens: 5000}} {
		_, err := c.Complete(t.Context(), bad)
		require.Equal(t, fault.Invalid, fault.From(err).Kind)
	}
}
