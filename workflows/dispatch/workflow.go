package dispatch

import (
	"fmt"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	sdk "go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/temporal"
)

// scheduledStart is Temporal's own attribute of what a schedule started: the time that the
// schedule names, without its jitter, however late the start was.
var scheduledStart = sdk.NewSearchAttributeKeyTime("TemporalScheduledStartTime")

// Register registers the flow with a worker.
func Register(r worker.WorkflowRegistry) {
	r.RegisterWorkflowWithOptions(Dispatch, workflow.RegisterOptions{Name: Workflow})
}

// Dispatch is the flow. It ends when the other one has begun.
func Dispatch(ctx workflow.Context, in Input) (Result, error) {
	due, ok := workflow.GetTypedSearchAttributes(ctx).GetTime(scheduledStart)
	if !ok {
		due = workflow.GetInfo(ctx).WorkflowStartTime
	}
	zone, err := time.LoadLocation(in.TimeZone)
	if err != nil {
		return Result{}, sdk.NewNonRetryableApplicationError(fmt.Sprintf("time zone %q", in.TimeZone), "timezone_unknown", err)
	}
	run := Run{TenantID: in.TenantID, Subject: in.Subject, Date: due.In(zone).Format(time.DateOnly), DueAt: due.UTC()}
	when := run.Date
	if in.Moments {
		when = run.DueAt.Format("20060102T150405Z")
	}
	id := contract.ScheduledID(in.Flow, in.TenantID, in.Subject, when)

	if late, limit := workflow.Now(ctx).Sub(due), time.Duration(in.LatestAfter)*time.Second; limit > 0 && late > limit {
		return skipped(ctx, id, fmt.Sprintf("%s late, which is more than %s", late.Round(time.Second), limit)), nil
	}
	ctx = workflow.WithChildOptions(ctx, workflow.ChildWorkflowOptions{
		WorkflowID:            id,
		TaskQueue:             temporal.QueueFlows,
		ParentClosePolicy:     enumspb.PARENT_CLOSE_POLICY_ABANDON,
		WorkflowIDReusePolicy: enumspb.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE,
		TypedSearchAttributes: temporal.Attributes(in.TenantID, in.Flow),
		StaticSummary:         in.Flow + " of " + when,
	})
	err = workflow.ExecuteChildWorkflow(ctx, in.Workflow, run).GetChildWorkflowExecution().Get(ctx, nil)
	if sdk.IsWorkflowExecutionAlreadyStartedError(err) {
		return skipped(ctx, id, "it has already begun"), nil
	}
	if err != nil {
		return Result{}, err
	}
	temporal.Details(ctx, fmt.Sprintf("Started `%s`.", id))
	return Result{Started: id}, nil
}

func skipped(ctx workflow.Context, id, why string) Result {
	temporal.Details(ctx, fmt.Sprintf("Did not start `%s`: %s.", id, why))
	return Result{Skipped: why}
}
