package temporal

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/log"
	sdk "go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/wait"
	"github.com/promostack/promostack/internal/host/secrets"
)

// Options says which Temporal to reach.
type Options struct {
	Address   string // host:port
	Namespace string
	Ring      *secrets.Ring
	Logger    *slog.Logger
	TLS       *tls.Config  // nil for none
	APIKey    secrets.Text // of Temporal Cloud; needs TLS
	// SealedSince is when this installation began to seal its calls: what was called before goes on.
	SealedSince time.Time
	// Traced follows calls through flows and activities (internal/host/tracing).
	Traced bool
	// Names finds the names of what flows are about, for those that this client starts; nil leaves ids.
	Names Namer
	// Working refuses the start of flows for a tenant that is being removed; nil refuses none.
	Working func(ctx context.Context, tenantID string) error
}

// ClientOptions are what every connection has: sealed payloads, the tenant in the headers, the guard.
func (o Options) ClientOptions() client.Options {
	codec, seals := NewCodec(o.Ring), sealer{o.Ring}
	out := client.Options{
		MetricsHandler: figures{},
		HostPort:       o.Address,
		Namespace:      o.Namespace,
		Logger:         log.NewStructuredLogger(o.Logger),
		DataConverter:  codec.Converter(),
		// Messages of failures can hold a person's words, so they are encrypted like payloads.
		FailureConverter: sdk.NewDefaultFailureConverter(sdk.DefaultFailureConverterOptions{
			DataConverter: codec.Converter(), EncodeCommonAttributes: true,
		}),
		ContextPropagators: []workflow.ContextPropagator{propagator{seals, codec.Converter()}},
		Interceptors:       []interceptor.ClientInterceptor{&guard{sealer: seals, since: o.SealedSince, names: o.Names, working: o.Working}},
		// Encrypted data can't be compressed.
		ConnectionOptions: client.ConnectionOptions{GrpcCompression: &client.GrpcCompressionNone{}, TLS: o.TLS},
	}
	if o.Traced {
		follow, err := traces()
		if err != nil {
			o.Logger.Warn("flows are not traced", "error", err)
		} else {
			out.Interceptors = slices.Insert(out.Interceptors, 0, interceptor.ClientInterceptor(follow))
		}
	}
	if !o.APIKey.IsZero() {
		out.Credentials = client.NewAPIKeyStaticCredentials(o.APIKey.Reveal())
	}
	return out
}

// ReplayerOptions are what recorded histories are read with. They may hold calls from before calls were sealed.
func ReplayerOptions(ring *secrets.Ring) worker.WorkflowReplayerOptions {
	seals, payloads := sealer{ring}, NewCodec(ring).Converter()
	return worker.WorkflowReplayerOptions{DataConverter: payloads, ContextPropagators: []workflow.ContextPropagator{propagator{seals, payloads}},
		Interceptors: []interceptor.WorkerInterceptor{&guard{sealer: seals, recorded: true}}}
}

// Lazy returns a client that connects with its first call, so that the API starts and answers
// while Temporal is away.
func Lazy(o Options) (client.Client, error) {
	return client.NewLazyClient(o.ClientOptions())
}

// Dial connects and returns when Temporal answers and the namespace is there, or with a clear
// error if ctx ends first, or at once if the server does not let this program make the namespace.
func Dial(ctx context.Context, o Options) (client.Client, error) {
	var last error
	for pause := 250 * time.Millisecond; ; pause = min(2*pause, 5*time.Second) {
		c, err := client.DialContext(ctx, o.ClientOptions())
		if err == nil {
			if last = Ensure(ctx, c, o.Namespace); last == nil {
				return c, nil
			}
			c.Close()
			if fault.Is(last, fault.Forbidden) {
				return nil, last
			}
		} else {
			last = err
		}
		o.Logger.Warn("waiting for Temporal", "address", o.Address, "error", last, "pause", pause.String())
		if wait.For(ctx, pause) != nil {
			return nil, Away(o.Address, last)
		}
	}
}

// Away is the error that says that Temporal does not answer.
func Away(address string, cause error) *fault.Error {
	return fault.New(fault.Unavailable, "temporal_unavailable", "Temporal does not answer at %s", address).
		WithRemedy("Start it, or set TEMPORAL_ADDRESS").WithRetryAfter(5 * time.Second).WithCause(cause)
}

// Ensure makes the namespace with its retention and the search attributes where they are
// missing. The development server ignores its own flags for both once a namespace exists. Where the server does not let
// this program, as Temporal Cloud may, the error is fault.Forbidden.
func Ensure(ctx context.Context, c client.Client, namespace string) error {
	err := ensure(ctx, c, namespace)
	if denied, ok := errors.AsType[*serviceerror.PermissionDenied](err); ok && denied != nil {
		return fault.New(fault.Forbidden, "namespace_denied", "Temporal does not let this program make the namespace %s", namespace).
			WithRemedy("Make it with your cluster's own tools, with the search attributes TenantId and Subject (keywords); check TEMPORAL_API_KEY").WithCause(err)
	}
	return err
}

func ensure(ctx context.Context, c client.Client, namespace string) error {
	service := c.WorkflowService()
	_, err := service.DescribeNamespace(ctx, &workflowservice.DescribeNamespaceRequest{Namespace: namespace})
	if missing, ok := errors.AsType[*serviceerror.NamespaceNotFound](err); ok && missing != nil {
		_, err = service.RegisterNamespace(ctx, &workflowservice.RegisterNamespaceRequest{
			Namespace:                        namespace,
			Description:                      "PromoStack's flows",
			WorkflowExecutionRetentionPeriod: durationpb.New(Retention),
		})
		if exists, ok := errors.AsType[*serviceerror.NamespaceAlreadyExists](err); ok && exists != nil {
			err = nil
		}
	}
	if err != nil {
		return fmt.Errorf("namespace %s: %w", namespace, err)
	}
	operator := c.OperatorService()
	have, err := operator.ListSearchAttributes(ctx, &operatorservice.ListSearchAttributesRequest{Namespace: namespace})
	if err != nil {
		return fmt.Errorf("search attributes of namespace %s: %w", namespace, err)
	}
	missing := map[string]enumspb.IndexedValueType{}
	for _, key := range []sdk.SearchAttributeKey{TenantID, Subject} {
		if _, ok := have.GetCustomAttributes()[key.GetName()]; !ok {
			missing[key.GetName()] = key.GetValueType()
		}
	}
	if len(missing) == 0 {
		return nil
	}
	_, err = operator.AddSearchAttributes(ctx, &operatorservice.AddSearchAttributesRequest{Namespace: namespace, SearchAttributes: missing})
	if exists, ok := errors.AsType[*serviceerror.AlreadyExists](err); ok && exists != nil {
		return nil
	}
	return err
}
