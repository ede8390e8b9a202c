package botupdates

import (
	"context"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"

	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/temporal"
)

func options(in contract.Connection) client.StartWorkflowOptions {
	return client.StartWorkflowOptions{
		ID:                       contract.UpdatesID(in.TenantID, in.ConnectionID),
		TaskQueue:                temporal.QueueFlows,
		WorkflowIDConflictPolicy: enumspb.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
		WorkflowIDReusePolicy:    enumspb.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE,
		TypedSearchAttributes:    temporal.Attributes(in.TenantID, in.ConnectionID),
		StaticSummary:            "Updates",
	}
}

// SignalWithStart says that a connection was made, changed or removed. It may be called any number of times.
func SignalWithStart(ctx context.Context, c client.Client, in contract.Connection) error {
	_, err := c.SignalWithStartWorkflow(tenant.With(ctx, in.TenantID), contract.UpdatesID(in.TenantID, in.ConnectionID),
		SignalChanged, nil, options(in), Workflow, in)
	return err
}

// Start starts a connection's flow if it does not run, and does not disturb it if it does.
func Start(ctx context.Context, c client.Client, in contract.Connection) error {
	_, err := c.ExecuteWorkflow(tenant.With(ctx, in.TenantID), options(in), Workflow, in)
	return err
}
