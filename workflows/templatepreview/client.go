package templatepreview

import (
	"context"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"

	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/temporal"
)

// Start starts the flow of a version, or leaves a running one alone. It may be called any
// number of times.
func Start(ctx context.Context, c client.Client, in Input) error {
	_, err := c.ExecuteWorkflow(tenant.With(ctx, in.TenantID), client.StartWorkflowOptions{
		ID:                       ID(in.TenantID, in.VersionID),
		TaskQueue:                temporal.QueueFlows,
		WorkflowIDConflictPolicy: enumspb.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
		WorkflowIDReusePolicy:    enumspb.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE,
		TypedSearchAttributes:    temporal.Attributes(in.TenantID, in.TemplateID),
		StaticSummary:            "Previews",
	}, Workflow, in)
	return err
}
