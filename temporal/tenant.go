package temporal

import (
	"context"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/interceptor"
	sdk "go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/tenant"
)

const tenantHeader = "promostack-tenant"

type workflowTenant struct{}

// propagator carries the tenant from the caller's context through workflows into activities.
type propagator struct{}

var _ workflow.ContextPropagator = propagator{}

func (propagator) Inject(ctx context.Context, w workflow.HeaderWriter) error {
	value, ok := tenant.Wire(ctx)
	return writeTenant(w, value, ok)
}

func (propagator) InjectFromWorkflow(ctx workflow.Context, w workflow.HeaderWriter) error {
	value, ok := ctx.Value(workflowTenant{}).(string)
	return writeTenant(w, value, ok)
}

func (propagator) Extract(ctx context.Context, r workflow.HeaderReader) (context.Context, error) {
	value, err := readTenant(r)
	if err != nil || value == "" {
		return ctx, err
	}
	return tenant.FromWire(ctx, value), nil
}

func (propagator) ExtractToWorkflow(ctx workflow.Context, r workflow.HeaderReader) (workflow.Context, error) {
	value, err := readTenant(r)
	if err != nil || value == "" {
		return ctx, err
	}
	return workflow.WithValue(ctx, workflowTenant{}, value), nil
}

func writeTenant(w workflow.HeaderWriter, value string, ok bool) error {
	if !ok {
		return nil // the interceptors refuse it, with a message that says where
	}
	p, err := converter.GetDefaultDataConverter().ToPayload(value)
	if err == nil {
		w.Set(tenantHeader, p)
	}
	return err
}

func readTenant(r workflow.HeaderReader) (value string, err error) {
	if p, ok := r.Get(tenantHeader); ok {
		err = converter.GetDefaultDataConverter().FromPayload(p, &value)
	}
	return value, err
}

func errNoTenant(what string) error {
	return fault.New(fault.Internal, "tenant_missing", "%s without a tenant in its context", what)
}

// guard refuses flows and activities that name no tenant, and gives every activity's
// error the form that Temporal acts on.
type guard struct{ interceptor.InterceptorBase }

var _ interceptor.Interceptor = (*guard)(nil)

func (*guard) InterceptClient(next interceptor.ClientOutboundInterceptor) interceptor.ClientOutboundInterceptor {
	return &clientGuard{interceptor.ClientOutboundInterceptorBase{Next: next}}
}

func (*guard) InterceptWorkflow(_ workflow.Context, next interceptor.WorkflowInboundInterceptor) interceptor.WorkflowInboundInterceptor {
	return &workflowGuard{interceptor.WorkflowInboundInterceptorBase{Next: next}}
}

func (*guard) InterceptActivity(_ context.Context, next interceptor.ActivityInboundInterceptor) interceptor.ActivityInboundInterceptor {
	return &activityGuard{interceptor.ActivityInboundInterceptorBase{Next: next}}
}

type clientGuard struct {
	interceptor.ClientOutboundInterceptorBase
}

func (g *clientGuard) ExecuteWorkflow(ctx context.Context, in *interceptor.ClientExecuteWorkflowInput) (client.WorkflowRun, error) {
	if _, ok := tenant.Wire(ctx); !ok {
		return nil, errNoTenant("Start of workflow " + in.WorkflowType)
	}
	return g.Next.ExecuteWorkflow(ctx, in)
}

func (g *clientGuard) SignalWithStartWorkflow(ctx context.Context, in *interceptor.ClientSignalWithStartWorkflowInput) (client.WorkflowRun, error) {
	if _, ok := tenant.Wire(ctx); !ok {
		return nil, errNoTenant("Start of workflow " + in.WorkflowType)
	}
	return g.Next.SignalWithStartWorkflow(ctx, in)
}

func (g *clientGuard) UpdateWithStartWorkflow(ctx context.Context, in *interceptor.ClientUpdateWithStartWorkflowInput) (client.WorkflowUpdateHandle, error) {
	if _, ok := tenant.Wire(ctx); !ok {
		return nil, errNoTenant("Start of a workflow with an update")
	}
	return g.Next.UpdateWithStartWorkflow(ctx, in)
}

type workflowGuard struct {
	interceptor.WorkflowInboundInterceptorBase
}

func (g *workflowGuard) ExecuteWorkflow(ctx workflow.Context, in *interceptor.ExecuteWorkflowInput) (any, error) {
	if value, _ := ctx.Value(workflowTenant{}).(string); value == "" {
		return nil, sdk.NewNonRetryableApplicationError("workflow without a tenant in its headers", "tenant_missing", nil)
	}
	return g.Next.ExecuteWorkflow(ctx, in)
}

type activityGuard struct {
	interceptor.ActivityInboundInterceptorBase
}

func (g *activityGuard) ExecuteActivity(ctx context.Context, in *interceptor.ExecuteActivityInput) (any, error) {
	if _, ok := tenant.Wire(ctx); !ok {
		return nil, sdk.NewNonRetryableApplicationError("activity without a tenant in its headers", "tenant_missing", nil)
	}
	result, err := g.Next.ExecuteActivity(ctx, in)
	return result, fault.ToTemporal(err)
}
