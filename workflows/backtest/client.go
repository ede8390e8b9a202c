package backtest

import (
	"context"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"

	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/temporal"
)

// SignalWithStart tells the flow of a tenant's backtests that there may be another one, and starts it if it does not run.
func SignalWithStart(ctx context.Context, c client.Client, in contract.Backtests) error {
	id := contract.BacktestsID(in.TenantID)
	_, err := c.SignalWithStartWorkflow(tenant.With(ctx, in.TenantID), id, SignalLook, nil, client.StartWorkflowOptions{
		ID:                       id,
		TaskQueue:                temporal.QueueFlows,
		WorkflowIDConflictPolicy: enumspb.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
		WorkflowIDReusePolicy:    enumspb.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE,
		TypedSearchAttributes:    temporal.Attributes(in.TenantID, contract.FlowBacktest),
		StaticSummary:            "Backtests",
	}, Workflow, in)
	return err
}
