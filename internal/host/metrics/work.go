package metrics

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/promostack/promostack/internal/host/tracing"
)

// What the parts of a process count stands here once, whoever serves it.
var (
	sends = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "promostack_sends_total", Help: "Attempts to send a message, by way (bot, account) and outcome (sent, failed, unknown, skipped, waits).",
	}, []string{"way", "outcome"})
	pauses = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "promostack_send_pauses_total", Help: "Pauses that Telegram asked for, by way (bot, account).",
	}, []string{"way"})
	outside = prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "promostack_outside_seconds", Help: "Time until an outside service answered, by service and outcome (the status, or none).",
		Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 60},
	}, []string{"service", "outcome"})
	texts = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "promostack_texts_total", Help: "Texts by source (ai, template) and, for a template, why it took the model's place.",
	}, []string{"source", "reason"})
	flowCounts = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "promostack_temporal_total", Help: "What Temporal's SDK counts: flows, activities and tasks by outcome.",
	}, temporalLabels)
	flowGauges = prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Name: "promostack_temporal_level", Help: "What Temporal's SDK measures: pollers, free slots, cached flows.",
	}, temporalLabels)
	flowTimes = prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "promostack_temporal_seconds", Help: "What Temporal's SDK times: flows, activities, and how long tasks waited in their queue.",
		Buckets: []float64{.001, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10, 60, 600},
	}, temporalLabels)
)

// temporalLabels are the tags of Temporal's SDK that are kept; flows' ids would make series without end.
var temporalLabels = []string{"metric", "task_queue", "workflow_type", "activity_type", "worker_type", "operation"}

func work() []prometheus.Collector {
	return []prometheus.Collector{sends, pauses, outside, texts, flowCounts, flowGauges, flowTimes}
}

// The ways of a message.
const (
	WayBot     = "bot"
	WayAccount = "account"
)

// Sent counts an attempt to send a message.
func Sent(way, outcome string) { sends.WithLabelValues(way, outcome).Inc() }

// Paused counts a pause that Telegram asked for.
func Paused(way string) { pauses.WithLabelValues(way).Inc() }

// Wrote counts a text of a source; reason is why a template took the model's place.
func Wrote(source, reason string) { texts.WithLabelValues(source, reason).Inc() }

// Outside times the calls of an outside service, and puts them into the trace that they belong to.
func Outside(service string, next http.RoundTripper) http.RoundTripper {
	return transport(func(r *http.Request) (*http.Response, error) {
		begun := time.Now()
		r, end := tracing.Call(r, service)
		res, err := next.RoundTrip(r)
		outcome, status := "none", 0
		if err == nil {
			outcome, status = strconv.Itoa(res.StatusCode), res.StatusCode
		}
		end(status)
		outside.WithLabelValues(service, outcome).Observe(time.Since(begun).Seconds())
		return res, err
	})
}

type transport func(r *http.Request) (*http.Response, error)

// RoundTrip implements http.RoundTripper.
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) { return t(r) }

// TemporalCount adds to what Temporal's SDK counts under a name, with its tags.
func TemporalCount(name string, tags map[string]string, n int64) {
	if n > 0 {
		flowCounts.WithLabelValues(temporalValues(name, tags)...).Add(float64(n))
	}
}

// TemporalLevel records a level of Temporal's SDK.
func TemporalLevel(name string, tags map[string]string, level float64) {
	flowGauges.WithLabelValues(temporalValues(name, tags)...).Set(level)
}

// TemporalTime records a time of Temporal's SDK.
func TemporalTime(name string, tags map[string]string, took time.Duration) {
	flowTimes.WithLabelValues(temporalValues(name, tags)...).Observe(took.Seconds())
}

func temporalValues(name string, tags map[string]string) []string {
	values := []string{strings.TrimPrefix(name, "temporal_")}
	for _, label := range temporalLabels[1:] {
		values = append(values, tags[label])
	}
	// The queue of one owner of an account is named by its fence, which rises.
	if strings.HasPrefix(values[1], "account.") {
		values[1] = "account"
	}
	return values
}

// Figure is something that is looked up when somebody reads the metrics.
type Figure struct {
	Name   string // without the program's own
	Help   string
	Labels map[string]string
	Value  float64
}

// Watch adds figures that look gives; those that it can't give are missing.
func (m *Metrics) Watch(look func() []Figure) { m.registry.MustRegister(watched(look)) }

type watched func() []Figure

// Describe implements prometheus.Collector: which figures there are shows when they are read.
func (w watched) Describe(chan<- *prometheus.Desc) {}

// Collect implements prometheus.Collector.
func (w watched) Collect(out chan<- prometheus.Metric) {
	for _, f := range w() {
		out <- prometheus.MustNewConstMetric(prometheus.NewDesc("promostack_"+f.Name, f.Help, nil, f.Labels), prometheus.GaugeValue, f.Value)
	}
}
