package channelpost

import (
	"context"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	sdk "go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/temporal"
)

// Deletion is the name of the flow that deletes one post from its channel.
const Deletion = "ChannelPostDeletion"

// RunDeletion is the flow of a deletion.
func RunDeletion(ctx workflow.Context, in contract.ChannelPost) error {
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: 30 * time.Second,
		RetryPolicy:         &sdk.RetryPolicy{InitialInterval: 500 * time.Millisecond, BackoffCoefficient: 2, MaximumInterval: time.Minute},
	})
	err := workflow.ExecuteActivity(ctx, contract.DeleteChannelPost, in).Get(ctx, nil)
	if err == nil {
		temporal.Details(ctx, "the deletion has ended")
	}
	return err
}

// StartDeletion starts the flow of a deletion if it does not run.
func StartDeletion(ctx context.Context, c client.Client, in contract.ChannelPost) error {
	_, err := c.ExecuteWorkflow(tenant.With(ctx, in.TenantID), client.StartWorkflowOptions{
		ID:                       contract.ChannelPostDeletionID(in),
		TaskQueue:                temporal.QueueFlows,
		WorkflowIDConflictPolicy: enumspb.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
		WorkflowIDReusePolicy:    enumspb.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE, // what was refused may be tried again
		TypedSearchAttributes:    temporal.Attributes(in.TenantID, in.PostID),
		StaticSummary:            "Deletion of a post",
	}, Deletion, in)
	return err
}
