// Package tracing sends OpenTelemetry traces to a collector, where one is set: a request or an update is followed
// through flows and activities to the calls of outside services. Without a collector nothing is recorded.
package tracing

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/host/secrets"
)

// Options say where traces go.
type Options struct {
	Endpoint string       // base address of the collector, OTLP over HTTP; empty for none
	Headers  secrets.Text // name=value pairs, separated by commas, that the collector asks for
	Part     string       // of the program: "api", "worker"
	Version  string
}

// flushLimit is how long the last spans of a process may take to reach the collector.
const flushLimit = 2 * time.Second

// Start sends the process's traces from now on, until stop is called, which sends the last ones.
func Start(ctx context.Context, o Options) (stop func(), err error) {
	if o.Endpoint == "" {
		return func() {}, nil
	}
	address, err := url.JoinPath(o.Endpoint, "v1", "traces")
	if err != nil {
		return nil, fmt.Errorf("OTEL_EXPORTER_OTLP_ENDPOINT: %w", err)
	}
	headers, err := ParseHeaders(o.Headers.Reveal())
	if err != nil {
		return nil, err
	}
	exporter, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(address), otlptracehttp.WithHeaders(headers))
	if err != nil {
		return nil, fmt.Errorf("traces to %s: %w", o.Endpoint, err)
	}
	provider := sdk.NewTracerProvider(sdk.WithBatcher(exporter, sdk.WithBatchTimeout(time.Second)), sdk.WithResource(resource.NewSchemaless(
		attribute.String("service.name", "promostack-"+o.Part), attribute.String("service.version", o.Version))))
	otel.SetTracerProvider(provider)
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) {
		slog.Warn("traces are lost", "error", fault.New(fault.Unavailable, "traces_unavailable", "The collector does not answer").
			WithRemedy("Check OTEL_EXPORTER_OTLP_ENDPOINT").WithCause(err))
	}))
	return func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), flushLimit)
		defer cancel()
		if err := provider.Shutdown(ctx); err != nil {
			slog.Warn("the last traces are lost", "error", err)
		}
	}, nil
}

// ParseHeaders reads name=value pairs, separated by commas, whose values may be percent-encoded. The error names
// the setting.
func ParseHeaders(text string) (map[string]string, error) {
	headers := map[string]string{}
	for pair := range strings.SplitSeq(text, ",") {
		if pair = strings.TrimSpace(pair); pair == "" {
			continue
		}
		name, value, ok := strings.Cut(pair, "=")
		value, err := url.PathUnescape(strings.TrimSpace(value))
		if name = strings.TrimSpace(name); !ok || name == "" || err != nil {
			return nil, fault.InvalidField("OTEL_EXPORTER_OTLP_HEADERS", "headers_malformed", "OTEL_EXPORTER_OTLP_HEADERS is not of the form name=value,name=value")
		}
		headers[name] = value
	}
	return headers, nil
}

// Tracer is what makes the program's spans.
func Tracer() trace.Tracer { return otel.Tracer("github.com/promostack/promostack") }

// End ends a span. An error marks it as failed, by its code alone: messages may hold what people wrote.
type End func(err error)

// Span begins a span below the context's. Where the context is in no trace, there is none.
func Span(ctx context.Context, name string) (context.Context, End) {
	if !trace.SpanContextFromContext(ctx).IsValid() {
		return ctx, func(error) {}
	}
	return begin(ctx, name, trace.SpanKindClient)
}

// Root begins a trace.
func Root(ctx context.Context, name string) (context.Context, End) {
	return begin(Untraced(ctx), name, trace.SpanKindServer)
}

// Untraced leaves the context's trace: for work that goes on for hours and belongs to no request.
func Untraced(ctx context.Context) context.Context {
	return trace.ContextWithSpanContext(ctx, trace.SpanContext{})
}

func begin(ctx context.Context, name string, kind trace.SpanKind) (context.Context, End) {
	ctx, span := Tracer().Start(ctx, name, trace.WithSpanKind(kind))
	return ctx, func(err error) {
		if err != nil {
			span.SetStatus(codes.Error, fault.From(err).Code)
		}
		span.End()
	}
}

// Request begins the span of a request that is served, in its caller's trace if it names one. end takes the status.
func Request(r *http.Request, route string) (ctx context.Context, end func(status int)) {
	ctx = propagation.TraceContext{}.Extract(r.Context(), propagation.HeaderCarrier(r.Header))
	ctx, span := Tracer().Start(ctx, r.Method+" "+route, trace.WithSpanKind(trace.SpanKindServer))
	return ctx, func(status int) { endRequest(span, status, http.StatusInternalServerError) }
}

// Call begins the span of a request to an outside service. Its address is not kept: it may hold a token. end takes
// the status, 0 when there was no answer.
func Call(r *http.Request, service string) (*http.Request, func(status int)) {
	if !trace.SpanContextFromContext(r.Context()).IsValid() {
		return r, func(int) {}
	}
	ctx, span := Tracer().Start(r.Context(), service+" "+r.Method, trace.WithSpanKind(trace.SpanKindClient))
	return r.WithContext(ctx), func(status int) { endRequest(span, status, http.StatusBadRequest) }
}

func endRequest(span trace.Span, status, failedFrom int) {
	span.SetAttributes(attribute.Int("http.response.status_code", status))
	if status == 0 || status >= failedFrom {
		span.SetStatus(codes.Error, http.StatusText(status))
	}
	span.End()
}

// ID is the id of the context's trace, for logs; empty outside of one.
func ID(ctx context.Context) string {
	if c := trace.SpanContextFromContext(ctx); c.IsValid() {
		return c.TraceID().String()
	}
	return ""
}
