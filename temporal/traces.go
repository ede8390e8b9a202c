package temporal

import (
	"go.temporal.io/sdk/contrib/opentelemetry"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/workflow"

	"github.com/promostack/promostack/internal/host/tracing"
)

// spanKey is where the tracing interceptor keeps its span in contexts of flows.
type spanKey struct{}

// traces follows calls through flows and activities. It stands before the guard, which tells it what a flow does
// because of a signal.
func traces() (interceptor.Interceptor, error) {
	return opentelemetry.NewTracingInterceptor(opentelemetry.TracerOptions{Tracer: tracing.Tracer(), SpanContextKey: spanKey{},
		DisableQueryTracing: true, DisableBaggage: true, AllowInvalidParentSpans: true})
}

// noteSignal keeps the span of a signal: a flow that waits for people acts because of the last one, not because of
// what started it long ago.
func (w *workflowGuard) noteSignal(ctx workflow.Context) {
	if span := ctx.Value(spanKey{}); span != nil && !workflow.IsReplaying(ctx) {
		w.signal = span
	}
}

// becauseOf puts an activity into the trace of the last signal.
func (o *outboundGuard) becauseOf(ctx workflow.Context) workflow.Context {
	if o.flow.signal == nil {
		return ctx
	}
	return workflow.WithValue(ctx, spanKey{}, o.flow.signal)
}
