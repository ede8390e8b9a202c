package bulkrender

import (
	"context"
	"errors"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"

	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/temporal"
)

// StartOrSignal starts the flow of a job (contract.BulkBegin) or signals it a command. It may be called any
// number of times with the same command. A flow that has ended needs no signal.
func StartOrSignal(ctx context.Context, c client.Client, in contract.BulkCommand) error {
	ctx = tenant.With(ctx, in.TenantID)
	id := ID(in.TenantID, in.JobID)
	if in.Command == contract.BulkBegin {
		_, err := c.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
			ID:                       id,
			TaskQueue:                temporal.QueueFlows,
			WorkflowIDConflictPolicy: enumspb.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
			WorkflowIDReusePolicy:    enumspb.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE,
			TypedSearchAttributes:    temporal.Attributes(in.TenantID, in.JobID),
			StaticSummary:            "Bulk job",
		}, Workflow, Input{TenantID: in.TenantID, JobID: in.JobID})
		if started, ok := errors.AsType[*serviceerror.WorkflowExecutionAlreadyStarted](err); ok && started != nil {
			return nil
		}
		return err
	}
	err := c.SignalWorkflow(ctx, id, "", SignalCommand, in)
	if gone, ok := errors.AsType[*serviceerror.NotFound](err); ok && gone != nil {
		return nil
	}
	return err
}
