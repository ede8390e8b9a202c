// Package delivery is the flow of a message that a person asked for on the dashboard: it goes out
// once, however often a process dies.
package delivery

import (
	"cmp"
	"context"
	"errors"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	sdk "go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/temporal"
)

// Workflow is the name of the flow.
const Workflow = "Delivery"

// Register registers the flow with a worker.
func Register(r worker.WorkflowRegistry) {
	r.RegisterWorkflowWithOptions(Run, workflow.RegisterOptions{Name: Workflow})
}

// Run is the flow. It gives up after a day: by then nobody waits for the message.
func Run(ctx workflow.Context, in contract.Delivery) (contract.Delivered, error) {
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout:    30 * time.Second,
		ScheduleToCloseTimeout: 24 * time.Hour,
		RetryPolicy:            &sdk.RetryPolicy{InitialInterval: 500 * time.Millisecond, BackoffCoefficient: 2, MaximumInterval: time.Minute},
	})
	var out contract.Delivered
	err := workflow.ExecuteActivity(ctx, contract.SendDelivery, in).Get(ctx, &out)
	if err != nil && !sdk.IsCanceledError(err) {
		ctx = workflow.WithScheduleToCloseTimeout(ctx, 0)
		err = workflow.ExecuteActivity(ctx, contract.FailDelivery, in).Get(ctx, &out)
	}
	temporal.Details(ctx, cmp.Or(out.State, "the delivery was not noted"))
	return out, err
}

// Start starts the flow of one request, once.
func Start(ctx context.Context, c client.Client, in contract.Delivery) error {
	_, err := c.ExecuteWorkflow(tenant.With(ctx, in.TenantID), client.StartWorkflowOptions{
		ID:                       contract.DeliveryFlowID(in),
		TaskQueue:                temporal.QueueFlows,
		WorkflowIDConflictPolicy: enumspb.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
		WorkflowIDReusePolicy:    enumspb.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE,
		TypedSearchAttributes:    temporal.Attributes(in.TenantID, in.DeliveryID),
		StaticSummary:            "Delivery",
	}, Workflow, in)
	if started, ok := errors.AsType[*serviceerror.WorkflowExecutionAlreadyStarted](err); ok && started != nil {
		return nil
	}
	return err
}
