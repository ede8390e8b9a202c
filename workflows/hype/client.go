package hype

import (
	"context"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"

	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/temporal"
)

// Start starts a run, once: one that has begun before is left as it is.
func Start(ctx context.Context, c client.Client, in contract.HypeRun) error {
	summary := "Hype of " + in.Date
	if in.Request != "" {
		summary += ", by hand"
	}
	_, err := c.ExecuteWorkflow(tenant.With(ctx, in.TenantID), client.StartWorkflowOptions{
		ID:                       contract.HypeID(in),
		TaskQueue:                temporal.QueueFlows,
		WorkflowIDConflictPolicy: enumspb.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
		WorkflowIDReusePolicy:    enumspb.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE,
		TypedSearchAttributes:    temporal.Attributes(in.TenantID, in.FlowID),
		StaticSummary:            summary,
	}, Workflow, in)
	return err // none for a run that has begun, or is over
}
