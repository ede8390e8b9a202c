package temporal

import (
	"context"
	"errors"
	"fmt"
	"time"

	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"

	"github.com/promostack/promostack/internal/base/wait"
)

// Flows asks Temporal about flows.
type Flows struct {
	Client    client.Client
	Namespace string // the client's
}

// lookAgain is how long a removal waits before it asks whether anything is left: Temporal's lists follow what happens.
const lookAgain = 500 * time.Millisecond

// RemoveAll ends all flows of a tenant and has Temporal remove what it keeps of them and of those that have ended, until none
// is listed that it has not been told of; it stops listing them a minute or so later. RemoveAll returns how many runs there
// were, and calls beat between them. It may be called any number of times.
func (f Flows) RemoveAll(ctx context.Context, tenantID string, beat func()) (int, error) {
	told := map[string]bool{}
	for {
		before := len(told)
		err := f.removeListed(ctx, tenantID, told, beat)
		if err != nil || len(told) == before {
			return len(told), err
		}
		if err := wait.For(ctx, lookAgain); err != nil {
			return len(told), err
		}
	}
}

// removeListed removes the runs that are listed now, and keeps their ids.
func (f Flows) removeListed(ctx context.Context, tenantID string, told map[string]bool, beat func()) error {
	var next []byte
	for {
		page, err := f.Client.ListWorkflow(ctx, &workflowservice.ListWorkflowExecutionsRequest{
			Namespace: f.Namespace, Query: fmt.Sprintf("%s = %q", TenantID.GetName(), tenantID), PageSize: 200, NextPageToken: next})
		if err != nil {
			return err
		}
		for _, run := range page.GetExecutions() {
			beat()
			if id := run.GetExecution().GetRunId(); !told[id] {
				if err := f.remove(ctx, run.GetExecution(), run.GetStatus()); err != nil {
					return err
				}
				told[id] = true
			}
		}
		if next = page.GetNextPageToken(); len(next) == 0 {
			return nil
		}
	}
}

// remove ends one run and removes it. One that is not there any more is fine.
func (f Flows) remove(ctx context.Context, run *commonpb.WorkflowExecution, status enumspb.WorkflowExecutionStatus) error {
	if status == enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING {
		if err := f.Client.TerminateWorkflow(ctx, run.GetWorkflowId(), run.GetRunId(), "the tenant is removed"); err != nil && !missing(err) {
			return err
		}
	}
	_, err := f.Client.WorkflowService().DeleteWorkflowExecution(ctx, &workflowservice.DeleteWorkflowExecutionRequest{
		Namespace: f.Namespace, WorkflowExecution: run})
	if missing(err) {
		return nil
	}
	return err
}

func missing(err error) bool {
	gone, ok := errors.AsType[*serviceerror.NotFound](err)
	return ok && gone != nil
}

// Ended reports whether the flow has ended, or never ran. Without an answer it says no.
func (f Flows) Ended(ctx context.Context, id string) bool {
	d, err := f.Client.DescribeWorkflow(ctx, id, "")
	if missing(err) {
		return true
	}
	return err == nil && d.RawResponse.GetWorkflowExecutionInfo().GetStatus() != enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING
}
