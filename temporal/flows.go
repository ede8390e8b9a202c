package temporal

import (
	"context"
	"errors"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
)

// Flows asks Temporal about flows.
type Flows struct{ Client client.Client }

// Ended reports whether the flow has ended, or never ran. Without an answer it says no.
func (f Flows) Ended(ctx context.Context, id string) bool {
	d, err := f.Client.DescribeWorkflow(ctx, id, "")
	if missing, ok := errors.AsType[*serviceerror.NotFound](err); ok && missing != nil {
		return true
	}
	return err == nil && d.RawResponse.GetWorkflowExecutionInfo().GetStatus() != enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING
}
