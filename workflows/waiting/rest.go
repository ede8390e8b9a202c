package waiting

import (
	"time"

	"go.temporal.io/sdk/workflow"
)

// restLength is how long a flow rests before it tries a step again.
const restLength = time.Minute

// Rest waits after a step that could not be done: a database that is away, or a defect of the engine, makes
// a conversation late and never loses it. A long history is ended with anew.
func Rest(ctx workflow.Context, signals workflow.ReceiveChannel, cause error, anew func(workflow.Context) error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	workflow.GetLogger(ctx).Error("a conversation can't go on yet", "error", cause)
	if err := workflow.Sleep(ctx, restLength); err != nil {
		return err
	}
	if workflow.GetInfo(ctx).GetContinueAsNewSuggested() {
		Drain(signals)
		return anew(ctx)
	}
	return nil
}
