// Package metrics holds the program's Prometheus metrics, in a registry of their own.
package metrics

import (
	"crypto/subtle"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/promostack/promostack/internal/host/secrets"
)

// Metrics are all the figures of one process.
type Metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
	renders  *prometheus.HistogramVec
}

// New registers the metrics of a process; part is "api", "worker" or "sandbox".
func New(part, version string) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "promostack_http_request_seconds", Help: "Time to answer a request, by route and status.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
		}, []string{"method", "route", "status"}),
		renders: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "promostack_render_seconds", Help: "Time to make an image, by source and outcome (made, cached, refused, failed).",
			Buckets: []float64{.001, .0025, .005, .01, .02, .04, .08, .16, .5, 2},
		}, []string{"source", "outcome"}),
	}
	info := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "promostack_build_info", Help: "Always 1; the labels say which part and version this is.",
		ConstLabels: prometheus.Labels{"part": part, "version": version},
	})
	info.Set(1)
	m.registry.MustRegister(work()...)
	m.registry.MustRegister(m.requests, m.renders, info,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Request counts an answered request. route is the pattern, never the path, so that the number
// of series stays small.
func (m *Metrics) Request(method, route string, status int, took time.Duration) {
	m.requests.WithLabelValues(method, route, strconv.Itoa(status)).Observe(took.Seconds())
}

// Render counts a request for an image.
func (m *Metrics) Render(source, outcome string, took time.Duration) {
	m.renders.WithLabelValues(source, outcome).Observe(took.Seconds())
}

// Handler serves the registry in Prometheus' text format.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// Allows reports whether a request may read the figures: anybody's while there is no token, else one that brings
// it as a bearer token.
func Allows(r *http.Request, token secrets.Text) bool {
	given, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	return token == "" || ok && subtle.ConstantTimeCompare([]byte(given), []byte(token.Reveal())) == 1
}
