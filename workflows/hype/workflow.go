package hype

import (
	"fmt"
	"time"

	sdk "go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/temporal"
)

// Register registers the flow with a worker.
func Register(r worker.WorkflowRegistry) {
	r.RegisterWorkflowWithOptions(Run, workflow.RegisterOptions{Name: Workflow})
}

// Run is the flow: one message after the other, each at its time.
func Run(ctx workflow.Context, in contract.HypeRun) error {
	for {
		turn, err := look(ctx, in)
		if err != nil {
			return err
		}
		temporal.Details(ctx, turn.Said)
		if turn.Message == 0 {
			return nil
		}
		if wait := turn.At.Sub(workflow.Now(ctx)); wait > 0 {
			summary := fmt.Sprintf("message %d at %s UTC", turn.Message, turn.At.Format("15:04"))
			if err := workflow.NewTimerWithOptions(ctx, wait, workflow.TimerOptions{Summary: summary}).Get(ctx, nil); err != nil {
				return err
			}
		}
		if err := post(ctx, contract.HypeMessage{HypeRun: in, Message: turn.Message, Due: turn.At}); err != nil {
			return err
		}
	}
}

// lookTries is how long the database is asked before the flow's task is begun anew.
const lookTries = 5 * time.Minute

// look asks which message comes next, however long the database is away.
func look(ctx workflow.Context, in contract.HypeRun) (turn contract.HypeTurn, err error) {
	local := workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{
		StartToCloseTimeout:    10 * time.Second,
		ScheduleToCloseTimeout: lookTries,
		RetryPolicy:            &sdk.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: time.Minute},
	})
	for {
		if err = workflow.ExecuteLocalActivity(local, contract.LookAtHype, in).Get(ctx, &turn); err == nil || ctx.Err() != nil {
			return turn, err
		}
		workflow.GetLogger(ctx).Error("the flow can't go on yet", "error", err)
		if err := workflow.Sleep(ctx, time.Minute); err != nil {
			return turn, err
		}
	}
}

// post has a message made and sent. It ends by itself when it is too late.
func post(ctx workflow.Context, in contract.HypeMessage) error {
	sending := workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		ScheduleToCloseTimeout: 24 * time.Hour,
		StartToCloseTimeout:    time.Minute, // a text that a model writes, and the call
		Summary:                fmt.Sprintf("message %d", in.Message),
		RetryPolicy:            &sdk.RetryPolicy{InitialInterval: 500 * time.Millisecond, BackoffCoefficient: 2, MaximumInterval: time.Minute},
	})
	return workflow.ExecuteActivity(sending, contract.PostHype, in).Get(ctx, nil)
}
