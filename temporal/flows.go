package temporal

import (
	"context"
	"errors"
	"fmt"
	"time"

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

// A removal looks again and again, since Temporal's lists follow what happens.
const (
	lookAgain  = 500 * time.Millisecond
	emptyLooks = 6                // in a row, and nothing is left
	tellAgain  = 5 * time.Second  // after which a run that is still listed is removed once more
	patience   = 30 * time.Second // for runs that Temporal was told to remove and still lists
)

// RemoveAll ends all flows of a tenant and has Temporal remove what it keeps of them and of those that have ended, until none
// is listed; for those that are only listed still it does not wait long. It returns how many runs there were, and calls beat
// between them. It may be called any number of times.
func (f Flows) RemoveAll(ctx context.Context, tenantID string, beat func()) (int, error) {
	told := map[string]time.Time{} // by the run's id
	empty, found := 0, time.Now()
	for empty < emptyLooks && time.Since(found) < patience {
		before := len(told)
		listed, err := f.removeListed(ctx, tenantID, told, beat)
		if err != nil {
			return len(told), err
		}
		if empty++; listed > 0 {
			empty = 0
		}
		if len(told) > before {
			found = time.Now()
		}
		beat()
		if err := wait.For(ctx, lookAgain); err != nil {
			return len(told), err
		}
	}
	return len(told), nil
}

// removeListed removes the runs that are listed now, notes when, and returns how many there are.
func (f Flows) removeListed(ctx context.Context, tenantID string, told map[string]time.Time, beat func()) (listed int, err error) {
	var next []byte
	for {
		page, err := f.Client.ListWorkflow(ctx, &workflowservice.ListWorkflowExecutionsRequest{
			Namespace: f.Namespace, Query: fmt.Sprintf("%s = %q", TenantID.GetName(), tenantID), PageSize: 200, NextPageToken: next})
		if err != nil {
			return listed, err
		}
		for _, run := range page.GetExecutions() {
			listed++
			beat()
			id := run.GetExecution().GetRunId()
			if at, ok := told[id]; ok && time.Since(at) < tellAgain {
				continue
			}
			// One that runs is ended by this, too.
			_, err := f.Client.WorkflowService().DeleteWorkflowExecution(ctx, &workflowservice.DeleteWorkflowExecutionRequest{
				Namespace: f.Namespace, WorkflowExecution: run.GetExecution()})
			if err != nil && !missing(err) {
				return listed, err
			}
			told[id] = time.Now()
		}
		if next = page.GetNextPageToken(); len(next) == 0 {
			return listed, nil
		}
	}
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
