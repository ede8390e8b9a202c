package waiting

import (
	"time"

	"go.temporal.io/sdk/workflow"
)

// backOffLength is how long a flow waits before it attempts a step again.
const backOffLength = time.Minute

// BackOff waits after a step that could not be done: a database that is away, or a defect of an engine, makes a flow late
// and never loses it. A long history is ended by continuing as new.
func BackOff(ctx workflow.Context, signals workflow.ReceiveChannel, cause error, continueAsNew func(workflow.Context) error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	workflow.GetLogger(ctx).Error("the flow can't go on yet", "error", cause)
	if err := workflow.Sleep(ctx, backOffLength); err != nil {
		return err
	}
	if workflow.GetInfo(ctx).GetContinueAsNewSuggested() {
		Drain(signals)
		return continueAsNew(ctx)
	}
	return nil
}
