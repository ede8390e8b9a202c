// Package channelpost is the flow of one post to a channel: it goes out once, however long the channel can't be reached.
package channelpost

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
const Workflow = "ChannelPost"

// Register registers the flows with a worker.
func Register(r worker.WorkflowRegistry) {
	r.RegisterWorkflowWithOptions(Run, workflow.RegisterOptions{Name: Workflow})
	r.RegisterWorkflowWithOptions(RunDeletion, workflow.RegisterOptions{Name: Deletion})
}

// Run is the flow.
func Run(ctx workflow.Context, in contract.ChannelPost) error {
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: 45 * time.Second, // a text that a model writes, a picture, and the call
		RetryPolicy:         &sdk.RetryPolicy{InitialInterval: 500 * time.Millisecond, BackoffCoefficient: 2, MaximumInterval: time.Minute},
	})
	err := workflow.ExecuteActivity(ctx, contract.SendChannelPost, in).Get(ctx, nil)
	if err == nil {
		temporal.Details(ctx, "the post has ended")
	}
	return err
}

// Start starts the flow of a post if it does not run.
func Start(ctx context.Context, c client.Client, in contract.ChannelPost) error {
	_, err := c.ExecuteWorkflow(tenant.With(ctx, in.TenantID), client.StartWorkflowOptions{
		ID:                       contract.ChannelPostID(in.TenantID, in.PostID),
		TaskQueue:                temporal.QueueFlows,
		WorkflowIDConflictPolicy: enumspb.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
		WorkflowIDReusePolicy:    enumspb.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE, // the post knows whether it was sent
		TypedSearchAttributes:    temporal.Attributes(in.TenantID, in.PostID),
		StaticSummary:            "Post to a channel",
	}, Workflow, in)
	return err
}
