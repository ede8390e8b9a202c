package useraccount

import (
	"time"

	sdk "go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/temporal"
	"github.com/promostack/promostack/workflows/waiting"
)

const (
	// deadAfter is how long an owner may be silent: together with its lease, the next one is there
	// well within 15 seconds.
	deadAfter = 5 * time.Second
	ownLimit  = 24 * time.Hour // an owner restarts after half as long, so this is never reached
	sendLimit = 30 * time.Second
	// pickUpLimit is how long an owner may take to begin a send. One that died takes none.
	pickUpLimit = 3 * time.Second
	giveUpAfter = 30 * 24 * time.Hour // an account that somebody has to mend does not count: its messages are parked
	ownPause    = 30 * time.Second
	longestWait = 5 * time.Minute // between two attempts of a send: more would swell the sender's history
)

// Register registers the flows with a worker.
func Register(r worker.WorkflowRegistry) {
	r.RegisterWorkflowWithOptions(Run, workflow.RegisterOptions{Name: Workflow})
	r.RegisterWorkflowWithOptions(Send, workflow.RegisterOptions{Name: SendWorkflow})
}

// Run is the flow. It ends when there is nothing to own, and is woken by the next sign-in.
func Run(ctx workflow.Context, in contract.Connection) error {
	asked := workflow.GetSignalChannel(ctx, SignalOwn)
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue:           temporal.QueueConnections,
		StartToCloseTimeout: ownLimit,
		HeartbeatTimeout:    deadAfter,
		WaitForCancellation: true,
		// Temporal itself starts the next attempt, with no flow in between; the pause does not grow, since
		// attempts add up over the months.
		RetryPolicy: &sdk.RetryPolicy{InitialInterval: 500 * time.Millisecond, BackoffCoefficient: 1},
	})
	for {
		waiting.Drain(asked) // what was requested before is found by the next owner
		temporal.Details(ctx, "owned")
		var owned contract.AccountOwned
		err := workflow.ExecuteActivity(ctx, contract.OwnAccount, in).Get(ctx, &owned)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			workflow.GetLogger(ctx).Error("an account can't be owned", "error", err)
			if err := workflow.Sleep(ctx, ownPause); err != nil {
				return err
			}
			continue
		}
		temporal.Details(ctx, string(owned.State))
		if owned.State != contract.AccountStopped && !waiting.Drain(asked) {
			return nil
		}
		if workflow.GetInfo(ctx).GetContinueAsNewSuggested() {
			waiting.Drain(asked)
			return workflow.NewContinueAsNewError(ctx, Workflow, in)
		}
	}
}

// Send sends a private message through whoever owns the account, for flows; it is also a flow of its
// own. It survives changes of the owner and the pauses that Telegram asks for, and gives up after a
// month. An account that is not signed in is an error that says what to do.
func Send(ctx workflow.Context, in contract.AccountSend) (contract.AccountSent, error) {
	find := workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue:           temporal.QueueFlows,
		StartToCloseTimeout: 5 * time.Second,
		RetryPolicy:         &sdk.RetryPolicy{InitialInterval: 500 * time.Millisecond, BackoffCoefficient: 2, MaximumInterval: time.Minute},
	})
	deadline := workflow.Now(ctx).Add(giveUpAfter)
	wait := 500 * time.Millisecond
	for {
		var owner contract.AccountOwner
		err := workflow.ExecuteActivity(find, contract.FindAccountOwner, contract.AccountFind{Connection: contract.Connection{ConnectionID: in.ConnectionID}, Turn: in.Turn}).Get(ctx, &owner)
		if err != nil {
			return contract.AccountSent{}, err
		}
		if owner.Skipped {
			return contract.AccountSent{State: contract.AccountSkipped}, nil
		}
		pause := wait
		if owner.Fence != 0 {
			var sent contract.AccountSent
			in.Fence = owner.Fence
			err = workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
				TaskQueue:              contract.AccountQueue(in.ConnectionID, owner.Fence),
				ScheduleToStartTimeout: pickUpLimit,
				StartToCloseTimeout:    sendLimit,
				RetryPolicy:            &sdk.RetryPolicy{MaximumAttempts: 1}, // the next attempt may be another owner's
			}), contract.SendFromAccount, in).Get(ctx, &sent)
			if err == nil || ctx.Err() != nil {
				return sent, err
			}
			failed := fault.FromTemporal(err)
			if !sdk.IsTimeoutError(err) && !failed.Retryable() {
				return sent, err
			}
			pause = max(pause, failed.RetryAfter)
		}
		if !workflow.Now(ctx).Add(pause).Before(deadline) {
			return contract.AccountSent{}, fault.ToTemporal(fault.New(fault.Unavailable, "account_given_up", "The account could not send for a month").
				WithRemedy("Open Connections and look at the account"))
		}
		if err := workflow.Sleep(ctx, pause); err != nil {
			return contract.AccountSent{}, err
		}
		wait = min(2*wait, longestWait)
	}
}
