package crosspromo

import (
	"context"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"

	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/temporal"
)

// StartOrSignal tells a day's flow that its programme has changed, and starts it if it does not run.
func StartOrSignal(ctx context.Context, c client.Client, in contract.ScheduledRun) error {
	id := contract.CrossPromoID(in.TenantID, in.Date)
	_, err := c.SignalWithStartWorkflow(tenant.With(ctx, in.TenantID), id, SignalLook, nil, client.StartWorkflowOptions{
		ID:                       id,
		TaskQueue:                temporal.QueueFlows,
		WorkflowIDConflictPolicy: enumspb.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
		WorkflowIDReusePolicy:    enumspb.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE, // each post knows whether it was sent
		TypedSearchAttributes:    temporal.Attributes(in.TenantID, contract.FlowCrossPromo),
		StaticSummary:            contract.FlowCrossPromo + " of " + in.Date,
	}, Workflow, in)
	return err
}
