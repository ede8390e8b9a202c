package metrics

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func read(t *testing.T, m *Metrics) string {
	t.Helper()
	res := httptest.NewRecorder()
	m.Handler().ServeHTTP(res, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
	require.Equal(t, http.StatusOK, res.Code, res.Body.String())
	return res.Body.String()
}

func TestWhatPartsCountIsServed(t *testing.T) {
	m := New("worker", "test")
	m.Watch(func() []Figure {
		return []Figure{{Name: "connections_broken", Help: "Connections that do not work.", Labels: map[string]string{"kind": "promo_bot"}, Value: 2}}
	})
	Sent(WayBot, "sent")
	Paused(WayAccount)
	TemporalCount("temporal_workflow_failed", map[string]string{"workflow_type": "conversation", "namespace": "left out"}, 1)
	TemporalLevel("temporal_num_pollers", map[string]string{"task_queue": "account.0190b0e0.7", "worker_type": "ActivityWorker"}, 3)
	TemporalTime("temporal_activity_execution_latency", map[string]string{"activity_type": "send"}, 20*time.Millisecond)
	answer := transport(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: http.StatusTeapot, Body: http.NoBody}, nil
	})
	silent := transport(func(*http.Request) (*http.Response, error) { return nil, errors.New("away") })
	for _, next := range []transport{answer, silent} {
		res, err := Outside("crm", next).RoundTrip(httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://x/", nil))
		if err == nil {
			_ = res.Body.Close()
		}
	}
	text := read(t, m)
	for _, want := range []string{
		`promostack_build_info{part="worker",version="test"} 1`,
		`promostack_connections_broken{kind="promo_bot"} 2`,
		`promostack_sends_total{outcome="sent",way="bot"} 1`,
		`promostack_send_pauses_total{way="account"} 1`,
		`promostack_temporal_total{activity_type="",metric="workflow_failed",operation="",task_queue="",worker_type="",workflow_type="conversation"} 1`,
		`promostack_temporal_level{activity_type="",metric="num_pollers",operation="",task_queue="account",worker_type="ActivityWorker",workflow_type=""} 3`,
		`metric="activity_execution_latency"`,
		`promostack_outside_seconds_count{outcome="418",service="crm"} 1`,
		`promostack_outside_seconds_count{outcome="none",service="crm"} 1`,
	} {
		require.Contains(t, text, want)
	}
	require.NotContains(t, text, "left out")
}
