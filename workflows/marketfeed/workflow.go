package marketfeed

import (
	"time"

	sdk "go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/temporal"
	"github.com/promostack/promostack/workflows/waiting"
)

// lookLimit is how long a look may take: several calls of ten seconds, and writing what they brought.
const lookLimit = time.Minute

// Register registers the flow with a worker.
func Register(r worker.WorkflowRegistry) {
	r.RegisterWorkflowWithOptions(Run, workflow.RegisterOptions{Name: Workflow})
}

// Run is the flow: a look, then a pause as long as the look says. It ends when the program has another market.
func Run(ctx workflow.Context, in contract.MarketFeed) error {
	wanted := workflow.GetSignalChannel(ctx, SignalLook)
	looking := workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: lookLimit,
		RetryPolicy:         &sdk.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: time.Minute},
	})
	for {
		waiting.Drain(wanted)
		var look contract.MarketLook
		if err := workflow.ExecuteActivity(looking, contract.LookAtMarket, in).Get(ctx, &look); err != nil {
			return err
		}
		temporal.Details(ctx, look.Said)
		if look.Over && !waiting.Drain(wanted) {
			return nil
		}
		if workflow.GetInfo(ctx).GetContinueAsNewSuggested() {
			waiting.Drain(wanted) // the next run looks first
			return workflow.NewContinueAsNewError(ctx, Workflow, in)
		}
		if err := waiting.For(ctx, wanted, look.Again); err != nil {
			return err
		}
	}
}
