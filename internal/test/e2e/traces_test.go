//go:build integration

package e2e

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/internal/test/testkit/bots"
	"github.com/promostack/promostack/internal/test/testkit/stack"
)

// traceCollector is an OTLP collector that keeps the names of spans by their traces.
type traceCollector struct {
	mu     sync.Mutex
	spans  map[string][]string
	values []string // of all attributes and messages
	key    string   // that callers showed
}

func collectTraces(t *testing.T) (*traceCollector, string) {
	c := &traceCollector{spans: map[string][]string{}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		var in collector.ExportTraceServiceRequest
		if err != nil || r.URL.Path != "/v1/traces" || proto.Unmarshal(body, &in) != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		c.take(&in, r.Header.Get("X-Collector-Key"))
		w.Header().Set("Content-Type", "application/x-protobuf")
	}))
	t.Cleanup(server.Close)
	return c, server.URL
}

func (c *traceCollector) take(in *collector.ExportTraceServiceRequest, key string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.key = key
	for _, resource := range in.GetResourceSpans() {
		for _, scope := range resource.GetScopeSpans() {
			for _, span := range scope.GetSpans() {
				id := string(span.GetTraceId())
				c.spans[id] = append(c.spans[id], span.GetName())
				c.values = append(c.values, span.GetName(), span.GetStatus().GetMessage(), span.String())
			}
		}
	}
}

// with returns the spans of the traces that have all of these, each named by a part of it.
func (c *traceCollector) with(parts ...string) (found [][]string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, names := range c.spans {
		if !slices.ContainsFunc(parts, func(part string) bool {
			return !slices.ContainsFunc(names, func(name string) bool { return strings.Contains(name, part) })
		}) {
			found = append(found, names)
		}
	}
	return found
}

// traced holds R6: one trace leads from an update, or from a request, through the flow and its activities to the
// calls of outside services. The second message of a conversation, whose flow runs already, has a trace of its own.
func (c *traceCollector) traced(t *testing.T, s *stack.Stack, sim *bots.World) {
	person := sim.Person("Tracy")
	chat := []string{"telegram update", "WithStartWorkflow:PromoChat", "HandleSignal", "RunActivity:", "telegram sendMessage", "telegram POST"}
	before := len(c.with(chat...))
	for i, text := range []string{"/start", "/help"} {
		sim.Say(chatBot, person, text)
		testkit.Eventually(t, chatPatience, "a trace of "+text, func() bool { return len(c.with(chat...)) > before+i })
	}
	job := startBulk(t, s.Client, "traced", 3)
	watchBulk(t, s.Client, job.ID, "done", isDone)
	testkit.Eventually(t, chatPatience, "a trace of the request", func() bool {
		return len(c.with("POST /api/v1/promos/bulk", "StartWorkflow:BulkRender", "RunWorkflow:BulkRender", "RunActivity:", "objects PUT")) == 1
	})
	c.mu.Lock()
	defer c.mu.Unlock()
	require.Equal(t, "abc def", c.key)
	for _, text := range c.values {
		require.NotContains(t, text, "/bot", "an address with a token")
		require.NotContains(t, text, "/healthz")
	}
}
