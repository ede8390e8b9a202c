package promochat

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
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

// Forget ends a conversation and removes what the engine keeps of it and of earlier ones. It may be
// called any number of times.
func Forget(ctx context.Context, c client.Client, namespace string, in contract.Chat) error {
	ctx = tenant.With(ctx, in.TenantID)
	id := contract.PromoChatID(in.TenantID, in.ConnectionID, in.UserID)
	if err := c.TerminateWorkflow(ctx, id, "", "the person was erased"); err != nil && !gone(err) {
		return err
	}
	remove := func(run string) error {
		_, err := c.WorkflowService().DeleteWorkflowExecution(ctx, &workflowservice.DeleteWorkflowExecutionRequest{
			Namespace: namespace, WorkflowExecution: &commonpb.WorkflowExecution{WorkflowId: id, RunId: run}})
		if gone(err) {
			return nil
		}
		return err
	}
	if err := remove(""); err != nil { // the last one, which the list may not show yet
		return err
	}
	runs, err := c.ListWorkflow(ctx, &workflowservice.ListWorkflowExecutionsRequest{Namespace: namespace, Query: fmt.Sprintf("WorkflowId = %q", id)})
	if err != nil {
		return err
	}
	for _, run := range runs.GetExecutions() {
		if err := remove(run.GetExecution().GetRunId()); err != nil {
			return err
		}
	}
	return nil
}

func gone(err error) bool {
	missing, ok := errors.AsType[*serviceerror.NotFound](err)
	return ok && missing != nil
}
