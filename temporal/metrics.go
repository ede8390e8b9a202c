package temporal

import (
	"maps"
	"time"

	"go.temporal.io/sdk/client"

	"github.com/promostack/promostack/internal/host/metrics"
)

// figures brings what the SDK counts to the program's metrics.
type figures map[string]string // tags

var _ client.MetricsHandler = figures{}

// WithTags implements client.MetricsHandler.
func (f figures) WithTags(tags map[string]string) client.MetricsHandler {
	out := maps.Clone(f)
	maps.Copy(out, tags)
	return out
}

// Counter implements client.MetricsHandler.
func (f figures) Counter(name string) client.MetricsCounter {
	return counter(func(n int64) { metrics.TemporalCount(name, f, n) })
}

// Gauge implements client.MetricsHandler.
func (f figures) Gauge(name string) client.MetricsGauge {
	return gauge(func(level float64) { metrics.TemporalLevel(name, f, level) })
}

// Timer implements client.MetricsHandler.
func (f figures) Timer(name string) client.MetricsTimer {
	return timer(func(took time.Duration) { metrics.TemporalTime(name, f, took) })
}

type (
	counter func(n int64)
	gauge   func(level float64)
	timer   func(took time.Duration)
)

// Inc implements client.MetricsCounter.
func (c counter) Inc(n int64) { c(n) }

// Update implements client.MetricsGauge.
func (g gauge) Update(level float64) { g(level) }

// Record implements client.MetricsTimer.
func (t timer) Record(took time.Duration) { t(took) }
