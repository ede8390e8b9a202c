package temporal

import (
	"context"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/interceptor"
	sdk "go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/tenant"
)

// guard refuses flows and activities that name no tenant or are not sealed, and gives every activity's
// error the form that Temporal acts on.
type guard struct {
	interceptor.InterceptorBase
	sealer sealer
	since  time.Time // calls from before it had no seals yet
	// recorded lets histories pass that hold calls without a seal: they are replayed, and nothing acts.
	recorded bool
	names    Namer // for the flows that are started; nil leaves ids
	// working refuses starts for tenants that are being removed; nil lets all start.
	working func(ctx context.Context, tenantID string) error
}

var _ interceptor.Interceptor = (*guard)(nil)

func (g *guard) InterceptClient(next interceptor.ClientOutboundInterceptor) interceptor.ClientOutboundInterceptor {
	return &clientGuard{interceptor.ClientOutboundInterceptorBase{Next: next}, g.names, g.working}
}

func (g *guard) InterceptWorkflow(_ workflow.Context, next interceptor.WorkflowInboundInterceptor) interceptor.WorkflowInboundInterceptor {
	return &workflowGuard{WorkflowInboundInterceptorBase: interceptor.WorkflowInboundInterceptorBase{Next: next}, g: g}
}

func (g *guard) InterceptActivity(_ context.Context, next interceptor.ActivityInboundInterceptor) interceptor.ActivityInboundInterceptor {
	return &activityGuard{interceptor.ActivityInboundInterceptorBase{Next: next}, g}
}

// clientGuard notes what is called, so that the propagator seals it.
type clientGuard struct {
	interceptor.ClientOutboundInterceptorBase
	names   Namer
	working func(ctx context.Context, tenantID string) error
}

func (g *clientGuard) ExecuteWorkflow(ctx context.Context, in *interceptor.ClientExecuteWorkflowInput) (client.WorkflowRun, error) {
	ctx, err := g.named(ctx, in.WorkflowType, in.Options)
	if err != nil {
		return nil, err
	}
	return g.Next.ExecuteWorkflow(calling(ctx, call{callStart, in.Options.ID, in.WorkflowType}), in)
}

func (g *clientGuard) SignalWithStartWorkflow(ctx context.Context, in *interceptor.ClientSignalWithStartWorkflowInput) (client.WorkflowRun, error) {
	ctx, err := g.named(ctx, in.WorkflowType, in.Options)
	if err != nil {
		return nil, err
	}
	return g.Next.SignalWithStartWorkflow(calling(ctx, call{callStart, in.Options.ID, in.WorkflowType}, call{callSignal, in.Options.ID, in.SignalName}), in)
}

func (g *clientGuard) UpdateWithStartWorkflow(context.Context, *interceptor.ClientUpdateWithStartWorkflowInput) (client.WorkflowUpdateHandle, error) {
	return nil, fault.New(fault.Internal, "call_not_sealed", "A start with an update can't be sealed: start the workflow first")
}

func (g *clientGuard) SignalWorkflow(ctx context.Context, in *interceptor.ClientSignalWorkflowInput) error {
	return g.Next.SignalWorkflow(calling(ctx, call{callSignal, in.WorkflowID, in.SignalName}), in)
}

func (g *clientGuard) QueryWorkflow(ctx context.Context, in *interceptor.ClientQueryWorkflowInput) (converter.EncodedValue, error) {
	return g.Next.QueryWorkflow(calling(ctx, call{callQuery, in.WorkflowID, in.QueryType}), in)
}

func (g *clientGuard) UpdateWorkflow(ctx context.Context, in *interceptor.ClientUpdateWorkflowInput) (client.WorkflowUpdateHandle, error) {
	return g.Next.UpdateWorkflow(calling(ctx, call{callUpdate, in.WorkflowID, in.UpdateName}), in)
}

// named refuses a start without a tenant, for one that is being removed, or without the id that its seal is bound to,
// and names the flow for operators.
func (g *clientGuard) named(ctx context.Context, workflowType string, o *client.StartWorkflowOptions) (context.Context, error) {
	owner, ok := tenant.Wire(ctx)
	if !ok {
		return ctx, fault.New(fault.Internal, "tenant_missing", "Start of workflow %s without a tenant in its context", workflowType)
	}
	if o == nil || o.ID == "" {
		return ctx, fault.New(fault.Internal, "workflow_id_missing", "Start of workflow %s without an id", workflowType)
	}
	if g.working != nil && owner != tenant.PlatformID {
		if err := g.working(ctx, owner); err != nil {
			return ctx, err
		}
	}
	return g.withNames(ctx, workflowType, owner, o), nil
}

// workflowGuard asks for the seal of what a flow is called with.
type workflowGuard struct {
	interceptor.WorkflowInboundInterceptorBase
	g      *guard
	signal any // the span of the last signal; see noteSignal
}

func (w *workflowGuard) Init(next interceptor.WorkflowOutboundInterceptor) error {
	return w.Next.Init(&outboundGuard{interceptor.WorkflowOutboundInterceptorBase{Next: next}, w})
}

func (w *workflowGuard) ExecuteWorkflow(ctx workflow.Context, in *interceptor.ExecuteWorkflowInput) (any, error) {
	info := workflow.GetInfo(ctx)
	value, _ := ctx.Value(workflowTenant{}).(string)
	if value == "" {
		return nil, sdk.NewNonRetryableApplicationError("workflow without a tenant in its headers", "tenant_missing", nil)
	}
	id, name := info.WorkflowExecution.ID, info.WorkflowType.Name
	if !w.g.recorded && !info.WorkflowStartTime.Before(w.g.since) && !w.g.sealer.started(interceptor.WorkflowHeader(ctx), value, id, name) {
		workflow.GetLogger(ctx).Warn("refused a start that is not sealed")
		return nil, notSealed(call{callStart, id, name})
	}
	last := &details{}
	ctx = workflow.WithValue(ctx, detailsKey{}, last)
	result, err := w.Next.ExecuteWorkflow(ctx, in)
	ended(ctx, last, err)
	return result, err
}

// sealed reports whether this flow is called by the program itself.
func (w *workflowGuard) sealed(ctx workflow.Context, kind callKind, name string) (call, bool) {
	c := call{kind, workflow.GetInfo(ctx).WorkflowExecution.ID, name}
	value, _ := ctx.Value(workflowTenant{}).(string)
	return c, w.g.recorded || workflow.Now(ctx).Before(w.g.since) || w.g.sealer.holds(interceptor.WorkflowHeader(ctx), value, c)
}

func (w *workflowGuard) HandleSignal(ctx workflow.Context, in *interceptor.HandleSignalInput) error {
	if _, ok := w.sealed(ctx, callSignal, in.SignalName); !ok {
		// An error would hold the flow up: it is as if the signal had not come.
		workflow.GetLogger(ctx).Warn("refused a signal that is not sealed", "signal", in.SignalName)
		return nil
	}
	w.noteSignal(ctx)
	return w.Next.HandleSignal(ctx, in)
}

func (w *workflowGuard) HandleQuery(ctx workflow.Context, in *interceptor.HandleQueryInput) (any, error) {
	if c, ok := w.sealed(ctx, callQuery, in.QueryType); !ok {
		return nil, notSealed(c)
	}
	return w.Next.HandleQuery(ctx, in)
}

func (w *workflowGuard) ValidateUpdate(ctx workflow.Context, in *interceptor.UpdateInput) error {
	if c, ok := w.sealed(ctx, callUpdate, in.Name); !ok {
		return notSealed(c)
	}
	return w.Next.ValidateUpdate(ctx, in)
}

// ExecuteUpdate asks again: what is admitted without a validator comes here at once.
func (w *workflowGuard) ExecuteUpdate(ctx workflow.Context, in *interceptor.UpdateInput) (any, error) {
	if c, ok := w.sealed(ctx, callUpdate, in.Name); !ok {
		return nil, notSealed(c)
	}
	return w.Next.ExecuteUpdate(ctx, in)
}

// outboundGuard notes what a flow calls, so that the propagator seals it.
type outboundGuard struct {
	interceptor.WorkflowOutboundInterceptorBase
	flow *workflowGuard
}

func (o *outboundGuard) ExecuteActivity(ctx workflow.Context, activityType string, args ...any) workflow.Future {
	return o.Next.ExecuteActivity(flowCalls(o.becauseOf(ctx), call{callActivity, workflow.GetInfo(ctx).WorkflowExecution.ID, activityType}), activityType, args...)
}

func (o *outboundGuard) ExecuteLocalActivity(ctx workflow.Context, activityType string, args ...any) workflow.Future {
	return o.Next.ExecuteLocalActivity(o.becauseOf(ctx), activityType, args...)
}

func (o *outboundGuard) ExecuteChildWorkflow(ctx workflow.Context, childWorkflowType string, args ...any) workflow.ChildWorkflowFuture {
	return o.Next.ExecuteChildWorkflow(flowCalls(ctx, call{callStart, workflow.GetChildWorkflowOptions(ctx).WorkflowID, childWorkflowType}), childWorkflowType, args...)
}

func (o *outboundGuard) NewContinueAsNewError(ctx workflow.Context, wfn any, args ...any) error {
	info := workflow.GetInfo(ctx)
	return o.Next.NewContinueAsNewError(flowCalls(ctx, call{callStart, info.WorkflowExecution.ID, info.WorkflowType.Name}), wfn, args...)
}

func (o *outboundGuard) SignalExternalWorkflow(ctx workflow.Context, workflowID, runID, signalName string, arg any) workflow.Future {
	return o.Next.SignalExternalWorkflow(flowCalls(ctx, call{callSignal, workflowID, signalName}), workflowID, runID, signalName, arg)
}

func (o *outboundGuard) SignalChildWorkflow(ctx workflow.Context, workflowID, signalName string, arg any) workflow.Future {
	return o.Next.SignalChildWorkflow(flowCalls(ctx, call{callSignal, workflowID, signalName}), workflowID, signalName, arg)
}

// activityGuard asks for the seal of an activity: whoever answers a flow's tasks in the workers' place can
// make none of ours act.
type activityGuard struct {
	interceptor.ActivityInboundInterceptorBase
	g *guard
}

func (a *activityGuard) ExecuteActivity(ctx context.Context, in *interceptor.ExecuteActivityInput) (any, error) {
	value, ok := tenant.Wire(ctx)
	if !ok {
		return nil, sdk.NewNonRetryableApplicationError("activity without a tenant in its headers", "tenant_missing", nil)
	}
	info := activity.GetInfo(ctx)
	c := call{callActivity, info.WorkflowExecution.ID, info.ActivityType.Name}
	if !info.IsLocalActivity && !info.ScheduledTime.Before(a.g.since) && !a.g.sealer.holds(interceptor.Header(ctx), value, c) {
		activity.GetLogger(ctx).Warn("refused an activity that is not sealed")
		return nil, notSealed(c)
	}
	result, err := a.Next.ExecuteActivity(ctx, in)
	return result, fault.ToTemporal(err)
}
