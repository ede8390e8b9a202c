// Package tenantsetup is the flow that gives a new tenant what it starts with.
package tenantsetup

import (
	"context"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	sdk "go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/temporal"
)

// Workflow is the name of the flow.
const Workflow = "TenantSetup"

// Register registers the flow with a worker.
func Register(r worker.WorkflowRegistry) {
	r.RegisterWorkflowWithOptions(Run, workflow.RegisterOptions{Name: Workflow})
}

// Run is the flow. It tries until the tenant is ready.
func Run(ctx workflow.Context, in contract.Tenant) error {
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue:           temporal.QueueBulk,
		StartToCloseTimeout: 10 * time.Minute,
		HeartbeatTimeout:    time.Minute,
		RetryPolicy:         &sdk.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: time.Minute},
	})
	if err := workflow.ExecuteActivity(ctx, contract.EquipTenant, in).Get(ctx, nil); err != nil {
		return err
	}
	temporal.Details(ctx, "The tenant is ready.")
	return nil
}

// Start starts the flow if it does not run.
func Start(ctx context.Context, c client.Client, in contract.Tenant) error {
	_, err := c.ExecuteWorkflow(tenant.With(ctx, in.TenantID), client.StartWorkflowOptions{
		ID:                       contract.TenantSetupID(in.TenantID),
		TaskQueue:                temporal.QueueFlows,
		WorkflowIDConflictPolicy: enumspb.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
		WorkflowIDReusePolicy:    enumspb.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE,
		TypedSearchAttributes:    temporal.Attributes(in.TenantID, contract.FlowTenantSetup),
		StaticSummary:            "Setup of a tenant",
	}, Workflow, in)
	return err
}
