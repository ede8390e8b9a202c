package promochat

import (
	"context"
	"strconv"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"

	"github.com/promostack/promostack/activities/contract"
	"github.com/promostack/promostack/internal/tenant"
	"github.com/promostack/promostack/temporal"
)

// Nudge tells a conversation that messages came in, and starts it if it does not run. It may be
// called any number of times.
func Nudge(ctx context.Context, c client.Client, in contract.ChatMessage) error {
	id := contract.PromoChatID(in.TenantID, in.ConnectionID, in.UserID)
	_, err := c.SignalWithStartWorkflow(tenant.With(ctx, in.TenantID), id, SignalNudge, in.Seq, client.StartWorkflowOptions{
		ID:                       id,
		TaskQueue:                temporal.QueueFlows,
		WorkflowIDConflictPolicy: enumspb.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
		WorkflowIDReusePolicy:    enumspb.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE,
		TypedSearchAttributes:    temporal.Attributes(in.TenantID, in.ConnectionID+"."+strconv.FormatInt(in.UserID, 10)),
		StaticSummary:            "Promo bot's conversation with person " + strconv.FormatInt(in.UserID, 10),
	}, Workflow, Input{Chat: contract.Chat{TenantID: in.TenantID, ConnectionID: in.ConnectionID, UserID: in.UserID}})
	return err
}
