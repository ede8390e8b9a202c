package useraccount

import (
	"context"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"

	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/temporal"
)

// SignalWithStart makes sure that an account has an owner. It may be called any number of times.
func SignalWithStart(ctx context.Context, c client.Client, in contract.Connection) error {
	id := contract.AccountID(in.TenantID, in.ConnectionID)
	_, err := c.SignalWithStartWorkflow(tenant.With(ctx, in.TenantID), id, SignalOwn, nil, client.StartWorkflowOptions{
		ID:                    id,
		TaskQueue:             temporal.QueueFlows,
		WorkflowIDReusePolicy: enumspb.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE,
		TypedSearchAttributes: temporal.Attributes(in.TenantID, in.ConnectionID),
		StaticSummary:         "User account",
	}, Workflow, in)
	return err
}
