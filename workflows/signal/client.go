package signal

import (
	"context"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"

	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/temporal"
)

// StartOrSignal tells a signal's flow that something has changed, and starts it if it does not run.
func StartOrSignal(ctx context.Context, c client.Client, in contract.Signal) error {
	id := contract.SignalID(in.TenantID, in.SignalID)
	_, err := c.SignalWithStartWorkflow(tenant.With(ctx, in.TenantID), id, SignalLook, nil, client.StartWorkflowOptions{
		ID:                       id,
		TaskQueue:                temporal.QueueFlows,
		WorkflowIDConflictPolicy: enumspb.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
		WorkflowIDReusePolicy:    enumspb.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE, // a post that a person wants again
		TypedSearchAttributes:    temporal.Attributes(in.TenantID, in.SignalID),
		StaticSummary:            "Signal",
	}, Workflow, in)
	return err
}
