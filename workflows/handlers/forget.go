package handlers

import (
	"context"
	"errors"
	"fmt"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"

	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/contract"
)

// forget ends a conversation and removes what Temporal keeps of it and of earlier ones. It may be
// called any number of times.
func forget(ctx context.Context, c client.Client, namespace string, in contract.Erased) error {
	ctx = tenant.With(ctx, in.TenantID)
	id := in.Flow
	if id == "" {
		id = contract.ChatID(contract.FlowPromoChat, in.TenantID, in.ConnectionID, in.UserID)
	}
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
