package marketfeed

import (
	"context"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"

	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/temporal"
)

func options(in contract.MarketFeed) client.StartWorkflowOptions {
	return client.StartWorkflowOptions{
		ID:                       contract.MarketFeedID(in.Provider, in.Symbol),
		TaskQueue:                temporal.QueueFlows,
		WorkflowIDConflictPolicy: enumspb.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
		WorkflowIDReusePolicy:    enumspb.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE,
		TypedSearchAttributes:    temporal.Attributes(tenant.PlatformID, in.Symbol),
		StaticSummary:            "Market feed of " + in.Symbol,
	}
}

// Start starts a feed if it does not run, and does not disturb it if it does.
func Start(ctx context.Context, c client.Client, in contract.MarketFeed) error {
	_, err := c.ExecuteWorkflow(tenant.Platform(ctx), options(in), Workflow, in)
	return err
}

// SignalWithStart asks a feed to look at once.
func SignalWithStart(ctx context.Context, c client.Client, in contract.MarketFeed) error {
	_, err := c.SignalWithStartWorkflow(tenant.Platform(ctx), contract.MarketFeedID(in.Provider, in.Symbol), SignalLook, nil, options(in), Workflow, in)
	return err
}
