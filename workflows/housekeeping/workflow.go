// Package housekeeping is the daily flow of every tenant that removes what has expired: archives whose
// addresses have expired, jobs and coupon checks that nobody looks at any more. It also restarts what
// was given up: previews of templates that have none.
package housekeeping

import (
	"fmt"
	"slices"
	"strings"
	"time"

	sdk "go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/temporal"
)

// Workflow is the name of the flow. Its schedule is named by contract.FlowHousekeeping.
const Workflow = "Housekeeping"

// Result tells how much was done, by activity.
type Result map[string]int

// Register registers the flow with a worker.
func Register(r worker.WorkflowRegistry) {
	r.RegisterWorkflowWithOptions(Run, workflow.RegisterOptions{Name: Workflow})
}

// duties in their order; each works without the others. Those that were added later stand behind a
// version of their own.
var (
	duties         = []string{contract.ExpireArchives, contract.ForgetJobs, contract.ForgetCouponChecks, contract.RequeuePreviews}
	telegramDuties = []string{contract.ForgetMessages, contract.ErasePeople}
	countDuties    = []string{contract.MendCounts}
)

// Run is the flow. A duty that fails is retried for half a day and then left to the next
// day; it does not hold up the others.
func Run(ctx workflow.Context, _ contract.ScheduledRun) (Result, error) {
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout:    time.Hour,
		HeartbeatTimeout:       time.Minute,
		ScheduleToCloseTimeout: 12 * time.Hour,
		RetryPolicy:            &sdk.RetryPolicy{InitialInterval: 5 * time.Second, BackoffCoefficient: 2, MaximumInterval: 10 * time.Minute},
	})
	done := Result{}
	var said []string
	var failed error
	list := duties
	if workflow.GetVersion(ctx, "telegram duties", workflow.DefaultVersion, 1) == 1 {
		list = slices.Concat(list, telegramDuties)
	}
	if workflow.GetVersion(ctx, "counts", workflow.DefaultVersion, 1) == 1 {
		list = slices.Concat(list, countDuties)
	}
	for _, duty := range list {
		var count int
		err := workflow.ExecuteActivity(ctx, duty).Get(ctx, &count)
		if sdk.IsCanceledError(err) {
			return done, err
		}
		if err != nil {
			failed = fmt.Errorf("%s: %w", duty, err)
			said = append(said, duty+" failed")
		} else {
			done[duty] = count
			said = append(said, fmt.Sprintf("%s %d", duty, count))
		}
		temporal.Details(ctx, strings.Join(said, ", "))
	}
	return done, failed
}
