package waiting

import (
	"context"
	"strconv"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"

	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/temporal"
)

// Talk names the flow of conversations with people.
type Talk struct {
	ID       string // of the flow with this person
	Workflow string
	Signal   string
	Summary  string // ends with the person's number
}

// SignalWithStart tells a person's conversation that messages have arrived, and starts it with input if it does not
// run. It may be called any number of times.
func SignalWithStart(ctx context.Context, c client.Client, in contract.ChatMessage, t Talk, input any) error {
	user := strconv.FormatInt(in.UserID, 10)
	_, err := c.SignalWithStartWorkflow(tenant.With(ctx, in.TenantID), t.ID, t.Signal, in.Seq, client.StartWorkflowOptions{
		ID:                       t.ID,
		TaskQueue:                temporal.QueueFlows,
		WorkflowIDConflictPolicy: enumspb.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
		WorkflowIDReusePolicy:    enumspb.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE,
		TypedSearchAttributes:    temporal.Attributes(in.TenantID, in.ConnectionID+"."+user),
		StaticSummary:            t.Summary + " " + user,
	}, t.Workflow, input)
	return err
}
